//! The menu of views: queries that are asked again and again, those of the console and those that were saved, and the
//! dialog that gives one its name.

use egui::{Key, Response, Ui};

use crate::{
    app::{
        Action, Model,
        requests::Do,
        settings::{self, MOST_VIEWS, View},
    },
    ui::{
        icon,
        theme::{Theme, text},
        widgets::{
            button::Button,
            dialog::Dialog,
            field::Field,
            label_ui,
            menu::{Item, menu_line_ui, menu_title_ui, menu_ui},
        },
    },
};

/// The console's own views.
const OWN: [(&str, &str); 5] = [
    ("All requests", ""),
    ("Failed in the last 24 hours", "outcome:failure since:24h"),
    ("Something was dropped", "outcome:warning"),
    ("Refused tokens", "status:401"),
    ("Sent by this console", "source:console"),
];

/// Shows the menu under its opener.
pub(super) fn views_ui(opener: &Response, model: &Model, actions: &mut Vec<Action>) {
    menu_ui(opener, "Views", 300.0, |ui| {
        let query = model.requests.effective().to_string();
        menu_title_ui(ui, "Views");
        for (name, view) in OWN {
            view_ui(ui, name, view, &query, actions);
        }
        let views = &model.settings.views;
        if !views.is_empty() {
            menu_title_ui(ui, "Saved for every tenant");
        }
        for view in views {
            view_ui(ui, &view.name, &view.query, &query, actions);
        }
        menu_line_ui(ui);
        if views.iter().any(|view| view.query == query) {
            if Item::new("Rename this view…").icon(icon::PENCIL_SIMPLE).show(ui) {
                actions.push(Action::Settings(model.settings.naming(query.clone())));
            }
            if Item::new("Forget this view").icon(icon::TRASH).show(ui) {
                actions.push(Action::Settings(settings::Do::ForgetView(query)));
            }
        } else {
            let own = OWN.iter().any(|(_, view)| *view == query);
            let blocked = match () {
                () if query.is_empty() => Some("Filter the list first"),
                () if own => Some("This view is there already"),
                () if views.len() >= MOST_VIEWS => Some("Forget another view first"),
                () => None,
            };
            if Item::new("Save this view…").icon(icon::BOOKMARK_SIMPLE).blocked(blocked).show(ui) {
                actions.push(Action::Settings(model.settings.naming(query)));
            }
        }
    });
}

fn view_ui(ui: &mut Ui, name: &str, view: &str, query: &str, actions: &mut Vec<Action>) {
    if Item::new(name).chosen(view == query).show(ui) {
        actions.push(Action::Requests(Do::SetQuery(view.to_owned())));
    }
}

/// Draws the dialog that names a view, where it is open.
pub(in crate::ui) fn naming_ui(ui: &Ui, model: &Model, actions: &mut Vec<Action>) {
    let Some(view) = &model.settings.naming else { return };
    let is_known = model.settings.views.iter().any(|one| one.query == view.query);
    let (title, verb) = if is_known { ("Rename the view", "Rename") } else { ("Save the view", "Save") };
    let dialog = Dialog { title, subtitle: &view.query, width: 460.0, dirty: false };
    let missing = model.settings.name_of(view).err();
    let mut name = view.name.clone();
    let shown = dialog.show(ui.ctx(), |parts| {
        let opened = parts.opened();
        let mut entered = false;
        parts.body(16, |ui| {
            let field = Field::new("Name").hint("Refused for our newest customer").in_dialog();
            let response = field.show(ui, &mut name).response;
            if opened {
                response.request_focus();
            }
            entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        });
        let pressed = parts.footer(
            |ui| {
                let width = ui.available_width();
                label_ui(ui, text::SMALL.cut(missing.unwrap_or(""), Theme::of(ui).t2, width));
            },
            |ui| {
                let cancel = Button::new("Cancel").show(ui).clicked();
                if Button::primary(verb).icon(icon::BOOKMARK_SIMPLE).blocked(missing).show(ui).clicked() {
                    return Some(settings::Do::SaveView);
                }
                cancel.then_some(settings::Do::NameView(None))
            },
        );
        pressed.flatten().or_else(|| (entered && missing.is_none()).then_some(settings::Do::SaveView))
    });
    if name != view.name {
        actions.push(Action::Settings(settings::Do::NameView(Some(View { name, query: view.query.clone() }))));
    }
    let closed = shown.close.then_some(settings::Do::NameView(None));
    actions.extend(shown.inner.or(closed).map(Action::Settings));
}
