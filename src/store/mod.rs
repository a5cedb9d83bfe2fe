//! The disk: two SQLite databases in the data folder, and the only SQL of the console besides the sandbox's.
//! `console.sqlite3` holds what the user made (profiles, drafts, settings, the audit trail), `journal.sqlite3` what was seen
//! (requests and their payloads). Neither ever holds a token. Everything here blocks: call it off the window's thread.
//!
//! Both are safe against a kill at any moment (write-ahead log, synchronous=FULL), readable by their owner only, usable from
//! two windows at once, and moved to a newer schema only after a copy of the old file was made.

pub mod console;
pub mod journal;

mod codes;
mod database;
mod fault;
mod received;

pub use database::{DatabaseName, make_folder, set_aside_damaged};
pub use received::attributes_of;
