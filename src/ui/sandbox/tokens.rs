//! The tokens of a tenant: what each is for, its dates, and taking it out of use. Never a value.

use egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use jiff::Timestamp;

use super::detail::section_ui;
use crate::{
    app::{
        Action, Model,
        sandbox::{Dialog, Do, End},
    },
    domain::{house::HousedTenant, tenant::TokenInfo},
    ui::{
        icon,
        theme::{Theme, Tone, space, text},
        when::Zone,
        widgets::{
            Align,
            button::Button,
            hairline, over,
            tag::{paint_icon_text, paint_tag, tag_width},
            text_at,
        },
    },
};

/// Width of a column of dates.
const DATE: f32 = 112.0;
/// With less room than this, the date of the making goes, then that of the last use; they are said all the same.
const MADE_FROM: f32 = 600.0;
const USED_FROM: f32 = 460.0;
/// Width of the last column.
const VERB: f32 = 92.0;

/// Draws the section.
pub(super) fn tokens_ui(ui: &mut Ui, model: &Model, tenant: &HousedTenant, actions: &mut Vec<Action>) {
    let add = Button::new("New token…").icon(icon::KEY).blocked(model.practice.busy());
    let pressed = section_ui(ui, "Tokens", Some(add), |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let zone = Zone::default();
        head_ui(ui);
        for token in &tenant.standing.tokens {
            let own = tenant.own_token.as_deref() == Some(token.id.as_str());
            row_ui(ui, model, token, own, &zone, actions);
        }
    });
    if pressed {
        let tenant = tenant.profile.id.clone();
        let dialog = Dialog::NewToken { tenant, name: String::new(), end: End::default() };
        actions.push(Action::Sandbox(Do::Ask(Box::new(dialog))));
    }
}

/// The boxes of a row: name, created, last used, expires, verb. Those without room have no width.
fn cells(row: Rect) -> [Rect; 5] {
    let from_right = |right: f32, width: f32| {
        Rect::from_min_max(pos2(right - width, row.top()), pos2(right - space::S8, row.bottom()))
    };
    let verb = Rect::from_min_max(pos2(row.right() - VERB, row.top()), row.max);
    let ends = from_right(verb.left(), DATE);
    let or_none = |from: f32, right: f32| {
        if row.width() < from {
            Rect::from_min_max(pos2(right, row.top()), pos2(right, row.bottom()))
        } else {
            from_right(right, DATE)
        }
    };
    let used = or_none(USED_FROM, ends.left());
    let made = or_none(MADE_FROM, used.left());
    let name = Rect::from_min_max(row.min, pos2(made.left() - space::S8, row.bottom()));
    [name, made, used, ends, verb]
}

fn head_ui(ui: &mut Ui) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), space::PREVIEW_ROW), Sense::hover());
    for (cell, words) in cells(rect).into_iter().zip(["Name", "Created", "Last used", "Expires"]) {
        if cell.width() <= 0.0 {
            continue;
        }
        text_at(ui.painter(), cell, Align::Left, text::LABEL.regular().job(words, theme.t3));
    }
    hairline(ui.painter(), rect.left_bottom() - vec2(0.0, 1.0), rect.right_bottom() - vec2(0.0, 1.0), theme.line);
}

fn row_ui(ui: &mut Ui, model: &Model, token: &TokenInfo, own: bool, zone: &Zone, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), space::STEP_ROW), Sense::hover());
    let [name, made, used, ends, verb] = cells(rect);
    let date = |at: Timestamp| zone.day_and_minute(at);
    let made_words = date(token.created_at);
    let used_words = token.last_used_at.map_or_else(|| "Never".to_owned(), date);
    let expired = token.expires_at.is_some_and(|end| end <= model.now);
    let ends_words = token.expires_at.map_or_else(|| "Never".to_owned(), date);
    response.widget_info(|| {
        let words = format!(
            "{}{}: created {made_words}, last used {used_words}, {} {ends_words}",
            token.name,
            if own { ", this window’s own" } else { "" },
            if expired { "expired" } else { "expires" }
        );
        WidgetInfo::labeled(Role::Row, true, words)
    });
    text_at(ui.painter(), name, Align::Left, text::SMALL.medium().cut(token.name.as_str(), theme.t1, name.width()));
    let ink = |words: &str| if words == "Never" { (text::SMALL, theme.t3) } else { (text::MONO_SM, theme.t2) };
    for (cell, words) in [(made, &made_words), (used, &used_words)].into_iter().filter(|(cell, _)| cell.width() > 0.0) {
        let (face, color) = ink(words);
        text_at(ui.painter(), cell, Align::Left, face.cut(words.as_str(), color, cell.width()));
    }
    if expired {
        let look = (icon::WARNING, theme.hue(Tone::Warn).text);
        let job = text::SMALL.medium().cut("Expired", theme.hue(Tone::Warn).text, ends.width() - 18.0);
        paint_icon_text(ui.painter(), ends, look, job);
    } else {
        let (face, color) = ink(&ends_words);
        text_at(ui.painter(), ends, Align::Left, face.cut(ends_words.as_str(), color, ends.width()));
    }
    hairline(ui.painter(), rect.left_bottom() - vec2(0.0, 1.0), rect.right_bottom() - vec2(0.0, 1.0), theme.line);
    if own {
        let word = "This window";
        let left = pos2(verb.right() - tag_width(ui.painter(), None, word), verb.center().y);
        paint_tag(ui.painter(), theme, left, Tone::Skip, None, word);
        return;
    }
    let said = format!("Revoke {}", token.name);
    let revoke = Button::quiet("Revoke").name(&said).icon(icon::X).small().hover("Can be undone");
    let revoke = revoke.blocked(model.practice.busy());
    let wide = revoke.width(ui);
    let place = Rect::from_min_max(
        pos2(verb.right() - wide, verb.center().y - space::CONTROL_SMALL / 2.0),
        pos2(verb.right(), verb.center().y + space::CONTROL_SMALL / 2.0),
    );
    if ui.push_id(&token.id, |ui| over(ui, place, |ui| revoke.show(ui))).inner.clicked() {
        actions.push(Action::Sandbox(Do::Revoke(Box::new(token.clone()))));
    }
}
