//! The look: every colour, face, size and distance on screen comes from here, in a dark and a light version.
//! Nothing here draws; widgets ask [`Theme::of`] and the styles of [`text`].

pub mod color;
mod fonts;
pub mod space;
mod style;
pub mod text;

use egui::{Context, Id, Ui};

pub use color::{Hue, Theme, Tone};

impl Theme {
    /// The theme that `ui` is drawn in.
    #[must_use]
    pub fn of(ui: &Ui) -> &'static Self {
        Self::dark_or_light(ui.visuals().dark_mode)
    }

    /// The theme the window is drawn in, where there is no `Ui` at hand.
    #[must_use]
    pub fn at(ctx: &Context) -> &'static Self {
        Self::dark_or_light(ctx.theme() == egui::Theme::Dark)
    }
}

/// Registers the fonts, sets egui's own style for both themes and starts to watch for keyboard use. Call once per context.
pub fn install(ctx: &Context) {
    ctx.set_fonts(fonts::definitions());
    ctx.style_mut_of(egui::Theme::Dark, |style| style::apply(style, &color::DARK));
    ctx.style_mut_of(egui::Theme::Light, |style| style::apply(style, &color::LIGHT));
    ctx.on_begin_pass("keyboard use", std::sync::Arc::new(note_keyboard_use));
}

/// Whether the keyboard moved the focus last: only then is a focus ring drawn.
#[must_use]
pub fn keyboard_leads(ctx: &Context) -> bool {
    ctx.data(|data| data.get_temp(keyboard_id()).unwrap_or(false))
}

fn note_keyboard_use(ui: &mut Ui) {
    let ctx = ui.ctx();
    let moved = ctx.input(|input| {
        input.events.iter().rev().find_map(|event| match event {
            egui::Event::Key { pressed: true, .. } | egui::Event::AccessKitActionRequest(_) => Some(true),
            egui::Event::PointerButton { pressed: true, .. } => Some(false),
            _ => None,
        })
    });
    if let Some(by_keyboard) = moved {
        ctx.data_mut(|data| data.insert_temp(keyboard_id(), by_keyboard));
    }
}

fn keyboard_id() -> Id {
    Id::unique("scim-console keyboard leads")
}
