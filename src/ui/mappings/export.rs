//! The Export menu: every text that leaves the draft, to the clipboard or to a file, and what else can be done with it.

use egui::Ui;

use crate::{
    app::{
        Action, Model,
        mappings::{Do, Export},
    },
    ui::{
        icon::{self, Icon},
        widgets::{
            button::{Button, small_icon_button_ui},
            menu::{Item, menu_line_ui, menu_title_ui, menu_ui},
        },
    },
};

/// Draws the Export button and its menu.
pub(super) fn export_ui(ui: &mut Ui, actions: &mut Vec<Action>) {
    let opener = Button::new("Export").icon(icon::EXPORT).trailing(icon::CARET_DOWN).show(ui);
    menu_ui(&opener, "Export", 230.0, |ui| {
        menu_title_ui(ui, "Copy");
        for export in Export::ALL {
            let name = format!("Copy {}", lower_first(export.label()));
            let item = Item::new(&name).icon(look(export));
            let item = if export == Export::Ticket { item.keys("Ctrl E") } else { item };
            if item.show(ui) {
                actions.push(Action::Mappings(Do::CopyExport(export)));
            }
        }
        menu_line_ui(ui);
        menu_title_ui(ui, "Save as a file");
        for export in Export::ALL {
            let name = format!("Save {}…", lower_first(export.label()));
            if Item::new(&name).icon(look(export)).show(ui) {
                actions.push(Action::Mappings(Do::Export(export)));
            }
        }
    });
}

/// Draws the button for what is rarely done, and its menu.
pub(super) fn more_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let opener = small_icon_button_ui(ui, icon::DOTS_THREE, "More");
    let unread = model.mappings.tenant.value().is_none().then_some("The tenant was not read yet");
    menu_ui(&opener, "More", 230.0, |ui| {
        if Item::new("Read the tenant again").icon(icon::ARROW_CLOCKWISE).show(ui) {
            actions.push(Action::Mappings(Do::Pull));
        }
        if Item::new("Begin again from the tenant").icon(icon::ARROW_U_UP_LEFT).blocked(unread).show(ui) {
            actions.push(Action::Mappings(Do::ResetToTenant));
        }
        menu_line_ui(ui);
        if Item::new("Open a mapping file…").icon(icon::FILE_ARROW_UP).show(ui) {
            actions.push(Action::Mappings(Do::OpenFile));
        }
    });
}

const fn look(export: Export) -> Icon {
    match export {
        Export::Ticket => icon::LIFEBUOY,
        Export::Csv => icon::FILE_CSV,
        Export::Json => icon::FILE_TEXT,
        Export::EntraGuide | Export::OktaGuide => icon::BOOK_OPEN,
    }
}

/// "Support ticket" after a verb; names keep their capitals.
fn lower_first(words: &str) -> String {
    if ["CSV", "Entra", "Okta"].iter().any(|name| words.starts_with(name)) {
        return words.to_owned();
    }
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
