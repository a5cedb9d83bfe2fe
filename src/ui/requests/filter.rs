//! The filter bar: the query as chips, what is being typed, and importing a log.

use egui::Ui;

use super::views::views_ui;
use crate::{
    app::{Action, Causes, EvidenceFormat, Model, requests::Do},
    domain::{
        export::ExportFormat,
        problem::{Problem, Severity},
        query::Query,
    },
    ui::{
        icon,
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
    ("operation:create", "only creates"),
    ("status:>=400", "by HTTP status"),
    ("user:", "by user; * stands for anything"),
    ("error:uniqueness", "by error"),
    (CAUSE, "by what explains it; * stands for anything"),
    ("attr:", "by attribute received"),
    ("since:24h", "the last 24 hours"),
    ("source:console", "what this console sent"),
    ("client:okta", "by client"),
    ("path:", "by path"),
];

/// Draws the bar.
pub(super) fn filter_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let requests = &model.requests;
    let chips: Vec<Chip> = requests.query.chips().iter().map(|chip| to_chip(&chip.text)).collect();
    let suggestions = suggestions(&requests.text, model.overview.causes.value());
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
            let people = if model.settings.redaction { "People get aliases" } else { "People as they are named" };
            menu_title_ui(ui, people);
            for (format, glyph) in ExportFormat::ALL.into_iter().zip([icon::FILE_CSV, icon::FILE_TEXT]) {
                if Item::new(&format!("{}…", format.label())).icon(glyph).show(ui) {
                    actions.push(Action::Export(format));
                }
            }
            menu_title_ui(ui, "With diagnosis, bodies and headers");
            for format in EvidenceFormat::ALL {
                if Item::new(&format!("{}…", format.label())).icon(icon::STETHOSCOPE).show(ui) {
                    actions.push(Action::Report(format));
                }
            }
        });
    });
    let free = !ui.ctx().egui_wants_keyboard_input();
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

fn suggestions(typed: &str, causes: Option<&Causes>) -> Vec<Suggestion> {
    let typed = typed.trim_start_matches('-');
    if let (Some(name), Some(causes)) = (typed.strip_prefix(CAUSE), causes) {
        let begun = causes.causes.iter().filter(|cause| cause.id.starts_with(name) && cause.id != name);
        return begun
            .map(|cause| Suggestion { text: format!("{CAUSE}{}", cause.id), meaning: cause.title.clone() })
            .collect();
    }
    if typed.is_empty() || Query::parse(typed).is_ok() && typed.contains(':') && !typed.ends_with(':') {
        return Vec::new();
    }
    FIELDS
        .iter()
        .filter(|(text, _)| text.starts_with(typed))
        .map(|(text, meaning)| Suggestion { text: (*text).to_owned(), meaning: (*meaning).to_owned() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Cause, Owner};

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
        let texts = |typed: &str, causes: Option<&Causes>| -> Vec<String> {
            suggestions(typed, causes).into_iter().map(|suggestion| suggestion.text).collect()
        };
        for (typed, expected) in [
            ("ca", vec!["cause:"]),
            ("-cause:", vec!["cause:op-casing", "cause:op-unknown"]),
            ("cause:op-c", vec!["cause:op-casing"]),
            ("cause:op-casing", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(texts(typed, Some(&causes)), expected, "{typed}");
        }
        assert_eq!(texts("cause:", None), ["cause:"], "nothing is known yet");
    }
}
