//! What was sent against what landed, attribute by attribute.

use egui::{Rect, ScrollArea, Sense, Ui, pos2, vec2};

use super::head_of;
use crate::{
    app::{Action, Model, Screen, requests, trial::Do},
    domain::{
        pretty,
        trial::{Verdict, Verification},
    },
    ui::{
        icon::{self, Icon},
        shell::region,
        theme::{Theme, Tone, space, text},
        widgets::{self, Align, button::Button, empty::nothing_ui, hairline, tag::paint_icon_text, text_at},
    },
};

/// Draws the column.
pub(super) fn verification_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let (head, rest) = head_of(ui);
    text_at(ui.painter(), head, Align::Left, text::HEADING.job("Sent and landed", theme.t1));
    let Some(report) = model.trial.run.as_ref().and_then(|run| run.report.as_ref()) else {
        nothing_ui(
            ui,
            rest,
            Some(icon::TEST_TUBE),
            "After a run, each value that was sent stands here beside what landed.",
        );
        return;
    };
    let same = report.verification.iter().filter(|line| line.verdict == Verdict::Match).count();
    let words = format!("{same} of {} the same", report.verification.len());
    text_at(ui.painter(), head, Align::Right, text::SMALL.job(words, theme.t2));
    let foot = Rect::from_min_max(pos2(rest.left(), rest.bottom() - 52.0), rest.max);
    let body = Rect::from_min_max(rest.min, pos2(rest.right(), foot.top()));
    region(ui, body, |ui| {
        ScrollArea::vertical().id_salt("verification").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            line_ui(ui, ["Attribute", "Sent", "Landed", "Verdict"], None, false);
            for line in &report.verification {
                verified_ui(ui, line, actions);
            }
        });
    });
    hairline(ui.painter(), foot.left_top(), foot.right_top(), theme.line);
    region(ui, foot.shrink2(vec2(space::S14, space::S12)), |ui| {
        ui.horizontal(|ui| {
            if Button::new("Copy result for ticket").icon(icon::COPY).show(ui).clicked() {
                actions.push(Action::Trial(Do::CopyResult));
            }
            if Button::new("Show its requests").icon(icon::PULSE).show(ui).clicked() {
                let query = format!("user:\"{}\"", model.trial.user.get("userName").replace('"', ""));
                actions.push(Action::Requests(requests::Do::SetQuery(query)));
            }
        });
    });
}

fn verified_ui(ui: &mut Ui, line: &Verification, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let (tone, glyph) = match line.verdict {
        Verdict::Match => (Tone::Ok, icon::CHECK),
        Verdict::Differs | Verdict::Missing => (Tone::Warn, icon::WARNING),
        Verdict::NotChecked => (Tone::Neutral, icon::MINUS),
    };
    let short =
        line.attribute.rsplit(':').next().unwrap_or(&line.attribute).replace("[type eq \"work\"].value", "[work]");
    let landed = line.landed.as_deref().map_or_else(|| "–".to_owned(), |value| pretty::visible(value).into_owned());
    let sent = pretty::visible(&line.sent).into_owned();
    let off = matches!(line.verdict, Verdict::Differs | Verdict::Missing);
    let response = line_ui(ui, [&short, &sent, &landed, line.verdict.label()], Some((glyph, tone)), off);
    response.on_hover_text(format!("{}\nsent: {sent}\nlanded: {landed}", line.attribute));
    if !off {
        return;
    }
    let frame = egui::Frame::new().inner_margin(egui::Margin { left: 14, right: 14, top: 4, bottom: 8 });
    frame.fill(theme.hue(Tone::Warn).tint).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = space::S6;
        let width = ui.available_width();
        let why =
            line.why.as_deref().unwrap_or("Not known why. Compare the exchange of Create with that of Read back.");
        widgets::label_ui(ui, text::SMALL.wrapped(why, theme.t1, width));
        let name = format!("Open mapping of {short}");
        if Button::new("Open mapping").icon(icon::ARROWS_LEFT_RIGHT).small().name(&name).show(ui).clicked() {
            actions.push(Action::Go(Screen::Mappings));
        }
    });
}

fn line_ui(ui: &mut Ui, cells: [&str; 4], verdict: Option<(Icon, Tone)>, tinted: bool) -> egui::Response {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), space::ROW), Sense::hover());
    if tinted {
        ui.painter().rect_filled(rect, 0.0, theme.hue(Tone::Warn).tint);
    }
    let shares = [0.0, 0.32, 0.56, 0.8, 1.0];
    let inner = rect.shrink2(vec2(space::S14, 0.0));
    for (index, words) in cells.into_iter().enumerate() {
        let left = inner.left() + inner.width() * shares[index];
        let right = inner.left() + inner.width() * shares[index + 1] - space::S8;
        let cell = Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.bottom()));
        match (verdict, index) {
            (Some((glyph, tone)), 3) => {
                let ink = theme.hue(tone).text;
                let job = text::SMALL.cut(words, if tone == Tone::Ok { theme.t2 } else { ink }, cell.width() - 18.0);
                paint_icon_text(ui.painter(), cell, (glyph, ink), job);
            }
            (None, _) => {
                text_at(ui.painter(), cell, Align::Left, text::LABEL.regular().cut(words, theme.t3, cell.width()));
            }
            (Some(_), 0) => {
                text_at(ui.painter(), cell, Align::Left, text::MONO_SM.cut(words, theme.t1, cell.width()));
            }
            (Some(_), _) => {
                text_at(ui.painter(), cell, Align::Left, text::SMALL.cut(words, theme.t2, cell.width()));
            }
        }
    }
    hairline(ui.painter(), rect.left_bottom(), rect.right_bottom(), theme.line);
    response
}
