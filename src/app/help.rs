//! Help: the keyboard shortcuts, and the pages of the known causes, which tell what each looks like, why it happens and how
//! to mend it; found by words.

use serde_json::Value;

use super::{
    Action, Model, Screen,
    mappings::{self, coverage},
};
use crate::{
    diagnosis::{CATALOGUE, EXAMPLES, Example, Pattern, example},
    domain::{coverage::Standing, profile::ProfileId},
    engine::Pasted,
};

/// What a person does here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Do {
    /// Open the pages, at one of them where an id is given.
    Open(Option<String>),
    /// Open the keyboard shortcuts, or turn to them.
    Shortcuts,
    /// Close them.
    Close,
    /// Look for words.
    Text(String),
    /// Play an example of the open page into the practice tenant, and open it there.
    Try,
    /// Turn to a page.
    Choose(String),
}

/// The pages, while they are open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Help {
    /// What is looked for.
    pub text: String,
    /// The ids of the pages that hold it, by part of provisioning and title.
    pub shown: Vec<&'static str>,
    /// The lines of the list: each page below the part of provisioning that it is of.
    pub lines: Vec<Line>,
    /// The id of the page that is open.
    pub chosen: &'static str,
    /// Whether the keyboard shortcuts show in its place.
    pub shortcuts: bool,
}

/// A line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// The keyboard shortcuts.
    Shortcuts,
    /// A part of provisioning, above its pages.
    Head(&'static str),
    /// A page, by id.
    Page(&'static str),
}

/// Which of the requests of an example is opened, as they are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opens {
    First,
    Last,
}

impl Model {
    /// Carries an action on the pages out.
    pub(super) fn help_do(&mut self, action: Do) {
        match (action, &mut self.help) {
            (Do::Open(at), help) => *help = Some(Help::open(at.as_deref())),
            (Do::Shortcuts, help) => help.get_or_insert_with(|| Help::open(None)).shortcuts = true,
            (Do::Close, help) => *help = None,
            (Do::Try, Some(help)) => {
                let chosen = help.chosen;
                self.play_example(chosen);
            }
            (action, Some(help)) => help.update(action),
            (_, None) => {}
        }
    }

    fn play_example(&mut self, id: &str) {
        let fresh = self.fresh_ids.next();
        let Some(example) = example(id, self.now, &fresh) else { return };
        self.help = None;
        self.update(Action::Switch(ProfileId::sandbox()));
        // A customer's journal is no place for an invented request, nor their mapping for an invented row.
        if !self.current.is_sandbox() {
            self.notices.say(self.now, "The practice tenant is not running; start it first");
            return;
        }
        match example {
            Example::Input(input) => self.play(&input, Opens::Last),
            Example::First(requests) => self.play(&requests.into(), Opens::First),
            Example::Rows(rows) => {
                self.update(Action::Go(Screen::Mappings));
                self.update(Action::Mappings(mappings::Do::Show(mappings::Tab::Form)));
                self.update(Action::Mappings(mappings::Do::AddRows(rows)));
            }
            // What is missing shows where all that is mapped is held against all that was received.
            Example::Unsent(rows) => {
                let never = Some(Standing::NeverReceived);
                self.update(Action::Go(Screen::Mappings));
                for shown in [
                    mappings::Do::AddRows(rows),
                    mappings::Do::Show(mappings::Tab::Coverage),
                    mappings::Do::Coverage(coverage::Do::Against(coverage::Against::Draft)),
                    mappings::Do::Coverage(coverage::Do::Only(never)),
                ] {
                    self.update(Action::Mappings(shown));
                }
            }
        }
    }

    /// Imports requests, and opens the first or the last of them when they are there.
    fn play(&mut self, input: &Value, opens: Opens) {
        let running = self.imports.report.loading();
        self.update(Action::ImportPasted(Pasted(input.to_string().into_bytes())));
        let job = self.imports.report.loading().filter(|job| Some(*job) != running);
        self.example = job.map(|job| (job, opens));
    }
}

impl Help {
    /// Opens the pages.
    #[must_use]
    pub fn open(at: Option<&str>) -> Self {
        let shown = matching("");
        let known = at.and_then(|id| CATALOGUE.get_key_value(id)).map(|(id, _)| id.as_str());
        let chosen = known.or_else(|| shown.first().copied()).unwrap_or_default();
        Self { text: String::new(), lines: lines(&shown, ""), shown, chosen, shortcuts: false }
    }

    /// Carries an action out.
    pub fn update(&mut self, action: Do) {
        match action {
            Do::Text(text) => {
                self.shown = matching(&text);
                self.lines = lines(&self.shown, &text);
                let is_of_keys = "keyboard shortcuts".contains(&text.trim().to_lowercase());
                self.shortcuts &= is_of_keys || self.shown.is_empty();
                self.text = text;
                if !self.shown.contains(&self.chosen) {
                    self.chosen = self.shown.first().copied().unwrap_or(self.chosen);
                }
            }
            Do::Choose(id) => {
                if let Some((id, _)) = CATALOGUE.get_key_value(&id) {
                    self.chosen = id;
                    self.shortcuts = false;
                }
            }
            Do::Open(_) | Do::Shortcuts | Do::Close | Do::Try => {}
        }
    }

    /// Whether there is an example of the open page.
    #[must_use]
    pub fn has_example(&self) -> bool {
        !self.shortcuts && EXAMPLES.contains_key(self.chosen)
    }

    /// The page that is open.
    #[must_use]
    pub fn page(&self) -> Option<&'static Pattern> {
        CATALOGUE.get(self.chosen).filter(|_| !self.shortcuts)
    }
}

/// The pages that hold every word of a text.
fn matching(text: &str) -> Vec<&'static str> {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    let holds = |pattern: &&Pattern| {
        let page = [&pattern.id, &pattern.title, &pattern.looks_like, &pattern.cause, &pattern.category];
        let page = page.map(|part| part.to_lowercase());
        words.iter().all(|word| page.iter().any(|part| part.contains(word)))
    };
    let mut found: Vec<&Pattern> = CATALOGUE.values().filter(holds).collect();
    found.sort_by_key(|pattern| (&pattern.category, &pattern.title));
    found.into_iter().map(|pattern| pattern.id.as_str()).collect()
}

/// The lines of the list for these pages.
fn lines(shown: &[&'static str], text: &str) -> Vec<Line> {
    let searched = text.trim().to_lowercase();
    let mut lines = Vec::from_iter("keyboard shortcuts".contains(&searched).then_some(Line::Shortcuts));
    let mut part = "";
    for page in shown.iter().filter_map(|id| CATALOGUE.get(*id)) {
        if page.category != part {
            part = &page.category;
            lines.push(Line::Head(part));
        }
        lines.push(Line::Page(&page.id));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::script::{Script, acme, failed, fine, is_list, job},
        engine::{Command, ImportReport, News, Whereabouts},
    };

    #[test]
    fn a_page_is_found_by_its_words_and_stays_open_while_it_is_among_them() {
        let mut help = Help::open(Some("token-invalid-or-expired"));
        assert_eq!((help.chosen, help.shown.len()), ("token-invalid-or-expired", CATALOGUE.len()));
        help.update(Do::Text("TOKEN expired".to_owned()));
        assert!(help.shown.contains(&"token-invalid-or-expired") && help.shown.len() < 20, "{:?}", help.shown);
        assert_eq!(help.chosen, "token-invalid-or-expired");
        help.update(Do::Text("nothing holds these words".to_owned()));
        assert_eq!((help.shown.len(), help.chosen), (0, "token-invalid-or-expired"));
        assert_ne!(Help::open(Some("no such page")).chosen, "");
    }

    #[test]
    fn the_list_has_heads_and_the_shortcuts_stand_first_and_are_left_for_a_page() {
        let mut script = Script::listed(&[1], fine([1]));
        script.act(Action::Help(Do::Shortcuts));
        let help = |script: &Script| script.model.help.clone().expect("it is open");
        assert!(help(&script).shortcuts && help(&script).page().is_none());
        let lines = help(&script).lines;
        assert_eq!(lines[0], Line::Shortcuts);
        assert!(matches!(lines[1..3], [Line::Head(_), Line::Page(_)]), "{:?}", &lines[..3]);
        let heads: Vec<&Line> = lines.iter().filter(|line| matches!(line, Line::Head(_))).collect();
        let kinds: std::collections::BTreeSet<&str> = CATALOGUE.values().map(|page| page.category.as_str()).collect();
        assert_eq!(heads.len(), kinds.len(), "each part once");
        script.act(Action::Help(Do::Choose("op-casing".to_owned())));
        assert_eq!(help(&script).page().map(|page| page.id.as_str()), Some("op-casing"));
    }

    fn is_paste(command: &Command) -> bool {
        matches!(command, Command::ImportPasted { .. })
    }

    fn played(script: &mut Script) -> Vec<crate::engine::Order> {
        script.act(Action::Help(Do::Open(Some("op-casing".to_owned()))));
        script.act(Action::Help(Do::Try))
    }

    #[test]
    fn an_example_goes_into_the_practice_tenant_whoever_is_at_work_and_is_opened_there() {
        let mut script = Script::listed(&[1], fine([1]));
        script.act(Action::Switch(acme().id));
        let orders = played(&mut script);
        let import = job(&orders, is_paste);
        let into_the_sandbox =
            |command: &Command| matches!(command, Command::ImportPasted { profile, .. } if profile.is_sandbox());
        job(&orders, into_the_sandbox);
        script.list(&[1], fine([1]));
        assert!(!script.model.requests.detail_open, "it is not there yet");
        script.answer(import, News::Imported(Box::new(ImportReport { imported: 1, ..ImportReport::default() })));
        job(&script.orders(), is_list);
        script.list(&[2, 1], fine([2, 1]));
        assert_eq!((script.model.requests.detail_open, script.model.requests.selected), (true, Some(2)));
    }

    #[test]
    fn an_example_of_one_request_is_opened_whatever_came_after_it() {
        let mut script = Script::listed(&[1], fine([1]));
        let import = job(&played(&mut script), is_paste);
        let at = jiff::Timestamp::UNIX_EPOCH;
        let whereabouts = Whereabouts { from: at, to: at, source: None, failed: 1, key: Some(2), ends: Some((2, 2)) };
        let report = ImportReport { imported: 1, whereabouts: Some(whereabouts), ..ImportReport::default() };
        script.answer(import, News::Imported(Box::new(report)));
        script.list(&[3, 2, 1], fine([3, 2, 1]));
        assert_eq!((script.model.requests.detail_open, script.model.requests.selected), (true, Some(2)));
    }

    #[test]
    fn of_an_example_of_several_the_one_that_shows_the_cause_is_opened_whatever_stands_between() {
        for (page, opened) in [("deactivation-not-sent", 2), ("soft-delete-recreate-conflict", 5)] {
            let mut script = Script::listed(&[1], fine([1]));
            script.act(Action::Help(Do::Open(Some(page.to_owned()))));
            let import = job(&script.act(Action::Help(Do::Try)), is_paste);
            let at = jiff::Timestamp::UNIX_EPOCH;
            let whereabouts = Whereabouts { from: at, to: at, source: None, failed: 0, key: None, ends: Some((2, 5)) };
            let report = ImportReport { imported: 3, whereabouts: Some(whereabouts), ..ImportReport::default() };
            script.answer(import, News::Imported(Box::new(report)));
            script.list(&[6, 5, 4, 3, 2, 1], fine([6, 5, 4, 3, 2, 1]));
            assert_eq!(
                (script.model.requests.detail_open, script.model.requests.selected),
                (true, Some(opened)),
                "{page}"
            );
        }
    }

    #[test]
    fn what_is_mapped_and_never_sent_is_shown_among_all_that_is_mapped() {
        let mut script = Script::listed(&[1], fine([1]));
        script.act(Action::Help(Do::Open(Some("mapping-source-never-sent".to_owned()))));
        script.act(Action::Help(Do::Try));
        let mappings = &script.model.mappings;
        assert_eq!((script.model.screen, mappings.tab), (Screen::Mappings, mappings::Tab::Coverage));
        assert_eq!(mappings.against(), coverage::Against::Draft);
        assert_eq!(mappings.coverage.only, Some(Standing::NeverReceived));
    }

    #[test]
    fn an_example_that_was_not_read_opens_nothing_later() {
        let mut script = Script::listed(&[1], fine([1]));
        let import = job(&played(&mut script), is_paste);
        script.answer(import, failed());
        let other = job(&script.act(Action::ImportPasted(Pasted(b"x".to_vec()))), is_paste);
        script.answer(other, News::Imported(Box::new(ImportReport { imported: 1, ..ImportReport::default() })));
        if script.model.requests.listing.loading().is_some() {
            script.list(&[2, 1], fine([2, 1]));
        }
        assert!(!script.model.requests.detail_open);
    }
}
