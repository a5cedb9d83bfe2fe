//! SCIM Console: see what a directory really sent to a tenant, find out why a field stays blank, and prove the fix.
//!
//! The modules, in reading order, and who may import whom. `tests/tidy.rs` fails on a breach.
//!
//! | module | may use | never |
//! |---|---|---|
//! | [`domain`] | std, serde, jiff, url, regex, scim_v2 | anything else of the crate; egui, tokio, reqwest, rusqlite, axum |
//! | [`diagnosis`] | domain | anything else of the crate; egui, tokio, reqwest, rusqlite, axum |
//! | [`sources`] | domain | store, engine, app, ui, network |
//! | [`scim`] | domain; reqwest | store, sandbox, engine, app, ui |
//! | [`store`] | domain; rusqlite | scim, engine, app, ui, tokio |
//! | [`sandbox`] | domain, `scim::patch`; axum, rusqlite | `scim::client`, engine, app, ui |
//! | [`engine`] | all above; tokio | app, ui, egui |
//! | [`app`] | domain, diagnosis, the engine's Command and Event | scim, store, sandbox, tokio, egui |
//! | [`ui`] | app, domain; egui | everything else |
//! | [`cli`] | engine, domain, diagnosis, sources | ui, egui |

pub mod domain;
pub mod diagnosis;
pub mod sources;
pub mod scim;
pub mod store;
pub mod sandbox;
pub mod engine;
pub mod app;
pub mod ui;
pub mod cli;
