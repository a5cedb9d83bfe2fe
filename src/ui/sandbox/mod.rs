//! The Sandbox screen: the practice tenants at the left, the chosen one at the right, Start and Stop above.
//! It draws what it is given; whatever it shows of a token but its name and dates is in a dialog that is shown once.

mod dialogs;
mod detail;
mod faults;
mod habits;
mod scripts;
mod tokens;

#[cfg(test)]
mod tests;

use egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

pub(super) use self::dialogs::dialogs_ui;
use super::{
    icon,
    panels::panel,
    shell::{counted, grouped},
    theme::{Theme, Tone, space, text},
    widgets::{
        self, Align,
        at_end::at_end_ui,
        banner::{StripButton, failure_ui, tone_icon},
        button::Button,
        empty::empty_ui,
        focus_ring, hairline,
        progress::progress_ui,
        scroll::scroll_ui,
        tag::{tag_ui, tag_width},
        text_at,
    },
};
use crate::{
    app::{
        Action, Model,
        sandbox::{Dialog, Do},
    },
    domain::{
        failure::FailureKind,
        house::{HouseState, HousedTenant, LeftOut},
    },
};

/// Width of the list of tenants, and where the window is narrow.
const LIST: f32 = 320.0;
const LIST_NARROW: f32 = 248.0;
/// Below this width of the screen the list is narrow.
const NARROW_BELOW: f32 = 1040.0;
/// One tenant of the list.
const TENANT_ROW: f32 = 74.0;

/// Draws the screen.
pub(super) fn sandbox_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let area = ui.max_rect();
    let head = Rect::from_min_size(area.min, vec2(area.width(), space::HEADER));
    panel(ui, head.shrink2(vec2(space::S16, 0.0)), |ui| head_ui(ui, model, actions));
    hairline(ui.painter(), head.left_bottom(), head.right_bottom(), Theme::of(ui).line);
    let body = Rect::from_min_max(pos2(area.left(), head.bottom() + 1.0), area.max);
    let house = model.practice.house.value().filter(|house| !house.tenants.is_empty());
    match house {
        Some(house) => {
            let width = if area.width() < NARROW_BELOW { LIST_NARROW } else { LIST };
            let list = Rect::from_min_max(body.min, pos2(body.left() + width, body.bottom()));
            let rest = Rect::from_min_max(pos2(list.right() + 1.0, body.top()), body.max);
            panel(ui, list, |ui| list_ui(ui, model, house, actions));
            hairline(ui.painter(), list.right_top(), list.right_bottom(), Theme::of(ui).line);
            panel(ui, rest, |ui| {
                if let Some(tenant) = model.practice.chosen() {
                    detail::detail_ui(ui, model, house, tenant, actions);
                }
            });
        }
        None => panel(ui, body, |ui| without_tenants_ui(ui, model, actions)),
    }
}

fn head_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = space::S8;
        widgets::label_ui(ui, text::TITLE.job("Sandbox", theme.t1));
        let running = model.practice.house.value().is_some_and(|house| house.running);
        let starting = model.sandbox.loading().is_some();
        match (starting, running) {
            (true, _) => tag_ui(ui, Tone::Accent, Some(icon::CIRCLE_NOTCH), "Starting"),
            (false, true) => tag_ui(ui, Tone::Ok, Some(tone_icon(Tone::Ok)), "Running"),
            (false, false) => tag_ui(ui, Tone::Skip, Some(tone_icon(Tone::Skip)), "Stopped"),
        };
        let busy = model.practice.busy();
        if let Some(words) = busy {
            widgets::label_ui(ui, text::SMALL.job(words, theme.t3));
        }
        let blocked = if starting { Some("The sandbox is starting.") } else { busy };
        at_end_ui(ui, "the head of the sandbox", |ui| {
            if running {
                let stop = Button::new("Stop").name("Stop the sandbox").icon(icon::STOP).blocked(blocked);
                if stop.hover("What the tenants hold stays").show(ui).clicked() {
                    actions.push(Action::Sandbox(Do::Stop));
                }
            } else {
                let start = Button::primary("Start").name("Start the sandbox").icon(icon::PLAY).blocked(blocked);
                if start.show(ui).clicked() {
                    actions.push(Action::StartSandbox);
                }
            }
            let add = if running { Button::primary("New tenant…") } else { Button::new("New tenant…") };
            let reason = if running { blocked } else { Some("Start the sandbox to add a tenant.") };
            if add.icon(icon::PLUS).blocked(reason).show(ui).clicked() {
                actions.push(Action::Sandbox(Do::Ask(Dialog::new_tenant())));
            }
        });
    });
}

/// Starting, failed, or never started.
fn without_tenants_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    if let Some(failure) = model.sandbox.failure().or_else(|| model.practice.house.failure()) {
        empty_ui(ui, "The sandbox is not running", "Your own tenants work as usual.", 160.0, |ui| {
            let button = StripButton { text: "Start it again", icon: icon::ARROW_CLOCKWISE, primary: false };
            let width = ui.available_width();
            if failure_ui(ui, failure, Some(button), width) {
                actions.push(Action::StartSandbox);
            }
        });
    } else if model.sandbox.loading().is_some() || model.practice.house.loading().is_some() {
        let words =
            "Its first tenant is filled with a day of traffic from two directories. Nothing leaves this computer.";
        empty_ui(ui, "Getting the sandbox ready", words, 120.0, |ui| {
            let (done, total) = model.sandbox_progress.unwrap_or((0, None));
            let width = ui.available_width();
            progress_ui(ui, "Playing a day of traffic", done, total.unwrap_or(1), width);
        });
    } else {
        let words = "Tenants to practise on, inside this window. A directory on this computer can be pointed at them.";
        empty_ui(ui, "The sandbox is stopped", words, 120.0, |ui| {
            if Button::new("Start it").icon(icon::PLAY).show(ui).clicked() {
                actions.push(Action::StartSandbox);
            }
        });
    }
}

fn list_ui(ui: &mut Ui, model: &Model, house: &HouseState, actions: &mut Vec<Action>) {
    let chosen = model.practice.chosen().map(|tenant| &tenant.profile.id);
    scroll_ui(ui, "practice tenants", |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for tenant in &house.tenants {
            let current = Some(&tenant.profile.id) == chosen;
            if row_ui(ui, tenant, current, tenant.profile.id == model.current) {
                actions.push(Action::Sandbox(Do::Choose(tenant.profile.id.clone())));
            }
        }
        for left_out in &house.left_out {
            left_out_ui(ui, model, left_out, actions);
        }
    });
}

/// A tenant that is not there because its file cannot be used.
fn left_out_ui(ui: &mut Ui, model: &Model, left_out: &LeftOut, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    egui::Frame::new().inner_margin(egui::Margin::symmetric(16, 12)).show(ui, |ui| {
        ui.spacing_mut().item_spacing = vec2(space::S8, space::S4);
        let width = ui.available_width();
        ui.set_width(width);
        let tone = Tone::Warn;
        tag_ui(ui, tone, Some(tone_icon(tone)), "Left out");
        widgets::label_ui(ui, text::MONO_SM.wrapped(left_out.file.as_str(), theme.t1, width));
        let failure = &left_out.failure;
        let damaged = failure.kind == FailureKind::DatabaseDamaged;
        let words = if damaged {
            "This practice tenant’s file cannot be read. The others work as usual.".to_owned()
        } else {
            format!("{}. {} {}", failure.what, failure.meaning, failure.next)
        };
        widgets::label_ui(ui, text::SMALL.wrapped(words, theme.t2, width));
        if let Some(said) = &failure.detail {
            widgets::label_ui(ui, text::MONO_SM.wrapped(said.as_str(), theme.t3, width));
        }
        if !damaged {
            return;
        }
        ui.add_space(space::S4);
        let name = format!("Put {} aside", left_out.file);
        let aside = Button::new("Put the file aside").name(&name).small().blocked(model.practice.busy());
        if aside.hover("It gets another name; nothing of it is deleted").show(ui).clicked() {
            actions.push(Action::Sandbox(Do::PutAside(left_out.file.clone())));
        }
    });
}

/// One tenant: its name, what it holds, whether the console works with it. True when it was chosen.
fn row_ui(ui: &mut Ui, tenant: &HousedTenant, chosen: bool, in_use: bool) -> bool {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), TENANT_ROW), Sense::click());
    let name = tenant.profile.name.as_str();
    let holds = holds(tenant);
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, name));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_description(format!("{holds}, {}", tenant.standing.policy.label()));
    });
    if chosen || response.hovered() {
        ui.painter().rect_filled(rect, 0.0, if chosen { theme.sel } else { theme.hover });
    }
    if chosen {
        ui.painter().rect_filled(Rect::from_min_size(rect.min, vec2(2.0, rect.height())), 0.0, theme.accent_line);
    }
    hairline(ui.painter(), rect.left_bottom() - vec2(0.0, 1.0), rect.right_bottom() - vec2(0.0, 1.0), theme.line);
    let inner = rect.shrink2(vec2(space::S16, space::S8));
    let third = inner.height() / 3.0;
    let line =
        |place: f32| Rect::from_min_size(pos2(inner.left(), inner.top() + place * third), vec2(inner.width(), third));
    let (upper, middle, lower) = (line(0.0), line(1.0), line(2.0));
    let mut room = upper.width();
    if in_use {
        let wide = tag_width(ui.painter(), None, "In use");
        let left = pos2(upper.right() - wide, upper.center().y);
        widgets::tag::paint_tag(ui.painter(), theme, left, Tone::Accent, None, "In use");
        room -= wide + space::S8;
    }
    let face = if chosen { text::BODY.semi() } else { text::BODY.medium() };
    text_at(ui.painter(), upper, Align::Left, face.cut(name, theme.t1, room));
    text_at(ui.painter(), middle, Align::Left, text::SMALL.cut(holds, theme.t2, middle.width()));
    let policy = tenant.standing.policy.label();
    text_at(ui.painter(), lower, Align::Left, text::SMALL.cut(policy, theme.t3, lower.width()));
    focus_ring(ui, &response, rect, space::R_TAG);
    response.clicked()
}

fn holds(tenant: &HousedTenant) -> String {
    let standing = &tenant.standing;
    if standing.users == 0 && standing.requests == 0 {
        return "Empty".to_owned();
    }
    format!(
        "{}, {}, {} failed",
        counted(standing.users, "user", "users"),
        counted(standing.requests, "request", "requests"),
        grouped(standing.failures)
    )
}
