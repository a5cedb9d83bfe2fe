//! The filter bar: the query as chips, what is being typed, and importing a log.

use egui::Ui;

use super::views::views_ui;
use crate::{
    app::{Action, Causes, EvidenceFormat, Model, requests::Do},
    domain::{
        exchange::{Operation, Outcome},
        export::ExportFormat,
        journal::{Count, Listing, Source},
        problem::{Problem, Severity},
        query::{Field, condition, last_word},
    },
    ui::{
        icon,
        shell::{counted, is_modal},
        theme::space,
        widgets::{
            button::Button,
            menu::{Item, menu_title_ui, menu_ui},
            query::{Chip, QueryEvent, QueryField, Suggestion, query_id},
        },
    },
};

/// The accessible name of the field.
const NAME: &str = "Filter requests";
/// What can be pasted.
const PASTE: &str =
    "Ctrl V: a log, an error text, a browser recording, a cURL command, HTTP, a request with its answer";
/// What comes before a cause.
const CAUSE: &str = "cause:";
/// What can be typed, and what it means.
const FIELDS: [(&str, &str); 12] = [
    ("outcome:failure", "only failed requests"),
    ("outcome:warning", "requests of which something was dropped"),
    ("operation:", "by what was to be done"),
    ("status:", "by HTTP status, for example >=400"),
    ("user:", "by user; * stands for anything"),
    ("error:", "by error"),
    (CAUSE, "by what explains it; * stands for anything"),
    ("attr:", "by attribute received"),
    ("since:", "from a time on, for example 24h"),
    ("source:", "by who saw it"),
    ("client:", "by client"),
    ("path:", "by path"),
];

const STATUSES: [(&str, &str); 4] =
    [(">=400", "refused or failed"), ("4xx", "refused"), ("5xx", "the service failed"), ("2xx", "carried out")];
const MOMENTS: [(&str, &str); 4] =
    [("1h", "the last hour"), ("24h", "the last 24 hours"), ("7d", "the last 7 days"), ("30d", "the last 30 days")];
/// Most suggestions at a time.
const MOST: usize = 30;

/// Draws the bar.
pub(super) fn filter_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let requests = &model.requests;
    let chips: Vec<Chip> = requests.query.chips().iter().map(|chip| to_chip(&chip.text)).collect();
    let suggestions = suggestions(&requests.text, requests.listing.value(), model.overview.causes.value());
    let problem =
        requests.problem.as_ref().map(|error| Problem::new("query", "query", Severity::Error, error.to_string()));
    ui.add_space(space::S8);
    ui.horizontal(|ui| {
        ui.add_space(space::S12);
        ui.spacing_mut().item_spacing.x = space::S8;
        let views = Button::new("Views").icon(icon::BOOKMARK_SIMPLE).trailing(icon::CARET_DOWN);
        let import = Button::new("Import a log…").icon(icon::FILE_ARROW_UP).hover("Ctrl O");
        let paste = Button::new("Paste").icon(icon::CLIPBOARD_TEXT).name("Paste a log or an exchange").hover(PASTE);
        let export = Button::new("Export").icon(icon::EXPORT).trailing(icon::CARET_DOWN);
        let buttons = [&views, &import, &paste, &export].map(|button| button.width(ui)).iter().sum::<f32>();
        let width = ui.available_width() - buttons - 3.0 * space::S8 - 2.0 * space::S12;
        let mut text = requests.text.clone();
        let field = QueryField {
            name: NAME,
            hint: "Add a filter, for example status:>=400",
            chips: &chips,
            suggestions: &suggestions,
            problem: problem.as_ref(),
        };
        let event = field.show(ui, &mut text, width);
        if text != requests.text {
            actions.push(Action::Requests(Do::Text(text)));
        }
        match event {
            Some(QueryEvent::Settle) => actions.push(Action::Requests(Do::Submit)),
            Some(QueryEvent::Accept(index)) => {
                if let Some(suggestion) = suggestions.get(index) {
                    actions.push(Action::Requests(Do::Text(suggestion.text.clone())));
                    if !suggestion.text.ends_with(':') {
                        actions.push(Action::Requests(Do::Submit));
                    }
                }
            }
            Some(QueryEvent::Remove(index)) => actions.push(Action::Requests(Do::RemoveChip(index))),
            Some(QueryEvent::Edit(index)) => actions.push(Action::Requests(Do::EditChip(index))),
            Some(QueryEvent::Typed) | None => {}
        }
        let opener = views.hover("Queries that are asked again").show(ui);
        views_ui(&opener, model, actions);
        if import.show(ui).clicked() {
            actions.push(Action::ChooseImport);
        }
        if paste.show(ui).clicked() {
            actions.push(Action::Paste);
        }
        let opener = export.hover("The list as it is filtered").show(ui);
        menu_ui(&opener, "Export", 230.0, |ui| {
            let nothing = requests.is_empty().then_some("No request matches");
            let people = if model.settings.redaction { "People get aliases" } else { "People as they are named" };
            menu_title_ui(ui, people);
            for (format, glyph) in ExportFormat::ALL.into_iter().zip([icon::FILE_CSV, icon::FILE_TEXT]) {
                if Item::new(&format!("{}…", format.label())).icon(glyph).blocked(nothing).show(ui) {
                    actions.push(Action::Export(format));
                }
            }
            menu_title_ui(ui, "With diagnosis, bodies and headers");
            for format in EvidenceFormat::ALL {
                if Item::new(&format!("{}…", format.label())).icon(icon::STETHOSCOPE).blocked(nothing).show(ui) {
                    actions.push(Action::Report(format));
                }
            }
        });
    });
    let free = !ui.ctx().text_edit_focused() && !is_modal(ui);
    if free && ui.ctx().input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Slash)) {
        ui.ctx().memory_mut(|memory| memory.request_focus(query_id(NAME)));
    }
}

fn to_chip(text: &str) -> Chip {
    match text.split_once(':') {
        Some((key, value)) => Chip { key: format!("{key}:"), value: value.to_owned() },
        None => Chip { key: String::new(), value: text.to_owned() },
    }
}

/// What the last word that is typed may become, with all that is before it: fields, and the values that there are.
fn suggestions(typed: &str, listing: Option<&Listing>, causes: Option<&Causes>) -> Vec<Suggestion> {
    let last = last_word(typed);
    let minus = if typed[last..].starts_with('-') { 1 } else { 0 };
    let (before, word) = typed.split_at(last + minus);
    let found = match word.split_once(':') {
        Some((field, begun)) => values(field, begun, listing, causes),
        // After a word, the next one may be anything: fields are offered once it is begun.
        None if word.is_empty() && !before.is_empty() => Vec::new(),
        None => FIELDS
            .iter()
            .filter(|(text, _)| text.starts_with(&word.to_lowercase()))
            .map(|(text, meaning)| ((*text).to_owned(), (*meaning).to_owned()))
            .collect(),
    };
    found.into_iter().map(|(text, meaning)| Suggestion { text: format!("{before}{text}"), meaning }).collect()
}

/// The values of a field that begin so, then those that hold it somewhere.
fn values(field: &str, begun: &str, listing: Option<&Listing>, causes: Option<&Causes>) -> Vec<(String, String)> {
    let counted_in = |counts: fn(&Listing) -> &[Count]| {
        let counts = listing.map(counts).unwrap_or_default().iter().filter(|count| !count.key.is_empty());
        counts.map(|one| (one.key.clone(), counted(one.count, "request", "requests"))).collect::<Vec<_>>()
    };
    let known =
        |all: &[(&str, &str)]| all.iter().map(|(key, label)| ((*key).to_owned(), (*label).to_owned())).collect();
    let all: Vec<(String, String)> = match Field::from_key(field) {
        Some(Field::Outcome) => known(&Outcome::ALL.map(|one| (one.key(), one.label()))),
        Some(Field::Operation) => known(&Operation::ALL.map(|one| (one.key(), one.label()))),
        Some(Field::Source) => known(&Source::ALL.map(|one| (one.key(), one.label()))),
        Some(Field::Error) => counted_in(|listing| &listing.errors),
        Some(Field::Client) => counted_in(|listing| &listing.clients),
        Some(Field::Status) => known(&STATUSES),
        Some(Field::Since) => known(&MOMENTS),
        Some(Field::Cause) => {
            let causes = causes.map(|causes| causes.causes.as_slice()).unwrap_or_default();
            causes.iter().map(|cause| (cause.id.clone(), cause.title.clone())).collect()
        }
        _ => Vec::new(),
    };
    let begun = begun.trim_start_matches('"').to_lowercase();
    let (mut first, mut then) = (Vec::new(), Vec::new());
    for (value, meaning) in all {
        let folded = value.to_lowercase();
        let place = match folded.find(&begun) {
            _ if folded == begun => continue,
            Some(0) => &mut first,
            Some(_) => &mut then,
            None => continue,
        };
        place.push((condition(field, &value), meaning));
    }
    first.append(&mut then);
    first.truncate(MOST);
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::{Cause, Owner},
        domain::journal::Histogram,
    };

    #[test]
    fn fields_and_the_causes_of_this_tenant_are_suggested() {
        let cause = |id: &str| Cause {
            id: id.to_owned(),
            title: format!("About {id}"),
            owner: Owner::Token,
            severity: Severity::Error,
            requests: 1,
            people: 1,
            first: jiff::Timestamp::UNIX_EPOCH,
            last: jiff::Timestamp::UNIX_EPOCH,
            newest: 1,
        };
        let causes = Causes { causes: vec![cause("op-casing"), cause("op-unknown")], ..Causes::default() };
        let count = |key: &str| Count { key: key.to_owned(), count: 3 };
        let listing = Listing {
            keys: [1].into(),
            total: 1,
            first: Vec::new(),
            outcomes: Vec::new(),
            operations: Vec::new(),
            errors: ["uniqueness", "invalidFilter", "invalidValue", "mutability invalid"].map(count).into(),
            clients: ["Entra", "Azure AD", ""].map(count).into(),
            histogram: Histogram { start: jiff::Timestamp::UNIX_EPOCH, bar_seconds: 60, bars: Vec::new() },
        };
        let texts = |typed: &str, causes: Option<&Causes>| -> Vec<String> {
            suggestions(typed, Some(&listing), causes).into_iter().map(|suggestion| suggestion.text).collect()
        };
        for (typed, expected) in [
            ("ca", vec!["cause:"]),
            ("-cause:", vec!["-cause:op-casing", "-cause:op-unknown"]),
            ("error:inv", vec!["error:invalidFilter", "error:invalidValue", "error:\"mutability invalid\""]),
            ("error:uniqueness", vec![]),
            ("jane client:az", vec!["jane client:\"Azure AD\""]),
            ("client:", vec!["client:Entra", "client:\"Azure AD\""]),
            ("outcome:f", vec!["outcome:failure"]),
            ("jane ", vec![]),
            ("jane\u{a0}client:az", vec!["jane\u{a0}client:\"Azure AD\""]),
            ("client:\"Azure A", vec!["client:\"Azure AD\""]),
            ("\"a \\\" ca", vec![]),
            ("bogus:", vec![]),
            ("cause:op-c", vec!["cause:op-casing"]),
            ("cause:op-casing", vec![]),
        ] {
            assert_eq!(texts(typed, Some(&causes)), expected, "{typed}");
        }
        assert_eq!(texts("", None).len(), FIELDS.len(), "before anything is typed, every field");
        assert_eq!(texts("cause:", None), Vec::<String>::new(), "nothing is known yet");
    }
}
