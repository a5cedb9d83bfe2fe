//! The command palette over everything: type part of a command or of a name, Enter does it.

use super::{
    icon::{self, Icon},
    theme::Tone,
    widgets::palette::{Palette, PaletteEvent, PaletteGroup, PaletteRow, input_id},
};
use crate::app::{
    Action, Model,
    palette::{Entry, Kind},
};

/// Which row is marked, whether it was open before, and who had the focus then.
#[derive(Default)]
pub(super) struct View {
    marked: usize,
    open: bool,
    opener: Option<egui::Id>,
}

/// Draws it while it is open.
pub(super) fn palette_ui(ui: &egui::Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let Some(palette) = &model.palette else {
        // Whoever had the focus has it again, unless what was picked gave it to somebody.
        let is_left = ui.memory(egui::Memory::focused).is_none_or(|focused| focused == input_id());
        if let Some(opener) = std::mem::take(view).opener.filter(|_| is_left) {
            ui.memory_mut(|memory| memory.request_focus(opener));
        }
        return;
    };
    if !view.open {
        view.opener = ui.memory(egui::Memory::focused);
    }
    let entries = model.palette_entries();
    view.marked = view.marked.min(entries.len().saturating_sub(1));
    let groups: Vec<PaletteGroup<'_>> = entries
        .chunk_by(|one, other| one.kind == other.kind)
        .map(|of_kind| {
            let title = of_kind.first().map_or("", |entry| title(entry.kind));
            PaletteGroup { title, rows: of_kind.iter().map(|entry| row(entry, &palette.text)).collect() }
        })
        .collect();
    let mut text = palette.text.clone();
    let shown = Palette {
        groups: &groups,
        marked: view.marked,
        opened: !view.open,
        tenant: model.tenant_name(),
        environment: model.environment(),
    };
    let event = shown.show(ui.ctx(), &mut text);
    view.open = true;
    if text != palette.text {
        view.marked = 0;
        actions.push(Action::PaletteText(text));
    }
    match event {
        Some(PaletteEvent::Mark(index)) => view.marked = index,
        Some(PaletteEvent::Pick(index)) => {
            actions.push(Action::TogglePalette);
            actions.extend(entries.into_iter().nth(index).map(|entry| entry.action));
        }
        Some(PaletteEvent::Filter(index)) => {
            if let Some(filter) = entries.into_iter().nth(index).and_then(|entry| entry.filter) {
                actions.push(Action::TogglePalette);
                actions.push(filter);
            }
        }
        Some(PaletteEvent::Close) => actions.push(Action::TogglePalette),
        Some(PaletteEvent::Typed) | None => {}
    }
}

const fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Command => "Commands",
        Kind::Requests => "Requests",
        Kind::Person => "People",
    }
}

fn row<'a>(entry: &'a Entry, typed: &str) -> PaletteRow<'a> {
    let lower = entry.label.to_lowercase();
    let matched = typed
        .to_lowercase()
        .split_whitespace()
        .filter_map(|word| lower.find(word).map(|start| start..start + word.len()))
        .filter(|range| entry.label.is_char_boundary(range.start) && entry.label.is_char_boundary(range.end))
        .collect();
    let keys = (!entry.keys.is_empty()).then_some(entry.keys);
    PaletteRow {
        icon: (glyph(&entry.action), Tone::Neutral),
        title: &entry.label,
        matched,
        detail: &entry.detail,
        keys,
    }
}

const fn glyph(action: &Action) -> Icon {
    match action {
        Action::Requests(_) => icon::FUNNEL_SIMPLE,
        Action::Overview(_) => icon::GAUGE,
        Action::Story(_) => icon::USER,
        Action::Mappings(_) => icon::ARROWS_LEFT_RIGHT,
        Action::Trial(_) => icon::TEST_TUBE,
        Action::Sandbox(_) => icon::CUBE,
        Action::Profiles(_) | Action::Switch(_) => icon::PLUGS_CONNECTED,
        Action::Settings(_) => icon::GEAR_SIX,
        Action::ChooseImport => icon::FILE_ARROW_UP,
        Action::Paste => icon::CLIPBOARD_TEXT,
        _ => icon::ARROW_RIGHT,
    }
}
