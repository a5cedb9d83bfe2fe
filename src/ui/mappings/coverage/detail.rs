//! One attribute beside the table: what its standing means, the figures behind it, what the tenant recorded, examples, and
//! what can be done. It names what differs and corrects nothing.

use egui::{Ui, vec2};

use super::{cover, look, table::marks_of};
use crate::{
    app::{
        Action, Model, help,
        mappings::{
            self, Do, Tab,
            coverage::{Against, Do as Cover, Silence},
        },
        requests,
    },
    domain::{
        coverage::{CoverageRow, Received, Standing},
        pretty,
    },
    ui::{
        icon,
        mappings::columns::whole_name,
        shell::{counted, grouped},
        theme::{Theme, space, text},
        when::Zone,
        widgets::{
            self,
            button::{Button, small_icon_button_ui},
            card::card_ui,
            scroll::scroll_ui,
            tag::tag_ui,
        },
    },
};

/// Width of a name before its value.
const NAME: f32 = 104.0;

/// Draws the pane.
pub(super) fn detail_ui(ui: &mut Ui, model: &Model, zone: &Zone, actions: &mut Vec<Action>) {
    let area = ui.max_rect();
    let Some((_, row)) = model.mappings.coverage.selected() else { return };
    ui.painter().rect_filled(area, 0.0, Theme::of(ui).base);
    scroll_ui(ui, "attribute", |ui| {
        egui::Frame::new().inner_margin(12.0).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing = vec2(space::S8, space::S8);
            ui.style_mut().interaction.selectable_labels = true;
            head_ui(ui, row, actions);
            name_ui(ui, row);
            let width = ui.available_width();
            widgets::label_ui(
                ui,
                text::BODY.wrapped(meaning(row, model.mappings.coverage.received.value()), Theme::of(ui).t1, width),
            );
            if let Some(silence) = model.mappings.coverage.silence {
                let words = since_words(silence, zone);
                widgets::label_ui(ui, text::BODY.wrapped(words, Theme::of(ui).t1, width));
            }
            causes_ui(ui, row, actions);
            verbs_ui(ui, model, row, actions);
            figures_ui(ui, model, row, zone);
            recorded_ui(ui, row);
            examples_ui(ui, row);
        });
    });
}

fn head_ui(ui: &mut Ui, row: &CoverageRow, actions: &mut Vec<Action>) {
    let (glyph, tone) = look(row.standing);
    ui.horizontal(|ui| {
        tag_ui(ui, tone, Some(glyph), row.standing.label());
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if small_icon_button_ui(ui, icon::X, "Close attribute").clicked() {
                cover(actions, Cover::Close);
            }
        });
    });
}

fn name_ui(ui: &mut Ui, row: &CoverageRow) {
    card_ui(ui, false, 8, |ui| {
        let width = ui.available_width();
        ui.set_width(width);
        let theme = Theme::of(ui);
        let name = pretty::visible(&row.attribute);
        let mut job = whole_name(theme, &name, &marks_of(row, &name));
        job.wrap.max_width = width;
        job.break_on_newline = true;
        widgets::label_ui(ui, job);
        if let Some(meant) = &row.meant {
            let words = format!("meant, by its letters: `{}`", mappings::short_name(meant));
            widgets::label_ui(ui, text::SMALL.prose(&words, theme.t2, theme.t1, width));
        }
    });
}

fn meaning(row: &CoverageRow, received: Option<&Received>) -> String {
    if let Some(received) = received.filter(|received| received.without_body > 0)
        && row.standing == Standing::NeverReceived
    {
        return format!(
            "None of the {} requests that are here with their bodies carried it. {} more came without a body.",
            grouped(received.requests),
            grouped(received.without_body)
        );
    }
    if row.built_in && row.standing == Standing::NeverReceived {
        return "Every tenant has this attribute mapped. The directory does not send it, which is fine unless the field \
                should be filled."
            .to_owned();
    }
    if row.built_in && !row.standing.needs_action() {
        return "Every tenant has this attribute mapped, and its value lands.".to_owned();
    }
    row.standing.meaning().to_owned()
}

/// Since when the tenant maps what nobody sends, and what came since.
fn since_words(Silence { arrival, requests, people }: Silence, zone: &Zone) -> String {
    let seen = zone.day_and_clock(arrival.seen);
    let when = match arrival.lacked {
        Some(lacked) => {
            let lacked = zone.day_and_clock(lacked);
            format!("The mapping came between {lacked} and {seen}, as far as this console has seen.")
        }
        None => format!("The mapping was there when this console first looked, {seen}."),
    };
    if requests == 0 {
        return format!("{when} Nothing came since: wait for the next cycle, or provision one person on demand.");
    }
    let came = if arrival.lacked.is_some() { "came since" } else { "are here" };
    format!(
        "{when} {}, about {}, {came}, and none carried it. A directory sends only what changed: see that its attribute \
         mapping has it, then restart provisioning.",
        counted(requests, "request", "requests"),
        counted(people, "person", "people")
    )
}

/// Pages on why nothing comes for what is mapped.
fn causes_ui(ui: &mut Ui, row: &CoverageRow, actions: &mut Vec<Action>) {
    if row.standing != Standing::NeverReceived || row.built_in {
        return;
    }
    for (id, words) in [
        ("mapping-source-never-sent", "Read why a directory may not send it"),
        ("restart-needed-after-mapping", "Read why a restart may be needed"),
    ] {
        if Button::link(words).icon(icon::BOOK_OPEN).small().show(ui).clicked() {
            actions.push(Action::Help(help::Do::Open(Some(id.to_owned()))));
        }
    }
}

fn verbs_ui(ui: &mut Ui, model: &Model, row: &CoverageRow, actions: &mut Vec<Action>) {
    let mappings = &model.mappings;
    ui.horizontal_wrapped(|ui| {
        let drafted = mappings.is_drafted(&row.attribute);
        if row.standing == Standing::Unmapped && !drafted {
            let reason = mappings.draft.value().is_none().then_some("The draft is being read");
            if Button::primary("Map it").icon(icon::PLUS).blocked(reason).show(ui).clicked() {
                actions.push(Action::Mappings(Do::Add(row.attribute.clone())));
            }
        } else if !row.built_in && (row.field.is_some() || drafted) {
            let wanted = row.meant.as_ref().unwrap_or(&row.attribute);
            if Button::new("Open its mapping").icon(icon::ARROWS_LEFT_RIGHT).show(ui).clicked() {
                actions.push(Action::Mappings(Do::ShowRow(wanted.clone())));
            }
        } else if row.standing.needs_action()
            && !row.built_in
            && Button::new("Open the draft").icon(icon::ARROWS_LEFT_RIGHT).show(ui).clicked()
        {
            actions.push(Action::Mappings(Do::Show(Tab::Form)));
        }
        if row.seen > 0 && Button::new("Show its requests").icon(icon::PULSE).show(ui).clicked() {
            actions.push(Action::Requests(requests::Do::SetQuery(mappings.coverage.query_of(row))));
        }
    });
}

fn fact_ui(ui: &mut Ui, name: &str, value: String) {
    let width = ui.available_width();
    ui.horizontal_top(|ui| {
        let (place, _) = ui.allocate_exact_size(vec2(NAME, 16.0), egui::Sense::hover());
        widgets::text_at(ui.painter(), place, widgets::Align::Left, text::SMALL.job(name, Theme::of(ui).t3));
        widgets::label_ui(ui, text::SMALL.wrapped(value, Theme::of(ui).t1, width - NAME - space::S8));
    });
}

fn figures_ui(ui: &mut Ui, model: &Model, row: &CoverageRow, zone: &Zone) {
    let requests = model.mappings.coverage.received.value().map_or(0, |received| received.requests);
    let whose = match model.mappings.against() {
        Against::Tenant => "With the tenant’s mappings",
        Against::Draft => "With this draft",
    };
    ui.add_space(space::S4);
    widgets::label_ui(ui, text::HEADING.job(whose, Theme::of(ui).t1));
    fact_ui(ui, "Goes to", row.field.clone().unwrap_or_else(|| "nothing".to_owned()));
    fact_ui(ui, "Received", format!("in {} of {} requests", grouped(row.seen), grouped(requests)));
    if row.empty > 0 {
        fact_ui(ui, "Without a value", format!("in {} of them", grouped(row.empty)));
    }
    if let Some(last) = row.last_seen {
        fact_ui(ui, "Last received", zone.day_and_clock(last));
    }
    if row.landed > 0 {
        fact_ui(ui, "Lands", grouped(row.landed));
    }
    if let Some(dropped) = &row.dropped {
        fact_ui(ui, "Is dropped", format!("{}: {}", grouped(dropped.count), dropped.reason));
    }
}

/// What happened at the time, which other mappings than today's may have decided.
fn recorded_ui(ui: &mut Ui, row: &CoverageRow) {
    if row.recorded_landed == 0 && row.recorded_dropped.is_empty() {
        return;
    }
    ui.add_space(space::S4);
    widgets::label_ui(ui, text::HEADING.job("By the tenant’s log, at the time", Theme::of(ui).t1));
    if row.recorded_landed > 0 {
        fact_ui(ui, "Landed", grouped(row.recorded_landed));
    }
    for reason in &row.recorded_dropped {
        fact_ui(ui, "Was dropped", format!("{}: {}", grouped(reason.count), pretty::visible(&reason.reason)));
    }
}

fn examples_ui(ui: &mut Ui, row: &CoverageRow) {
    if row.examples.is_empty() {
        return;
    }
    ui.add_space(space::S4);
    let theme = Theme::of(ui);
    widgets::label_ui(ui, text::HEADING.job("Newest values", theme.t1));
    let width = ui.available_width();
    for example in &row.examples {
        widgets::label_ui(ui, text::CODE.wrapped(pretty::visible(example), theme.t1, width));
    }
    widgets::label_ui(ui, text::SMALL.wrapped("On screen only. A copy leaves them out.", theme.t3, width));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::mapping::Arrival;

    #[test]
    fn what_is_mapped_and_not_sent_says_since_when_and_what_came() {
        let (lacked, seen) = ("2026-11-26T09:00:00Z".parse().unwrap(), "2026-11-26T10:00:00Z".parse().unwrap());
        let zone = Zone::default();
        let words = since_words(Silence { arrival: Arrival { seen, lacked: None }, requests: 0, people: 0 }, &zone);
        assert!(words.starts_with("The mapping was there when ") && words.contains("Nothing came since"), "{words}");
        let words =
            since_words(Silence { arrival: Arrival { seen, lacked: Some(lacked) }, requests: 12, people: 1 }, &zone);
        assert!(
            words.starts_with("The mapping came between ") && words.contains("12 requests, about 1 person, came"),
            "{words}"
        );
    }
}
