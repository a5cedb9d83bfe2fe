//! The colour tokens, dark and light. Colour never stands alone: an icon or a word says the same.
#![allow(clippy::disallowed_methods, reason = "the one place that names colours")]
#![allow(clippy::unreadable_literal, reason = "colours are read as the six digits of the design")]

use egui::{Color32, Shadow};

/// The three colours of one meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hue {
    /// Text and icons; at least 4.5:1 on its tint and on every ground.
    pub text: Color32,
    /// The ground of a tag or strip.
    pub tint: Color32,
    /// Bars of charts and meters.
    pub bar: Color32,
}

/// What a colour means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// As it should be.
    Ok,
    /// Check it.
    Warn,
    /// Does not work.
    Fail,
    /// Left out on purpose, or not there.
    Skip,
    /// The practice tenant.
    Sandbox,
    /// Chosen or pointed out, without a judgement.
    Accent,
    /// A plain fact.
    Neutral,
}

/// Every colour of one theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Whether this is the dark one.
    pub dark: bool,
    /// Top bar, rail and status bar.
    pub rail: Color32,
    /// Central area and tables.
    pub base: Color32,
    /// Cards, section rows and secondary buttons.
    pub raised: Color32,
    /// Text fields and code blocks.
    pub input: Color32,
    /// Hovered row, neutral tag, disabled button.
    pub hover: Color32,
    /// Selected row, current rail item, active segment, query chip.
    pub sel: Color32,
    /// Dialogs, menus and palette.
    pub popup: Color32,
    /// Row and panel lines.
    pub line: Color32,
    /// Outlines of controls, splitter grip.
    pub line2: Color32,
    /// Primary text.
    pub t1: Color32,
    /// Secondary text.
    pub t2: Color32,
    /// Labels, hints, line numbers.
    pub t3: Color32,
    /// Links, match highlight, active icon.
    pub accent: Color32,
    /// Primary button, switch on, checkbox.
    pub accent_fill: Color32,
    /// Text on `accent_fill`.
    pub accent_on: Color32,
    /// Focus ring, tab underline, selected-row bar, brush.
    pub accent_line: Color32,
    /// Behind modals.
    pub scrim: Color32,
    /// As it should be.
    pub ok: Hue,
    /// Check it.
    pub warn: Hue,
    /// Does not work.
    pub fail: Hue,
    /// Left out.
    pub skip: Hue,
    /// The practice tenant.
    pub sandbox: Hue,
    /// The 3 px line over the whole window on a production tenant.
    pub production_line: Color32,
    /// Ground of a marked fragment that is wrong.
    pub fragment: Color32,
    /// Under popups; nothing else casts one.
    pub shadow: Shadow,
}

impl Theme {
    pub(super) fn dark_or_light(dark: bool) -> &'static Self {
        if dark { &DARK } else { &LIGHT }
    }

    /// The colours of a meaning.
    #[must_use]
    pub const fn hue(&self, tone: Tone) -> Hue {
        match tone {
            Tone::Ok => self.ok,
            Tone::Warn => self.warn,
            Tone::Fail => self.fail,
            Tone::Skip => self.skip,
            Tone::Sandbox => self.sandbox,
            Tone::Accent => Hue { text: self.accent, tint: self.sel, bar: self.accent_line },
            Tone::Neutral => Hue { text: self.t2, tint: self.hover, bar: self.t3 },
        }
    }

    /// The ground of a marked fragment: stronger than the tint, so that one letter is enough to see it.
    #[must_use]
    pub const fn mark(&self, tone: Tone) -> Color32 {
        match tone {
            Tone::Fail => self.fragment,
            other => self.hue(other).tint,
        }
    }
}

const fn rgb(hex: u32) -> Color32 {
    let [_, r, g, b] = hex.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

const fn hue(text: u32, tint: u32, bar: u32) -> Hue {
    Hue { text: rgb(text), tint: rgb(tint), bar: rgb(bar) }
}

/// For windows on a dark desktop.
pub const DARK: Theme = Theme {
    dark: true,
    rail: rgb(0x121417),
    base: rgb(0x16181C),
    raised: rgb(0x1C1F24),
    input: rgb(0x101215),
    hover: rgb(0x22262C),
    sel: rgb(0x23264A),
    popup: rgb(0x202329),
    line: rgb(0x272B31),
    line2: rgb(0x3A404A),
    t1: rgb(0xE8EAED),
    t2: rgb(0xB0B6C0),
    t3: rgb(0x8D95A1),
    accent: rgb(0xA3A8FF),
    accent_fill: rgb(0x5558DB),
    accent_on: rgb(0xFFFFFF),
    accent_line: rgb(0x6166E8),
    scrim: Color32::from_rgba_unmultiplied_const(0x06, 0x07, 0x09, 158),
    ok: hue(0x5CC492, 0x16281F, 0x3E7F63),
    warn: hue(0xEDB544, 0x2B2415, 0xD79E2E),
    fail: hue(0xFF7B78, 0x33191B, 0xF0605D),
    skip: hue(0x98ACC6, 0x1F2732, 0x64788F),
    sandbox: hue(0x6CBDF8, 0x13293B, 0x6CBDF8),
    production_line: rgb(0xE5484D),
    fragment: rgb(0x5A2326),
    shadow: Shadow { offset: [0, 12], blur: 32, spread: 0, color: Color32::from_black_alpha(140) },
};

/// For windows on a light desktop.
pub const LIGHT: Theme = Theme {
    dark: false,
    rail: rgb(0xF1F2F4),
    base: rgb(0xFFFFFF),
    raised: rgb(0xF7F8F9),
    input: rgb(0xFFFFFF),
    hover: rgb(0xECEEF1),
    sel: rgb(0xE6E7FC),
    popup: rgb(0xFFFFFF),
    line: rgb(0xE2E5E9),
    line2: rgb(0xC3C9D1),
    t1: rgb(0x1B1E24),
    t2: rgb(0x474E5A),
    t3: rgb(0x5F6774),
    accent: rgb(0x4347C9),
    accent_fill: rgb(0x4F53D6),
    accent_on: rgb(0xFFFFFF),
    accent_line: rgb(0x5A5EDC),
    scrim: Color32::from_rgba_unmultiplied_const(0x14, 0x18, 0x20, 97),
    ok: hue(0x16704A, 0xE3F3EB, 0x7DBB9D),
    warn: hue(0x855300, 0xFBEFD5, 0xDB9A1E),
    fail: hue(0xB5202C, 0xFCE7E8, 0xD63C46),
    skip: hue(0x4C6079, 0xE9EEF4, 0x8FA3BA),
    sandbox: hue(0x0B629E, 0xDFF0FC, 0x0B629E),
    production_line: rgb(0xD3323A),
    fragment: rgb(0xFCDADC),
    shadow: Shadow {
        offset: [0, 12],
        blur: 28,
        spread: 0,
        color: Color32::from_rgba_unmultiplied_const(0x14, 0x18, 0x20, 46),
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.2, relative luminance and contrast ratio.
    fn contrast(a: Color32, b: Color32) -> f64 {
        fn luminance(color: Color32) -> f64 {
            let [r, g, b, _] = color.to_array().map(|channel| {
                let share = f64::from(channel) / 255.0;
                if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * r + 0.7152 * g + 0.0722 * b
        }
        let (one, two) = (luminance(a), luminance(b));
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    #[test]
    fn every_text_can_be_read_on_every_ground_it_stands_on() {
        for theme in [&DARK, &LIGHT] {
            let grounds = [
                ("rail", theme.rail),
                ("base", theme.base),
                ("raised", theme.raised),
                ("input", theme.input),
                ("popup", theme.popup),
                ("sel", theme.sel),
                ("hover", theme.hover),
            ];
            let texts = [
                ("t1", theme.t1),
                ("t2", theme.t2),
                ("t3", theme.t3),
                ("accent", theme.accent),
                ("ok", theme.ok.text),
                ("warn", theme.warn.text),
                ("fail", theme.fail.text),
                ("skip", theme.skip.text),
                ("sandbox", theme.sandbox.text),
            ];
            for (ground, fill) in grounds {
                for (text, color) in texts {
                    let ratio = contrast(color, fill);
                    assert!(ratio >= 4.5, "{text} on {ground}, dark {}: {ratio:.2}", theme.dark);
                }
            }
            for tone in [Tone::Ok, Tone::Warn, Tone::Fail, Tone::Skip, Tone::Sandbox, Tone::Accent, Tone::Neutral] {
                let hue = theme.hue(tone);
                assert!(contrast(hue.text, hue.tint) >= 4.5, "{tone:?} tag, dark {}", theme.dark);
                assert!(contrast(hue.text, theme.mark(tone)) >= 4.5, "{tone:?} mark, dark {}", theme.dark);
                assert!(contrast(theme.t1, hue.tint) >= 4.5, "text in a {tone:?} strip, dark {}", theme.dark);
            }
            assert!(contrast(theme.accent_on, theme.accent_fill) >= 4.5, "primary button, dark {}", theme.dark);
            assert!(contrast(theme.t1, theme.base) >= 12.0 && contrast(theme.t2, theme.base) >= 6.8);
        }
    }

    #[test]
    fn lines_that_carry_meaning_stand_out() {
        for theme in [&DARK, &LIGHT] {
            for ground in [theme.base, theme.input, theme.popup, theme.raised] {
                assert!(contrast(theme.accent_line, ground) >= 3.0, "focus ring, dark {}", theme.dark);
            }
        }
    }
}
