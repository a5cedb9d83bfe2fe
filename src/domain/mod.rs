//! What things are and what is allowed: pure values and rules.
//! Nothing here does I/O, reads a clock, or knows of egui, tokio, HTTP or SQL.

mod mending;

pub mod attribute;
pub mod audit;
pub mod connection;
pub mod draft;
pub mod exchange;
pub mod failure;
pub mod journal;
pub mod landing;
pub mod mapping;
pub mod problem;
pub mod profile;
pub mod query;
pub mod report;
pub mod sample;
pub mod secret;
pub mod sent;
pub mod tenant;
pub mod trial;
