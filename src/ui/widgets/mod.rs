//! The widget vocabulary, and nothing else is drawn on a screen. Each control has an accessible name and role, shows a
//! ring only when the keyboard leads, and says what happened instead of acting: no widget owns or changes app state.

mod paint;

pub mod at_end;
pub mod banner;
pub mod button;
pub mod card;
pub mod cell_field;
pub mod chart;
pub mod choice;
pub mod code;
pub mod columns;
pub mod dialog;
pub mod empty;
pub mod facet;
pub mod field;
pub mod histogram;
pub mod key_cap;
pub mod list;
pub mod masked;
pub mod menu;
pub mod palette;
pub mod progress;
pub mod query;
pub mod scroll;
pub mod segmented;
pub mod select;
pub mod splitter;
pub mod status;
pub mod status_text;
pub mod step;
pub mod strip_choices;
pub mod switch;
pub mod table;
pub mod tabs;
pub mod tag;

pub use paint::{Align, fitted, focus_ring, galley_at, hairline, ink, label_ui, outlined, over, room_for, text_at};
