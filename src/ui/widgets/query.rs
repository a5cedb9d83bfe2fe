//! The query field: settled terms as chips, the rest as text. Tab takes a suggestion, Backspace at the start opens the
//! last chip as text, Enter settles what was typed. The caller owns the query; this only says what was asked.

use egui::{CornerRadius, Id, Key, Modifiers, Rect, Role, Sense, TextEdit, Ui, WidgetInfo, pos2, vec2};

use super::field::{name_edit, put_edit};
use super::key_cap::paint_key_cap;
use super::menu::popup_frame;
use super::paint::{Align, focus_ring, outlined, ring, text_at};
use crate::domain::problem::Problem;
use crate::ui::icon::{self, Weight};
use crate::ui::theme::{Theme, space, text};

/// A settled term: `key:value`, or `-key:value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// The field with its colon, and its minus when negated: `-op:`. Empty for a bare word.
    pub key: String,
    /// The value, quoted where it has blanks.
    pub value: String,
}

/// What could be typed next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The text that Tab puts in.
    pub text: String,
    /// What it means.
    pub meaning: String,
}

/// A query field about to be shown.
#[derive(Debug, Clone, Copy)]
#[must_use = "call `show`"]
pub struct QueryField<'a> {
    /// Accessible name.
    pub name: &'a str,
    /// What stands in the empty field.
    pub hint: &'a str,
    /// The settled terms.
    pub chips: &'a [Chip],
    /// What fits what is typed, best first.
    pub suggestions: &'a [Suggestion],
    /// What is wrong with what is typed.
    pub problem: Option<&'a Problem>,
}

/// What the user asked of the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryEvent {
    /// The text changed.
    Typed,
    /// Settle the text.
    Settle,
    /// Take this suggestion.
    Accept(usize),
    /// Remove this chip.
    Remove(usize),
    /// Turn this chip back into text.
    Edit(usize),
}

/// Width of the suggestions.
const LIST: f32 = 500.0;
/// Suggestions that show at a time; the arrows lead to the others.
const IN_VIEW: usize = 12;

/// The id of the edit, to move the focus to it.
#[must_use]
pub fn query_id(name: &str) -> Id {
    Id::unique(("query field", name))
}

/// What they mean stands in a column that begins no further from their left.
const COLUMN: f32 = 220.0;
/// How the suggestions stand while the field has the focus.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct List {
    /// The one that Tab takes.
    marked: Option<usize>,
    /// Not shown: what was asked last is carried out, and its rows are below.
    shut: bool,
}

impl List {
    /// Of what fits a beginning one is always marked; before anything is typed, none is until the arrows choose one, so
    /// that Tab goes on to the next control.
    fn fit(&mut self, text: &str, suggestions: usize) {
        let begin = (!text.is_empty()).then_some(0);
        self.marked = self.marked.or(begin).and_then(|at| Some(at.min(suggestions.checked_sub(1)?)));
        self.shut &= text.is_empty();
    }
}

impl QueryField<'_> {
    /// Shows it over `width`; edits go into `text`.
    pub fn show(self, ui: &mut Ui, text: &mut String, width: f32) -> Option<QueryEvent> {
        let theme = Theme::of(ui);
        let id = query_id(self.name);
        let (rect, _) = ui.allocate_exact_size(vec2(width, space::CONTROL), Sense::hover());
        let focused = ui.memory(|memory| memory.has_focus(id));
        let line = if self.problem.is_some() { theme.fail.text } else { theme.line2 };
        outlined(ui.painter(), rect, space::R_CONTROL, theme.input, line);
        if focused {
            ring(ui.painter(), rect, space::R_CONTROL, theme.accent_line);
        }
        icon::FUNNEL_SIMPLE.paint(ui.painter(), pos2(rect.left() + 17.0, rect.center().y), space::ICON_CELL, theme.t3);
        let mut event = None;
        let chips = Rect::from_min_max(pos2(rect.left() + 30.0, rect.top()), pos2(rect.right() - 190.0, rect.bottom()));
        let text_from = self.show_chips(ui, chips, &mut event);

        let mut list = ui.data(|data| data.get_temp::<List>(id)).filter(|_| focused).unwrap_or_default();
        list.fit(text, self.suggestions.len());
        if focused {
            event = self.read_keys(ui, text, &mut list).or(event);
        }
        let place = Rect::from_min_max(pos2(text_from, rect.top()), pos2(rect.right() - 28.0, rect.bottom()));
        let edit = TextEdit::singleline(text).id(id).lock_focus(list.marked.is_some()).hint_text(text::SMALL.prose(
            self.hint,
            theme.t3,
            theme.t3,
            f32::INFINITY,
        ));
        let response = put_edit(ui, place, edit, (text::MONO_SM, theme.t1), (space::S6, space::S4));
        name_edit(&response, self.name, Role::SearchInput, self.problem);
        if response.changed() {
            list = List::default();
            event = event.or(Some(QueryEvent::Typed));
        }
        if !focused {
            paint_key_cap(ui.painter(), theme, pos2(rect.right() - 5.0, rect.center().y), "/");
        }
        if focused && !list.shut && !self.suggestions.is_empty() {
            event = self.show_suggestions(ui, place, list.marked).map(QueryEvent::Accept).or(event);
        }
        if event.is_some_and(|event| event != QueryEvent::Typed) {
            list = List { shut: true, marked: None };
        }
        ui.data_mut(|data| data.insert_temp(id, list));
        event
    }

    fn read_keys(&self, ui: &Ui, text: &str, list: &mut List) -> Option<QueryEvent> {
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if text.is_empty() && !self.chips.is_empty() && pressed(Key::Backspace) {
            return Some(QueryEvent::Edit(self.chips.len() - 1));
        }
        if let Some(last) = self.suggestions.len().checked_sub(1) {
            if let Some(at) = list.marked.filter(|_| pressed(Key::Tab)) {
                return Some(QueryEvent::Accept(at));
            }
            if pressed(Key::ArrowDown) {
                *list = List { marked: Some(list.marked.map_or(0, |at| (at + 1).min(last))), shut: false };
            }
            if pressed(Key::ArrowUp) {
                list.marked = list.marked.map(|at| at.saturating_sub(1));
            }
        }
        // Nothing is typed that Enter could settle: it takes what the arrows chose.
        let chosen = list.marked.filter(|_| text.is_empty()).map(QueryEvent::Accept);
        pressed(Key::Enter).then(|| chosen.unwrap_or(QueryEvent::Settle))
    }

    /// Shows the chips that fit, newest last; the rest as "2 more". Returns where the text begins.
    fn show_chips(&self, ui: &mut Ui, room: Rect, event: &mut Option<QueryEvent>) -> f32 {
        let widths: Vec<f32> = self.chips.iter().map(|chip| chip_width(ui, chip) + space::S6).collect();
        let mut first = 0;
        while first + 1 < widths.len()
            && widths[first..].iter().sum::<f32>() + if first > 0 { 64.0 } else { 0.0 } > room.width()
        {
            first += 1;
        }
        let mut left = room.left();
        if first > 0 {
            let hidden: Vec<String> =
                self.chips[..first].iter().map(|chip| format!("{}{}", chip.key, chip.value)).collect();
            let words = format!("{first} more");
            let place = Rect::from_min_size(pos2(left, room.center().y - 11.0), vec2(58.0, space::CHIP));
            let response = ui.interact(place, ui.scope_id().with("more chips"), Sense::click());
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{words}: {}", hidden.join(" "))));
            let theme = Theme::of(ui);
            ui.painter().rect_filled(place, CornerRadius::same(space::R_CHIP), theme.hover);
            text_at(ui.painter(), place, Align::Middle, text::LABEL.job(words, theme.t2));
            focus_ring(ui, &response, place, space::R_CHIP);
            if response.on_hover_text(hidden.join("\n")).clicked() {
                *event = Some(QueryEvent::Edit(first - 1));
            }
            left += 64.0;
        }
        for (place, chip) in self.chips.iter().enumerate().skip(first) {
            let wide = widths[place] - space::S6;
            let rect = Rect::from_min_size(pos2(left, room.center().y - space::CHIP / 2.0), vec2(wide, space::CHIP));
            if let Some(asked) = chip_ui(ui, rect, place, chip) {
                *event = Some(asked);
            }
            left += widths[place];
        }
        left
    }

    fn show_suggestions(&self, ui: &Ui, under: Rect, marked: Option<usize>) -> Option<usize> {
        let theme = Theme::of(ui);
        let mut picked = None;
        egui::Area::new(query_id(self.name).with("suggestions"))
            .order(egui::Order::Foreground)
            .fixed_pos(pos2(under.left(), under.bottom() + 4.0))
            .show(ui.ctx(), |ui| {
                popup_frame(theme).inner_margin(egui::Margin::same(4)).show(ui, |ui| {
                    ui.set_width(LIST.min(ui.ctx().content_rect().right() - under.left() - 2.0 * space::S16));
                    ui.spacing_mut().item_spacing.y = 0.0;
                    let from = marked.map_or(0, |at| (at + 1).saturating_sub(IN_VIEW));
                    let in_view = || self.suggestions.iter().enumerate().skip(from).take(IN_VIEW);
                    let wide = |text: &str| ui.painter().layout_job(text::MONO_SM.job(text, theme.t1)).size().x;
                    let column = in_view().map(|(_, suggestion)| wide(&suggestion.text)).fold(0.0, f32::max);
                    let column = column.min(COLUMN);
                    for (place, suggestion) in in_view() {
                        if suggestion_ui(ui, suggestion, column, Some(place) == marked) {
                            picked = Some(place);
                        }
                    }
                });
            });
        picked
    }
}

/// A suggestion; what it means begins so far from its left.
fn suggestion_ui(ui: &mut Ui, suggestion: &Suggestion, column: f32, marked: bool) -> bool {
    let theme = Theme::of(ui);
    // Pressed, not clicked: the click would first take the focus from the text and close the list.
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), space::CONTROL), Sense::CLICK);
    let words = format!("{} {}", suggestion.text, suggestion.meaning);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, marked, &words));
    if marked || response.hovered() {
        ui.painter().rect_filled(rect, CornerRadius::same(space::R_CHIP), if marked { theme.sel } else { theme.hover });
    }
    let inner = rect.shrink2(vec2(space::S8, 0.0));
    let right =
        if marked { paint_key_cap(ui.painter(), theme, inner.right_center(), "Tab").left() } else { inner.right() };
    let words = text::MONO_SM.cut(suggestion.text.as_str(), theme.t1, right - space::S8 - inner.left());
    let word = text_at(ui.painter(), inner, Align::Left, words).right();
    let rest = inner.with_min_x(word.max(inner.left() + column) + space::S12).with_max_x(right - space::S8);
    text_at(ui.painter(), rest, Align::Left, text::SMALL.cut(suggestion.meaning.as_str(), theme.t2, rest.width()));
    response.is_pointer_button_down_on() || response.clicked()
}

fn chip_ui(ui: &mut Ui, rect: Rect, place: usize, chip: &Chip) -> Option<QueryEvent> {
    let theme = Theme::of(ui);
    let words = format!("{}{}", chip.key, chip.value);
    let (body, close) = rect.split_left_right_at_x(rect.right() - 20.0);
    let id = ui.scope_id().with(("chip", place));
    let edit = ui.interact(body, id, Sense::click());
    edit.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Edit {words}")));
    let remove = ui.interact(close, id.with("remove"), Sense::click());
    remove.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Remove {words}")));
    ui.painter().rect_filled(rect, CornerRadius::same(space::R_CHIP), theme.sel);
    let inner = Rect::from_min_max(pos2(rect.left() + 7.0, rect.top()), pos2(close.left(), rect.bottom()));
    text_at(ui.painter(), inner, Align::Left, chip_job(theme, chip, inner.width()));
    let ink = if remove.hovered() { theme.t1 } else { theme.t2 };
    icon::X.paint_weight(ui.painter(), pos2(close.center().x - 2.0, close.center().y), 11.0, ink, Weight::Regular);
    focus_ring(ui, &edit, rect, space::R_CHIP);
    focus_ring(ui, &remove, close, space::R_CHIP);
    match (remove.clicked(), edit.clicked()) {
        (true, _) => Some(QueryEvent::Remove(place)),
        (false, true) => Some(QueryEvent::Edit(place)),
        (false, false) => None,
    }
}

fn chip_job(theme: &Theme, chip: &Chip, width: f32) -> egui::text::LayoutJob {
    let mut job = text::MONO_SM.cut(chip.key.as_str(), theme.accent, width);
    let gap = if chip.key.is_empty() { 0.0 } else { space::S4 };
    job.append(&chip.value, gap, text::MONO_SM.format(theme.t1));
    job
}

fn chip_width(ui: &Ui, chip: &Chip) -> f32 {
    let text = ui.painter().layout_job(chip_job(Theme::of(ui), chip, f32::INFINITY)).size().x;
    (text + 7.0 + 20.0 + 1.0).min(320.0)
}
