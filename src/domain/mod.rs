//! What things are and what is allowed: pure values and rules.
//! Nothing here does I/O, reads a clock, or knows of egui, tokio, HTTP or SQL.

pub mod answered;
pub mod attribute;
pub mod audit;
pub mod cell;
pub mod connection;
pub mod coverage;
pub mod curl;
pub mod directory;
pub mod draft;
pub mod exchange;
pub mod export;
pub mod failure;
pub mod house;
pub mod journal;
pub mod keys;
pub mod landing;
pub mod mapping;
mod mending;
pub mod overview;
pub mod pretty;
pub mod practice;
pub mod problem;
pub mod profile;
pub mod query;
pub mod redaction;
pub mod report;
pub mod sample;
pub mod script;
pub mod secret;
pub mod sent;
pub mod sorting;
pub mod story;
pub mod tenant;
pub mod trial;
