//! The columns of the form and how an attribute name looks in them: its schema grey, its own name bright, differing
//! letters marked. What does not fit is folded; no letter is changed.

use std::ops::Range;

use egui::{Rect, text::LayoutJob};

use crate::{
    app::mappings::short_name,
    ui::{
        theme::{
            Theme, Tone, space,
            text::{self, Face},
        },
        widgets::columns::{Column, Columns, DraggedWidths},
    },
};

/// Where the parts of a row stand.
pub(super) const MARK: usize = 0;
/// The attribute.
pub(super) const ATTRIBUTE: usize = 1;
/// Its short name.
pub(super) const SHORT: usize = 2;
/// The custom field ref.
pub(super) const FIELD: usize = 3;
/// The type of its value.
pub(super) const KIND: usize = 4;
/// How the row stands.
pub(super) const STATUS: usize = 5;
/// The button that removes it.
pub(super) const REMOVE: usize = 6;

/// The face of names: narrow enough for the longest listed attribute at the usual width.
pub(super) const NAME: Face = Face { spacing: -0.15, ..text::CODE };
/// Padding of a cell at both sides.
pub(super) const PADDING: f32 = 2.0;
/// The form is this wide when the longest listed attribute stands in full.
const FULL: f32 = 880.0;
/// Attribute, short name and field share what makes the form wider than this: an attribute needs no more.
const WIDE: f32 = 1_080.0;
/// What replaces the schema where it does not fit.
const FOLDED: &str = "urn:…:";

/// The columns over one width of form.
pub(super) struct Lanes {
    pub(super) columns: [Column<'static>; 7],
    laid: Columns,
    /// Whether schemas stand in full.
    pub(super) in_full: bool,
}

impl Lanes {
    pub(super) fn over(area: Rect, dragged: &DraggedWidths) -> Self {
        let width = area.width();
        let or_none = |shows: bool, column: Column<'static>| if shows { column } else { Column::fixed("", 0.0) };
        let roomy = width >= FULL;
        let more = ((width - WIDE) / 3.0).max(0.0);
        let columns = [
            Column::fixed("", 22.0),
            Column::flexible("SCIM attribute", 180.0).inset(space::S4),
            or_none(width > 520.0, Column::fixed("Short name", if roomy { 115.0 + more } else { 124.0 })),
            Column::fixed("Custom field ref", if roomy { 104.0 + more } else { 128.0 }).inset(space::S4),
            or_none(width > 660.0, Column::fixed("Type", 64.0)),
            Column::fixed("Status", 75.0),
            Column::fixed("", 26.0),
        ];
        let laid = Columns::lay(&columns, dragged, area.left(), width);
        let in_full = laid.cell(ATTRIBUTE, area, PADDING).width() >= 460.0;
        Self { columns, laid, in_full }
    }

    pub(super) fn cell(&self, column: usize, row: Rect) -> Rect {
        self.laid.cell(column, row, PADDING)
    }

    pub(super) fn shows(&self, column: usize) -> bool {
        !self.columns[column].title.is_empty()
    }

    pub(super) const fn laid(&self) -> &Columns {
        &self.laid
    }
}

/// Letters that differ from what was meant, and how bad that is.
pub(super) type Marks = (Vec<Range<usize>>, Tone);

/// The name with every letter it has.
pub(super) fn whole_name(theme: &Theme, name: &str, marks: &Marks) -> LayoutJob {
    let mut job = LayoutJob { break_on_newline: false, ..LayoutJob::default() };
    append(&mut job, theme, name, 0, marks);
    job
}

/// The name in one line of `width`; without `in_full` its schema is folded.
pub(super) fn shown_name(theme: &Theme, name: &str, in_full: bool, marks: &Marks, width: f32) -> LayoutJob {
    let own = name.len() - short_name(name).len();
    let mut job = NAME.cut("", theme.t3, width);
    if in_full || own == 0 {
        append(&mut job, theme, name, 0, marks);
    } else {
        job.append(FOLDED, 0.0, NAME.format(theme.t3));
        append(&mut job, theme, name, own, marks);
    }
    job
}

/// Adds `name` from a byte on, in stretches of one look.
fn append(job: &mut LayoutJob, theme: &Theme, name: &str, from: usize, (marks, tone): &Marks) {
    let own = name.len() - short_name(name).len();
    let edges = marks.iter().flat_map(|mark| [mark.start, mark.end]).chain([from, own, name.len()]);
    let mut cuts: Vec<usize> = edges.filter(|at| (from..=name.len()).contains(at)).collect();
    cuts.sort_unstable();
    cuts.dedup();
    for pair in cuts.windows(2) {
        let Some(part) = name.get(pair[0]..pair[1]) else { continue };
        let mut format = NAME.format(if pair[0] < own { theme.t3 } else { theme.t1 });
        if marks.iter().any(|mark| mark.contains(&pair[0])) {
            format.color = theme.hue(*tone).text;
            format.background = theme.mark(*tone);
            format.underline = egui::Stroke::new(1.0, theme.hue(*tone).bar);
        }
        job.append(part, 0.0, format);
    }
}

#[cfg(test)]
mod tests {
    use egui::epaint::text::ByteRangeExt as _;

    use super::*;
    use crate::ui::theme::color::DARK;

    const LONGEST: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costcenter";

    #[test]
    fn an_edited_name_has_every_letter_and_marks_the_differing_ones() {
        let at = LONGEST.len() - "center".len();
        let marks: Marks = (vec![Range { start: at, end: at + 1 }], Tone::Fail);
        let job = whole_name(&DARK, LONGEST, &marks);
        assert_eq!(job.text, LONGEST);
        let marked: Vec<&str> = job
            .sections
            .iter()
            .filter(|section| section.format.background == DARK.fragment)
            .map(|section| &job.text[section.byte_range.as_usize()])
            .collect();
        assert_eq!(marked, ["c"]);
        let folded = shown_name(&DARK, LONGEST, false, &marks, 300.0);
        assert_eq!(folded.text, "urn:…:costcenter");
        assert_eq!(shown_name(&DARK, "costcenter", false, &marks, 300.0).text, "costcenter");
    }

    #[test]
    fn marks_outside_the_name_do_no_harm() {
        let marks: Marks = (vec![Range { start: 90, end: 99 }, Range { start: 1, end: 2 }], Tone::Warn);
        for name in ["é", "", "urn:"] {
            assert!(name.contains(&whole_name(&DARK, name, &marks).text));
        }
    }
}
