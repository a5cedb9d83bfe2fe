//! The menu of views: queries that are asked again and again, those of the console and those that were saved.

use egui::{Response, Ui};

use crate::{
    app::{
        Action, Model,
        requests::Do,
        settings::{self, MOST_VIEWS},
    },
    ui::{
        icon,
        widgets::menu::{Item, menu_line_ui, menu_title_ui, menu_ui},
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
            view_ui(ui, view, view, &query, actions);
        }
        menu_line_ui(ui);
        if views.contains(&query) {
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
            if Item::new("Save this view").icon(icon::BOOKMARK_SIMPLE).blocked(blocked).show(ui) {
                actions.push(Action::Settings(settings::Do::SaveView(query)));
            }
        }
    });
}

fn view_ui(ui: &mut Ui, name: &str, view: &str, query: &str, actions: &mut Vec<Action>) {
    if Item::new(name).chosen(view == query).show(ui) {
        actions.push(Action::Requests(Do::SetQuery(view.to_owned())));
    }
}
