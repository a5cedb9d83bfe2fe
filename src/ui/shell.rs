//! What surrounds every screen: top bar, rail, status bar; then dialogs and the production line over it.
//! The regions are laid out by hand, so that Tab goes through them in reading order.

use egui::{Rect, Response, Role, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::{
    View, connect, dropping, forgetting, help, icon,
    icon::Icon,
    mappings, notices, overview, palette, panels, profiles, requests, sandbox, settings, sources, startup, story,
    switcher,
    theme::{Theme, Tone, space, text},
    trial,
    widgets::{
        self, Align,
        at_end::{at_end_ui, width_at_end},
        button::{Button, icon_button_ui},
        focus_ring, hairline, text_at,
    },
};
pub(super) use crate::domain::pretty::{counted, grouped};
use crate::{
    app::Live,
    app::{Action, Model, Pasted, Screen, help as pages, settings::ThemeChoice},
    domain::profile::Environment,
};

/// What stands at the right of the top bar.
const CONTROLS: &str = "the top bar";
/// Below this width the rail folds to icons.
const FOLD_BELOW: f32 = 1280.0;
/// Words with less room than this say nothing.
const SHORTEST: f32 = 40.0;

/// Draws the whole window.
pub(super) fn shell_ui(ui: &mut Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let whole = ui.max_rect();
    ui.painter().rect_filled(whole, 0.0, theme.base);
    let top = Rect::from_min_size(whole.min, vec2(whole.width(), space::TOP_BAR));
    let status = Rect::from_min_max(pos2(whole.left(), whole.bottom() - space::STATUS_BAR), whole.max);
    let folded = whole.width() < FOLD_BELOW;
    let rail_width = if folded { space::RAIL_FOLDED } else { space::RAIL };
    let rail = Rect::from_min_max(top.left_bottom(), pos2(whole.left() + rail_width, status.top()));
    let centre = Rect::from_min_max(rail.right_top(), status.right_top());
    if !is_modal(ui) {
        panels::go(ui);
    }
    panels::begin(ui.ctx());
    panels::mark(ui, top);
    panels::mark(ui, rail);
    region(ui, top, |ui| top_bar_ui(ui, model, actions));
    region(ui, rail, |ui| rail_ui(ui, model, folded, actions));
    region(ui, centre, |ui| screen_ui(ui, model, view, actions));
    panels::mark(ui, status);
    region(ui, status, |ui| status_bar_ui(ui, model, actions));
    // Before the dialogs: one that it leads to gives the focus back to whoever had it before the palette.
    palette::palette_ui(ui, model, &mut view.palette, actions);
    connect::connect_ui(ui, model, &mut view.connect, actions);
    sandbox::dialogs_ui(ui, model, actions);
    sources::connect_ui(ui, model, &mut view.sources, actions);
    requests::columns_ui(ui, model, actions);
    requests::reply_ui(ui, model, actions);
    requests::naming_ui(ui, model, actions);
    help::help_ui(ui, model, actions);
    forgetting::forgetting_ui(ui, model, actions);
    if model.environment() == Environment::Production {
        let line = Rect::from_min_size(whole.min, vec2(whole.width(), 3.0));
        let layer = egui::LayerId::new(egui::Order::Foreground, egui::Id::unique("production line"));
        ui.ctx().layer_painter(layer).rect_filled(line, 0.0, theme.production_line);
    }
    notices::failed_ui(ui, model, centre, actions);
    dropping::dropping_ui(ui, model, actions);
    pasted(ui, model, actions);
}

/// Whether a dialog has the keyboard, whichever it is.
pub(super) fn is_modal(ui: &Ui) -> bool {
    ui.ctx().memory(|memory| memory.top_modal_layer().is_some())
}

/// Draws a part of the window in its own rectangle, clipped to it.
pub(super) fn region<R>(ui: &mut Ui, rect: Rect, draw: impl FnOnce(&mut Ui) -> R) -> R {
    let builder = UiBuilder::new().max_rect(rect).id_salt((rect.min.x as i32, rect.min.y as i32));
    ui.scope_builder(builder, |ui| {
        ui.set_clip_rect(rect.intersect(ui.clip_rect()));
        draw(ui)
    })
    .inner
}

/// A log, an error text or an exchange that is pasted while nothing is being typed.
pub(super) fn pasted(ui: &Ui, model: &Model, actions: &mut Vec<Action>) {
    let takes = matches!(model.screen, Screen::Overview | Screen::Requests | Screen::Sources);
    if !takes || is_modal(ui) || ui.ctx().text_edit_focused() {
        return;
    }
    let pasted = ui.ctx().input(|input| {
        input.events.iter().find_map(|event| match event {
            egui::Event::Paste(text) if !text.trim().is_empty() => Some(Pasted(text.clone().into_bytes())),
            _ => None,
        })
    });
    actions.extend(pasted.map(Action::ImportPasted));
}

fn screen_ui(ui: &mut Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    if startup::blocks_ui(ui, model, actions) {
        return;
    }
    if matches!(model.screen, Screen::Sources | Screen::Profiles | Screen::Settings) {
        panels::mark(ui, ui.max_rect());
    }
    match model.screen {
        Screen::Overview => overview::overview_ui(ui, model, &view.overview, actions),
        Screen::Requests if model.story.is_some() => {
            if let Some(story) = &model.story {
                story::story_ui(ui, model, story, (&mut view.story, &view.requests.zone), actions);
            }
        }
        Screen::Requests => requests::requests_ui(ui, model, &mut view.requests, actions),
        Screen::Mappings => mappings::mappings_ui(ui, model, &mut view.mappings, actions),
        Screen::Trial => trial::trial_ui(ui, model, &mut view.trial, actions),
        Screen::Sandbox => sandbox::sandbox_ui(ui, model, actions),
        Screen::Sources => sources::sources_ui(ui, model, actions),
        Screen::Profiles => profiles::profiles_ui(ui, model, actions),
        Screen::Settings => settings::settings_ui(ui, model, actions),
    }
}

fn top_bar_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let bar = ui.max_rect();
    ui.painter().rect_filled(bar, 0.0, theme.rail);
    hairline(ui.painter(), bar.left_bottom() - vec2(0.0, 1.0), bar.right_bottom() - vec2(0.0, 1.0), theme.line);
    icon::IDENTIFICATION_BADGE.paint(ui.painter(), pos2(bar.left() + 24.0, bar.center().y), space::ICON, theme.accent);
    let name = Rect::from_min_max(pos2(bar.left() + 42.0, bar.top()), pos2(bar.left() + space::RAIL, bar.bottom()));
    text_at(ui.painter(), name, Align::Left, text::HEADING.job("SCIM Console", theme.t1));
    let folded = bar.width() < FOLD_BELOW;
    let left = if folded { bar.left() + 150.0 } else { bar.left() + space::RAIL + space::S12 };
    let row = Rect::from_min_max(pos2(left, bar.top() + 8.0), bar.max - vec2(12.0, 8.0));
    region(ui, row, |ui| {
        ui.horizontal_centered(|ui| {
            ui.spacing_mut().item_spacing.x = space::S8;
            switcher::switcher_ui(ui, model, actions);
            let room = ui.available_width() - width_at_end(ui, CONTROLS) - space::S8;
            connection_ui(ui, model, room);
            at_end_ui(ui, CONTROLS, |ui| top_right_ui(ui, model, actions));
        });
    });
}

/// How the tenant is reached, in the room that the controls leave.
fn connection_ui(ui: &mut Ui, model: &Model, room: f32) {
    let theme = Theme::of(ui);
    let stopped = model.is_stopped();
    let offline = stopped || matches!(model.requests.live, Some(Live::Waiting { .. }));
    let words = match (&model.requests.live, model.current.is_sandbox()) {
        _ if stopped => "Stopped",
        (Some(Live::Waiting { .. }), _) => "Offline",
        (_, true) => "Runs on this computer",
        (Some(Live::Following), _) => "Connected",
        (Some(Live::CatchingUp), _) => "Reading the tenant’s log",
        (Some(Live::NotOffered), _) => "No support API: own requests and imported logs",
        (Some(Live::Off) | None, _) => "Not live",
    };
    let mut room = room;
    if offline {
        let (place, _) = ui.allocate_exact_size(vec2(space::ICON, space::ICON), Sense::hover());
        icon::CLOUD_SLASH.paint(ui.painter(), place.center(), space::ICON, theme.hue(Tone::Warn).text);
        room -= space::ICON + space::S8;
    }
    if room > SHORTEST {
        widgets::label_ui(ui, text::SMALL.cut(words, theme.t3, room)).on_hover_text(words);
    }
}

fn top_right_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    if model.environment() == Environment::Production {
        let (words, glyph, action) = if model.is_locked() {
            ("Unlock sending", icon::LOCK_SIMPLE, Action::Unlock)
        } else {
            ("Lock sending", icon::LOCK_SIMPLE_OPEN, Action::Lock)
        };
        let hover = "Production opens read-only. Every write is still shown and confirmed.";
        if Button::new(words).icon(glyph).hover(hover).show(ui).clicked() {
            actions.push(action);
        }
    }
    if command_field_ui(ui).clicked() {
        actions.push(Action::TogglePalette);
    }
    let live = model.requests.live_on;
    widgets::label_ui(ui, text::SMALL.job("Live", theme.t1));
    if widgets::switch::switch_ui(ui, live, "Live", None).on_hover_text("Follow the tenant’s log (Ctrl L)").clicked()
    {
        actions.push(Action::Requests(crate::app::requests::Do::Live(!live)));
    }
    if icon_button_ui(ui, icon::QUESTION, "Help and shortcuts (F1)").clicked() {
        actions.push(Action::Help(pages::Do::Shortcuts));
    }
    let (glyph, name, next) = if theme.dark {
        (icon::SUN, "Use light theme", ThemeChoice::Light)
    } else {
        (icon::MOON, "Use dark theme", ThemeChoice::Dark)
    };
    if icon_button_ui(ui, glyph, name).clicked() {
        actions.push(Action::Settings(crate::app::settings::Do::Theme(next)));
    }
}

/// Looks like the palette's field, which it opens; an icon where there is no room for words.
fn command_field_ui(ui: &mut Ui) -> Response {
    const NAME: &str = "Search or run a command";
    if ui.ctx().content_rect().width() < FOLD_BELOW {
        return icon_button_ui(ui, icon::MAGNIFYING_GLASS, NAME);
    }
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(288.0, space::CONTROL), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, NAME));
    let fill = if response.hovered() { theme.hover } else { theme.input };
    widgets::outlined(ui.painter(), rect, space::R_CONTROL, fill, theme.line2);
    icon::MAGNIFYING_GLASS.paint(ui.painter(), pos2(rect.left() + 17.0, rect.center().y), space::ICON_CELL, theme.t3);
    let words = rect.with_min_x(rect.left() + 32.0);
    text_at(ui.painter(), words, Align::Left, text::SMALL.job(NAME, theme.t3));
    widgets::key_cap::paint_key_cap(ui.painter(), theme, pos2(rect.right() - 5.0, rect.center().y), "Ctrl K");
    focus_ring(ui, &response, rect, space::R_CONTROL);
    response
}

fn rail_ui(ui: &mut Ui, model: &Model, folded: bool, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let rail = ui.max_rect();
    ui.painter().rect_filled(rail, 0.0, theme.rail);
    hairline(ui.painter(), rail.right_top() - vec2(1.0, 0.0), rail.right_bottom() - vec2(1.0, 0.0), theme.line);
    let item = |index: f32, from_bottom: bool| {
        let step = space::SECTION_ROW;
        let y =
            if from_bottom { rail.bottom() - 10.0 - (index + 1.0) * step } else { rail.top() + 10.0 + index * step };
        Rect::from_min_size(pos2(rail.left() + 8.0, y), vec2(rail.width() - 17.0, step))
    };
    let problems = model.mappings.problem_counts();
    let failures = model.requests.listing.value().map_or(0, |listing| {
        listing.outcomes.iter().find(|count| count.key == "failure").map_or(0, |count| count.count)
    });
    let items = [
        (Screen::Overview, icon::GAUGE, item(0.0, false), 0),
        (Screen::Requests, icon::PULSE, item(1.0, false), failures),
        (Screen::Mappings, icon::ARROWS_LEFT_RIGHT, item(2.0, false), (problems.0 + problems.1) as u64),
        (Screen::Trial, icon::TEST_TUBE, item(3.0, false), 0),
        (Screen::Sandbox, icon::CUBE, item(4.0, false), 0),
        (Screen::Sources, icon::HARD_DRIVES, item(5.0, false), 0),
        (Screen::Profiles, icon::PLUGS_CONNECTED, item(1.0, true), 0),
        (Screen::Settings, icon::GEAR_SIX, item(0.0, true), 0),
    ];
    for (screen, glyph, rect, count) in items {
        let response = rail_item_ui(ui, rect, screen, glyph, count, (model.screen == screen, folded));
        if response.clicked() {
            actions.push(Action::Go(screen));
        }
    }
}

fn rail_item_ui(
    ui: &mut Ui,
    rect: Rect,
    screen: Screen,
    glyph: Icon,
    count: u64,
    (current, folded): (bool, bool),
) -> Response {
    let theme = Theme::of(ui);
    let response = ui.interact(rect, ui.scope_id().with(screen.label()), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, current, screen.label()));
    if current || response.hovered() {
        ui.painter().rect_filled(rect, f32::from(space::R_CONTROL), if current { theme.sel } else { theme.hover });
    }
    let ink = if current { theme.accent } else { theme.t2 };
    glyph.paint(ui.painter(), pos2(rect.left() + 18.0, rect.center().y), space::ICON, ink);
    if !folded {
        let words = Rect::from_min_max(pos2(rect.left() + 34.0, rect.top()), rect.max - vec2(10.0, 0.0));
        let face = if current { text::BODY.medium() } else { text::BODY };
        text_at(ui.painter(), words, Align::Left, face.job(screen.label(), if current { theme.t1 } else { theme.t2 }));
        if count > 0 {
            text_at(ui.painter(), words, Align::Right, text::LABEL.regular().job(grouped(count), theme.t3));
        }
    }
    focus_ring(ui, &response, rect, space::R_CONTROL);
    if folded { response.on_hover_text(screen.label()) } else { response }
}

fn status_bar_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let bar = ui.max_rect();
    ui.painter().rect_filled(bar, 0.0, theme.rail);
    hairline(ui.painter(), bar.left_top(), bar.right_top(), theme.line);
    region(ui, bar.shrink2(vec2(space::S14, 0.0)), |ui| {
        ui.spacing_mut().item_spacing.x = space::S16;
        let whole = ui.max_rect();
        // What always holds first: what is said for a moment gets the room that is left.
        let layout = egui::Layout::right_to_left(egui::Align::Center);
        let facts = ui.scope_builder(UiBuilder::new().max_rect(whole).layout(layout), |ui| {
            let ink = text::LABEL.regular();
            widgets::label_ui(ui, ink.job(env!("CARGO_PKG_VERSION"), theme.t3));
            fact_ui(ui, icon::HARD_DRIVES, "Data stays on this computer");
            fact_ui(ui, icon::EYE_SLASH, if model.settings.redaction { "Redaction on" } else { "Redaction off" });
        });
        let left = whole.with_max_x(facts.response.rect.left() - space::S16);
        let layout = egui::Layout::left_to_right(egui::Align::Center);
        ui.scope_builder(UiBuilder::new().max_rect(left).layout(layout), |ui| status_left_ui(ui, model, actions));
    });
}

/// A word of the status bar that always holds, with its icon before it. The bar is laid out from the right.
fn fact_ui(ui: &mut Ui, glyph: Icon, words: &str) {
    let theme = Theme::of(ui);
    let words = widgets::label_ui(ui, text::LABEL.regular().job(words, theme.t3)).rect;
    ui.add_space(space::ICON_TAG + space::S4 - ui.spacing().item_spacing.x);
    glyph.paint(
        ui.painter(),
        pos2(words.left() - space::S4 - space::ICON_TAG / 2.0, words.center().y),
        space::ICON_TAG,
        theme.t3,
    );
    ui.add_space(ui.spacing().item_spacing.x);
}

fn status_left_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let (tone, words) = match &model.requests.live {
        Some(Live::Following) => (Tone::Ok, "Live".to_owned()),
        Some(Live::CatchingUp) => (Tone::Accent, "Catching up".to_owned()),
        Some(Live::Waiting { failure, .. }) => (Tone::Warn, format!("Offline: {}", failure.what)),
        Some(Live::NotOffered) => (Tone::Neutral, "No support API".to_owned()),
        Some(Live::Off) | None => (Tone::Neutral, "Not live".to_owned()),
    };
    let (dot, _) = ui.allocate_exact_size(vec2(8.0, 8.0), Sense::hover());
    ui.painter().circle_filled(dot.center(), 3.0, theme.hue(tone).text);
    let ink = text::LABEL.regular();
    widgets::label_ui(ui, ink.job(words, theme.t2));
    if let Some((done, total)) = model.sandbox_progress.or(model.requests.progress) {
        let words = total.map_or_else(
            || format!("{} read", grouped(done)),
            |total| format!("{} of {}", grouped(done), grouped(total)),
        );
        widgets::label_ui(ui, ink.job(words, theme.t2));
    }
    if let Some(listing) = model.requests.listing.value() {
        let total = counted(listing.total, "request", "requests");
        let words = match model.screen {
            Screen::Requests => format!("{} of {total}", grouped(listing.keys.len() as u64)),
            _ => total,
        };
        widgets::label_ui(ui, ink.job(words, theme.t2));
    }
    notices::said_ui(ui, model, actions);
}
