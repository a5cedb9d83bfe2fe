//! Rules of the category "scope".

use super::super::{facts::Facts, found::Found};

pub(super) const RULES: &[super::Rule] = &[];
