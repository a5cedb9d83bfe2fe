//! Rules of the category "groups".

use super::super::{facts::Facts, found::Found};

pub(super) const RULES: &[super::Rule] = &[];
