//! Review and apply: what the draft began from, what the tenant has now, what the draft wants and what comes of it.
//! Conflicts are settled by the user alone, and nothing is written that does not stand here.

use egui::{Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::{View as Screen, conflict::conflict_ui};
use crate::{
    app::{
        Action, Model,
        mappings::{Do, Export, Review, short_name},
    },
    domain::{
        mapping::{Change, Choice, ComparedRow, MappingDraft},
        profile::Environment,
    },
    ui::{
        icon::{self, Icon},
        shell::counted,
        theme::{Theme, Tone, space, text},
        widgets::{
            self, Align,
            banner::{StripButton, failure_ui, strip_ui},
            button::Button,
            code::{CodeBlock, CodeEvent, CodeText},
            dialog::Dialog,
            field::Field,
            hairline, text_at,
        },
    },
};

/// Where the columns begin, as shares of the width.
const LANES: [f32; 6] = [0.0, 0.18, 0.35, 0.55, 0.74, 1.0];

/// What only the drawing knows.
#[derive(Default)]
pub(super) struct View {
    unchanged_shown: bool,
    request_shown: bool,
    urns_unfolded: bool,
}

/// Draws the dialog while it is open.
pub(super) fn review_ui(ui: &Ui, model: &Model, screen: &mut Screen, actions: &mut Vec<Action>) {
    let Some(review) = &model.mappings.review else {
        screen.review = View::default();
        return;
    };
    let production = model.environment() == Environment::Production;
    let hindrance = model.mappings.hindrance(model.tenant_name(), model.is_locked(), production);
    let subtitle = subtitle(model, review);
    let dialog = Dialog { title: "Review and apply", subtitle: &subtitle, width: 1040.0, dirty: false };
    let shown = dialog.show(ui.ctx(), |parts| {
        parts.body(16, |ui| body_ui(ui, model, review, screen, actions));
        parts.footer(
            |ui| note_ui(ui, review, hindrance.as_deref()),
            |ui| buttons_ui(ui, review, hindrance.as_deref(), actions),
        )
    });
    if shown.close || shown.inner == Some(true) {
        actions.push(Action::Mappings(Do::CloseReview));
    }
}

fn subtitle(model: &Model, review: &Review) -> String {
    let (conflicts, _) = review.conflicts();
    let conflicts =
        if conflicts > 0 { format!(", {}", counted(conflicts, "conflict", "conflicts")) } else { String::new() };
    let moved = if review.tenant_moved() { " The tenant changed after your draft began." } else { "" };
    format!(
        "{} to {} ({}): {}{conflicts}.{moved}",
        model.mappings.name(),
        model.tenant_name(),
        model.environment().label(),
        counted(review.change_count(), "change", "changes"),
    )
}

fn note_ui(ui: &mut Ui, review: &Review, hindrance: Option<&str>) {
    let Some(reason) = hindrance else { return };
    let (_, open) = review.conflicts();
    let busy = review.applying.loading().is_some();
    let theme = Theme::of(ui);
    let (glyph, ink) = match (busy, open > 0) {
        (true, _) => (icon::HOURGLASS, theme.t2),
        (false, true) => (icon::GIT_MERGE, theme.hue(Tone::Fail).text),
        (false, false) => (icon::INFO, theme.hue(Tone::Warn).text),
    };
    // Beside the button that it explains.
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = space::S6;
        let width = ui.available_width() - space::ICON_CELL - space::S6;
        widgets::label_ui(ui, text::SMALL.cut(reason, ink, width));
        let (spot, _) = ui.allocate_exact_size(vec2(space::ICON_CELL, 16.0), Sense::hover());
        glyph.paint(ui.painter(), spot.center(), space::ICON_CELL, ink);
    });
}

/// True when the dialog is to be closed.
fn buttons_ui(ui: &mut Ui, review: &Review, hindrance: Option<&str>, actions: &mut Vec<Action>) -> bool {
    let mut close = Button::new("Cancel").show(ui).clicked();
    if Button::new("Write ticket instead").icon(icon::LIFEBUOY).show(ui).clicked() {
        actions.push(Action::Mappings(Do::CopyExport(Export::Ticket)));
        close = true;
    }
    let words = format!("Apply {}", counted(review.change_count(), "change", "changes"));
    if Button::primary(&words).icon(icon::CHECK).blocked(hindrance).show(ui).clicked() {
        actions.push(Action::Mappings(Do::Apply));
    }
    close
}

fn body_ui(ui: &mut Ui, model: &Model, review: &Review, screen: &mut Screen, actions: &mut Vec<Action>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    strips_ui(ui, model, review, actions);
    let at = model.mappings.tenant.value().map(|pulled| screen.zone.minute(pulled.at)).unwrap_or_default();
    table_ui(ui, model, review, &at, &mut screen.review, actions);
    ui.add_space(space::S16);
    effects_ui(ui, model, &mut screen.review, actions);
    if model.environment() == Environment::Production && !model.is_locked() {
        ui.add_space(space::S12);
        let name = format!("Type {} to confirm", model.tenant_name());
        let mut typed = review.typed.clone();
        if Field::new(&name).in_dialog().width(320.0).show(ui, &mut typed).response.changed() {
            actions.push(Action::Mappings(Do::TypeName(typed)));
        }
    }
}

fn strips_ui(ui: &mut Ui, model: &Model, review: &Review, actions: &mut Vec<Action>) {
    let width = ui.available_width();
    let gap = space::S8;
    if review.lost_race {
        let words = "The tenant changed after this review began. Both sides are shown, nothing was written.";
        strip_ui(ui, Tone::Warn, words, None, width);
        ui.add_space(gap);
    }
    if let Some(failure) = review.applying.failure() {
        failure_ui(ui, failure, None, width);
        ui.add_space(gap);
    } else if let Some(failure) = model.mappings.tenant.failure() {
        let button = StripButton { text: "Try again", icon: icon::ARROW_CLOCKWISE, primary: false };
        if failure_ui(ui, failure, Some(button), width) {
            actions.push(Action::Mappings(Do::Pull));
        }
        ui.add_space(gap);
    }
    let mended = model.mappings.result_problems();
    let rows = model.mappings.result_rows().unwrap_or_default();
    for problem in review.rejected.iter().chain(&mended) {
        let row = problem.row.and_then(|row| rows.get(row)).map(|row| short_name(&row.attribute));
        let words = row.map_or_else(|| problem.message.clone(), |name| format!("`{name}`: {}", problem.message));
        strip_ui(ui, Tone::Fail, &words, None, width);
        ui.add_space(space::S4);
    }
}

fn table_ui(ui: &mut Ui, model: &Model, review: &Review, read_at: &str, view: &mut View, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let head = ["Attribute", "Base", &format!("Tenant now, read {read_at}"), "Draft", "Result"];
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), space::TABLE_HEAD), Sense::hover());
    for (lane, words) in head.into_iter().enumerate() {
        let cell = lane_of(rect, lane);
        text_at(ui.painter(), cell, Align::Left, text::LABEL.regular().cut(words, theme.t2, cell.width()));
    }
    hairline(ui.painter(), rect.left_bottom(), rect.right_bottom(), theme.line);
    let (same, differing): (Vec<&ComparedRow>, Vec<&ComparedRow>) =
        review.comparison.rows.iter().partition(|row| row.change == Change::Unchanged);
    for row in differing {
        let top = ui.cursor().top();
        row_ui(ui, review, row);
        if row.change == Change::Conflict {
            conflict_ui(ui, model, review, row, actions);
            if !review.is_settled(&row.attribute) {
                let bar = Rect::from_min_max(
                    pos2(rect.left() - space::S16, top),
                    pos2(rect.left() - 13.0, ui.cursor().top()),
                );
                ui.painter().rect_filled(bar, 0.0, theme.hue(Tone::Fail).bar);
            }
        }
    }
    if !same.is_empty() {
        unchanged_ui(ui, review, &same, view);
    }
}

fn unchanged_ui(ui: &mut Ui, review: &Review, rows: &[&ComparedRow], view: &mut View) {
    ui.add_space(space::S4);
    let words = counted(rows.len(), "unchanged mapping", "unchanged mappings");
    let caret = if view.unchanged_shown { icon::CARET_DOWN } else { icon::CARET_RIGHT };
    if Button::quiet(&words).icon(caret).show(ui).clicked() {
        view.unchanged_shown = !view.unchanged_shown;
    }
    if view.unchanged_shown {
        for row in rows {
            row_ui(ui, review, row);
        }
    }
}

fn row_ui(ui: &mut Ui, review: &Review, row: &ComparedRow) -> Response {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), space::STEP_ROW), Sense::hover());
    let (glyph, tone, word) = outcome(review, row);
    let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "Not mapped".to_owned());
    response.widget_info(|| {
        let (base, tenant, draft) = (side(&row.base), side(&row.tenant), side(&row.draft));
        let words = format!("{}: base {base}, tenant {tenant}, draft {draft}. {word}", row.attribute);
        WidgetInfo::labeled(Role::Row, true, words)
    });
    let conflict = row.change == Change::Conflict;
    let wrong = theme.hue(Tone::Fail).text;
    let moved = |differs: bool| match (conflict, differs) {
        (true, _) => wrong,
        (false, true) => theme.t1,
        (false, false) => theme.t2,
    };
    let sides = [
        (&row.base, theme.t2),
        (&row.tenant, moved(row.tenant != row.base)),
        (&row.draft, moved(row.draft != row.base)),
    ];
    let first = lane_of(rect, 0);
    let name = text::MONO_SM.cut(short_name(&row.attribute), theme.t1, first.width());
    text_at(ui.painter(), first, Align::Left, name);
    for (lane, (value, ink)) in sides.into_iter().enumerate() {
        let cell = lane_of(rect, lane + 1);
        let job = match value {
            Some(value) if value.trim().is_empty() => text::SMALL.cut("No ref yet", wrong, cell.width()),
            Some(value) => text::MONO_SM.cut(value.as_str(), ink, cell.width()),
            None => text::SMALL.cut("Not mapped", if conflict { ink } else { theme.t3 }, cell.width()),
        };
        text_at(ui.painter(), cell, Align::Left, job);
    }
    let cell = lane_of(rect, 4);
    let ink = theme.hue(tone).text;
    widgets::tag::paint_icon_text(
        ui.painter(),
        cell,
        (glyph, ink),
        text::SMALL.medium().cut(word, ink, cell.width() - 18.0),
    );
    hairline(ui.painter(), rect.left_bottom() - vec2(0.0, 1.0), rect.right_bottom() - vec2(0.0, 1.0), theme.line);
    response.on_hover_text(&row.attribute)
}

fn lane_of(row: Rect, lane: usize) -> Rect {
    let at = |share: f32| row.left() + row.width() * share;
    Rect::from_min_max(pos2(at(LANES[lane]), row.top()), pos2(at(LANES[lane + 1]) - space::S8, row.bottom()))
}

fn outcome(review: &Review, row: &ComparedRow) -> (Icon, Tone, String) {
    let (glyph, tone, word) = match row.change {
        Change::Unchanged => (icon::CHECK, Tone::Neutral, "Unchanged"),
        Change::Add => (icon::PLUS, Tone::Ok, "Add"),
        Change::Change => (icon::PENCIL_SIMPLE, Tone::Accent, "Change"),
        Change::Remove => (icon::MINUS, Tone::Warn, "Remove"),
        Change::KeepTenant => (icon::ARROW_U_UP_LEFT, Tone::Skip, "Keep tenant, not in your draft"),
        Change::Conflict if !review.is_settled(&row.attribute) => (icon::GIT_MERGE, Tone::Fail, "Conflict, choose one"),
        Change::Conflict => return settled(review, row),
    };
    (glyph, tone, word.to_owned())
}

fn settled(review: &Review, row: &ComparedRow) -> (Icon, Tone, String) {
    let name = |value: Option<&str>| value.map_or_else(|| "no mapping".to_owned(), str::to_owned);
    match review.choices.get(&row.attribute) {
        Some(Choice::UseDraft) => (icon::CHECK, Tone::Ok, format!("Use draft, {}", name(row.draft.as_deref()))),
        Some(Choice::Other(other)) => (icon::CHECK, Tone::Ok, format!("Use {}", other.trim())),
        Some(Choice::KeepTenant) | None => {
            (icon::ARROW_U_UP_LEFT, Tone::Ok, format!("Keep tenant, {}", name(row.tenant.as_deref())))
        }
    }
}

fn effects_ui(ui: &mut Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    ui.spacing_mut().item_spacing.y = space::S6;
    widgets::label_ui(ui, text::HEADING.job("What will happen", theme.t1));
    let provider = model.profile().map_or("the identity provider", |profile| profile.identity_provider.label());
    let base = model.profile().and_then(|profile| profile.support_base()).unwrap_or_default().to_owned();
    let effects = [
        (icon::PAPER_PLANE_TILT, format!("One request is sent: `PUT {base}/mappings`. Nobody’s profile changes yet.")),
        (
            icon::SHIELD_CHECK,
            "It is refused if anybody changed the tenant’s mappings meanwhile, and you see both sides.".to_owned(),
        ),
        (
            icon::ARROW_CLOCKWISE,
            format!("Then the customer restarts provisioning in {provider}, so that the new values are sent."),
        ),
        (
            icon::CLOCK_COUNTER_CLOCKWISE,
            "The write is noted in the audit trail. Undo brings back this draft, which you can apply again.".to_owned(),
        ),
    ];
    for (glyph, words) in effects {
        ui.horizontal(|ui| {
            let (spot, _) = ui.allocate_exact_size(vec2(space::ICON, 16.0), Sense::hover());
            glyph.paint(ui.painter(), spot.center(), space::ICON_CELL, theme.t2);
            widgets::label_ui(ui, text::SMALL.prose(&words, theme.t2, theme.t1, width - 40.0));
        });
    }
    let Some(rows) = model.mappings.result_rows() else { return };
    let caret = if view.request_shown { icon::CARET_DOWN } else { icon::CARET_RIGHT };
    if Button::quiet("The exact request").icon(caret).show(ui).clicked() {
        view.request_shown = !view.request_shown;
    }
    if view.request_shown {
        let etag = model.mappings.tenant.value().and_then(|pulled| pulled.mappings.etag.clone()).unwrap_or_default();
        let body = MappingDraft { rows }.to_json();
        let whole = format!("PUT {base}/mappings\nIf-Match: {etag}\nContent-Type: application/json\n\n{body}");
        let code = CodeText::new(whole.trim_end());
        let block = CodeBlock {
            name: "Request to the tenant",
            text: &code,
            tight: true,
            most: 260.0,
            unfolded: view.urns_unfolded,
            copies: true,
        };
        match block.show(ui) {
            Some(CodeEvent::Copy) => actions.push(Action::Copy { text: whole, said: "Request copied".to_owned() }),
            Some(CodeEvent::Unfold) => view.urns_unfolded = !view.urns_unfolded,
            None => {}
        }
    }
}
