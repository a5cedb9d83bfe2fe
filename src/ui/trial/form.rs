//! The sample user, how the requests are shaped, and the button that runs it all. A value is typed here and kept elsewhere.

use egui::{Rect, Sense, Ui, pos2, vec2};

use super::head_of;
use crate::{
    app::{Action, Live, Model, trial::Do},
    domain::{attribute::ENTERPRISE_USER, mapping::MappingRow, profile::Environment, trial::Dialect},
    ui::{
        icon,
        shell::region,
        theme::{Theme, Tone, space, text},
        widgets::{
            self, Align,
            button::Button,
            choice::checkbox_ui,
            field::{Field, field_label_ui},
            hairline,
            key_cap::key_cap_ui,
            scroll::scroll_ui,
            segmented::{Segment, segmented_ui},
            text_at,
        },
    },
};

/// Width of the name before a custom field.
const NAME: f32 = 104.0;

/// Draws the column.
pub(super) fn form_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let (head, rest) = head_of(ui);
    text_at(ui.painter(), head, Align::Left, text::HEADING.job("Sample user", theme.t1));
    region(ui, head, |ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if Button::quiet("New sample").icon(icon::SHUFFLE).small().show(ui).clicked() {
                actions.push(Action::Trial(Do::NewSample));
            }
        });
    });
    let (tone, words) = what_a_run_does(model);
    let room = rest.width() - 2.0 * space::S14 - 22.0;
    let lines = ui.painter().layout_job(text::SMALL.wrapped(words.as_str(), theme.t2, room)).size().y;
    let foot_height = lines + space::CONTROL + 2.0 * space::S12 + space::S8;
    let foot = Rect::from_min_max(pos2(rest.left(), rest.bottom() - foot_height), rest.max);
    let body = Rect::from_min_max(rest.min, pos2(rest.right(), foot.top()));
    region(ui, body, |ui| {
        scroll_ui(ui, "sample user", |ui| {
            egui::Frame::new().inner_margin(14.0).show(ui, |ui| fields_ui(ui, model, actions));
        });
    });
    hairline(ui.painter(), foot.left_top(), foot.right_top(), theme.line);
    region(ui, foot.shrink2(vec2(space::S14, space::S12)), |ui| foot_ui(ui, model, (tone, &words), actions));
}

fn fields_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    ui.spacing_mut().item_spacing = vec2(space::S8, space::S12);
    let width = ui.available_width();
    dialect_ui(ui, model.trial.dialect, width, actions);
    let half = (width - space::S8) / 2.0;
    let mut form = Form { model, actions };
    form.value(ui, "userName", Field::new("userName").mono().width(width));
    ui.horizontal_top(|ui| {
        form.value(ui, "name.givenName", Field::new("First name").width(half));
        form.value(ui, "name.familyName", Field::new("Last name").width(half));
    });
    form.value(ui, "emails[type eq \"work\"].value", Field::new("Work email").mono().width(width));
    ui.horizontal_top(|ui| {
        form.value(ui, "title", Field::new("Job title").width(width * 0.62));
        form.value(ui, "preferredLanguage", Field::new("Language").width(width * 0.38 - space::S8));
    });
    form.value(ui, "timezone", Field::new("Timezone").width(width));
    let manager = format!("{ENTERPRISE_USER}:manager");
    form.value(ui, &manager, Field::new("Manager").mono().hint("SCIM id of a user, optional").width(width));
    form.custom_fields(ui, width);
    if checkbox_ui(ui, model.trial.keep, "Keep the user").on_hover_text("Leaves out the last step, Clean up").clicked()
    {
        actions.push(Action::Trial(Do::Keep(!model.trial.keep)));
    }
}

fn dialect_ui(ui: &mut Ui, dialect: Dialect, width: f32, actions: &mut Vec<Action>) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = space::S4;
        field_label_ui(ui, "Send as");
        let segments = Dialect::ALL.map(|dialect| Segment::new(dialect.label()));
        let chosen = Dialect::ALL.iter().position(|candidate| *candidate == dialect);
        if let Some(next) = segmented_ui(ui, "Send as", &segments, chosen, vec2(width, space::CONTROL)) {
            actions.push(Action::Trial(Do::Dialect(Dialect::ALL[next])));
        }
        let habits = match dialect {
            Dialect::Entra => "Capital operations, booleans as text",
            Dialect::EntraFlag => "With aadOptscim062020: booleans, one replace without a path",
            Dialect::Okta => "The whole user is put back; deactivation without a path",
            Dialect::Rfc => "To the letter of the standard",
        };
        widgets::label_ui(ui, text::SMALL.wrapped(habits, Theme::of(ui).t3, width));
    });
}

struct Form<'a> {
    model: &'a Model,
    actions: &'a mut Vec<Action>,
}

impl Form<'_> {
    fn value(&mut self, ui: &mut Ui, attribute: &str, field: Field<'_>) {
        let before = self.model.trial.user.get(attribute);
        let mut value = before.to_owned();
        field.show(ui, &mut value);
        if value != before {
            self.actions.push(Action::Trial(Do::Value(attribute.to_owned(), value)));
        }
    }

    fn custom_fields(&mut self, ui: &mut Ui, width: f32) {
        let theme = Theme::of(ui);
        let (line, _) = ui.allocate_exact_size(vec2(width, 1.0), Sense::hover());
        hairline(ui.painter(), line.left_top(), line.right_top(), theme.line);
        let (row, _) = ui.allocate_exact_size(vec2(width, 18.0), Sense::hover());
        text_at(ui.painter(), row, Align::Left, text::HEADING.job("Custom fields", theme.t1));
        let known = &self.model.trial.mappings;
        if known.is_empty() {
            let words = match self.model.mappings.tenant.loading() {
                Some(_) => "Reading the tenant’s mappings.",
                None => "The tenant’s mappings are not known, so only default attributes are sent.",
            };
            widgets::label_ui(ui, text::SMALL.wrapped(words, theme.t3, width));
            return;
        }
        text_at(ui.painter(), row, Align::Right, text::LABEL.regular().job("from the mappings", theme.t3));
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = space::S8;
            for row in known {
                self.custom_field(ui, row, width);
            }
        });
    }

    fn custom_field(&mut self, ui: &mut Ui, row: &MappingRow, width: f32) {
        let theme = Theme::of(ui);
        let short = row.attribute.rsplit(':').next().unwrap_or(&row.attribute);
        ui.horizontal_top(|ui| {
            let (place, name) = ui.allocate_exact_size(vec2(NAME, space::CONTROL), Sense::hover());
            text_at(ui.painter(), place, Align::Left, text::MONO_SM.cut(short, theme.t2, NAME));
            name.on_hover_text(format!("{}\nto {}", row.attribute, row.field));
            let field = Field::new(short).salt(&row.attribute).no_label().width(width - NAME - space::S8);
            self.value(ui, &row.attribute, field);
        });
    }
}

/// What a press of the button does, or what stands in its way.
fn what_a_run_does(model: &Model) -> (Tone, String) {
    let tenant = model.tenant_name();
    if let Some(reason) = model.trial.hindrance(model.is_locked()) {
        return (Tone::Warn, reason.to_owned());
    }
    if matches!(model.requests.live, Some(Live::Waiting { .. })) {
        let words = format!("{tenant} does not answer at the moment, so a run is likely to fail at Connect.");
        return (Tone::Warn, words);
    }
    let words = if model.trial.keep {
        format!("Creates one user on {tenant} and leaves it there, suspended.")
    } else {
        format!("Creates one throwaway user on {tenant} and removes it at the end.")
    };
    (Tone::Neutral, words)
}

fn foot_ui(ui: &mut Ui, model: &Model, (tone, words): (Tone, &str), actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let glyph = if tone == Tone::Warn { icon::WARNING } else { icon::INFO };
    let ink = if tone == Tone::Warn { theme.hue(tone).text } else { theme.t3 };
    ui.spacing_mut().item_spacing.x = space::S8;
    let whole = ui.max_rect();
    let mark = pos2(whole.left() + space::ICON_CELL / 2.0, whole.top() + 8.0);
    glyph.paint(ui.painter(), mark, space::ICON_CELL, ink);
    let lines = Rect::from_min_max(whole.min + vec2(22.0, 0.0), whole.max);
    region(ui, lines, |ui| widgets::label_ui(ui, text::SMALL.wrapped(words, theme.t2, lines.width())));
    let row = Rect::from_min_max(pos2(whole.left(), whole.bottom() - space::CONTROL), whole.max);
    region(ui, row, |ui| ui.horizontal(|ui| button_ui(ui, model, actions)));
}

fn button_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let trial = &model.trial;
    if let Some(run) = trial.run.as_ref().filter(|run| run.job.is_some()) {
        let reason = run.stopped.then_some("Stopping: waiting for the last answer");
        let words = if run.stopped { "Stopping" } else { "Stop" };
        if Button::new(words).icon(icon::STOP).blocked(reason).show(ui).clicked() {
            actions.push(Action::Trial(Do::Stop));
        }
        return;
    }
    let (name, asks) = match (&trial.run, model.environment()) {
        (None, Environment::Sandbox) => ("Run", "Run"),
        (Some(_), Environment::Sandbox) => ("Run again", "Run again"),
        (None, Environment::Staging | Environment::Production) => ("Run", "Run…"),
        (Some(_), Environment::Staging | Environment::Production) => ("Run again", "Run again…"),
    };
    let glyph = if model.environment() == Environment::Production { icon::LOCK_SIMPLE } else { icon::PLAY };
    let button = Button::primary(asks).name(name).icon(glyph).blocked(trial.hindrance(model.is_locked()));
    if button.show(ui).clicked() {
        actions.push(Action::Trial(Do::Run));
    }
    key_cap_ui(ui, "Ctrl Enter");
}
