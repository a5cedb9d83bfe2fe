//! Rules of the category "protocol".

use super::super::{facts::Facts, found::Found};

pub(super) const RULES: &[super::Rule] = &[];
