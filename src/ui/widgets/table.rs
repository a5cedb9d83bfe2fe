//! The table of millions: a fixed head and 26-point rows, of which only those in view are asked for and drawn. Rows
//! have their place in the accessibility tree; the list as a whole has the focus and reads the arrow keys.

use std::ops::Range;

use egui::{EventFilter, Id, Key, Modifiers, Painter, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::columns::{Column, Columns, DraggedWidths, Sorted};
use super::list::ListPosition;
use super::paint::{Align, galley_at, hairline, ring};
use crate::ui::theme::{Theme, keyboard_leads, space, text::Face};

/// A cell narrower than this shows nothing.
const NO_ROOM: f32 = 8.0;

/// What the caller keeps of a table between frames.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TableState {
    /// Where the list stands.
    pub position: ListPosition,
    /// Widths the user dragged.
    pub widths: DraggedWidths,
    revealed: Option<u64>,
}

/// A table about to be shown.
#[derive(Debug, Clone, Copy)]
#[must_use = "call `show`"]
pub struct Table<'a> {
    /// Its accessible name.
    pub name: &'a str,
    /// Its columns.
    pub columns: &'a [Column<'a>],
    /// How many rows there are.
    pub len: u64,
    /// The selected row, which is brought into view when it changes.
    pub selected: Option<u64>,
    /// The order.
    pub sorted: Option<Sorted>,
    /// Rows are being replaced: what is there is drawn at 60 %.
    pub stale: bool,
    /// Whether J and K move too: they do on the screen's main list.
    pub letters: bool,
}

/// What the user did with a table.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct TableEvents {
    /// Chose this row.
    pub select: Option<u64>,
    /// Opened this row: Enter or a double click.
    pub open: Option<u64>,
    /// Asked for the menu of this row.
    pub menu: Option<u64>,
    /// Asked to sort by this column.
    pub sort: Option<usize>,
    /// Rows now in view.
    pub in_view: Range<u64>,
}

/// One row in view, to be painted.
pub struct Row<'a> {
    /// Which row, from 0.
    pub index: u64,
    /// Its box.
    pub rect: Rect,
    /// Whether it is the selected one.
    pub selected: bool,
    /// Where to paint.
    pub painter: &'a Painter,
    /// The colours.
    pub theme: &'static Theme,
    columns: &'a Columns,
    kinds: &'a [Column<'a>],
    ui: &'a Ui,
    body: &'a Response,
    id: Id,
    spoken: bool,
}

impl TableState {
    /// The selected row is another one, even if it has the place of the last: it is brought into view again.
    pub const fn reveal_again(&mut self) {
        self.revealed = None;
    }
}

impl Table<'_> {
    /// Shows it over all the space there is; `paint` draws the cells of one row in view.
    pub fn show(self, ui: &mut Ui, state: &mut TableState, mut paint: impl FnMut(&mut Row<'_>)) -> TableEvents {
        let theme = Theme::of(ui);
        let area = ui.available_rect_before_wrap();
        ui.allocate_rect(area, Sense::hover());
        let mut events = TableEvents::default();
        let columns =
            Columns::lay(self.columns, &state.widths, area.left() + space::S4, area.width() - 2.0 * space::S4);
        let (head, body) = area.split_top_bottom_at_y(area.top() + space::TABLE_HEAD);
        let id = ui.scope_id().with((self.name, "rows"));
        let response = ui.interact(body, id, Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Grid, true, self.name));
        self.read_pointer(ui, &response, state, &mut events);
        self.read_keys(ui, &response, state, body.height(), &mut events);
        let selected = events.select.or(self.selected);
        if selected != state.revealed {
            state.revealed = selected;
            if let Some(row) = selected {
                state.position.reveal(row, self.len, body.height());
            }
        }
        state.position.clamp(self.len, body.height());
        events.in_view = state.position.in_view(self.len, body.height());

        let mut painter = ui.painter_at(body);
        if self.stale {
            painter.multiply_opacity(0.6);
        }
        let spoken = ui.ctx().accesskit_node_builder(id, |node| node.set_row_count(as_usize(self.len))).is_some();
        let mut top = body.top() - state.position.hidden();
        for index in events.in_view.clone() {
            let rect = Rect::from_min_size(pos2(body.left(), top), vec2(body.width(), space::ROW));
            top += space::ROW;
            let row_selected = selected == Some(index);
            ground(&painter, theme, rect, row_selected, response.hovered() && hovers(ui, rect.intersect(body)));
            // Apart from the ids that egui gives what it shows over the rows.
            let row_id = id.with(("row", index));
            let mut row = Row {
                index,
                rect: Rect::from_min_max(rect.min, pos2(rect.right(), rect.bottom() - 1.0)),
                selected: row_selected,
                painter: &painter,
                theme,
                columns: &columns,
                kinds: self.columns,
                ui,
                body: &response,
                id: row_id,
                spoken,
            };
            paint(&mut row);
            if spoken && asked_to_click(ui, row_id) {
                events.select = Some(index);
            }
        }
        scroll_bar(ui, body, id, state, self.len);
        if response.has_focus() && keyboard_leads(ui.ctx()) {
            ring(ui.painter(), body.shrink(1.0), space::R_TAG, theme.accent_line);
        }
        // After the rows, which the keyboard comes to first.
        events.sort = columns.head_ui(ui, head, self.columns, self.sorted, &mut state.widths, space::S8);
        events
    }

    fn read_pointer(&self, ui: &Ui, response: &Response, state: &mut TableState, events: &mut TableEvents) {
        if response.contains_pointer() {
            let wheel = ui.input_mut(|input| {
                let points = input.smooth_scroll_delta.y;
                input.smooth_scroll_delta.y = 0.0;
                points
            });
            if wheel != 0.0 {
                state.position.scroll(-wheel, self.len, response.rect.height());
            }
        }
        let (click, menu) = (response.clicked(), response.secondary_clicked());
        if !click && !menu && !response.double_clicked() {
            return;
        }
        response.request_focus();
        let Some(row) = response.interact_pointer_pos().and_then(|at| self.row_at(at.y, response.rect, state)) else {
            return;
        };
        events.select = Some(row);
        events.open = response.double_clicked().then_some(row);
        events.menu = menu.then_some(row);
    }

    fn row_at(&self, y: f32, body: Rect, state: &TableState) -> Option<u64> {
        let offset = y - body.top() + state.position.hidden();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a row on screen, never negative")]
        let row = state.position.anchor() + (offset.max(0.0) / space::ROW) as u64;
        (row < self.len).then_some(row)
    }

    fn read_keys(&self, ui: &Ui, response: &Response, state: &mut TableState, height: f32, events: &mut TableEvents) {
        let (focused, may) = ui.memory(|memory| (memory.focused(), memory.allows_interaction(ui.layer_id())));
        let here = focused == Some(response.id);
        if here {
            let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        }
        let on_screen = focused.is_none() && self.letters;
        if !may || self.len == 0 || !(here || on_screen) {
            return;
        }
        let current = events.select.or(self.selected);
        let last = self.len - 1;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rows on a screen")]
        let page = ((height / space::ROW) as u64).saturating_sub(1).max(1);
        let moved = ui.input_mut(|input| {
            let mut pressed = |key| input.count_and_consume_key(Modifiers::NONE, key) as u64;
            let letters = |pressed: &mut dyn FnMut(Key) -> u64, key| if self.letters { pressed(key) } else { 0 };
            let down = pressed(Key::ArrowDown) + letters(&mut pressed, Key::J) + page * pressed(Key::PageDown);
            let up = pressed(Key::ArrowUp) + letters(&mut pressed, Key::K) + page * pressed(Key::PageUp);
            let (home, end) = (pressed(Key::Home) > 0, pressed(Key::End) > 0);
            if pressed(Key::Enter) > 0 {
                events.open = current;
            }
            match (home, end, down, up) {
                (true, ..) => Some(0),
                (_, true, ..) => Some(last),
                (.., 0, 0) => None,
                (.., down, up) => Some(current.map_or(0, |row| row.saturating_add(down).min(last).saturating_sub(up))),
            }
        });
        if let Some(row) = moved {
            events.select = Some(row);
            state.position.reveal(row, self.len, height);
        }
    }
}

impl Row<'_> {
    /// The box of a cell.
    #[must_use]
    pub fn cell(&self, column: usize) -> Rect {
        self.columns.cell(column, self.rect, space::S8)
    }

    /// Paints a text in a cell, cut to its width and aligned as its column. Whoever points at what is cut reads the whole.
    pub fn text(&self, column: usize, face: Face, ink: egui::Color32, words: impl Into<String>) {
        let cell = self.cell(column);
        if cell.width() < NO_ROOM {
            return;
        }
        let align = self.kinds.get(column).map_or(Align::Left, |kind| kind.align);
        let galley = self.painter.layout_job(face.cut(words, ink, cell.width()));
        let whole = galley.elided.then(|| galley.job.text.clone());
        galley_at(self.painter, cell, align, galley, ink);
        if let Some(whole) = whole {
            self.hint(column, || whole);
        }
    }

    /// Whoever points at a cell reads this; `words` is only called then, and nothing shows where it gives none.
    pub fn hint(&self, column: usize, words: impl FnOnce() -> String) {
        let at = self.body.hover_pos().filter(|_| self.body.hovered());
        if at.is_some_and(|at| self.columns.cell(column, self.rect, 0.0).contains(at)) {
            let words = words();
            if !words.is_empty() {
                self.body.clone().on_hover_text_at_pointer(words);
            }
        }
    }

    /// Says the row to a screen reader; `words` is only called when one listens.
    pub fn say(&self, words: impl Fn() -> String) {
        if self.spoken {
            let response = self.ui.interact(self.rect, self.id, Sense::empty());
            response.widget_info(|| WidgetInfo::selected(Role::Row, true, self.selected, words()));
            self.ui.ctx().accesskit_node_builder(self.id, |node| {
                node.set_row_index(as_usize(self.index));
                node.set_selected(self.selected);
                node.clear_toggled();
                node.add_action(egui::accesskit::Action::Click);
            });
        }
    }
}

/// The ground of a row: selection bar and fill, or hover, and the line below.
pub(super) fn ground(painter: &Painter, theme: &Theme, rect: Rect, selected: bool, hovered: bool) {
    if selected || hovered {
        painter.rect_filled(rect, 0.0, if selected { theme.sel } else { theme.hover });
    }
    if selected {
        let bar = Rect::from_min_size(rect.min, vec2(2.0, rect.height()));
        painter.rect_filled(bar, 0.0, theme.accent_line);
    }
    let y = rect.bottom() - 1.0;
    hairline(painter, pos2(rect.left(), y), pos2(rect.right(), y), theme.line);
}

/// Our own scroll bar: egui's counts in one `f32`. It shows while the pointer is over the list.
fn scroll_bar(ui: &Ui, body: Rect, id: Id, state: &mut TableState, len: u64) {
    let Some((top, size)) = state.position.thumb(len, body.height()) else { return };
    // Four points off the edge: nearer, it would take drags meant for a splitter.
    let track = Rect::from_min_max(pos2(body.right() - 14.0, body.top()), pos2(body.right() - 4.0, body.bottom()));
    let response = ui.interact(track, id.with("scroll bar"), Sense::DRAG | Sense::CLICK);
    if let Some(at) = response.interact_pointer_pos().filter(|_| response.dragged() || response.clicked()) {
        let share = (at.y - body.top() - size / 2.0) / (body.height() - size).max(1.0);
        state.position.move_to_share(share, len, body.height());
    }
    if ui.rect_contains_pointer(body) || response.dragged() {
        let theme = Theme::of(ui);
        let (_, wide) = if response.hovered() || response.dragged() { (theme.t3, 8.0) } else { (theme.line2, 4.0) };
        let ink = if wide > 4.0 { theme.t3 } else { theme.line2 };
        let thumb = Rect::from_min_size(pos2(track.right() - wide, body.top() + top), vec2(wide, size));
        ui.painter().rect_filled(thumb, wide / 2.0, ink);
    }
}

fn hovers(ui: &Ui, rect: Rect) -> bool {
    ui.input(|input| input.pointer.hover_pos()).is_some_and(|at| rect.contains(at))
}

fn asked_to_click(ui: &Ui, id: Id) -> bool {
    ui.input(|input| input.has_accesskit_action_request(id, egui::accesskit::Action::Click))
}

fn as_usize(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
