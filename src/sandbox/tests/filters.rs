//! To come in a moment, for a while.
