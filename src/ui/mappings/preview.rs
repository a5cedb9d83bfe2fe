//! What of a real request would land with this draft, and what would be dropped and why.

use egui::{Rect, ScrollArea, Sense, Stroke, Ui, pos2, vec2};

use crate::{
    app::{Action, Model, mappings::Do},
    domain::{attribute::DEFAULTS, pretty},
    ui::{
        icon,
        shell::region,
        theme::{Theme, Tone, space, text},
        widgets::{Align, empty::nothing_ui, hairline, select::Select, text_at},
    },
};

/// Draws the pane.
pub(super) fn preview_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let area = ui.max_rect();
    hairline(ui.painter(), area.left_top(), area.left_bottom(), theme.line);
    let inner = area.shrink2(vec2(space::S14, space::S12));
    let head = Rect::from_min_size(inner.min, vec2(inner.width(), 18.0));
    text_at(ui.painter(), head, Align::Left, text::HEADING.job("What lands in the profile", theme.t1));
    let body = inner.with_min_y(head.bottom() + space::S8);
    let payloads = model.mappings.payloads.value().map_or(&[][..], Vec::as_slice);
    if payloads.is_empty() {
        nothing_ui(
            ui,
            body,
            Some(icon::PULSE),
            "Once a create or update was received, it is tried on this draft here.",
        );
        return;
    }
    let names: Vec<String> = payloads
        .iter()
        .map(|(row, _)| {
            let user = row.summary.user.as_deref().unwrap_or("no user");
            format!("{} {user}, {}", row.summary.method, row.summary.operation.label().to_lowercase())
        })
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    region(ui, Rect::from_min_size(body.min, vec2(body.width(), space::CONTROL)), |ui| {
        let select = Select::new("Request to preview").no_label().icon(icon::PULSE);
        if let Some(next) = select.show(ui, &names, Some(model.mappings.payload)) {
            actions.push(Action::Mappings(Do::Payload(next)));
        }
    });
    region(ui, body.with_min_y(body.top() + space::CONTROL + space::S8), |ui| {
        ScrollArea::vertical().id_salt("preview").auto_shrink(false).show(ui, |ui| lines_ui(ui, model));
    });
}

fn lines_ui(ui: &mut Ui, model: &Model) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let shown = |value: &serde_json::Value| {
        pretty::visible(&value.as_str().map_or_else(|| value.to_string(), str::to_owned)).into_owned()
    };
    let preview = &model.mappings.preview;
    for landed in &preview.landed {
        let field =
            DEFAULTS.iter().find(|d| d.profile_field == landed.field).map_or(landed.field.as_str(), |d| d.label);
        line_ui(ui, &landed.attribute, field, &shown(&landed.value), None);
    }
    for dropped in &preview.dropped {
        line_ui(ui, &dropped.attribute, "", &shown(&dropped.value), Some(&dropped.reason));
    }
    for row in model.mappings.rows() {
        let short = row.attribute.rsplit(':').next().unwrap_or(&row.attribute);
        let here = |attribute: &String| attribute == short || attribute.ends_with(&format!(":{short}"));
        let seen =
            preview.landed.iter().map(|l| &l.attribute).chain(preview.dropped.iter().map(|d| &d.attribute)).any(here);
        if !seen && !short.is_empty() {
            line_ui(ui, short, &row.field, "Not in this request", None);
        }
    }
}

fn line_ui(ui: &mut Ui, attribute: &str, field: &str, value: &str, dropped: Option<&str>) {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), space::PREVIEW_ROW), Sense::hover());
    let short = attribute.rsplit(':').next().unwrap_or(attribute).replace("[type eq \"work\"].value", "[work]");
    let half = rect.left() + rect.width() * 0.44;
    let left = Rect::from_min_max(rect.min, pos2(half - space::S8, rect.bottom()));
    let right = Rect::from_min_max(pos2(half, rect.top()), rect.max);
    let struck = |mut job: egui::text::LayoutJob| {
        for section in &mut job.sections {
            section.format.strikethrough = Stroke::new(1.0, theme.t3);
        }
        job
    };
    match dropped {
        None => {
            text_at(ui.painter(), left, Align::Left, text::MONO_SM.cut(short, theme.t1, left.width()));
            let mut job = text::SMALL.cut(format!("→ {field}  "), theme.t3, right.width());
            job.append(value, 0.0, text::SMALL.format(theme.t1));
            text_at(ui.painter(), right, Align::Left, job);
            response.on_hover_text(format!("{attribute} → {field}: {value}"));
        }
        Some(reason) => {
            text_at(ui.painter(), left, Align::Left, struck(text::MONO_SM.cut(short, theme.t3, left.width())));
            let words = text::SMALL.cut(reason, theme.hue(Tone::Fail).text, right.width());
            text_at(ui.painter(), right, Align::Left, words);
            response.on_hover_text(format!("{attribute}: {value}\n{reason}"));
        }
    }
    hairline(ui.painter(), rect.left_bottom(), rect.right_bottom(), theme.line);
}
