//! Rules of the category "lifecycle".

use super::super::{facts::Facts, found::Found};

pub(super) const RULES: &[super::Rule] = &[];
