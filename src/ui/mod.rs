//! The pixels, and the only egui: theme, widgets, one file a screen (same names as `app`).
//! Nothing here changes the app's state or does work: it draws what it is given and says what the user did.

pub mod gallery;
pub mod icon;
pub mod theme;
pub mod widgets;

/// Prepares a fresh context: fonts, style, and the watch over focus. Call once before the first frame.
pub fn install(ctx: &egui::Context) {
    theme::install(ctx);
    widgets::dialog::install(ctx);
}
