//! Columns: who gets how much width, and the fixed head with sorting and resizing. Shared by the virtual table and by
//! short tables whose rows differ in height.

use egui::{CursorIcon, Painter, Rangef, Rect, Role, Sense, Ui, WidgetInfo, pos2};

use super::paint::{Align, focus_ring, hairline, text_at};
use crate::ui::icon;
use crate::ui::theme::{Theme, space, text};

/// How wide a column wants to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Width {
    /// So many points.
    Fixed(f32),
    /// A share of what is left, and at least so many points.
    Flexible(f32),
}

/// One column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column<'a> {
    /// What its head says; empty for columns of icons.
    pub title: &'a str,
    /// How wide.
    pub width: Width,
    /// Where its cells stand.
    pub align: Align,
    /// Whether a click on its head sorts.
    pub sorts: bool,
    /// How much further right its head begins, as its cells do where they are fields.
    pub inset: f32,
}

/// Widths the user dragged, by column; kept by the caller.
pub type DraggedWidths = std::collections::BTreeMap<usize, f32>;

/// By which column a table is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sorted {
    /// Which column.
    pub column: usize,
    /// Largest, or newest, first.
    pub descending: bool,
}

/// Columns laid over a width: one range of x for each.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    ranges: Vec<(Rangef, Align)>,
}

impl<'a> Column<'a> {
    /// A left-aligned column of fixed width.
    #[must_use]
    pub const fn fixed(title: &'a str, width: f32) -> Self {
        Self { title, width: Width::Fixed(width), align: Align::Left, sorts: false, inset: 0.0 }
    }

    /// A left-aligned column that takes what is left.
    #[must_use]
    pub const fn flexible(title: &'a str, least: f32) -> Self {
        Self { title, width: Width::Flexible(least), align: Align::Left, sorts: false, inset: 0.0 }
    }

    /// Right-aligned, for numbers.
    #[must_use]
    pub const fn right(mut self) -> Self {
        self.align = Align::Right;
        self
    }

    /// Its head begins as much further right as its cells do.
    #[must_use]
    pub const fn inset(mut self, points: f32) -> Self {
        self.inset = points;
        self
    }

    /// Sorted by a click on its head.
    #[must_use]
    pub const fn sorted(mut self) -> Self {
        self.sorts = true;
        self
    }
}

impl Columns {
    /// Lays `columns` from `left` over `width` points.
    #[must_use]
    pub fn lay(columns: &[Column<'_>], dragged: &DraggedWidths, left: f32, width: f32) -> Self {
        let wish = |place: usize| match columns[place].width {
            Width::Fixed(points) => (dragged.get(&place).copied().unwrap_or(points), false),
            Width::Flexible(least) => (least, true),
        };
        let fixed: f32 = (0..columns.len()).map(|place| wish(place).0).sum();
        let flexible = (0..columns.len()).filter(|place| wish(*place).1).count();
        #[allow(clippy::cast_precision_loss, reason = "a handful of columns")]
        let share = ((width - fixed) / flexible.max(1) as f32).max(0.0);
        let mut x = left;
        let ranges = (0..columns.len())
            .map(|place| {
                let (points, grows) = wish(place);
                let from = x;
                x += points + if grows { share } else { 0.0 };
                (Rangef::new(from, x), columns[place].align)
            })
            .collect();
        Self { ranges }
    }

    /// The cell of a column in a row, without its padding: at the left, and of numbers at the right too.
    #[must_use]
    pub fn cell(&self, column: usize, row: Rect, padding: f32) -> Rect {
        let nothing = (Rangef::point(row.right()), Align::Left);
        let (range, align) = self.ranges.get(column).copied().unwrap_or(nothing);
        let after = if align == Align::Right { padding } else { padding.min(space::S2) };
        let right = (range.max - after).max(range.min);
        Rect::from_min_max(pos2((range.min + padding).min(right), row.top()), pos2(right, row.bottom()))
    }

    /// Shows the head in `rect`; returns the column whose sorting was asked for. Drags change `dragged`.
    pub fn head_ui(
        &self,
        ui: &mut Ui,
        rect: Rect,
        columns: &[Column<'_>],
        sorted: Option<Sorted>,
        dragged: &mut DraggedWidths,
        padding: f32,
    ) -> Option<usize> {
        let theme = Theme::of(ui);
        let mut asked = None;
        hairline(
            ui.painter(),
            pos2(rect.left(), rect.bottom() - 1.0),
            pos2(rect.right(), rect.bottom() - 1.0),
            theme.line,
        );
        for (place, column) in columns.iter().enumerate() {
            let whole = self.cell(place, rect, 0.0);
            let cell = self.cell(place, rect, padding);
            let cell = cell.with_min_x((cell.left() + column.inset).min(cell.right()));
            let direction = sorted.filter(|sorted| sorted.column == place);
            let id = ui.scope_id().with(("head", place));
            if !column.title.is_empty() {
                let sense = if column.sorts { Sense::click() } else { Sense::hover() };
                let response = ui.interact(whole, id, sense);
                response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, column.title));
                if let Some(direction) = direction {
                    say_direction(ui, id, direction);
                }
                let lit = direction.is_some() || (column.sorts && response.hovered());
                paint_title(ui.painter(), theme, cell, column, direction, lit);
                focus_ring(ui, &response, whole.shrink(2.0), space::R_TAG);
                if response.clicked() {
                    asked = Some(place);
                }
            }
            if matches!(column.width, Width::Fixed(_)) && place + 1 < columns.len() && !column.title.is_empty() {
                drag_edge(ui, place, whole, dragged);
            }
        }
        asked
    }
}

fn say_direction(ui: &Ui, id: egui::Id, sorted: Sorted) {
    use egui::accesskit::SortDirection;
    let direction = if sorted.descending { SortDirection::Descending } else { SortDirection::Ascending };
    ui.ctx().accesskit_node_builder(id, |node| node.set_sort_direction(direction));
}

fn paint_title(painter: &Painter, theme: &Theme, cell: Rect, column: &Column<'_>, sorted: Option<Sorted>, lit: bool) {
    let (face, ink) = if sorted.is_some() { (text::LABEL, theme.t1) } else { (text::LABEL.regular(), theme.t2) };
    let ink = if lit { theme.t1 } else { ink };
    let arrow = if sorted.is_some() { 16.0 } else { 0.0 };
    let room = match column.align {
        Align::Right => Rect::from_min_max(cell.min, pos2(cell.right() - arrow, cell.bottom())),
        Align::Left | Align::Middle => cell,
    };
    let word = text_at(painter, room, column.align, face.cut(column.title, ink, room.width()));
    if let Some(sorted) = sorted {
        let caret = if sorted.descending { icon::CARET_DOWN } else { icon::CARET_UP };
        caret.paint(painter, pos2(word.right() + 9.0, cell.center().y), space::ICON_TAG, theme.t2);
    }
}

/// The edge between two heads: drag to resize, double-click to reset.
fn drag_edge(ui: &Ui, place: usize, column: Rect, dragged: &mut DraggedWidths) {
    let edge =
        Rect::from_min_max(pos2(column.right() - 4.0, column.top()), pos2(column.right() + 4.0, column.bottom()));
    let id = ui.scope_id().with(("edge", place));
    // A drag alone, without focus: Tab should not stop at every edge.
    let response = ui.interact(edge, id, Sense::DRAG | Sense::CLICK);
    if response.dragged() {
        dragged.insert(place, (column.width() + response.drag_delta().x).max(32.0));
    } else if response.double_clicked() {
        dragged.remove(&place);
    }
    if response.hovered() || response.dragged() {
        let theme = Theme::of(ui);
        hairline(ui.painter(), edge.center_top(), edge.center_bottom(), theme.line2);
        ui.ctx().set_cursor_icon(CursorIcon::ResizeColumn);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_goes_to_the_flexible_column() {
        let columns = [Column::fixed("Time", 80.0), Column::flexible("Request", 100.0), Column::fixed("ms", 44.0)];
        let laid = Columns::lay(&columns, &DraggedWidths::new(), 10.0, 500.0);
        let row = Rect::from_min_size(pos2(0.0, 0.0), egui::vec2(600.0, 26.0));
        let widths = [0, 1, 2].map(|place| laid.cell(place, row, 0.0).width());
        assert_eq!(widths, [80.0, 376.0, 44.0]);
        let narrow = Columns::lay(&columns, &DraggedWidths::from([(0, 120.0)]), 10.0, 200.0);
        assert_eq!(narrow.cell(1, row, 0.0).width(), 100.0, "never less than its least");
        assert_eq!(narrow.cell(0, row, 8.0).width(), 110.0);
    }
}
