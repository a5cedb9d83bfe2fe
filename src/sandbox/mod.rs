//! A tenant to practise on: a SCIM 2.0 service that behaves as the vendor's guide says, with the support API
//! (design §6) over its request log. It never calls out, never keeps a token's value and binds only where it is told.

#![allow(
    clippy::redundant_closure_for_method_calls,
    reason = "a session's method by its path alone is not general over the session's lifetime"
)]

mod answer;
mod bulk;
mod data;
pub mod demo;
mod discovery;
mod error;
mod faults;
mod filter;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod groups;
mod guests;
mod habits;
mod house;
mod intake;
mod learner;
mod listing;
mod log;
mod owner;
mod payload;
mod resource;
mod schema;
mod server;
mod service;
mod session_token;
mod stream;
mod support;
mod tenant;
mod tokens;
mod users;
mod version;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::Timestamp;

pub use crate::domain::house::Policy;
pub use house::{House, put_aside};
pub use owner::Revoked;
pub use server::{Limits, Running, serve, serve_house, serve_within};
pub use tenant::{Batch, Tenant};

/// Where the tenant reads the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Request extension of an in-process caller: the time of this one request, for the log and for `meta`.
#[derive(Debug, Clone, Copy)]
pub struct At(pub Timestamp);

/// Request extension of an in-process caller: how long this one request is said to have taken, milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Took(pub u64);

/// Request extension of a script's request: no fault rule sees it, nor counts it, and it does not wait for the script.
#[derive(Debug, Clone, Copy)]
pub struct PastFaults;
