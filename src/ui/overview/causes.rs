//! What needs attention: the causes behind the failures of the span, each a way to the requests
//! that show it, the newest of them open.

use egui::{Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::card;
use crate::{
    app::{Action, Cause, Model, overview::Do, requests, story},
    domain::{overview::ago, problem::Severity},
    ui::{
        icon,
        shell::counted,
        theme::{Theme, Tone, space, text},
        widgets::{
            self,
            banner::{StripButton, failure_ui},
            button::Button,
            focus_ring, hairline,
            progress::progress_ui,
            status::spinner_ui,
        },
    },
};

/// Above and below the lines of a row.
const PAD: f32 = 6.0;
/// Left of the lines of a row, for the sign of its severity.
const SIGN: f32 = 28.0;
/// Rows before the rest is folded away.
const MOST: usize = 8;

/// Draws the card.
pub(super) fn causes_ui(ui: &mut Ui, model: &Model, width: f32, actions: &mut Vec<Action>) {
    card(ui, width, "Needs attention", |ui, width| {
        let overview = &model.overview;
        if let Some(failure) = overview.causes.failure() {
            let button = StripButton { text: "Try again", icon: icon::ARROW_CLOCKWISE, primary: false };
            if failure_ui(ui, failure, Some(button), width) {
                actions.push(Action::Overview(Do::Causes));
            }
        }
        if overview.causes.loading().is_some() {
            match overview.causes_progress {
                Some((done, total)) => drop(progress_ui(ui, "Looking for causes", done, total.unwrap_or(1), width)),
                None => spinner_ui(ui, "Looking for causes"),
            }
        }
        let Some(causes) = overview.causes.value().or(overview.causes_so_far.as_ref()) else {
            if overview.causes.is_idle() && Button::new("Look for causes").icon(icon::STETHOSCOPE).show(ui).clicked() {
                actions.push(Action::Overview(Do::Causes));
            }
            return;
        };
        let are_all = overview.causes.value().is_some();
        ui.spacing_mut().item_spacing.y = 0.0;
        let most = if overview.all_causes { usize::MAX } else { MOST };
        for cause in causes.causes.iter().take(most) {
            let latest = match are_all {
                true => format!(", latest {} ago", ago(cause.last, model.now)),
                // Those that come may be newer.
                false => " so far".to_owned(),
            };
            if row_ui(ui, cause, &latest, width) {
                let query = overview.query_of(&format!("cause:{}", cause.id));
                actions.push(Action::Requests(requests::Do::SetQuery(query)));
                actions.push(Action::Story(story::Do::OpenRequest(cause.newest)));
            }
        }
        ui.add_space(space::S8);
        if causes.causes.len() > MOST {
            let all = format!("Show all {} causes", causes.causes.len());
            let words = if overview.all_causes { "Show fewer" } else { &all };
            if Button::link(words).small().show(ui).clicked() {
                actions.push(Action::Overview(Do::AllCauses(!overview.all_causes)));
            }
            ui.add_space(space::S4);
        }
        if let Some(words) = rest(causes.causes.len(), causes.unexplained).filter(|_| are_all) {
            if causes.unexplained == 0 {
                widgets::label_ui(ui, text::SMALL.wrapped(words, Theme::of(ui).t2, width));
            } else if Button::link(&words).small().show(ui).clicked() {
                let query = overview.query_of("outcome:failure cause:\"\"");
                actions.push(Action::Requests(requests::Do::SetQuery(query)));
            }
        }
    });
}

/// What has no cause, in words.
fn rest(causes: usize, unexplained: u64) -> Option<String> {
    match (causes, unexplained) {
        (0, 0) => Some("Nothing wrong is known in this span.".to_owned()),
        (_, 0) => None,
        (_, many) => Some(format!("Show {} without a known cause", counted(many, "failure", "failures"))),
    }
}

fn row_ui(ui: &mut Ui, cause: &Cause, latest: &str, width: f32) -> bool {
    let theme = Theme::of(ui);
    let requests = counted(cause.requests, "request", "requests");
    let figures = match cause.people {
        0 => format!("{requests}{latest}"),
        people => format!("{requests}, {}{latest}", counted(people, "person", "people")),
    };
    let room = width - SIGN - space::S4;
    let title = ui.painter().layout_job(text::SMALL.medium().wrapped(&cause.title, theme.t1, room));
    let counts = ui.painter().layout_job(text::SMALL.cut(&figures, theme.t2, room));
    let height = title.size().y + counts.size().y + 2.0 * PAD;
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{}: {figures}", cause.title)));
    if response.hovered() {
        ui.painter().rect_filled(rect, f32::from(space::R_TAG), theme.hover);
    }
    hairline(ui.painter(), rect.left_bottom() - vec2(0.0, 1.0), rect.right_bottom() - vec2(0.0, 1.0), theme.line);
    let (glyph, tone) = match cause.severity {
        Severity::Error => (icon::X_CIRCLE, Tone::Fail),
        Severity::Warning => (icon::WARNING, Tone::Warn),
        Severity::Info => (icon::INFO, Tone::Neutral),
    };
    glyph.paint(ui.painter(), pos2(rect.left() + 10.0, rect.center().y), space::ICON, theme.hue(tone).text);
    let lines = rect.left_top() + vec2(SIGN, PAD);
    let below = lines + vec2(0.0, title.size().y);
    ui.painter().galley(lines, title, theme.t1);
    ui.painter().galley(below, counts, theme.t2);
    focus_ring(ui, &response, rect, space::R_TAG);
    response.clicked()
}
