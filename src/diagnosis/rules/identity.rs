//! Rules of the category "identity".

use super::super::{facts::Facts, found::Found};

pub(super) const RULES: &[super::Rule] = &[];
