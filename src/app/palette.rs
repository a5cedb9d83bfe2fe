//! The command palette: every command by name, found by typing part of it.

use super::{Action, Model, Screen, forgetting, help, requests, settings, settings::ThemeChoice, story, trial};
use crate::{diagnosis::EvidenceFormat, domain::export::ExportFormat};

/// At most this many lines.
const MOST: usize = 10;

/// The palette while it is open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Palette {
    /// What is typed.
    pub text: String,
}

/// One line of the palette.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What it does: "Open Mappings".
    pub label: String,
    /// Its shortcut, where there is one.
    pub keys: &'static str,
    /// What it does.
    pub action: Action,
}

impl Model {
    /// The lines that match what is typed, best first, at most ten.
    #[must_use]
    pub fn palette_entries(&self) -> Vec<Entry> {
        let Some(palette) = &self.palette else { return Vec::new() };
        let typed = palette.text.trim();
        if let Some(name) = typed.strip_prefix('@').map(str::trim) {
            return if name.is_empty() { Vec::new() } else { vec![story_of(name)] };
        }
        let wanted = typed.trim_start_matches('>').trim().to_lowercase();
        let mut entries: Vec<Entry> = self.commands();
        entries.retain(|entry| wanted.split_whitespace().all(|word| entry.label.to_lowercase().contains(word)));
        entries.truncate(MOST);
        if !wanted.is_empty() && !typed.starts_with('>') {
            if entries.is_empty() && !typed.contains(':') {
                entries.push(story_of(typed));
            }
            entries.truncate(MOST - 1);
            let query = typed.to_owned();
            entries.push(Entry {
                label: format!("Find requests: {query}"),
                keys: "Enter",
                action: Action::Requests(requests::Do::SetQuery(query)),
            });
        }
        entries
    }

    fn commands(&self) -> Vec<Entry> {
        let entry = |label: &str, keys, action| Entry { label: label.to_owned(), keys, action };
        let open = |screen: Screen| entry(&format!("Open {}", screen.label()), screen.keys(), Action::Go(screen));
        let mut all: Vec<Entry> = Screen::ALL.map(open).into();
        all.extend([
            entry("Connect a tenant…", "Ctrl N", Action::Profiles(super::profiles::Do::New)),
            entry(
                "New practice tenant…",
                "",
                Action::Sandbox(super::sandbox::Do::Ask(super::sandbox::Dialog::new_tenant())),
            ),
            entry("Read the directory’s log now", "", Action::Sources(super::sources::Do::Read { follow: false })),
            entry("Import a log…", "Ctrl O", Action::ChooseImport),
            entry("Import what is on the clipboard", "Ctrl V", Action::Paste),
            entry("Export the list as CSV…", "", Action::Export(ExportFormat::Csv)),
            entry("Read about known causes…", "F1", Action::Help(help::Do::Open(None))),
            entry("Save the evidence of the list as a page…", "", Action::Report(EvidenceFormat::Html)),
            entry("Export the list as JSON lines…", "", Action::Export(ExportFormat::JsonLines)),
            entry("Forget requests…", "", Action::Forgetting(forgetting::Do::Open(None))),
            entry("Show failed requests", "", Action::Requests(requests::Do::SetQuery("outcome:failure".to_owned()))),
            entry("Show all requests", "", Action::Requests(requests::Do::SetQuery(String::new()))),
            entry("Review and apply mappings…", "", Action::Mappings(super::mappings::Do::Review)),
            entry("Use dark theme", "", Action::Settings(settings::Do::Theme(ThemeChoice::Dark))),
            entry("Use light theme", "", Action::Settings(settings::Do::Theme(ThemeChoice::Light))),
        ]);
        if self.screen == Screen::Trial {
            // Nothing is sent whose requests are not on screen.
            all.insert(0, entry("Run test provision", "Ctrl Enter", Action::Trial(trial::Do::Run)));
        }
        if let Some(user) = self.requests.selected_row().and_then(|row| row.summary.user.as_deref()) {
            all.insert(0, Entry { keys: "S", ..story_of(user) });
        }
        let query = self.requests.effective().to_string();
        if !query.is_empty() {
            all.push(entry("Save this view…", "", Action::Settings(self.settings.naming(query))));
        }
        for view in &self.settings.views {
            let show = Action::Requests(requests::Do::SetQuery(view.query.clone()));
            all.push(Entry { label: format!("Show view: {}", view.name), keys: "", action: show });
        }
        for profile in self.all_profiles() {
            if profile.id != self.current {
                all.push(Entry {
                    label: format!("Switch to {}", profile.name),
                    keys: "Ctrl P",
                    action: Action::Switch(profile.id.clone()),
                });
            }
        }
        all
    }
}

/// The story of whoever goes by this.
fn story_of(name: &str) -> Entry {
    let action = Action::Story(story::Do::Open(name.to_owned()));
    Entry { label: format!("Show the story of {name}"), keys: "", action }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::script::{Script, fine};

    fn labels(script: &mut Script, typed: &str) -> Vec<String> {
        script.act(Action::PaletteText(typed.to_owned()));
        script.model.palette_entries().into_iter().map(|entry| entry.label).collect()
    }

    #[test]
    fn commands_are_found_by_part_of_their_name_and_anything_else_is_a_query() {
        let mut script = Script::listed(&[1], fine([1]));
        assert_eq!(script.model.palette_entries().len(), 0, "it is closed");
        assert_eq!(labels(&mut script, "").len(), MOST);
        assert_eq!(labels(&mut script, "theme dark"), ["Use dark theme", "Find requests: theme dark"]);
        assert_eq!(labels(&mut script, "> dark"), ["Use dark theme"]);
        assert_eq!(labels(&mut script, "acme")[0], "Switch to Acme");
        let many = labels(&mut script, "e");
        assert_eq!((many.len(), many.last().map(String::as_str)), (MOST, Some("Find requests: e")));
        assert_eq!(labels(&mut script, "user:jane"), ["Find requests: user:jane"]);
        assert_eq!(labels(&mut script, "jane@x"), ["Show the story of jane@x", "Find requests: jane@x"]);
        assert_eq!(labels(&mut script, "@ jane"), ["Show the story of jane"]);
        assert_eq!(labels(&mut script, "@"), Vec::<String>::new());
    }
}
