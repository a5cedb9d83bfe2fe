//! The command palette: commands by name, people by any part of theirs, and requests by a query. People are looked for in
//! the journal; it never does anything by itself.

use super::{Action, Model, Remote, Screen, forgetting, help, requests, settings, settings::ThemeChoice, story, trial};
use crate::{
    diagnosis::EvidenceFormat,
    domain::{
        export::ExportFormat,
        failure::Failure,
        journal::Count,
        pretty::{counted, visible},
        query::{GroupBy, Pattern, Query, Term, condition},
    },
    engine::{Command, JobId},
};

/// At most this many lines.
const MOST: usize = 10;
/// Of them, at most this many commands where something is typed, and this many people.
const MOST_COMMANDS: usize = 5;
const MOST_PEOPLE: usize = 4;
/// From so many letters on, people are looked for.
const LETTERS: usize = 2;

/// The palette while it is open.
#[derive(Debug, Default)]
pub struct Palette {
    /// What is typed.
    pub text: String,
    people: Remote<Vec<Count>>,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Something to do.
    Command,
    /// Requests to list.
    Requests,
    /// Somebody, and their story.
    Person,
}

/// One line of the palette.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// What it does: "Open Mappings".
    pub label: String,
    /// What there is to know about it besides: "20 requests".
    pub detail: String,
    /// Its shortcut, where there is one.
    pub keys: &'static str,
    /// Other words by which it is found.
    pub also: &'static str,
    /// What it does.
    pub action: Action,
    /// What it does as a filter of the list, where it can be one.
    pub filter: Option<Action>,
}

impl Entry {
    fn command(label: impl Into<String>, keys: &'static str, action: Action) -> Self {
        let (detail, also) = (String::new(), "");
        Self { kind: Kind::Command, label: label.into(), detail, keys, also, action, filter: None }
    }

    const fn also(mut self, words: &'static str) -> Self {
        self.also = words;
        self
    }

    /// Whether it has each word that is typed, or another word for it.
    fn fits(&self, wanted: &str) -> bool {
        let label = self.label.to_lowercase();
        wanted
            .split_whitespace()
            .all(|word| label.contains(word) || self.also.split_whitespace().any(|other| other.starts_with(word)))
    }
}

impl Model {
    /// Something else is typed: people are looked for anew.
    pub(super) fn palette_typed(&mut self, text: String) {
        let mut palette = self.palette.take().unwrap_or_default();
        palette.text = text;
        if let Some(job) = palette.people.loading() {
            self.orders.cancel(job);
        }
        let name = palette.name();
        if name.chars().count() >= LETTERS {
            let query = Box::new(Query::everything().with(Term::User(Pattern(format!("*{name}*")))));
            let command = Command::Group { profile: self.current.clone(), query, by: GroupBy::User };
            palette.people.start(self.orders.ask("people wanted by the palette", command));
        }
        self.palette = Some(palette);
    }

    /// People were found, or could not be looked for.
    pub(super) fn people_found(&mut self, job: JobId, result: Result<Vec<Count>, Failure>) {
        if let Some(palette) = &mut self.palette {
            palette.people.resolve(job, result);
        }
    }

    /// The lines that match what is typed, at most ten: commands, then requests, then people. What is looked for in the
    /// journal comes last, so that no line moves under the hand of whoever presses Enter.
    #[must_use]
    pub fn palette_entries(&self) -> Vec<Entry> {
        let Some(palette) = &self.palette else { return Vec::new() };
        let typed = palette.text.trim();
        if typed.starts_with('@') {
            let (people, name) = (palette.people(), palette.name());
            // Whoever is there comes before whoever is only typed.
            return if people.is_empty() && !name.is_empty() { vec![story_of(name)] } else { people };
        }
        let wanted = typed.trim_start_matches('>').trim().to_lowercase();
        let mut entries: Vec<Entry> = self.commands();
        entries.retain(|entry| entry.fits(&wanted));
        let only_commands = wanted.is_empty() || typed.starts_with('>');
        entries.truncate(if only_commands { MOST } else { MOST_COMMANDS });
        if !only_commands {
            let is_name = typed.contains('@') && !typed.contains(':');
            let is_told = entries.is_empty() && is_name;
            if is_told {
                entries.push(story_of(typed));
            }
            let action = Action::Requests(requests::Do::SetQuery(typed.to_owned()));
            let found = Entry::command(format!("Find requests: {typed}"), "Enter", action);
            entries.push(Entry { kind: Kind::Requests, ..found });
            entries.extend(
                palette.people().into_iter().filter(|person| !is_told || !person.label.eq_ignore_ascii_case(typed)),
            );
        }
        entries
    }

    fn commands(&self) -> Vec<Entry> {
        let entry = |label: &str, keys, action| Entry::command(label, keys, action);
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
            entry("Import a log…", "Ctrl O", Action::ChooseImport).also("open file"),
            entry("Paste what is on the clipboard", "Ctrl V", Action::Paste).also("import"),
            entry("Keyboard shortcuts", "F1", Action::Help(help::Do::Shortcuts)).also("help keys hotkeys"),
            entry("Export the list as CSV…", "", Action::Export(ExportFormat::Csv)),
            entry("Read about known causes…", "", Action::Help(help::Do::Open(None))).also("help errors"),
            entry("Save the evidence of the list as a page…", "", Action::Report(EvidenceFormat::Html)),
            entry("Export the list as JSON lines…", "", Action::Export(ExportFormat::JsonLines)),
            entry("Forget requests…", "", Action::Forgetting(forgetting::Do::Open(None))),
            entry("Show failed requests", "", Action::Requests(requests::Do::SetQuery("outcome:failure".to_owned()))),
            entry("Show all requests", "", Action::Requests(requests::Do::SetQuery(String::new()))),
            entry("Review & apply mappings…", "", Action::Mappings(super::mappings::Do::Review)),
            entry("Use dark theme", "", Action::Settings(settings::Do::Theme(ThemeChoice::Dark))),
            entry("Use light theme", "", Action::Settings(settings::Do::Theme(ThemeChoice::Light))),
        ]);
        for (zoom, label, keys) in self.settings.zooms() {
            all.push(
                Entry::command(label, keys, Action::Settings(settings::Do::Zoom(zoom))).also("size bigger smaller"),
            );
        }
        if self.requests.detail_open && self.requests.has_reply() {
            let copy = requests::diagnosis::Do::Copy { when: String::new() };
            all.push(entry("Copy reply", "Ctrl Shift C", Action::Diagnosis(copy)).also("answer ticket"));
        }
        if self.screen == Screen::Trial {
            // Nothing is sent whose requests are not on screen.
            all.insert(0, entry("Run test provision", "Ctrl Enter", Action::Trial(trial::Do::Run)));
        }
        if let Some(user) = self.requests.selected_row().and_then(|row| row.summary.user.as_deref()) {
            all.insert(0, Entry { keys: "S", kind: Kind::Command, ..story_of(user) });
        }
        let query = self.requests.effective().to_string();
        if !query.is_empty() {
            all.push(entry("Save this view…", "", Action::Settings(self.settings.naming(query))));
        }
        for view in &self.settings.views {
            let show = Action::Requests(requests::Do::SetQuery(view.query.clone()));
            all.push(Entry::command(format!("Show view: {}", view.name), "", show));
        }
        for profile in self.all_profiles() {
            if profile.id != self.current {
                let switch = Action::Switch(profile.id.clone());
                all.push(
                    Entry::command(format!("Switch to {}", profile.name), "Ctrl P", switch).also("tenant profile"),
                );
            }
        }
        all
    }
}

impl Palette {
    /// Whom what is typed may name.
    fn name(&self) -> &str {
        let typed = self.text.trim();
        if typed.starts_with('>') || typed.contains(':') { "" } else { typed.trim_start_matches('@').trim() }
    }

    /// Who goes by what is typed, as far as they are found. Those found for fewer letters still stand until others come.
    fn people(&self) -> Vec<Entry> {
        let name = self.name().to_lowercase();
        if name.chars().count() < LETTERS {
            return Vec::new();
        }
        let found = self.people.value().into_iter().flatten();
        let fits = found.filter(|person| person.key.to_lowercase().contains(&name));
        fits.take(MOST_PEOPLE).map(|person| Entry { detail: requests_of(person), ..person_of(&person.key) }).collect()
    }
}

fn requests_of(person: &Count) -> String {
    counted(person.count, "request", "requests")
}

/// Somebody who is in the journal.
fn person_of(name: &str) -> Entry {
    Entry { label: visible(name).into_owned(), ..story_of(name) }
}

/// The story of whoever goes by this.
fn story_of(name: &str) -> Entry {
    let action = Action::Story(story::Do::Open(name.to_owned()));
    let filter = Some(Action::Requests(requests::Do::SetQuery(condition("user", name))));
    Entry { kind: Kind::Person, filter, ..Entry::command(format!("Show the story of {name}"), "", action) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::script::{Script, fine, job},
        engine::News,
    };

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
        assert_eq!((many.len(), many.last().map(String::as_str)), (MOST_COMMANDS + 1, Some("Find requests: e")));
        assert_eq!(labels(&mut script, "user:jane"), ["Find requests: user:jane"]);
        assert_eq!(labels(&mut script, "jane@x"), ["Show the story of jane@x", "Find requests: jane@x"]);
        assert_eq!(labels(&mut script, "jane"), ["Find requests: jane"], "it may be a word of an error");
        assert_eq!(labels(&mut script, "@ jane"), ["Show the story of jane"]);
        let filter = script.model.palette_entries().swap_remove(0).filter;
        assert_eq!(filter, Some(Action::Requests(requests::Do::SetQuery("user:jane".to_owned()))));
        assert_eq!(labels(&mut script, "@"), Vec::<String>::new());
    }

    #[test]
    fn the_words_that_people_try_find_their_command_first() {
        let mut script = Script::listed(&[1], fine([1]));
        for (typed, first) in [
            ("help", "Keyboard shortcuts"),
            ("shortcut", "Keyboard shortcuts"),
            ("paste", "Paste what is on the clipboard"),
            ("import", "Import a log…"),
            ("export", "Export the list as CSV…"),
            ("zoom", "Zoom in"),
        ] {
            assert_eq!(labels(&mut script, typed)[0], first, "{typed}");
        }
        script.model.requests.detail_open = true;
        let record = serde_json::from_value(serde_json::json!({"source": "tenant", "summary": {
            "id": "r1", "at": "2026-11-24T11:59:00Z", "method": "POST", "path": "/scim/v2/Users", "status": 401,
            "outcome": "failure", "operation": "create", "user": null, "resourceId": null, "scimType": null,
            "detail": null, "durationMs": 9, "client": "Entra"}, "exchange": null, "landing": null, "event": null}));
        let findings = crate::diagnosis::diagnose(&crate::diagnosis::Case::of(&record.unwrap()));
        assert!(!findings.is_empty());
        script.model.requests.diagnosis.findings = findings;
        assert_eq!(labels(&mut script, "copy")[0], "Copy reply");
    }

    #[test]
    fn people_are_found_by_part_of_their_name_and_open_their_story() {
        let mut script = Script::listed(&[1], fine([1]));
        script.orders();
        let orders = script.act(Action::PaletteText("ad".to_owned()));
        let search = job(&orders, |command| match command {
            Command::Group { by: GroupBy::User, query, .. } => query.to_string() == "user:*ad*",
            _ => false,
        });
        let count = |key: &str, count| Count { key: key.to_owned(), count };
        script.answer(
            search,
            News::Grouped(vec![count("adaeze@x.com", 20), count("ada@x.com", 1), count("bo@x.com", 1)]),
        );
        let people = |script: &Script| {
            let entries = script.model.palette_entries().into_iter().filter(|entry| entry.kind == Kind::Person);
            entries.map(|entry| format!("{}, {}", entry.label, entry.detail)).collect::<Vec<_>>()
        };
        assert_eq!(people(&script), ["adaeze@x.com, 20 requests", "ada@x.com, 1 request"]);
        let orders = script.act(Action::PaletteText("ada@".to_owned()));
        assert_eq!(
            people(&script),
            ["Show the story of ada@, ", "ada@x.com, 1 request"],
            "what was found still stands"
        );
        script.act(Action::PaletteText("@ada@".to_owned()));
        assert_eq!(people(&script), ["ada@x.com, 1 request"], "whoever is there comes before whoever is only typed");
        job(&orders, |command| matches!(command, Command::Group { .. }));
        let chosen = script.model.palette_entries().into_iter().find(|entry| entry.label == "ada@x.com").unwrap();
        assert_eq!(chosen.action, Action::Story(story::Do::Open("ada@x.com".to_owned())));
        assert_eq!(chosen.filter, Some(Action::Requests(requests::Do::SetQuery("user:ada@x.com".to_owned()))));
        let quiet =
            |orders: Vec<crate::engine::Order>| !orders.iter().any(|o| matches!(o.command, Command::Group { .. }));
        assert!(quiet(script.act(Action::PaletteText("> ada".to_owned()))));
        assert!(quiet(script.act(Action::PaletteText("a".to_owned()))), "one letter is nobody");
    }
}
