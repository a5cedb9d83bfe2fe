//! The bar over the list: views that are saved and asked again, and what is pasted.

use egui::accesskit::Role;

use super::{View, columns_ui, requests_ui};
use crate::{
    app::{Action, Pasted, Screen, mappings::stage::Stage, requests::Do, settings},
    domain::profile::Environment,
    ui::{
        shell,
        stage::{self, click},
    },
};

fn window() -> stage::Window<Stage> {
    let mut view = View::default();
    let mut script = Stage::begun(Environment::Sandbox, &[]);
    script.act(Action::Go(Screen::Requests));
    stage::live_window(script, [1440.0, 900.0], move |ui, model, actions| {
        requests_ui(ui, model, &mut view, actions);
        shell::pasted(ui, model, actions);
    })
}

/// Opens the menu and picks from it: the action, and the views that are saved afterwards.
fn choose(window: &mut stage::Window<Stage>, name: &str, role: Role) -> (Option<Action>, Vec<String>) {
    click(window, Role::Button, "Views");
    let actions = click(window, role, name);
    (actions.into_iter().next(), window.state().script.model.settings.views.clone())
}

#[test]
fn a_view_is_saved_chosen_again_and_forgotten() {
    let mut window = window();
    let set = |query: &str| Some(Action::Requests(Do::SetQuery(query.to_owned())));
    assert_eq!(choose(&mut window, "Refused tokens", Role::MenuItemRadio).0, set("status:401"));
    assert_eq!(choose(&mut window, "Save this view", Role::MenuItem), (None, Vec::new()), "the console has it already");
    window.state_mut().script.act(Action::Requests(Do::SetQuery("user:ann status:401".to_owned())));
    let saved = "user:ann status:401".to_owned();
    assert_eq!(choose(&mut window, "Save this view", Role::MenuItem).1.join(" "), saved);
    choose(&mut window, "All requests", Role::MenuItemRadio);
    assert_eq!(choose(&mut window, &saved, Role::MenuItemRadio).0, set(&saved));
    let forget = Some(Action::Settings(settings::Do::ForgetView(saved)));
    assert_eq!(choose(&mut window, "Forget this view", Role::MenuItem), (forget, Vec::new()));
}

#[test]
fn a_paste_is_imported_where_there_is_something_in_it() {
    let mut window = window();
    let mut paste = |text: &str| {
        window.state_mut().actions.clear();
        window.event(egui::Event::Paste(text.to_owned()));
        window.run_steps(2);
        window.state().actions.first().cloned()
    };
    assert_eq!(paste("  \n"), None);
    let curl = "curl https://x/Users";
    assert_eq!(paste(curl), Some(Action::ImportPasted(Pasted(curl.into()))));
    click(&mut window, Role::Button, "Paste a log or an exchange");
    assert!(window.state_mut().script.model.take_paste());
    assert!(!window.state_mut().script.model.take_paste(), "once");
}

#[test]
fn columns_are_matched_in_a_dialog_and_the_file_is_imported_again() {
    use crate::app::imports::{Do as Imports, Matching};

    let mut script = Stage::begun(Environment::Sandbox, &[]);
    let columns = ["Zeitpunkt", "Vorgang"].map(|header| (header.to_owned(), None)).to_vec();
    let fields = vec!["activityDateTime", "provisioningAction"];
    script.model.imports.matching = Some(Matching { columns, fields });
    let mut window = stage::live_window(script, [972.0, 632.0], |ui, model, actions| columns_ui(ui, model, actions));
    assert_eq!(click(&mut window, Role::Button, "Import again"), [], "nothing is said yet");
    click(&mut window, Role::ComboBox, "What Vorgang holds");
    let chosen = click(&mut window, Role::MenuItemRadio, "provisioningAction");
    assert_eq!(chosen, [Action::Imports(Imports::Holds { column: 1, field: Some("provisioningAction") })]);
    assert_eq!(click(&mut window, Role::Button, "Import again"), [Action::Imports(Imports::Submit)]);
}
