//! How a step or check stands: waiting, running, passed, warning, failed, skipped.

use egui::{Painter, Pos2, Role, Sense, Shape, Stroke, Ui, WidgetInfo, vec2};

use crate::domain::connection::CheckStatus;
use crate::domain::trial::StepStatus;
use crate::ui::icon::{self, Weight};
use crate::ui::theme::{Theme, Tone, space};

/// The state of one piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Not begun.
    Waiting,
    /// Under way.
    Running,
    /// As it should be.
    Passed,
    /// Worked, look at it.
    Warning,
    /// Did not work.
    Failed,
    /// Left out.
    Skipped,
}

impl Status {
    /// The word for a screen reader.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Passed => "passed",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }

    /// What its colour means.
    #[must_use]
    pub const fn tone(self) -> Tone {
        match self {
            Self::Waiting => Tone::Neutral,
            Self::Running => Tone::Accent,
            Self::Passed => Tone::Ok,
            Self::Warning => Tone::Warn,
            Self::Failed => Tone::Fail,
            Self::Skipped => Tone::Skip,
        }
    }

    /// Paints its icon, 16 points, around `centre`.
    pub fn paint(self, painter: &Painter, theme: &Theme, centre: Pos2) {
        let ink = theme.hue(self.tone()).text;
        let (icon, weight) = match self {
            Self::Running => return paint_spinner(painter, centre, space::ICON, ink),
            Self::Waiting => (icon::CIRCLE_DASHED, Weight::Regular),
            Self::Passed => (icon::CHECK_CIRCLE, Weight::Fill),
            Self::Warning => (icon::WARNING, Weight::Fill),
            Self::Failed => (icon::X_CIRCLE, Weight::Fill),
            Self::Skipped => (icon::MINUS_CIRCLE, Weight::Fill),
        };
        icon.paint_weight(painter, centre, space::ICON, if self == Self::Waiting { theme.t3 } else { ink }, weight);
    }
}

impl From<CheckStatus> for Status {
    fn from(status: CheckStatus) -> Self {
        match status {
            CheckStatus::Waiting => Self::Waiting,
            CheckStatus::Running => Self::Running,
            CheckStatus::Passed => Self::Passed,
            CheckStatus::Warning => Self::Warning,
            CheckStatus::Failed => Self::Failed,
            CheckStatus::Skipped => Self::Skipped,
        }
    }
}

impl From<StepStatus> for Status {
    fn from(status: StepStatus) -> Self {
        match status {
            StepStatus::Passed => Self::Passed,
            StepStatus::Failed => Self::Failed,
            StepStatus::Skipped => Self::Skipped,
        }
    }
}

/// The turning circle-notch, named after what is going on. Show it only when work takes longer than 150 ms.
pub fn spinner_ui(ui: &mut Ui, reason: &str) {
    let (rect, response) = ui.allocate_exact_size(vec2(space::ICON_CELL, space::ICON_CELL), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, reason));
    paint_spinner(ui.painter(), rect.center(), space::ICON_CELL, Theme::of(ui).accent);
}

/// Paints the turning circle-notch and asks for the next of about 15 pictures a second.
fn paint_spinner(painter: &Painter, centre: Pos2, size: f32, ink: egui::Color32) {
    const PICTURES_A_TURN: f64 = 15.0;
    let turn = (painter.ctx().input(|input| input.time) * PICTURES_A_TURN).floor() / PICTURES_A_TURN % 1.0;
    painter.ctx().request_repaint_after(std::time::Duration::from_millis(66));
    let radius = size * 0.4;
    let points = (0u8..=24)
        .map(|step| {
            #[allow(clippy::cast_possible_truncation, reason = "a share of one turn")]
            let angle = (turn as f32 + f32::from(step) / 24.0 * 0.8) * std::f32::consts::TAU;
            centre + radius * egui::Vec2::angled(angle)
        })
        .collect();
    painter.add(Shape::line(points, Stroke::new(1.25, ink)));
}
