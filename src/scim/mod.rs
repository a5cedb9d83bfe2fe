//! The wire: the HTTP client of a tenant, how each directory shapes its requests, the connection test and the trial.
//! A token goes only to the origin it was saved for, and never into an exchange, a failure or a log.

mod answer;
mod certificate;
pub mod client;
pub mod dialect;
pub mod directory;
mod fault;
mod list;
pub mod patch;
pub mod probe;
pub mod support;
pub mod trial;

#[cfg(test)]
mod rig;
