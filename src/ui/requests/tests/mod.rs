//! The bar over the list: views that are saved and asked again, and what is pasted. The diagnosis of a line, and the reply.

mod list;

use egui::accesskit::Role;

use super::{View, columns_ui, naming_ui, requests_ui};
use crate::{
    app::{
        Action, Audience, Pasted, Screen,
        mappings::stage::Stage,
        requests::{Do, Tab},
        settings,
    },
    domain::profile::Environment,
    ui::{
        shell,
        stage::{self, click},
        when::Zone,
    },
};

fn window() -> stage::Window<Stage> {
    let mut view = View::default();
    let mut script = Stage::begun(Environment::Sandbox, &[]);
    script.act(Action::Go(Screen::Requests));
    stage::live_window(script, [1440.0, 900.0], move |ui, model, actions| {
        requests_ui(ui, model, &mut view, actions);
        naming_ui(ui, model, actions);
        shell::pasted(ui, model, actions);
    })
}

/// Opens the menu and picks from it: the action, and the views that are saved afterwards.
fn choose(window: &mut stage::Window<Stage>, name: &str, role: Role) -> (Option<Action>, Vec<String>) {
    click(window, Role::Button, "Views");
    let actions = click(window, role, name);
    let views = &window.state().script.model.settings.views;
    (actions.into_iter().next(), views.iter().map(|view| view.name.clone()).collect())
}

#[test]
fn a_view_is_saved_chosen_again_and_forgotten() {
    let mut window = window();
    let set = |query: &str| Some(Action::Requests(Do::SetQuery(query.to_owned())));
    assert_eq!(choose(&mut window, "Refused tokens", Role::MenuItemRadio).0, set("status:401"));
    assert_eq!(
        choose(&mut window, "Save this view…", Role::MenuItem),
        (None, Vec::new()),
        "the console has it already"
    );
    window.state_mut().script.act(Action::Requests(Do::SetQuery("user:ann status:401".to_owned())));
    let saved = "user:ann status:401".to_owned();
    choose(&mut window, "Save this view…", Role::MenuItem);
    window.event(egui::Event::Text("Ann, refused".to_owned()));
    window.run_steps(2);
    window.key_press(egui::Key::Enter);
    window.run_steps(2);
    choose(&mut window, "All requests", Role::MenuItemRadio);
    assert_eq!(choose(&mut window, "Ann, refused", Role::MenuItemRadio).0, set(&saved));
    choose(&mut window, "Rename this view…", Role::MenuItem);
    window.event(egui::Event::Text(" here".to_owned()));
    window.run_steps(2);
    click(&mut window, Role::Button, "Rename");
    assert_eq!(choose(&mut window, "All requests", Role::MenuItemRadio).1, ["Ann, refused here"]);
    window.state_mut().script.act(Action::Requests(Do::SetQuery(saved.clone())));
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

/// A create that was refused, open in the detail pane.
fn refused() -> stage::Window<Stage> {
    let mut script = Stage::begun(Environment::Sandbox, &[]);
    script.opens_a_refusal();
    let mut view = View::default();
    stage::live_window(script, [1440.0, 900.0], move |ui, model, actions| {
        requests_ui(ui, model, &mut view, actions);
        super::reply_ui(ui, model, actions);
    })
}

#[test]
fn a_finding_names_both_requests_and_leads_to_the_other_one() {
    let mut window = refused();
    let other = "2026-11-23T10:29:00Z".parse().unwrap();
    let name = format!("Show Request of {}", Zone::default().day_and_clock(other));
    assert_eq!(click(&mut window, Role::Link, &name), [Action::Requests(Do::OpenKey(3))]);
    let mut window = refused();
    assert!(!stage::shows(&window, Role::Link, "Show Answer, status"), "what is folded does not show");
    let title = window.state().script.model.requests.diagnosis.findings[1].title.clone();
    click(&mut window, Role::Button, &format!("Show: {title}"));
    assert_eq!(click(&mut window, Role::Link, "Show Answer, status"), [Action::Requests(Do::Show(Tab::Response))]);
}

#[test]
fn a_reply_is_read_changed_and_copied() {
    let mut window = refused();
    click(&mut window, Role::Button, "Reply…");
    let text = |window: &stage::Window<Stage>| {
        window
            .state()
            .script
            .model
            .requests
            .diagnosis
            .reply
            .as_ref()
            .map(|draft| draft.text.clone())
            .unwrap_or_default()
    };
    let customers = text(&window);
    assert!(customers.starts_with("Hello,") && !customers.contains("jane@"), "{customers}");
    click(&mut window, Role::RadioButton, Audience::SecondLine.label());
    assert_ne!(text(&window), customers);
    assert!(stage::shows(&window, Role::MultilineTextInput, "Reply"));
    click(&mut window, Role::Button, "Copy this reply");
    assert_eq!(window.state().script.model.requests.diagnosis.reply, None);
    assert_eq!(window.state_mut().script.model.take_clipboard().len(), 1);
}
