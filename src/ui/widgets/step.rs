//! Rows of a run: check-list rows of two lines, and the steps of a test provision that open on a click.

use egui::{Color32, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::paint::{Align, focus_ring, hairline, text_at};
use super::status::Status;
use super::tag::{paint_tag, tag_width};
use crate::ui::icon;
use crate::ui::theme::{Theme, Tone, space, text};

/// A check: status, title, what was found, and how long it took.
pub fn check_row_ui(ui: &mut Ui, status: Status, title: &str, found: &str, millis: Option<u64>) -> Response {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    let took = millis.map(|millis| format!("{millis} ms"));
    let room = width - 28.0 - if took.is_some() { 64.0 } else { 0.0 };
    let found_text = ui.painter().layout_job(text::SMALL.prose(found, theme.t2, theme.t1, room));
    let height = (found_text.size().y + 18.0 + 14.0).max(space::CHECK_ROW);
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    let words = format!("{title}, {}: {found}", status.word());
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &words));
    let block = found_text.size().y + 18.0;
    let top = rect.center().y - block / 2.0;
    status.paint(ui.painter(), theme, pos2(rect.left() + 9.0, rect.center().y));
    let ink = if status == Status::Waiting { theme.t2 } else { theme.t1 };
    let line = Rect::from_min_size(pos2(rect.left() + 28.0, top), vec2(room, 18.0));
    text_at(ui.painter(), line, Align::Left, text::BODY.medium().cut(title, ink, room));
    ui.painter().galley(pos2(line.left(), line.bottom()).round(), found_text, theme.t2);
    if let Some(took) = took {
        let line = Rect::from_min_max(pos2(line.right(), rect.top()), rect.max);
        text_at(ui.painter(), line, Align::Right, text::MONO.job(took, theme.t2));
    }
    response
}

/// One line of a check list: status, title, a note at the right.
pub fn check_line_ui(ui: &mut Ui, status: Status, title: &str, note: &str) -> Response {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), space::ROW), Sense::hover());
    let words = format!("{title}, {}: {note}", status.word());
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &words));
    status.paint(ui.painter(), theme, pos2(rect.left() + 8.0, rect.center().y));
    let note = text_at(ui.painter(), rect, Align::Right, text::SMALL.job(note, theme.t2));
    let room = Rect::from_min_max(pos2(rect.left() + 24.0, rect.top()), pos2(note.left() - space::S8, rect.bottom()));
    text_at(ui.painter(), room, Align::Left, text::SMALL.cut(title, theme.t1, room.width()));
    response
}

/// A step of a run.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// How it stands.
    pub status: Status,
    /// Its name.
    pub name: &'a str,
    /// The verb of its request.
    pub method: &'a str,
    /// Its path.
    pub path: &'a str,
    /// What is worth saying about it.
    pub note: Option<(Tone, &'a str)>,
    /// The answer's status code.
    pub code: Option<u16>,
    /// How long it took so far.
    pub millis: Option<u64>,
    /// Whether its requests are shown below.
    pub open: bool,
    /// Whether another step follows: the line to it is drawn.
    pub follows: bool,
}

impl Step<'_> {
    /// Shows the row; true when it is to be opened or shut.
    pub fn show(&self, ui: &mut Ui) -> bool {
        let theme = Theme::of(ui);
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), space::STEP_ROW), Sense::click());
        response.widget_info(|| {
            let spoken = format!("{}, {}", self.name, self.status.word());
            WidgetInfo::labeled(Role::DisclosureTriangle, ui.is_enabled(), spoken)
        });
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_expanded(self.open));
        if response.hovered() {
            ui.painter().rect_filled(rect, f32::from(space::R_CONTROL), theme.hover);
        }
        let (left, middle) = (rect.left() + 12.0, rect.center().y);
        if self.follows {
            hairline(ui.painter(), pos2(left, middle + 12.0), pos2(left, rect.bottom() + 4.0), theme.line2);
        }
        self.status.paint(ui.painter(), theme, pos2(left, middle));
        let caret = if self.open { icon::CARET_DOWN } else { icon::CARET_RIGHT };
        caret.paint(ui.painter(), pos2(rect.right() - 12.0, middle), space::ICON_CELL, theme.t3);
        self.paint_words(ui, rect, theme);
        focus_ring(ui, &response, rect, space::R_CONTROL);
        response.clicked()
    }

    fn paint_words(&self, ui: &Ui, rect: Rect, theme: &Theme) {
        let painter = ui.painter();
        let span = |from: f32, to: f32| Rect::from_min_max(pos2(from, rect.top()), pos2(to, rect.bottom()));
        let name = span(rect.left() + 32.0, rect.left() + 116.0);
        text_at(painter, name, Align::Left, text::HEADING.cut(self.name, theme.t1, name.width()));
        let mut right = rect.right() - 28.0;
        if let Some(millis) = self.millis {
            text_at(painter, span(right - 70.0, right), Align::Right, text::MONO.job(format!("{millis} ms"), theme.t2));
        }
        right -= 78.0;
        if let Some(code) = self.code {
            let ink = if code >= 400 { theme.fail.text } else { theme.t2 };
            text_at(painter, span(right - 30.0, right), Align::Right, text::MONO.job(code.to_string(), ink));
        }
        right -= 42.0;
        if let Some((tone, note)) = self.note {
            if tone == Tone::Neutral {
                right =
                    text_at(painter, span(rect.left(), right), Align::Right, text::SMALL.job(note, theme.t2)).left();
            } else {
                let width = tag_width(painter, None, note);
                paint_tag(painter, theme, pos2(right - width, rect.center().y), tone, None, note);
                right -= width;
            }
            right -= space::S8;
        }
        let room = span(rect.left() + 120.0, right);
        if room.width() > 20.0 {
            text_at(painter, room, Align::Left, request_job(theme, self.method, self.path, theme.t2, room.width()));
        }
    }
}

/// Method and path as one text: the verb stands out, the path is cut where it does not fit.
#[must_use]
pub fn request_job(theme: &Theme, method: &str, path: &str, ink: Color32, width: f32) -> egui::text::LayoutJob {
    let mut job = text::MONO_SM.medium().cut(method, theme.t1, width);
    job.append(&format!(" {path}"), 0.0, text::MONO_SM.format(ink));
    job
}
