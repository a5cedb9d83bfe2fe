//! The palette: type a few letters, pick a user, a request or a command. It ranks nothing; the caller does.

use std::ops::Range;

use egui::{
    Align2, Color32, Context, CornerRadius, Id, Key, Margin, Modal, Modifiers, Rect, Response, Role, Sense, TextEdit,
    Ui, WidgetInfo, pos2, vec2,
};

use super::field::{name_edit, put_edit};
use super::key_cap::paint_key_cap;
use super::menu::popup_frame;
use super::paint::{Align, hairline, label_ui, text_at};
use crate::ui::icon::{self, Icon};
use crate::ui::theme::{Theme, Tone, space, text};

/// Height of the input and of the foot.
const INPUT: f32 = 48.0;
const FOOT: f32 = 34.0;
/// In a window lower than this it begins at the top.
const LOW: f32 = 600.0;

/// One thing to pick.
#[derive(Debug, Clone)]
pub struct PaletteRow<'a> {
    /// Its icon and what it means.
    pub icon: (Icon, Tone),
    /// Its name.
    pub title: &'a str,
    /// The bytes of the name that were typed.
    pub matched: Vec<Range<usize>>,
    /// What it is or does; `` `names` `` in mono.
    pub detail: &'a str,
    /// The key that does the same.
    pub keys: Option<&'a str>,
}

/// Rows under one title.
#[derive(Debug, Clone)]
pub struct PaletteGroup<'a> {
    /// "Users", "Requests by Amelia Hart".
    pub title: &'a str,
    /// Its rows.
    pub rows: Vec<PaletteRow<'a>>,
}

/// A palette about to be shown.
#[derive(Debug, Clone, Copy)]
#[must_use = "call `show`"]
pub struct Palette<'a> {
    /// What is offered.
    pub groups: &'a [PaletteGroup<'a>],
    /// The marked row, counted over all groups.
    pub marked: usize,
    /// Whether it was opened just now.
    pub opened: bool,
    /// At the right of the input: on which tenant this acts.
    pub tenant: &'a str,
    /// The tenant's environment in its colour.
    pub environment: crate::domain::profile::Environment,
}

/// What the user did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaletteEvent {
    /// The text changed.
    Typed,
    /// Mark this row.
    Mark(usize),
    /// Do it.
    Pick(usize),
    /// Turn it into a filter.
    Filter(usize),
    /// Close.
    Close,
}

/// The id of what is typed into.
#[must_use]
pub fn input_id() -> Id {
    Id::unique("palette input")
}

impl Palette<'_> {
    /// Shows it over everything; edits go into `query`.
    pub fn show(self, ctx: &Context, query: &mut String) -> Option<PaletteEvent> {
        let theme = Theme::at(ctx);
        let id = Id::unique("palette");
        let high = ctx.content_rect().height();
        let top = if high < LOW { space::S16 } else { 96.0 };
        let area = Modal::default_area(id).anchor(Align2::CENTER_TOP, vec2(0.0, top));
        let frame = popup_frame(theme).corner_radius(CornerRadius::same(space::R_DIALOG)).inner_margin(Margin::ZERO);
        let modal = Modal::new(id).area(area).backdrop_color(theme.scrim).frame(frame);
        let shown = modal.show(ctx, |ui| {
            ui.set_width(680.0_f32.min(ctx.content_rect().width() * 0.92));
            ui.spacing_mut().item_spacing = vec2(space::S8, 0.0);
            let typed = self.show_input(ui, query);
            let room = high - top - INPUT - FOOT - space::S16;
            let picked = self.show_rows(ui, room, typed);
            show_foot(ui);
            picked.or(typed)
        });
        if shown.should_close() { Some(PaletteEvent::Close) } else { shown.inner }
    }

    fn show_input(&self, ui: &mut Ui, query: &mut String) -> Option<PaletteEvent> {
        let theme = Theme::of(ui);
        let id = input_id();
        // Its very first frame only measures it, unseen, and cannot hold the focus.
        if self.opened || ui.memory(|memory| memory.focused().is_none()) {
            ui.memory_mut(|memory| memory.request_focus(id));
        }
        let event = self.read_keys(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), INPUT), Sense::hover());
        hairline(ui.painter(), rect.left_bottom() - vec2(0.0, 1.0), rect.right_bottom() - vec2(0.0, 1.0), theme.line);
        icon::MAGNIFYING_GLASS.paint(ui.painter(), pos2(rect.left() + 23.0, rect.center().y), space::ICON, theme.t2);
        let badge_left = self.show_tenant(ui, rect);
        let place =
            Rect::from_min_max(pos2(rect.left() + 36.0, rect.top()), pos2(badge_left - space::S8, rect.bottom()));
        let edit = TextEdit::singleline(query)
            .id(id)
            .lock_focus(true)
            .hint_text(text::TITLE.regular().job("Search people, requests and commands", theme.t3));
        let response = put_edit(ui, place, edit, (text::TITLE.regular(), theme.t1), (space::S8, 0.0));
        name_edit(&response, "Search or run a command", Role::SearchInput, None);
        if response.changed() { Some(PaletteEvent::Typed) } else { event }
    }

    fn show_tenant(&self, ui: &Ui, rect: Rect) -> f32 {
        let theme = Theme::of(ui);
        let (icon, _) = super::tag::environment_look(self.environment);
        let width = super::tag::tag_width(ui.painter(), Some(icon), self.environment.label());
        let left = pos2(rect.right() - space::S14 - width, rect.center().y);
        super::tag::paint_environment_badge(ui.painter(), theme, left, self.environment);
        let name = Rect::from_min_max(pos2(left.x - 220.0, rect.top()), pos2(left.x - space::S12, rect.bottom()));
        text_at(ui.painter(), name, Align::Right, text::LABEL.cut(self.tenant, theme.t2, name.width())).left()
    }

    fn read_keys(&self, ui: &Ui) -> Option<PaletteEvent> {
        let count: usize = self.groups.iter().map(|group| group.rows.len()).sum();
        if count == 0 {
            return None;
        }
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::ArrowDown) {
            return Some(PaletteEvent::Mark((self.marked + 1) % count));
        }
        if pressed(Key::ArrowUp) {
            return Some(PaletteEvent::Mark((self.marked + count - 1) % count));
        }
        if pressed(Key::Tab) {
            return Some(PaletteEvent::Filter(self.marked));
        }
        pressed(Key::Enter).then_some(PaletteEvent::Pick(self.marked))
    }

    /// The rows scroll where the window is too low for them; the foot stays. A row that the keys come to is brought into view.
    fn show_rows(&self, ui: &mut Ui, room: f32, typed: Option<PaletteEvent>) -> Option<PaletteEvent> {
        let scroll = egui::ScrollArea::vertical().id_salt("palette rows").max_height(room).auto_shrink([false, true]);
        scroll.show(ui, |ui| self.show_groups(ui, typed)).inner
    }

    fn show_groups(&self, ui: &mut Ui, typed: Option<PaletteEvent>) -> Option<PaletteEvent> {
        let theme = Theme::of(ui);
        let mut event = None;
        egui::Frame::new().inner_margin(Margin::symmetric(6, 6)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            let mut place = 0;
            for group in self.groups {
                let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 26.0), Sense::hover());
                let title = rect.shrink2(vec2(space::S8, 0.0));
                text_at(ui.painter(), title, Align::Left, text::LABEL.job(group.title, theme.t2));
                for row in &group.rows {
                    let response = row_ui(ui, row, place == self.marked);
                    if typed == Some(PaletteEvent::Mark(place)) {
                        response.scroll_to_me(None);
                    }
                    if response.clicked() {
                        event = Some(PaletteEvent::Pick(place));
                    }
                    place += 1;
                }
            }
            if place == 0 {
                ui.add_space(space::S12);
                ui.horizontal(|ui| {
                    ui.add_space(space::S8);
                    label_ui(ui, text::SMALL.job("Nothing matches.", theme.t2));
                });
                ui.add_space(space::S12);
            }
        });
        event
    }
}

fn row_ui(ui: &mut Ui, row: &PaletteRow<'_>, marked: bool) -> Response {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), space::STEP_ROW), Sense::CLICK);
    let words = format!("{} {}", row.title, row.detail.replace('`', ""));
    response.widget_info(|| WidgetInfo::labeled(Role::ListBoxOption, true, words.trim()));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_selected(marked));
    if marked || response.hovered() {
        let fill = if marked { theme.sel } else { theme.hover };
        ui.painter().rect_filled(rect, CornerRadius::same(space::R_CONTROL), fill);
    }
    let (icon, tone) = row.icon;
    let ink = if tone == Tone::Neutral { theme.t2 } else { theme.hue(tone).text };
    icon.paint(ui.painter(), pos2(rect.left() + 16.0, rect.center().y), space::ICON, ink);
    let mut right = rect.right() - space::S8;
    let keys = if marked { Some("Enter") } else { row.keys };
    if let Some(keys) = keys {
        right = paint_key_cap(ui.painter(), theme, pos2(right, rect.center().y), keys).left() - space::S8;
    }
    let room = Rect::from_min_max(pos2(rect.left() + 34.0, rect.top()), pos2(right, rect.bottom()));
    let title = text_at(ui.painter(), room, Align::Left, title_job(row, theme.t1, theme.accent));
    let rest = Rect::from_min_max(pos2(title.right() + space::S12, rect.top()), room.max);
    if rest.width() > 30.0 && !row.detail.is_empty() {
        let mut job = text::SMALL.prose(row.detail, theme.t2, theme.t2, rest.width());
        job.wrap = egui::text::TextWrapping::truncate_at_width(rest.width());
        text_at(ui.painter(), rest, Align::Left, job);
    }
    response
}

fn title_job(row: &PaletteRow<'_>, ink: Color32, lit: Color32) -> egui::text::LayoutJob {
    let face = text::BODY.medium();
    let mut job = egui::text::LayoutJob::default();
    let mut at = 0;
    for matched in &row.matched {
        if let (Some(before), Some(hit)) = (row.title.get(at..matched.start), row.title.get(matched.clone())) {
            job.append(before, 0.0, face.format(ink));
            job.append(hit, 0.0, face.format(lit));
            at = matched.end;
        }
    }
    job.append(row.title.get(at..).unwrap_or_default(), 0.0, face.format(ink));
    job
}

fn show_foot(ui: &mut Ui) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), FOOT), Sense::hover());
    hairline(ui.painter(), rect.left_top(), rect.right_top(), theme.line);
    let caps = |from: f32, pairs: &[(&str, &str)]| {
        let mut left = from;
        for (keys, words) in pairs {
            let wide = ui.painter().layout_job(text::LABEL.job(*keys, Color32::PLACEHOLDER)).size().x;
            let right = left + (wide + 10.0).ceil().max(space::TAG);
            paint_key_cap(ui.painter(), theme, pos2(right, rect.center().y), keys);
            let place = Rect::from_min_max(pos2(right + space::S6, rect.top()), rect.max);
            left = text_at(ui.painter(), place, Align::Left, text::SMALL.job(*words, theme.t2)).right() + space::S16;
        }
    };
    caps(rect.left() + space::S14, &[("↑ ↓", "move"), ("Enter", "open"), ("Tab", "use as filter")]);
    caps(rect.right() - 238.0, &[(">", "commands only"), ("@", "people only")]);
}
