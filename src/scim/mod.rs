//! The wire: what SCIM requests and answers mean and how they are sent.

pub mod patch;
