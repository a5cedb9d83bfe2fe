//! The chosen tenant: its addresses to copy, its rules, its tokens, what is rehearsed on it, and starting it over.

use egui::{Ui, vec2};

use super::{counted, faults, habits, scripts, tokens};
use crate::{
    app::{
        Action, Model,
        sandbox::{Dialog, Do},
    },
    domain::house::{DAYS_CHOICES, HouseState, HousedTenant, LEARNER_API_ID, Policy},
    ui::{
        icon,
        theme::{Theme, space, text},
        widgets::{
            self,
            at_end::at_end_ui,
            banner::failure_ui,
            button::Button,
            card::card_ui,
            progress::progress_ui,
            scroll::scroll_ui,
            segmented::{Segment, segmented_ui},
            select::Select,
        },
    },
};

/// No line is longer than this.
const WIDEST: f32 = 860.0;
/// Width of a name before its value.
const NAME: f32 = 120.0;
/// Width of a control after its name.
const CONTROL: f32 = 240.0;

/// Draws the pane.
pub(super) fn detail_ui(
    ui: &mut Ui,
    model: &Model,
    house: &HouseState,
    tenant: &HousedTenant,
    actions: &mut Vec<Action>,
) {
    scroll_ui(ui, "practice tenant", |ui| {
        egui::Frame::new().inner_margin(16.0).show(ui, |ui| {
            let width = ui.available_width().min(WIDEST);
            ui.set_max_width(width);
            ui.spacing_mut().item_spacing = vec2(space::S8, space::S12);
            title_ui(ui, model, house, tenant, actions);
            if let Some((done, total)) = model.practice.progress {
                playing_ui(ui, model.practice.playing_words(), (done, total), width, actions);
            }
            if let (Some(failure), None) = (&model.practice.failure, &model.practice.dialog) {
                failure_ui(ui, failure, None, width);
            }
            addresses_ui(ui, house, tenant, actions);
            tokens::tokens_ui(ui, model, tenant, actions);
            rules_ui(ui, model, tenant, actions);
            habits::habits_ui(ui, model, tenant, actions);
            faults::faults_ui(ui, model, tenant, actions);
            scripts::scripts_ui(ui, model, house.running, tenant, actions);
            reset_ui(ui, model, tenant, actions);
        });
    });
}

/// A card over the whole width with its title, and what is done to the whole of it at the right.
/// True when its verb was pressed.
pub(super) fn section_ui(ui: &mut Ui, title: &str, verb: Option<Button<'_>>, content: impl FnOnce(&mut Ui)) -> bool {
    card_ui(ui, false, 14, |ui| {
        let width = ui.available_width();
        ui.set_width(width);
        ui.spacing_mut().item_spacing.y = space::S8;
        let pressed = ui.horizontal(|ui| {
            widgets::label_ui(ui, text::HEADING.job(title, Theme::of(ui).t1));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                verb.is_some_and(|verb| verb.small().show(ui).clicked())
            })
            .inner
        });
        content(ui);
        pressed.inner
    })
    .inner
}

fn title_ui(ui: &mut Ui, model: &Model, house: &HouseState, tenant: &HousedTenant, actions: &mut Vec<Action>) {
    let id = &tenant.profile.id;
    let busy = model.practice.busy();
    ui.horizontal(|ui| {
        ui.set_min_height(space::CONTROL);
        let buttons = 360.0;
        let room = (ui.available_width() - buttons).max(80.0);
        widgets::label_ui(ui, text::TITLE.cut(tenant.profile.name.as_str(), Theme::of(ui).t1, room));
        at_end_ui(ui, "the title of a practice tenant", |ui| {
            let is_first = id.practice_key() == Some("");
            if !is_first {
                let remove = Button::quiet("Remove").icon(icon::TRASH).hover("Can be undone").blocked(busy);
                if remove.show(ui).clicked() {
                    actions.push(Action::Sandbox(Do::Remove(id.clone())));
                }
            }
            if Button::quiet("Rename…").icon(icon::PENCIL_SIMPLE).blocked(busy).show(ui).clicked() {
                let dialog = Dialog::Rename { tenant: id.clone(), name: tenant.profile.name.clone() };
                actions.push(Action::Sandbox(Do::Ask(Box::new(dialog))));
            }
            if *id == model.current {
                let open = Button::new("Show its requests").icon(icon::PULSE);
                if open.show(ui).clicked() {
                    actions.push(Action::Go(crate::app::Screen::Requests));
                }
            } else {
                let reason = (!house.running).then_some("Start the sandbox to use this tenant.");
                let open = Button::new("Use in the console").icon(icon::CHECK).blocked(reason.or(busy));
                if open.hover("Every screen then works with this tenant").show(ui).clicked() {
                    actions.push(Action::Switch(id.clone()));
                }
            }
        });
    });
}

fn playing_ui(ui: &mut Ui, words: &str, (done, total): (u64, Option<u64>), width: f32, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        let stop = Button::new("Stop playing").icon(icon::STOP).small();
        let room = width - stop.width(ui) - space::S8;
        progress_ui(ui, words, done, total.unwrap_or(1), room);
        if stop.show(ui).clicked() {
            actions.push(Action::Sandbox(Do::StopPlaying));
        }
    });
}

fn addresses_ui(ui: &mut Ui, house: &HouseState, tenant: &HousedTenant, actions: &mut Vec<Action>) {
    section_ui(ui, "Addresses", None, |ui| {
        let trimmed = |url: &url::Url| url.as_str().trim_end_matches('/').to_owned();
        address_ui(ui, "SCIM", trimmed(&tenant.profile.scim_url), actions);
        if let Some(support) = &tenant.profile.support_url {
            address_ui(ui, "Support API", trimmed(support), actions);
        }
        if let Some(base) = trimmed(&tenant.profile.scim_url).strip_suffix("/scim/v2") {
            address_ui(ui, "Learner profiles", format!("{base}/rest/v1/users/ref/"), actions);
        }
        let words = if house.running {
            format!(
                "Reached from this computer only. Paste the SCIM address and a token into a directory’s provisioning. \
                 Learner profiles are read with Basic: {LEARNER_API_ID} and a token."
            )
        } else {
            "The sandbox is stopped. It takes the same address again when it starts, where that is still free."
                .to_owned()
        };
        let width = ui.available_width();
        widgets::label_ui(ui, text::SMALL.wrapped(words, Theme::of(ui).t3, width));
    });
}

fn address_ui(ui: &mut Ui, name: &str, address: String, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        named_ui(ui, name);
        let said = format!("Copy the {name} address");
        let copy = Button::new("Copy").name(&said).icon(icon::COPY).small();
        let room = (ui.available_width() - copy.width(ui) - space::S8).max(40.0);
        let (place, shown) =
            ui.allocate_exact_size(vec2(room.min(widest(ui, &address)), space::CONTROL_SMALL), egui::Sense::hover());
        shown.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &address));
        let job = text::MONO_SM.cut(address.as_str(), Theme::of(ui).t1, place.width());
        widgets::text_at(ui.painter(), place, widgets::Align::Left, job);
        shown.on_hover_text(address.as_str());
        if copy.show(ui).clicked() {
            actions.push(Action::Sandbox(Do::CopyAddress(address)));
        }
    });
}

/// How wide an address is in full.
fn widest(ui: &Ui, address: &str) -> f32 {
    ui.painter().layout_job(text::MONO_SM.job(address, Theme::of(ui).t1)).size().x.ceil() + 1.0
}

fn named_ui(ui: &mut Ui, name: &str) {
    let (rect, _) = ui.allocate_exact_size(vec2(NAME, space::CONTROL_SMALL), egui::Sense::hover());
    widgets::text_at(ui.painter(), rect, widgets::Align::Left, text::SMALL.job(name, Theme::of(ui).t2));
}

/// A name and the control it names, on one line.
fn control_ui<R>(ui: &mut Ui, name: &str, control: impl FnOnce(&mut Ui) -> R) -> R {
    let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), space::CONTROL), egui::Sense::hover());
    let words = row.with_max_x(row.left() + NAME);
    widgets::text_at(ui.painter(), words, widgets::Align::Left, text::SMALL.job(name, Theme::of(ui).t2));
    let left = words.right() + space::S8;
    let place = row.with_min_x(left).with_max_x((left + CONTROL).min(row.right()));
    widgets::over(ui, place, control)
}

fn rules_ui(ui: &mut Ui, model: &Model, tenant: &HousedTenant, actions: &mut Vec<Action>) {
    let standing = &tenant.standing;
    let busy = model.practice.busy().is_some();
    section_ui(ui, "Rules", None, |ui| {
        let chosen = Policy::ALL.iter().position(|policy| *policy == standing.policy);
        let next = control_ui(ui, "Behaves as", |ui| {
            let segments = Policy::ALL.map(|policy| Segment::new(policy.label()));
            let size = vec2(ui.available_width(), space::CONTROL);
            segmented_ui(ui, "Behaves as", &segments, chosen, size)
        });
        if let Some(next) = next.filter(|_| !busy) {
            actions.push(Action::Sandbox(Do::Follow(Policy::ALL[next])));
        }
        explained_ui(ui, standing.policy.meaning());
        let chosen = DAYS_CHOICES.iter().position(|days| *days == standing.kept_days);
        let next = control_ui(ui, "Keeps requests", |ui| {
            let words = DAYS_CHOICES.map(|days| format!("{days} days"));
            let options: Vec<&str> = words.iter().map(String::as_str).collect();
            Select::new("Keeps requests").no_label().show(ui, &options, chosen)
        });
        if let Some(next) = next.filter(|_| !busy) {
            actions.push(Action::Sandbox(Do::KeepDays(DAYS_CHOICES[next])));
        }
        explained_ui(ui, "At most 50,000 of them. Older ones go for good.");
    });
}

/// A sentence under a control, in line with it.
fn explained_ui(ui: &mut Ui, words: &str) {
    ui.horizontal(|ui| {
        ui.add_space(NAME + space::S8);
        let width = ui.available_width();
        widgets::label_ui(ui, text::SMALL.wrapped(words, Theme::of(ui).t3, width));
    });
}

fn reset_ui(ui: &mut Ui, model: &Model, tenant: &HousedTenant, actions: &mut Vec<Action>) {
    let standing = &tenant.standing;
    let words = format!(
        "Empties the tenant: {} and {}. Tokens, addresses and rules stay.",
        counted(standing.users, "user", "users"),
        counted(standing.requests, "request", "requests")
    );
    let reset = Button::new("Reset…").icon(icon::ARROW_CLOCKWISE).blocked(model.practice.busy());
    let pressed = section_ui(ui, "Start over", Some(reset), |ui| {
        let width = ui.available_width();
        widgets::label_ui(ui, text::SMALL.wrapped(words, Theme::of(ui).t2, width));
    });
    if pressed {
        let dialog = Dialog::Reset { tenant: tenant.profile.id.clone(), with_a_day: true };
        actions.push(Action::Sandbox(Do::Ask(Box::new(dialog))));
    }
}
