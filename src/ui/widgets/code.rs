//! The code block: numbered lines of JSON, URNs folded, fragments marked, a line that says what is missing, and copy.
//! Only lines in view are laid out, so a body of megabytes costs no more than a short one.

use std::ops::Range;

use egui::text::LayoutJob;
use egui::{Frame, Margin, Role, ScrollArea, Sense, Stroke, Ui, UiBuilder, pos2, vec2};

use super::button::small_icon_button_ui;
use super::paint::{Align, over, text_at};
use crate::ui::icon;
use crate::ui::theme::{Theme, Tone, space, text};

/// Longer lines are cut on screen; copying gives the whole.
const LONGEST_LINE: usize = 2_000;

/// A stretch of a line that matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Bytes of the line.
    pub range: Range<usize>,
    /// Why it matters.
    pub tone: Tone,
}

/// One line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeLine {
    /// Its number; `None` for what is missing.
    pub number: Option<usize>,
    /// Its text.
    pub text: String,
    /// What to mark, in order, without overlaps.
    pub marks: Vec<Mark>,
    /// A line as a whole may judge.
    pub tone: Option<Tone>,
}

/// A text as lines; build it once and keep it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeText {
    /// The lines, in order.
    pub lines: Vec<CodeLine>,
}

impl CodeText {
    /// The lines of `text`, numbered.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let line = |(place, text): (usize, &str)| CodeLine {
            number: Some(place + 1),
            text: text.replace('\t', "    "),
            ..CodeLine::default()
        };
        Self { lines: text.lines().enumerate().map(line).collect() }
    }

    /// One line without a number, as evidence.
    #[must_use]
    pub fn evidence(text: &str) -> Self {
        Self { lines: vec![CodeLine { text: text.to_owned(), ..CodeLine::default() }] }
    }

    /// Marks every place where `fragment` stands.
    #[must_use]
    pub fn mark(mut self, fragment: &str, tone: Tone) -> Self {
        if fragment.is_empty() {
            return self;
        }
        for line in &mut self.lines {
            let found = line.text.match_indices(fragment).map(|(at, _)| Mark { range: at..at + fragment.len(), tone });
            let free: Vec<Mark> = found
                .filter(|mark| {
                    line.marks.iter().all(|had| had.range.end <= mark.range.start || had.range.start >= mark.range.end)
                })
                .collect();
            line.marks.extend(free);
            line.marks.sort_by_key(|mark| mark.range.start);
        }
        self
    }

    /// Says after line `number` what should stand there.
    #[must_use]
    pub fn missing_after(mut self, number: usize, words: impl Into<String>) -> Self {
        let place =
            self.lines.iter().position(|line| line.number == Some(number)).map_or(self.lines.len(), |at| at + 1);
        let indent: String = match place.checked_sub(1).and_then(|before| self.lines.get(before)) {
            Some(line) => line.text.chars().take_while(|letter| *letter == ' ').collect(),
            None => String::new(),
        };
        let text = format!("{indent}{}", words.into());
        self.lines.insert(place, CodeLine { text, tone: Some(Tone::Warn), ..CodeLine::default() });
        self
    }
}

/// A code block about to be shown.
#[derive(Debug, Clone, Copy)]
#[must_use = "call `show`"]
pub struct CodeBlock<'a> {
    /// Accessible name: "Request body".
    pub name: &'a str,
    /// What it shows.
    pub text: &'a CodeText,
    /// Lines 17 instead of 18 points high.
    pub tight: bool,
    /// Scrolls beyond so many points.
    pub most: f32,
    /// Whether URNs stand in full.
    pub unfolded: bool,
    /// Whether there is a copy button.
    pub copies: bool,
}

/// What the user asked of a code block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeEvent {
    /// Copy it, as the caller's redaction allows.
    Copy,
    /// Show URNs in full, or fold them again.
    Unfold,
}

impl CodeBlock<'_> {
    /// Shows it over the width there is.
    pub fn show(self, ui: &mut Ui) -> Option<CodeEvent> {
        let theme = Theme::of(ui);
        let face = if self.tight { text::CODE_TIGHT } else { text::CODE };
        let mut event = None;
        let numbered = self.text.lines.iter().rev().find_map(|line| line.number);
        let builder = UiBuilder::new()
            .accessibility_role(Role::Code)
            .accessibility_label(self.name.to_owned())
            .id_salt(self.name);
        let block = ui.scope_builder(builder, |ui| {
            let frame = Frame::new()
                .fill(theme.input)
                .stroke(Stroke::new(1.0, if numbered.is_some() { theme.line2 } else { theme.line }))
                .corner_radius(f32::from(space::R_CHIP))
                .inner_margin(Margin::symmetric(0, if numbered.is_some() { 4 } else { 1 }));
            frame.show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
                ui.spacing_mut().interact_size.y = face.line;
                if let ([line], None) = (self.text.lines.as_slice(), numbered) {
                    if self.quoted_ui(ui, line, face) {
                        event = Some(CodeEvent::Unfold);
                    }
                    return;
                }
                let area = ScrollArea::both().max_height(self.most).auto_shrink([false, true]);
                let area = match self.new_mark(ui, numbered, face) {
                    Some(offset) => area.horizontal_scroll_offset(offset),
                    None => area,
                };
                area.show_rows(ui, face.line, self.text.lines.len(), |ui, rows| {
                    for line in self.text.lines.get(rows).unwrap_or_default() {
                        if self.line_ui(ui, line, numbered, face) {
                            event = Some(CodeEvent::Unfold);
                        }
                    }
                });
            })
        });
        if self.copies {
            let corner = block.response.rect.right_top();
            let place = egui::Rect::from_min_size(pos2(corner.x - 28.0, corner.y + 3.0), vec2(24.0, 24.0));
            let words = format!("Copy {}", self.name.to_lowercase());
            if over(ui, place, |ui| small_icon_button_ui(ui, icon::COPY, &words)).clicked() {
                event = Some(CodeEvent::Copy);
            }
        }
        event
    }

    /// How far to scroll aside so that a mark which was not there before shows its end, where the line is longer than the
    /// block is wide.
    fn new_mark(&self, ui: &Ui, numbered: Option<usize>, face: text::Face) -> Option<f32> {
        let line = self.text.lines.iter().find(|line| !line.marks.is_empty())?;
        let first = line.marks.first()?.range.clone();
        let (id, this) = (ui.scope_id().with("mark"), (self.text.lines.len(), line.number, first));
        if ui.data(|data| data.get_temp::<(usize, Option<usize>, Range<usize>)>(id)).as_ref() == Some(&this) {
            return None;
        }
        ui.data_mut(|data| data.insert_temp(id, this));
        let folded = if self.unfolded { None } else { fold_urns(&line.text, &line.marks) };
        let (text, marks) = folded.unwrap_or_else(|| (line.text.clone(), line.marks.clone()));
        let mark = marks.first()?.range.clone();
        let upto = |end: usize| {
            let job = face.job(text.get(..end).unwrap_or_default(), egui::Color32::PLACEHOLDER);
            gutter(numbered) + ui.painter().layout_job(job).size().x
        };
        aside(upto(mark.start), upto(mark.end), ui.available_width())
    }

    /// The only line, broken where the block ends; true when its folded URN was clicked.
    fn quoted_ui(&self, ui: &mut Ui, line: &CodeLine, face: text::Face) -> bool {
        let area = ScrollArea::vertical().max_height(self.most).auto_shrink([false, true]);
        area.show(ui, |ui| {
            ui.horizontal_top(|ui| {
                ui.add_space(space::S8);
                let room = ui.available_width() - space::S8;
                self.words_ui(ui, line, face, Some(room))
            })
            .inner
        })
        .inner
    }

    /// The words of a line, broken to a width where one is given; true when its folded URN was clicked.
    fn words_ui(&self, ui: &mut Ui, line: &CodeLine, face: text::Face, room: Option<f32>) -> bool {
        let theme = Theme::of(ui);
        let folded = if self.unfolded { None } else { fold_urns(&line.text, &line.marks) };
        let can_unfold = folded.is_some();
        let mut job = match &folded {
            Some((text, marks)) => line_job(theme, face, text, marks, line.tone),
            None => line_job(theme, face, &line.text, &line.marks, line.tone),
        };
        let label = match room {
            Some(room) => {
                job.wrap.max_width = room;
                egui::Label::new(ui.fonts_mut(|fonts| fonts.layout_job(job)))
            }
            None => egui::Label::new(job).extend(),
        };
        let label = label.selectable(true);
        let response = if can_unfold { ui.add(label.sense(Sense::CLICK)) } else { ui.add(label) };
        can_unfold && response.on_hover_text("Click to show the whole name").clicked()
    }

    /// One line; true when its folded URN was clicked.
    fn line_ui(&self, ui: &mut Ui, line: &CodeLine, numbered: Option<usize>, face: text::Face) -> bool {
        let theme = Theme::of(ui);
        let gutter = gutter(numbered);
        let from = ui.cursor().min;
        let row = egui::Rect::from_min_size(from, vec2(ui.clip_rect().right() - from.x, face.line));
        if let Some(tone) = line.tone {
            ui.painter().rect_filled(row, 0.0, theme.hue(tone).tint);
        }
        if let Some(number) = line.number.filter(|_| numbered.is_some()) {
            let place = egui::Rect::from_min_size(from, vec2(gutter - 8.0, face.line));
            text_at(ui.painter(), place, Align::Right, face.job(number.to_string(), theme.t3));
        }
        ui.horizontal(|ui| {
            ui.add_space(gutter);
            let unfolds = self.words_ui(ui, line, face, None);
            ui.add_space(32.0);
            unfolds
        })
        .inner
    }
}

/// How far to scroll aside for a mark from here to there in a block so wide; its beginning is never scrolled off.
fn aside(from: f32, to: f32, room: f32) -> Option<f32> {
    let beyond = to + space::S12 - room;
    (beyond > 0.0).then(|| beyond.min((from - space::S12).max(0.0)))
}

/// Room for the numbers.
fn gutter(numbered: Option<usize>) -> f32 {
    numbered.map_or(space::S8, |last| 14.0 + 6.6 * f32::from(u8::try_from(last.to_string().len()).unwrap_or(8).max(2)))
}

/// A line in colours: names brighter than values, marks on their ground.
fn line_job(theme: &Theme, face: text::Face, line: &str, marks: &[Mark], tone: Option<Tone>) -> LayoutJob {
    let mut job = LayoutJob { break_on_newline: false, ..LayoutJob::default() };
    let shown = cut(line);
    let name_ends = name_end(shown);
    let plain = tone.map_or(theme.t2, |tone| theme.hue(tone).text);
    let mut at = 0;
    for mark in marks.iter().filter(|mark| mark.range.end <= shown.len()) {
        append(&mut job, shown, at..mark.range.start, name_ends, (face, plain, theme));
        let hue = theme.hue(mark.tone);
        let mut format = face.format(hue.text);
        format.background = theme.mark(mark.tone);
        format.underline = Stroke::new(1.0, hue.text);
        job.append(&shown[mark.range.clone()], 0.0, format);
        at = mark.range.end;
    }
    append(&mut job, shown, at..shown.len(), name_ends, (face, plain, theme));
    if shown.len() < line.len() {
        let left = line[shown.len()..].chars().count();
        job.append(&format!(" … {left} more characters"), 0.0, face.format(theme.t3));
    }
    job
}

fn append(
    job: &mut LayoutJob,
    line: &str,
    range: Range<usize>,
    name_ends: usize,
    (face, plain, theme): (text::Face, egui::Color32, &Theme),
) {
    let middle = name_ends.clamp(range.start, range.end);
    if range.start < middle {
        job.append(&line[range.start..middle], 0.0, face.format(theme.t1));
    }
    if middle < range.end {
        job.append(&line[middle..range.end], 0.0, face.format(plain));
    }
}

/// Where the name of a JSON member ends: after its closing quote, when a colon follows; else nought.
fn name_end(line: &str) -> usize {
    let start = line.len() - line.trim_start().len();
    let Some(rest) = line[start..].strip_prefix('"') else { return 0 };
    let mut escaped = false;
    for (at, letter) in rest.char_indices() {
        match letter {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => {
                let end = start + 1 + at + 1;
                return if line[end..].trim_start().starts_with(':') { end } else { 0 };
            }
            _ => escaped = false,
        }
    }
    0
}

fn cut(line: &str) -> &str {
    line.char_indices().nth(LONGEST_LINE).map_or(line, |(at, _)| &line[..at])
}

/// The line with the tedious middle of its URNs folded, and the marks moved with it; `None` when there is nothing to fold.
#[must_use]
pub fn fold_urns(line: &str, marks: &[Mark]) -> Option<(String, Vec<Mark>)> {
    const TEDIOUS: [&str; 3] = ["params:scim:schemas:extension", "params:scim:schemas", "params:scim:api"];
    const SHORT: &str = "…";
    let mut folded = String::with_capacity(line.len());
    let mut marks = marks.to_vec();
    let mut rest = line;
    while let Some(at) = rest.find("urn:ietf:params:scim:") {
        let from = at + "urn:ietf:".len();
        folded.push_str(&rest[..from]);
        let part = TEDIOUS.iter().find(|part| rest[from..].starts_with(**part))?;
        let here = folded.len();
        folded.push_str(SHORT);
        let lost = part.len() - SHORT.len();
        for mark in &mut marks {
            for end in [&mut mark.range.start, &mut mark.range.end] {
                if *end >= here + part.len() {
                    *end -= lost;
                } else if *end > here {
                    *end = here;
                }
            }
        }
        rest = &rest[from + part.len()..];
    }
    (!folded.is_empty()).then(|| {
        folded.push_str(rest);
        (folded, marks)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_moves_the_marks() {
        let line = r#""path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costcenter""#;
        let text = CodeText::evidence(line).mark("costcenter", Tone::Fail);
        let (folded, marks) = fold_urns(&text.lines[0].text, &text.lines[0].marks).unwrap();
        assert_eq!(folded, r#""path": "urn:ietf:…:enterprise:2.0:User:costcenter""#);
        assert_eq!(&folded[marks[0].range.clone()], "costcenter");
        assert_eq!(fold_urns("plain", &[]), None);
        let (message, _) = fold_urns("urn:ietf:params:scim:api:messages:2.0:PatchOp", &[]).unwrap();
        assert_eq!(message, "urn:ietf:…:messages:2.0:PatchOp");
    }

    #[test]
    fn a_mark_beyond_the_edge_is_scrolled_to_its_end_and_never_past_its_beginning() {
        assert_eq!(aside(100.0, 300.0, 400.0), None, "it shows as it is");
        assert_eq!(aside(100.0, 430.0, 400.0), Some(42.0));
        assert_eq!(aside(100.0, 900.0, 400.0), Some(88.0));
    }

    #[test]
    fn only_member_names_are_bright() {
        let cases = [(r#"  "a\"b": 1"#, 8), (r#"  "just text","#, 0), ("{", 0), (r#""a" : 1"#, 3), (r#"  "open"#, 0)];
        for (line, end) in cases {
            assert_eq!(name_end(line), end, "{line}");
        }
    }

    #[test]
    fn what_is_missing_is_said_in_its_place() {
        let text = CodeText::new("{\n  \"a\": 1\n}").missing_after(2, "missing: \"organization\"");
        let lines: Vec<_> = text.lines.iter().map(|line| (line.number, line.text.as_str())).collect();
        assert_eq!(
            lines,
            [(Some(1), "{"), (Some(2), "  \"a\": 1"), (None, "  missing: \"organization\""), (Some(3), "}")]
        );
    }

    #[test]
    fn marks_never_overlap() {
        let text = CodeText::evidence("costcenter").mark("center", Tone::Fail).mark("costcenter", Tone::Ok);
        assert_eq!(text.lines[0].marks, [Mark { range: 4..10, tone: Tone::Fail }]);
    }

    #[test]
    fn a_very_long_line_is_cut_between_characters() {
        let line = "é".repeat(3_000);
        assert_eq!(cut(&line).chars().count(), LONGEST_LINE);
    }
}
