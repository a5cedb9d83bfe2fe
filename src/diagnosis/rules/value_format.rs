//! Rules of the category "value-format".

use super::super::{facts::Facts, found::Found};

pub(super) const RULES: &[super::Rule] = &[];
