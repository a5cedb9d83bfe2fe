//! Review and apply: what the draft began from, what the tenant has now, what the draft wants; conflicts are settled by
//! the user alone, and production is confirmed by name.

use std::collections::BTreeMap;

use egui::{Rect, Sense, Ui, pos2, vec2};

use crate::{
    app::{
        Action, Model,
        mappings::{Do, Export, Review},
    },
    domain::{
        mapping::{Change, Choice, ComparedRow},
        profile::Environment,
    },
    ui::{
        icon,
        theme::{Theme, Tone, space, text},
        widgets::{
            self, Align,
            banner::{failure_ui, strip_ui},
            button::Button,
            choice::choice_card_ui,
            dialog::Dialog,
            field::Field,
            hairline, text_at,
        },
    },
};

/// The refs typed for conflicts, until they are chosen.
#[derive(Default)]
pub(super) struct View {
    typed: BTreeMap<String, String>,
}

/// Draws the dialog while it is open.
pub(super) fn review_ui(ui: &Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let Some(review) = &model.mappings.review else {
        view.typed.clear();
        return;
    };
    let production = model.environment() == Environment::Production;
    let hindrance = model.mappings.hindrance(model.tenant_name(), model.is_locked(), production);
    let subtitle = format!("{} to {}, {}", model.mappings.name(), model.tenant_name(), model.environment().label());
    let shown = Dialog { title: "Review and apply", subtitle: &subtitle, width: 1040.0, dirty: false }.show(
        ui.ctx(),
        |parts| {
            parts.body(16, |ui| body_ui(ui, model, review, production, view, actions));
            let note = hindrance.clone();
            parts.footer(
                |ui| {
                    if let Some(note) = note {
                        let ink = Theme::of(ui).hue(Tone::Fail).text;
                        let width = ui.available_width();
                        widgets::label_ui(ui, text::SMALL.cut(note, ink, width));
                    }
                },
                |ui| buttons_ui(ui, review, hindrance.as_deref(), actions),
            )
        },
    );
    if shown.close || shown.inner.flatten().is_some() {
        actions.push(Action::Mappings(Do::CloseReview));
    }
}

/// `Some` when the dialog is to be closed.
fn buttons_ui(ui: &mut Ui, review: &Review, hindrance: Option<&str>, actions: &mut Vec<Action>) -> Option<()> {
    let count = review.comparison.changes().count();
    let words = if count == 1 { "Apply 1 change".to_owned() } else { format!("Apply {count} changes") };
    let busy = review.applying.loading().is_some().then_some("Being written to the tenant");
    let same = (count == 0).then_some("The tenant has exactly this already");
    if Button::primary(&words).icon(icon::CHECK).blocked(busy.or(same).or(hindrance)).show(ui).clicked() {
        actions.push(Action::Mappings(Do::Apply));
    }
    if Button::new("Write ticket instead").icon(icon::LIFEBUOY).show(ui).clicked() {
        actions.push(Action::Mappings(Do::CopyExport(Export::Ticket)));
        return Some(());
    }
    Button::new("Cancel").show(ui).clicked().then_some(())
}

fn body_ui(ui: &mut Ui, model: &Model, review: &Review, production: bool, view: &mut View, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    ui.spacing_mut().item_spacing.y = space::S6;
    if review.lost_race {
        let words = "The tenant changed after this review began. Nothing was written and nothing is lost: both sides are shown.";
        strip_ui(ui, Tone::Warn, words, None, width);
    }
    if let Some(failure) = review.applying.failure() {
        failure_ui(ui, failure, None, width);
    }
    for problem in &review.rejected {
        strip_ui(ui, Tone::Fail, &problem.message, None, width);
    }
    table_ui(ui, review, view, actions);
    ui.add_space(space::S8);
    widgets::label_ui(ui, text::HEADING.job("What will happen", theme.t1));
    let provider = model.profile().map_or("the identity provider", |profile| profile.identity_provider.label());
    for (glyph, words) in [
        (icon::DATABASE, "Every earlier revision of this draft is kept, so you can put it back.".to_owned()),
        (
            icon::PAPER_PLANE_TILT,
            format!(
                "One request goes to {}: PUT …/support/v1/mappings. Nobody’s profile changes yet.",
                model.tenant_name()
            ),
        ),
        (
            icon::ARROW_CLOCKWISE,
            format!("Provisioning is then restarted in {provider}, so that the new values are sent."),
        ),
    ] {
        ui.horizontal(|ui| {
            let (place, _) = ui.allocate_exact_size(vec2(16.0, 16.0), Sense::hover());
            glyph.paint(ui.painter(), place.center(), space::ICON_CELL, theme.t2);
            widgets::label_ui(ui, text::SMALL.wrapped(words, theme.t2, width - 40.0));
        });
    }
    if production && !model.is_locked() {
        ui.add_space(space::S8);
        let name = format!("Type {} to confirm", model.tenant_name());
        let mut typed = review.typed.clone();
        Field::new(&name).in_dialog().width(320.0).show(ui, &mut typed);
        if typed != review.typed {
            actions.push(Action::Mappings(Do::TypeName(typed)));
        }
    }
}

fn table_ui(ui: &mut Ui, review: &Review, view: &mut View, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let head = ["Attribute", "Base", "Tenant now", "Draft", "Result"];
    line_ui(ui, &head.map(|words| (words.to_owned(), theme.t3)), space::TABLE_HEAD, false);
    let rows = &review.comparison.rows;
    let mut unchanged = 0;
    for row in rows {
        if row.change == Change::Unchanged {
            unchanged += 1;
            continue;
        }
        row_ui(ui, review, row, view, actions);
    }
    if unchanged > 0 {
        let words =
            if unchanged == 1 { "1 unchanged mapping".to_owned() } else { format!("{unchanged} unchanged mappings") };
        widgets::label_ui(ui, text::SMALL.job(words, theme.t3));
    }
}

fn row_ui(ui: &mut Ui, review: &Review, row: &ComparedRow, view: &mut View, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "Not mapped".to_owned());
    let (word, tone) = match row.change {
        Change::Unchanged => ("Unchanged", Tone::Neutral),
        Change::Add => ("Add", Tone::Ok),
        Change::Change => ("Change", Tone::Accent),
        Change::Remove => ("Remove", Tone::Warn),
        Change::KeepTenant => ("Keep tenant, not in your draft", Tone::Neutral),
        Change::Conflict if review.choices.contains_key(&row.attribute) => ("Conflict, settled", Tone::Ok),
        Change::Conflict => ("Conflict, choose one", Tone::Fail),
    };
    let short = row.attribute.rsplit(':').next().unwrap_or(&row.attribute).to_owned();
    let result = if row.change == Change::KeepTenant { theme.t2 } else { theme.hue(tone).text };
    let cells = [
        (short, theme.t1),
        (side(&row.base), theme.t2),
        (side(&row.tenant), theme.t1),
        (side(&row.draft), theme.t1),
        (word.to_owned(), result),
    ];
    line_ui(ui, &cells, space::STEP_ROW, true).on_hover_text(&row.attribute);
    if row.change == Change::Conflict {
        conflict_ui(ui, review, row, view, actions);
    }
}

fn conflict_ui(ui: &mut Ui, review: &Review, row: &ComparedRow, view: &mut View, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let words = "You and the tenant both changed this mapping.";
    widgets::label_ui(ui, text::SMALL.job(words, theme.t1));
    let chosen = review.choices.get(&row.attribute);
    let width = (ui.available_width() - 2.0 * space::S8) / 3.0;
    let name = |value: &Option<String>| value.as_deref().map_or("no mapping".to_owned(), |v| format!("`{v}`"));
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::S8;
        let mut offer = |ui: &mut Ui, choice: Choice, title: &str, detail: &str| {
            let on = chosen == Some(&choice);
            if choice_card_ui(ui, on, width, title, detail).clicked() {
                actions.push(Action::Mappings(Do::Settle(row.attribute.clone(), choice)));
            }
        };
        offer(ui, Choice::KeepTenant, &format!("Keep tenant, {}", name(&row.tenant)), "Your change is given up.");
        offer(ui, Choice::UseDraft, &format!("Use draft, {}", name(&row.draft)), "The tenant’s change is replaced.");
        ui.vertical(|ui| {
            let typed = view.typed.entry(row.attribute.clone()).or_default();
            let label = format!("Another ref for {}", row.attribute.rsplit(':').next().unwrap_or_default());
            let shown = Field::new(&label).mono().in_dialog().width(width).hint("lower case").show(ui, typed);
            if shown.response.changed() && !typed.trim().is_empty() {
                let choice = Choice::Other(typed.trim().to_owned());
                actions.push(Action::Mappings(Do::Settle(row.attribute.clone(), choice)));
            }
        });
    });
}

fn line_ui(ui: &mut Ui, cells: &[(String, egui::Color32); 5], height: f32, mono: bool) -> egui::Response {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let shares = [0.0, 0.2, 0.38, 0.56, 0.74, 1.0];
    for (index, (words, ink)) in cells.iter().enumerate() {
        let left = rect.left() + rect.width() * shares[index];
        let right = rect.left() + rect.width() * shares[index + 1] - space::S8;
        let cell = Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.bottom()));
        let face = if mono && index < 4 { text::MONO_SM } else { text::SMALL };
        text_at(ui.painter(), cell, Align::Left, face.cut(words.as_str(), *ink, cell.width()));
    }
    hairline(ui.painter(), rect.left_bottom(), rect.right_bottom(), theme.line);
    response
}
