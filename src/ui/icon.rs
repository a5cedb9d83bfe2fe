//! The icons, by name: Phosphor code points that `assets/fonts` keeps. Always beside a word or with an accessible name.

use std::sync::Arc;

use egui::{Color32, FontId, Galley, Painter, Pos2, Rect};

use super::theme::text::Family;

/// One icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Icon(char);

/// How heavy an icon is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Weight {
    /// Everywhere.
    #[default]
    Regular,
    /// Status of steps and check lists.
    Fill,
    /// At 12 points and less.
    Bold,
}

impl Icon {
    /// Paints it around `centre`, snapped to whole pixels.
    pub fn paint(self, painter: &Painter, centre: Pos2, size: f32, color: Color32) -> Rect {
        self.paint_weight(painter, centre, size, color, Weight::Regular)
    }

    /// Paints it in a weight.
    pub fn paint_weight(self, painter: &Painter, centre: Pos2, size: f32, color: Color32, weight: Weight) -> Rect {
        let galley = self.galley(painter, size, color, weight);
        let points = painter.pixels_per_point();
        let corner = centre - galley.size() / 2.0;
        let corner = (corner.to_vec2() * points).round() / points;
        let rect = Rect::from_min_size(corner.to_pos2(), galley.size());
        painter.galley(rect.min, galley, color);
        rect
    }

    /// The glyph, laid out.
    #[must_use]
    pub fn galley(self, painter: &Painter, size: f32, color: Color32, weight: Weight) -> Arc<Galley> {
        painter.layout_no_wrap(self.0.to_string(), weight.font(size), color)
    }
}

impl Weight {
    /// The font of icons of this weight.
    #[must_use]
    pub fn font(self, size: f32) -> FontId {
        let family = match self {
            Self::Regular => Family::Icon,
            Self::Fill => Family::IconFill,
            Self::Bold => Family::IconBold,
        };
        FontId::new(size, family.family())
    }
}

/// Overview.
pub const GAUGE: Icon = Icon('\u{e628}');
/// Requests.
pub const PULSE: Icon = Icon('\u{e000}');
/// Users.
pub const USERS: Icon = Icon('\u{e4d6}');
/// One user.
pub const USER: Icon = Icon('\u{e4c2}');
/// Mappings.
pub const ARROWS_LEFT_RIGHT: Icon = Icon('\u{e0a0}');
/// Test provision.
pub const TEST_TUBE: Icon = Icon('\u{e7a0}');
/// Diagnose a paste.
pub const CLIPBOARD_TEXT: Icon = Icon('\u{e198}');
/// Sources.
pub const HARD_DRIVES: Icon = Icon('\u{e2a0}');
/// Settings.
pub const GEAR_SIX: Icon = Icon('\u{e272}');
/// Profile switch.
pub const CARET_UP_DOWN: Icon = Icon('\u{e140}');
/// Menu; open.
pub const CARET_DOWN: Icon = Icon('\u{e136}');
/// Caret up.
pub const CARET_UP: Icon = Icon('\u{e13c}');
/// Caret left.
pub const CARET_LEFT: Icon = Icon('\u{e138}');
/// Shut; more.
pub const CARET_RIGHT: Icon = Icon('\u{e13a}');
/// Filter.
pub const FUNNEL_SIMPLE: Icon = Icon('\u{e268}');
/// Search.
pub const MAGNIFYING_GLASS: Icon = Icon('\u{e30c}');
/// Saved view.
pub const BOOKMARK_SIMPLE: Icon = Icon('\u{e0ea}');
/// Copy.
pub const COPY: Icon = Icon('\u{e1ca}');
/// Export.
pub const EXPORT: Icon = Icon('\u{eaf0}');
/// Import.
pub const FILE_ARROW_UP: Icon = Icon('\u{e61e}');
/// Send.
pub const PAPER_PLANE_TILT: Icon = Icon('\u{e398}');
/// Guarded; production.
pub const LOCK_SIMPLE: Icon = Icon('\u{e308}');
/// Lock simple open.
pub const LOCK_SIMPLE_OPEN: Icon = Icon('\u{e30a}');
/// Quick fix.
pub const WRENCH: Icon = Icon('\u{e5d4}');
/// Review.
pub const GIT_DIFF: Icon = Icon('\u{e27c}');
/// Conflict.
pub const GIT_MERGE: Icon = Icon('\u{e280}');
/// New sample.
pub const SHUFFLE: Icon = Icon('\u{e422}');
/// Run.
pub const PLAY: Icon = Icon('\u{e3d0}');
/// Guide.
pub const BOOK_OPEN: Icon = Icon('\u{e0e6}');
/// Succeeded.
pub const CHECK_CIRCLE: Icon = Icon('\u{e184}');
/// Warning.
pub const WARNING: Icon = Icon('\u{e4e0}');
/// Failed.
pub const X_CIRCLE: Icon = Icon('\u{e4f8}');
/// Skipped.
pub const MINUS_CIRCLE: Icon = Icon('\u{e32c}');
/// Running.
pub const CIRCLE_NOTCH: Icon = Icon('\u{eb44}');
/// Waiting.
pub const CIRCLE_DASHED: Icon = Icon('\u{e602}');
/// Circle.
pub const CIRCLE: Icon = Icon('\u{e18a}');
/// Sandbox.
pub const CUBE: Icon = Icon('\u{e1da}');
/// Staging.
pub const FLOW_ARROW: Icon = Icon('\u{e6ec}');
/// Offline.
pub const CLOUD_SLASH: Icon = Icon('\u{e1b6}');
/// Redaction; hide.
pub const EYE_SLASH: Icon = Icon('\u{e224}');
/// Show.
pub const EYE: Icon = Icon('\u{e220}');
/// Token.
pub const KEY: Icon = Icon('\u{e2d6}');
/// Keychain.
pub const VAULT: Icon = Icon('\u{e76e}');
/// Certificate authority.
pub const SEAL_CHECK: Icon = Icon('\u{e606}');
/// Customer's admin.
pub const USER_GEAR: Icon = Icon('\u{e4cc}');
/// Support.
pub const LIFEBUOY: Icon = Icon('\u{e63a}');
/// Keep the tenant's value.
pub const ARROW_U_UP_LEFT: Icon = Icon('\u{e08a}');
/// Replay; again.
pub const ARROW_CLOCKWISE: Icon = Icon('\u{e036}');
/// Arrow counter clockwise.
pub const ARROW_COUNTER_CLOCKWISE: Icon = Icon('\u{e038}');
/// Connect.
pub const PLUGS_CONNECTED: Icon = Icon('\u{eb5a}');
/// Drop target.
pub const DOWNLOAD_SIMPLE: Icon = Icon('\u{e20c}');
/// Close; remove.
pub const X: Icon = Icon('\u{e4f6}');
/// Done.
pub const CHECK: Icon = Icon('\u{e182}');
/// Add.
pub const PLUS: Icon = Icon('\u{e3d4}');
/// Minus.
pub const MINUS: Icon = Icon('\u{e32a}');
/// Arrow right.
pub const ARROW_RIGHT: Icon = Icon('\u{e06c}');
/// Arrow up.
pub const ARROW_UP: Icon = Icon('\u{e08e}');
/// Arrow down.
pub const ARROW_DOWN: Icon = Icon('\u{e03e}');
/// Arrow left.
pub const ARROW_LEFT: Icon = Icon('\u{e058}');
/// Arrow bend down left.
pub const ARROW_BEND_DOWN_LEFT: Icon = Icon('\u{e018}');
/// Calendar blank.
pub const CALENDAR_BLANK: Icon = Icon('\u{e10a}');
/// Sun.
pub const SUN: Icon = Icon('\u{e472}');
/// Moon.
pub const MOON: Icon = Icon('\u{e330}');
/// Question.
pub const QUESTION: Icon = Icon('\u{e3e8}');
/// Info.
pub const INFO: Icon = Icon('\u{e2ce}');
/// Pencil simple.
pub const PENCIL_SIMPLE: Icon = Icon('\u{e3b4}');
/// Nobody acts, it retries.
pub const HOURGLASS: Icon = Icon('\u{e2b2}');
/// Dots three.
pub const DOTS_THREE: Icon = Icon('\u{e1fe}');
/// Trash.
pub const TRASH: Icon = Icon('\u{e4a6}');
/// Database.
pub const DATABASE: Icon = Icon('\u{e1de}');
/// Shield check.
pub const SHIELD_CHECK: Icon = Icon('\u{e40c}');
/// Identification badge.
pub const IDENTIFICATION_BADGE: Icon = Icon('\u{e6f6}');
/// Sidebar simple.
pub const SIDEBAR_SIMPLE: Icon = Icon('\u{ec24}');
/// Stop.
pub const STOP: Icon = Icon('\u{e46c}');
/// Pause.
pub const PAUSE: Icon = Icon('\u{e39e}');
/// Arrow square out.
pub const ARROW_SQUARE_OUT: Icon = Icon('\u{e5de}');
/// File text.
pub const FILE_TEXT: Icon = Icon('\u{e23a}');
/// File csv.
pub const FILE_CSV: Icon = Icon('\u{eb1c}');
/// Clock.
pub const CLOCK: Icon = Icon('\u{e19a}');
/// Clock counter clockwise.
pub const CLOCK_COUNTER_CLOCKWISE: Icon = Icon('\u{e1a0}');
/// List checks.
pub const LIST_CHECKS: Icon = Icon('\u{eadc}');
/// Folder open.
pub const FOLDER_OPEN: Icon = Icon('\u{e256}');
/// Stethoscope.
pub const STETHOSCOPE: Icon = Icon('\u{e7ea}');
/// Broadcast.
pub const BROADCAST: Icon = Icon('\u{e0f2}');
/// Prohibit.
pub const PROHIBIT: Icon = Icon('\u{e3de}');

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[Icon] = &[
        GAUGE,
        PULSE,
        USERS,
        USER,
        ARROWS_LEFT_RIGHT,
        TEST_TUBE,
        CLIPBOARD_TEXT,
        HARD_DRIVES,
        GEAR_SIX,
        CARET_UP_DOWN,
        CARET_DOWN,
        CARET_UP,
        CARET_LEFT,
        CARET_RIGHT,
        FUNNEL_SIMPLE,
        MAGNIFYING_GLASS,
        BOOKMARK_SIMPLE,
        COPY,
        EXPORT,
        FILE_ARROW_UP,
        PAPER_PLANE_TILT,
        LOCK_SIMPLE,
        LOCK_SIMPLE_OPEN,
        WRENCH,
        GIT_DIFF,
        GIT_MERGE,
        SHUFFLE,
        PLAY,
        BOOK_OPEN,
        CHECK_CIRCLE,
        WARNING,
        X_CIRCLE,
        MINUS_CIRCLE,
        CIRCLE_NOTCH,
        CIRCLE_DASHED,
        CIRCLE,
        CUBE,
        FLOW_ARROW,
        CLOUD_SLASH,
        EYE_SLASH,
        EYE,
        KEY,
        VAULT,
        SEAL_CHECK,
        USER_GEAR,
        LIFEBUOY,
        ARROW_U_UP_LEFT,
        ARROW_CLOCKWISE,
        ARROW_COUNTER_CLOCKWISE,
        PLUGS_CONNECTED,
        DOWNLOAD_SIMPLE,
        X,
        CHECK,
        PLUS,
        MINUS,
        ARROW_RIGHT,
        ARROW_UP,
        ARROW_DOWN,
        ARROW_LEFT,
        ARROW_BEND_DOWN_LEFT,
        CALENDAR_BLANK,
        SUN,
        MOON,
        QUESTION,
        INFO,
        PENCIL_SIMPLE,
        HOURGLASS,
        DOTS_THREE,
        TRASH,
        DATABASE,
        SHIELD_CHECK,
        IDENTIFICATION_BADGE,
        SIDEBAR_SIMPLE,
        STOP,
        PAUSE,
        ARROW_SQUARE_OUT,
        FILE_TEXT,
        FILE_CSV,
        CLOCK,
        CLOCK_COUNTER_CLOCKWISE,
        LIST_CHECKS,
        FOLDER_OPEN,
        STETHOSCOPE,
        BROADCAST,
        PROHIBIT,
    ];

    #[test]
    fn every_named_icon_has_a_glyph() {
        let ctx = egui::Context::default();
        super::super::theme::install(&ctx);
        let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
            for icon in ALL {
                let font = Weight::Regular.font(16.0);
                assert!(ui.fonts_mut(|fonts| fonts.has_glyph(&font, icon.0)), "{icon:?}");
            }
            let fill = [
                CHECK_CIRCLE,
                WARNING,
                X_CIRCLE,
                MINUS_CIRCLE,
                CIRCLE_NOTCH,
                CIRCLE_DASHED,
                CIRCLE,
                INFO,
                LOCK_SIMPLE,
                PLAY,
            ];
            let bold = [
                X,
                CHECK,
                CUBE,
                FLOW_ARROW,
                LOCK_SIMPLE,
                PLUS,
                CARET_DOWN,
                CARET_UP,
                ARROW_RIGHT,
                WARNING,
                MINUS,
                CIRCLE,
            ];
            for (weight, icons) in [(Weight::Fill, &fill[..]), (Weight::Bold, &bold[..])] {
                for icon in icons {
                    assert!(ui.fonts_mut(|fonts| fonts.has_glyph(&weight.font(12.0), icon.0)), "{weight:?} {icon:?}");
                }
            }
        });
        output.textures_delta.clear();
    }
}
