//! Rules of the category "mapping".

use super::super::{facts::Facts, found::Found};

pub(super) const RULES: &[super::Rule] = &[];
