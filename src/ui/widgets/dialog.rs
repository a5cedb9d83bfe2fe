//! Dialogs: a title, a body that scrolls, a footer that stays. A dialog keeps Tab inside, closes with Esc, asks once
//! before typed words are lost, and gives the focus back to what opened it.

use egui::{
    Align as EguiAlign, Context, Frame, Id, Key, Layout, Margin, Modal, Modifiers, Rect, ScrollArea, Stroke, Ui,
    UiBuilder, pos2, vec2,
};

use super::at_end::{at_end_ui, width_at_end};
use super::button::{Button, icon_button_ui};
use super::paint::{hairline, label_ui, over};
use super::scroll::follow_focus;
use crate::ui::icon;
use crate::ui::theme::{Theme, space, text};

/// What stands at the right of a foot.
const FOOT: &str = "the foot of a dialog";

/// A dialog about to be shown.
#[derive(Debug, Clone, Copy)]
#[must_use = "call `show`"]
pub struct Dialog<'a> {
    /// Its title, by which it is also known.
    pub title: &'a str,
    /// One line below the title; may be empty.
    pub subtitle: &'a str,
    /// Points; never more than 92 % of the window.
    pub width: f32,
    /// Whether closing would lose typed words.
    pub dirty: bool,
}

/// The parts of an open dialog, to be filled from top to bottom.
pub struct DialogParts<'u> {
    ui: &'u mut Ui,
    opened: bool,
    asking: bool,
    most: f32,
    close: bool,
    keep: bool,
}

/// What a dialog gave back.
#[derive(Debug)]
pub struct DialogShown<R> {
    /// What the content returned.
    pub inner: R,
    /// The user closed it.
    pub close: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Remembered {
    opener: Option<Id>,
    last_pass: u64,
    asking: bool,
}

/// Gives the focus back once a dialog is gone. Call once per context.
pub fn install(ctx: &Context) {
    ctx.on_begin_pass("dialog focus", std::sync::Arc::new(|ui: &mut Ui| give_focus_back(ui.ctx())));
}

impl Dialog<'_> {
    /// Shows it over everything; `content` fills header, body and footer, in this order.
    pub fn show<R>(self, ctx: &Context, content: impl FnOnce(&mut DialogParts<'_>) -> R) -> DialogShown<R> {
        let theme = Theme::at(ctx);
        let screen = ctx.content_rect();
        let width = self.width.min(screen.width() * 0.92);
        let most = screen.height() * 0.92;
        let (opened, remembered) = remember(ctx, self.title);
        let frame = Frame::new()
            .fill(theme.popup)
            .stroke(Stroke::new(1.0, theme.line2))
            .corner_radius(f32::from(space::R_DIALOG))
            .shadow(theme.shadow);
        let modal = Modal::new(Id::unique(("dialog", self.title))).backdrop_color(theme.scrim).frame(frame);
        let shown = modal.show(ctx, |ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing = vec2(space::S8, 0.0);
            ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
                node.set_role(egui::accesskit::Role::Dialog);
                node.set_label(self.title);
                node.set_modal();
            });
            let mut parts = DialogParts { ui, opened, asking: remembered.asking, most, close: false, keep: false };
            parts.header(self.title, self.subtitle);
            let inner = content(&mut parts);
            (inner, parts.close, parts.keep)
        });
        let asked = shown.should_close();
        let (inner, mut close, keep) = shown.inner;
        if asked {
            if self.dirty && !remembered.asking {
                set_asking(ctx, true);
            } else {
                close |= !remembered.asking;
            }
        }
        if keep || (asked && remembered.asking) {
            set_asking(ctx, false);
        }
        if close {
            if self.dirty && !remembered.asking {
                set_asking(ctx, true);
                close = false;
            } else {
                set_asking(ctx, false);
            }
        }
        DialogShown { inner, close }
    }
}

impl DialogParts<'_> {
    /// Whether this is the first frame: the moment to put the focus into the first field.
    #[must_use]
    pub const fn opened(&self) -> bool {
        self.opened
    }

    /// The part between header and footer; scrolls when it is too high for the window.
    pub fn body<R>(&mut self, padding: i8, content: impl FnOnce(&mut Ui) -> R) -> R {
        let most = (self.most - 64.0 - 52.0).max(120.0);
        ScrollArea::vertical()
            .max_height(most)
            .auto_shrink([false, true])
            .show(self.ui, |ui| {
                Frame::new().inner_margin(Margin::same(padding)).show(ui, |ui| {
                    ui.set_width(ui.available_width());
                    ui.spacing_mut().item_spacing.y = space::S12;
                    let done = content(ui);
                    follow_focus(ui);
                    done
                })
            })
            .inner
            .inner
    }

    /// The 52-point foot: `note` at the left, `buttons` at the right end, the primary one last.
    pub fn footer<R>(&mut self, note: impl FnOnce(&mut Ui), buttons: impl FnOnce(&mut Ui) -> R) -> Option<R> {
        let theme = Theme::of(self.ui);
        let (rect, _) = self.ui.allocate_exact_size(vec2(self.ui.available_width(), 52.0), egui::Sense::hover());
        hairline(self.ui.painter(), rect.left_top(), rect.right_top(), theme.line);
        let inner = rect.shrink2(vec2(space::S16, 12.0));
        if self.asking {
            self.ask_to_discard(inner);
            return None;
        }
        let row = |rect| UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(EguiAlign::Center));
        let foot = &mut self.ui.new_child(row(inner));
        let taken = width_at_end(foot, FOOT) + space::S12;
        note(&mut foot.new_child(row(inner.with_max_x((inner.right() - taken).max(inner.left())))));
        Some(at_end_ui(foot, FOOT, buttons))
    }

    /// Closes it, as Esc does.
    pub fn close(&mut self) {
        self.close = true;
    }

    fn header(&mut self, title: &str, subtitle: &str) {
        let theme = Theme::of(self.ui);
        let height = if subtitle.is_empty() { 48.0 } else { 64.0 };
        let (rect, _) = self.ui.allocate_exact_size(vec2(self.ui.available_width(), height), egui::Sense::hover());
        hairline(
            self.ui.painter(),
            rect.left_bottom() - vec2(0.0, 1.0),
            rect.right_bottom() - vec2(0.0, 1.0),
            theme.line,
        );
        let inner = rect.shrink2(vec2(space::S16, 13.0));
        let room = inner.width() - 40.0;
        over(self.ui, inner, |ui| {
            label_ui(ui, text::TITLE.cut(title, theme.t1, room));
            if !subtitle.is_empty() {
                ui.add_space(space::S2);
                label_ui(ui, text::SMALL.cut(subtitle, theme.t2, room));
            }
        });
        let place = Rect::from_center_size(pos2(rect.right() - 30.0, rect.center().y), vec2(28.0, 28.0));
        if over(self.ui, place, |ui| icon_button_ui(ui, icon::X, "Close")).clicked() {
            self.close = true;
        }
    }

    fn ask_to_discard(&mut self, inner: Rect) {
        let theme = Theme::of(self.ui);
        let builder = UiBuilder::new().max_rect(inner).layout(Layout::left_to_right(EguiAlign::Center));
        let (discard, keep) = at_end_ui(&mut self.ui.new_child(builder), FOOT, |ui| {
            label_ui(ui, text::SMALL.job("What you typed is not saved.", theme.t1));
            ui.add_space(space::S8);
            let discard = Button::new("Discard").show(ui).clicked();
            let keep = Button::primary("Keep editing").show(ui);
            // Esc, which asked, has taken the focus from where it was.
            if ui.memory(egui::Memory::focused).is_none() {
                keep.request_focus();
            }
            (discard, keep.clicked())
        });
        self.close |= discard;
        self.keep |= keep;
    }
}

/// Notes who had the focus when the dialog first showed, and that it still shows.
fn remember(ctx: &Context, title: &str) -> (bool, Remembered) {
    let pass = ctx.cumulative_pass_nr();
    let id = memory_id();
    let known: Option<(Id, Remembered)> = ctx.data(|data| data.get_temp(id));
    let mine = Id::unique(title);
    let opened = known.is_none_or(|(had, _)| had != mine);
    let mut remembered = match known {
        Some((_, remembered)) if !opened => remembered,
        // One dialog leads to the next: the first opener still gets the focus back.
        Some((_, previous)) => Remembered { opener: previous.opener, ..Remembered::default() },
        None => Remembered { opener: ctx.memory(egui::Memory::focused), ..Remembered::default() },
    };
    remembered.last_pass = pass;
    ctx.data_mut(|data| data.insert_temp(id, (mine, remembered)));
    if opened && let Some(opener) = remembered.opener {
        ctx.memory_mut(|memory| memory.surrender_focus(opener));
    }
    (opened, remembered)
}

fn set_asking(ctx: &Context, asking: bool) {
    let known: Option<(Id, Remembered)> = ctx.data(|data| data.get_temp(memory_id()));
    if let Some((mine, remembered)) = known {
        ctx.data_mut(|data| data.insert_temp(memory_id(), (mine, Remembered { asking, ..remembered })));
    }
}

fn give_focus_back(ctx: &Context) {
    let known: Option<(Id, Remembered)> = ctx.data(|data| data.get_temp(memory_id()));
    let Some((_, remembered)) = known else { return };
    if remembered.last_pass + 1 < ctx.cumulative_pass_nr() {
        ctx.data_mut(|data| data.remove::<(Id, Remembered)>(memory_id()));
        if let Some(opener) = remembered.opener {
            ctx.memory_mut(|memory| memory.request_focus(opener));
        }
    }
}

fn memory_id() -> Id {
    Id::unique("scim-console dialog")
}

/// Whether Ctrl Enter was pressed: the dialog's primary action, from whichever field.
#[must_use]
pub fn entered(ui: &Ui) -> bool {
    ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Enter))
}
