//! The pixels, and the only egui: theme, widgets, one file a screen (same names as `app`).
//! Nothing here changes the app's state or does work: it draws what it is given and says what the user did.

mod axis;
mod connect;
mod dropping;
mod forgetting;
pub mod gallery;
mod help;
pub mod icon;
mod keys;
mod mappings;
mod notices;
mod overview;
mod palette;
mod panels;
mod profiles;
mod requests;
mod sandbox;
mod settings;
mod shell;
mod sources;
#[cfg(test)]
mod stage;
mod startup;
mod story;
mod switcher;
pub mod theme;
mod trial;
pub mod when;
pub mod widgets;
pub mod window;

/// What only the drawing knows: scroll positions, pane widths, open menus, what is being typed into a token field.
#[derive(Default)]
pub struct View {
    overview: overview::View,
    requests: requests::View,
    story: story::View,
    mappings: mappings::View,
    trial: trial::View,
    connect: connect::View,
    sources: sources::View,
    palette: palette::View,
}

/// Prepares a fresh context: fonts, style, and the watch over focus. Call once before the first frame.
pub fn install(ctx: &egui::Context) {
    theme::install(ctx);
    widgets::dialog::install(ctx);
}
