//! What things are and what is allowed: pure values and rules.
//! Nothing here does I/O, reads a clock, or knows of egui, tokio, HTTP or SQL.

pub mod attribute;
pub mod connection;
pub mod curl;
pub mod exchange;
pub mod failure;
pub mod journal;
pub mod landing;
pub mod mapping;
pub mod pretty;
pub mod problem;
pub mod profile;
pub mod redaction;
pub mod secret;
pub mod tenant;
pub mod trial;
