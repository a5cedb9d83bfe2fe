//! Shortcuts, and the list of them that help shows. Single letters act only while no text field has the focus.

use egui::{Key, KeyboardShortcut, Modifiers, Ui};

use crate::{
    app::{Action, Model, Screen, help, mappings, profiles, requests, story, trial},
    domain::query::condition,
};

const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// Every shortcut by where it works: its keys, and what they do.
pub(super) const ALL: &[(&str, &[(&str, &str)])] = &[
    (
        "Everywhere",
        &[
            ("Ctrl K", "Find a command, a person or requests"),
            ("Ctrl 1, Ctrl 8", "Open a screen, the first to the eighth of the rail"),
            ("Ctrl P", "Work with another tenant"),
            ("Ctrl N", "Connect a tenant"),
            ("Ctrl O", "Import a log"),
            ("Ctrl V", "Import what is on the clipboard: on Overview, Requests and Sources"),
            ("Ctrl L", "Follow the tenant’s log, or stop"),
            ("F1", "Help; with a finding open, its page"),
            ("F6, Shift F6", "Go to the next part of the window, or back"),
            ("Ctrl +, Ctrl -, Ctrl 0", "Zoom in, out, or as it was"),
        ],
    ),
    (
        "Requests",
        &[
            ("/", "Type a filter"),
            ("↑, ↓, J, K", "Choose another request"),
            ("F, Shift F", "Next failure, or the one before"),
            ("Enter, Esc", "Open the request, or close it"),
            ("[, ]", "Other tabs of the open request"),
            ("U", "Only requests about the same person"),
            ("S", "The story of this person"),
            ("Ctrl Shift C", "Copy the reply to the ticket"),
            ("Ctrl M", "Open the mapping that the finding is about"),
        ],
    ),
    ("Mappings", &[("Ctrl Z, Ctrl Shift Z", "Undo, redo"), ("Ctrl E", "Copy the mappings as text for a ticket")]),
    ("Test provision", &[("Ctrl Enter", "Run")]),
];

/// Turns keys into actions and consumes them.
pub(super) fn collect(ui: &Ui, model: &Model, actions: &mut Vec<Action>) {
    let pressed = |modifiers, key| ui.ctx().input_mut(|i| i.consume_shortcut(&KeyboardShortcut::new(modifiers, key)));
    let command = |key| pressed(Modifiers::COMMAND, key);
    if command(Key::K) {
        actions.push(Action::TogglePalette);
    }
    if model.palette.is_some() || super::shell::is_modal(ui) {
        return;
    }
    let before = actions.len();
    let numbers = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8];
    for (key, screen) in numbers.into_iter().zip(Screen::ALL) {
        if command(key) {
            actions.push(Action::Go(screen));
        }
    }
    if pressed(Modifiers::NONE, Key::F1) {
        let finding = model.requests.diagnosis.findings.first();
        let open = model.screen == Screen::Requests && model.story.is_none() && model.requests.detail_open;
        let page = finding.filter(|_| open).map(|finding| help::Do::Open(Some(finding.id.clone())));
        actions.push(Action::Help(page.unwrap_or(help::Do::Shortcuts)));
    }
    if command(Key::N) {
        actions.push(Action::Profiles(profiles::Do::New));
    }
    if command(Key::O) {
        actions.push(Action::ChooseImport);
    }
    if command(Key::L) {
        actions.push(Action::Requests(requests::Do::Live(!model.requests.live_on)));
    }
    // Whoever goes elsewhere is done with the menu that is open.
    if actions.len() > before {
        egui::Popup::close_all(ui.ctx());
    }
    // Esc leaves the field that was being typed into, or shuts the menu that is open, and nothing else.
    let typing = ui.ctx().text_edit_focused();
    let was_typing =
        ui.data_mut(|data| std::mem::replace(data.get_temp_mut_or_default(egui::Id::unique("typing")), typing));
    let busy = typing || was_typing || egui::Popup::is_any_open(ui.ctx());
    match model.screen {
        Screen::Requests if model.story.is_some() => {
            if !busy && pressed(Modifiers::NONE, Key::Escape) {
                actions.push(Action::Story(story::Do::Close));
            }
        }
        Screen::Requests if !busy => on_requests(model, &pressed, actions),
        Screen::Mappings => on_mappings(typing, &pressed, actions),
        Screen::Trial if command(Key::Enter) => actions.push(Action::Trial(trial::Do::Run)),
        Screen::Overview
        | Screen::Requests
        | Screen::Trial
        | Screen::Sandbox
        | Screen::Sources
        | Screen::Profiles
        | Screen::Settings => {}
    }
}

fn on_requests(model: &Model, pressed: &impl Fn(Modifiers, Key) -> bool, actions: &mut Vec<Action>) {
    let mapping = model.requests.diagnosis.findings.iter().find_map(|finding| finding.mapping_of.as_deref());
    if let Some(attribute) = mapping.filter(|_| model.requests.selected.is_some())
        && pressed(Modifiers::COMMAND, Key::M)
    {
        actions.extend(super::requests::mapping_of(attribute));
    }
    let mut push = |action| actions.push(Action::Requests(action));
    if pressed(Modifiers::SHIFT, Key::F) {
        push(requests::Do::NextFailure { backwards: true });
    }
    if pressed(Modifiers::NONE, Key::F) {
        push(requests::Do::NextFailure { backwards: false });
    }
    if pressed(Modifiers::NONE, Key::U)
        && let Some(user) = model.requests.selected_row().and_then(|row| row.summary.user.clone())
    {
        push(requests::Do::AddTerm { term: condition("user", &user), negate: false });
    }
    if pressed(Modifiers::NONE, Key::S)
        && let Some(user) = model.requests.selected_row().and_then(|row| row.summary.user.clone())
    {
        actions.push(Action::Story(story::Do::Open(user)));
        return;
    }
    if model.requests.detail_open && pressed(CTRL_SHIFT, Key::C) {
        actions.push(Action::Diagnosis(requests::diagnosis::Do::Copy { when: String::new() }));
    }
    let mut push = |action| actions.push(Action::Requests(action));
    if model.requests.detail_open {
        let tabs = requests::Tab::ALL;
        let at = tabs.iter().position(|tab| *tab == model.requests.tab).unwrap_or_default();
        if pressed(Modifiers::NONE, Key::OpenBracket) {
            push(requests::Do::Show(tabs[(at + tabs.len() - 1) % tabs.len()]));
        }
        if pressed(Modifiers::NONE, Key::CloseBracket) {
            push(requests::Do::Show(tabs[(at + 1) % tabs.len()]));
        }
        if pressed(Modifiers::NONE, Key::Escape) {
            push(requests::Do::Close);
        }
    }
}

fn on_mappings(typing: bool, pressed: &impl Fn(Modifiers, Key) -> bool, actions: &mut Vec<Action>) {
    let mut push = |action| actions.push(Action::Mappings(action));
    if pressed(Modifiers::COMMAND, Key::E) {
        push(mappings::Do::CopyExport(mappings::Export::Ticket));
    }
    if typing {
        return;
    }
    if pressed(CTRL_SHIFT, Key::Z) || pressed(Modifiers::COMMAND, Key::Y) {
        push(mappings::Do::Redo);
    }
    if pressed(Modifiers::COMMAND, Key::Z) {
        push(mappings::Do::Undo);
    }
}
