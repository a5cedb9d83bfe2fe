//! The dialog in which the user says what the columns of an unknown table hold.

use egui::{Sense, Ui, vec2};

use crate::{
    app::{Action, Model, imports::Do},
    domain::pretty,
    ui::{
        icon,
        theme::{Theme, space, text},
        widgets::{Align, button::Button, dialog::Dialog, label_ui, select::Select, text_at},
    },
};

/// What is chosen for a column that holds nothing known.
const NOTHING: &str = "Nothing that is known";
/// Width of a column's name.
const NAME: f32 = 210.0;

/// Draws the dialog, where it is open.
pub(in crate::ui) fn columns_ui(ui: &Ui, model: &Model, actions: &mut Vec<Action>) {
    let Some(matching) = &model.imports.matching else { return };
    let options: Vec<&str> = std::iter::once(NOTHING).chain(matching.fields.iter().copied()).collect();
    let dialog = Dialog {
        title: "Match columns",
        subtitle: "Say what each column holds. A time and a status or an action are needed; leave the others.",
        width: 620.0,
        dirty: false,
    };
    let shown = dialog.show(ui.ctx(), |parts| {
        parts.body(16, |ui| {
            ui.spacing_mut().item_spacing.y = space::S8;
            for (column, (header, field)) in matching.columns.iter().enumerate() {
                ui.horizontal_top(|ui| {
                    let (rect, name) = ui.allocate_exact_size(vec2(NAME, space::CONTROL_DIALOG), Sense::hover());
                    let job = text::SMALL.cut(pretty::visible(header), Theme::of(ui).t1, NAME);
                    text_at(ui.painter(), rect, Align::Left, job);
                    name.on_hover_text(pretty::visible(header));
                    let chosen = field.and_then(|field| options.iter().position(|option| *option == field));
                    let name = format!("What {header} holds");
                    let select = Select::new(&name).no_label().in_dialog();
                    if let Some(picked) = select.show(ui, &options, Some(chosen.unwrap_or(0))) {
                        let field = picked.checked_sub(1).and_then(|at| matching.fields.get(at)).copied();
                        actions.push(Action::Imports(Do::Holds { column, field }));
                    }
                });
            }
        });
        let none = matching.columns.iter().all(|(_, field)| field.is_none());
        let blocked = none.then_some("Say what one of them holds first");
        parts.footer(
            |ui| {
                let width = ui.available_width();
                label_ui(ui, text::SMALL.cut(blocked.unwrap_or(""), Theme::of(ui).t2, width));
            },
            |ui| {
                let cancel = Button::new("Cancel").show(ui).clicked();
                if Button::primary("Import again").icon(icon::FILE_ARROW_UP).blocked(blocked).show(ui).clicked() {
                    return Some(Do::Submit);
                }
                cancel.then_some(Do::Close)
            },
        )
    });
    let closed = shown.close.then_some(Do::Close);
    actions.extend(shown.inner.flatten().or(closed).map(Action::Imports));
}
