//! To be written.
pub mod patch;
