//! The faces: which font, how large, in which line height. Columns of numbers, times and ids are always mono, since
//! Inter's figures differ in width and egui cannot ask a font for others.

use std::sync::OnceLock;

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Align, Color32, FontFamily, FontId};

/// A font family of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// Inter Regular.
    Regular,
    /// Inter Medium.
    Medium,
    /// Inter SemiBold.
    Semi,
    /// JetBrains Mono Regular.
    Mono,
    /// JetBrains Mono Medium.
    MonoMedium,
    /// Phosphor Regular.
    Icon,
    /// Phosphor Fill, for step and check-list status.
    IconFill,
    /// Phosphor Bold, up to 12 px.
    IconBold,
}

/// A face of the type table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Face {
    /// Which font.
    pub family: Family,
    /// Size in points.
    pub size: f32,
    /// Line height in points.
    pub line: f32,
    /// Extra space between letters.
    pub spacing: f32,
}

/// Overview figures, empty-state title.
pub const DISPLAY: Face = face(Family::Semi, 20.0, 26.0);
/// Screen, dialog and finding titles.
pub const TITLE: Face = face(Family::Semi, 15.0, 20.0);
/// Panel and section titles.
pub const HEADING: Face = face(Family::Semi, 13.0, 18.0);
/// Rail, running text.
pub const BODY: Face = face(Family::Regular, 13.0, 18.0);
/// Table cells and explanations; medium in buttons.
pub const SMALL: Face = face(Family::Regular, 12.0, 16.0);
/// Column heads, tags, status bar, key caps.
pub const LABEL: Face = face(Family::Medium, 11.0, 16.0);
/// Times, statuses, counts.
pub const MONO: Face = face(Family::Mono, 12.0, 16.0);
/// Method and path, query chips.
pub const MONO_SM: Face = Face { spacing: -0.1, ..face(Family::Mono, 11.5, 16.0) };
/// JSON, URNs, evidence.
pub const CODE: Face = face(Family::Mono, 11.0, 18.0);
/// JSON in an expanded step.
pub const CODE_TIGHT: Face = face(Family::Mono, 11.0, 17.0);

const fn face(family: Family, size: f32, line: f32) -> Face {
    Face { family, size, line, spacing: 0.0 }
}

impl Face {
    /// The same size, regular.
    #[must_use]
    pub const fn regular(self) -> Self {
        Self { family: if self.is_mono() { Family::Mono } else { Family::Regular }, ..self }
    }

    /// The same size, medium.
    #[must_use]
    pub const fn medium(self) -> Self {
        Self { family: if self.is_mono() { Family::MonoMedium } else { Family::Medium }, ..self }
    }

    /// The same size, semi-bold; mono has no heavier cut than medium.
    #[must_use]
    pub const fn semi(self) -> Self {
        Self { family: if self.is_mono() { Family::MonoMedium } else { Family::Semi }, ..self }
    }

    /// The mono face that stands in a line of this one.
    #[must_use]
    pub const fn as_mono(self) -> Self {
        Self { family: Family::MonoMedium, size: self.size - 0.5, line: self.line, spacing: -0.1 }
    }

    const fn is_mono(self) -> bool {
        matches!(self.family, Family::Mono | Family::MonoMedium)
    }

    /// The font.
    #[must_use]
    pub fn font(self) -> FontId {
        FontId::new(self.size, self.family.family())
    }

    /// One stretch of text in a job of several.
    #[must_use]
    pub fn format(self, color: Color32) -> TextFormat {
        TextFormat {
            font_id: self.font(),
            extra_letter_spacing: self.spacing,
            line_height: Some(self.line),
            color,
            valign: Align::Center,
            expand_bg: 0.0,
            ..TextFormat::default()
        }
    }

    /// One line, as wide as it needs to be.
    #[must_use]
    pub fn job(self, text: impl Into<String>, color: Color32) -> LayoutJob {
        LayoutJob { break_on_newline: false, ..LayoutJob::single_section(text.into(), self.format(color)) }
    }

    /// One line, cut with an ellipsis at `width`.
    #[must_use]
    pub fn cut(self, text: impl Into<String>, color: Color32, width: f32) -> LayoutJob {
        LayoutJob { wrap: TextWrapping::truncate_at_width(width.max(0.0)), ..self.job(text, color) }
    }

    /// Running text, wrapped at `width`.
    #[must_use]
    pub fn wrapped(self, text: impl Into<String>, color: Color32, width: f32) -> LayoutJob {
        let mut job = LayoutJob::single_section(text.into(), self.format(color));
        job.wrap.max_width = width;
        job
    }

    /// Running text, wrapped at `width`, in which `` `names` `` stand in mono and in `strong`.
    #[must_use]
    pub fn prose(self, text: &str, color: Color32, strong: Color32, width: f32) -> LayoutJob {
        let mut job = LayoutJob::default();
        for (turn, part) in text.split('`').enumerate() {
            let format = if turn % 2 == 0 { self.format(color) } else { self.as_mono().format(strong) };
            job.append(part, 0.0, format);
        }
        job.wrap.max_width = width;
        job
    }
}

impl Family {
    const ALL: [Self; 8] = [
        Self::Regular,
        Self::Medium,
        Self::Semi,
        Self::Mono,
        Self::MonoMedium,
        Self::Icon,
        Self::IconFill,
        Self::IconBold,
    ];

    /// The name it is registered under.
    #[must_use]
    pub fn family(self) -> FontFamily {
        static FAMILIES: OnceLock<[FontFamily; 8]> = OnceLock::new();
        let families = FAMILIES.get_or_init(|| Self::ALL.map(Self::name));
        families[self as usize].clone()
    }

    fn name(self) -> FontFamily {
        match self {
            Self::Regular => FontFamily::Proportional,
            Self::Mono => FontFamily::Monospace,
            Self::Medium => FontFamily::Name("medium".into()),
            Self::Semi => FontFamily::Name("semi".into()),
            Self::MonoMedium => FontFamily::Name("mono medium".into()),
            Self::Icon => FontFamily::Name("icon".into()),
            Self::IconFill => FontFamily::Name("icon fill".into()),
            Self::IconBold => FontFamily::Name("icon bold".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use egui::epaint::text::ByteRangeExt as _;

    use super::*;

    #[test]
    fn names_in_prose_are_mono() {
        let job = BODY.prose("Only the case differs from `costCenter`.", Color32::WHITE, Color32::BLACK, 200.0);
        let faces: Vec<_> = job
            .sections
            .iter()
            .map(|section| (&job.text[section.byte_range.as_usize()], section.format.color))
            .collect();
        assert_eq!(
            faces,
            [("Only the case differs from ", Color32::WHITE), ("costCenter", Color32::BLACK), (".", Color32::WHITE)]
        );
    }

    #[test]
    fn families_keep_their_place() {
        for (place, family) in Family::ALL.into_iter().enumerate() {
            assert_eq!(place, family as usize);
            assert_eq!(family.family(), family.name());
        }
    }
}
