//! The text field: a name, a box, and below it what is wrong with the value and the one-click fix.

use egui::{Color32, Frame, Id, Margin, Rect, Response, Role, Sense, TextEdit, Ui, WidgetInfo, pos2, vec2};

use super::button::Button;
use super::paint::{label_ui, outlined, over, ring};
use crate::domain::problem::{Problem, Severity};
use crate::ui::icon::{self, Icon};
use crate::ui::theme::{Theme, Tone, space, text};

/// A text field about to be shown.
#[derive(Debug, Clone)]
#[must_use = "call `show`"]
pub struct Field<'a> {
    pub(super) name: &'a str,
    pub(super) face: text::Face,
    pub(super) width: Option<f32>,
    pub(super) height: f32,
    pub(super) leading: Option<Icon>,
    pub(super) problem: Option<&'a Problem>,
    hint: &'a str,
    salt: &'a str,
    trailing: Option<(Icon, Tone)>,
    action: Option<&'a str>,
    label: Label,
    blocked: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Words,
    Mono,
    Hidden,
}

/// What happened to a field.
#[derive(Debug)]
pub struct FieldResponse {
    /// The box: changed, focused, lost focus.
    pub response: Response,
    /// The quick fix was asked for.
    pub fix: bool,
    /// The action inside the box was asked for.
    pub action: bool,
}

impl<'a> Field<'a> {
    /// A field named `name`, which is its label and accessible name.
    pub const fn new(name: &'a str) -> Self {
        Self {
            name,
            face: text::SMALL,
            width: None,
            height: space::CONTROL,
            leading: None,
            problem: None,
            hint: "",
            salt: "",
            trailing: None,
            action: None,
            label: Label::Words,
            blocked: None,
        }
    }

    /// For names, ids and addresses.
    pub const fn mono(mut self) -> Self {
        self.face = text::MONO_SM;
        self
    }

    /// The label in mono too, for attribute names.
    pub const fn mono_label(mut self) -> Self {
        self.label = Label::Mono;
        self
    }

    /// No visible label; the name is still there for a screen reader.
    pub const fn no_label(mut self) -> Self {
        self.label = Label::Hidden;
        self
    }

    /// Sets fields of one name apart.
    pub const fn salt(mut self, salt: &'a str) -> Self {
        self.salt = salt;
        self
    }

    /// What stands in the empty box.
    pub const fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    /// How wide, else all there is.
    pub const fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// 30 points high, as in dialogs.
    pub const fn in_dialog(mut self) -> Self {
        self.height = space::CONTROL_DIALOG;
        self
    }

    /// An icon before the text.
    pub const fn leading(mut self, icon: Icon) -> Self {
        self.leading = Some(icon);
        self
    }

    /// An icon after the text, in its colour.
    pub const fn trailing(mut self, icon: Icon, tone: Tone) -> Self {
        self.trailing = Some((icon, tone));
        self
    }

    /// A link at the right end of the box, such as "Replace…".
    pub const fn action(mut self, verb: &'a str) -> Self {
        self.action = Some(verb);
        self
    }

    /// What is wrong with the value.
    pub const fn problem(mut self, problem: Option<&'a Problem>) -> Self {
        self.problem = problem;
        self
    }

    /// Read-only while there is a reason.
    pub const fn blocked(mut self, reason: Option<&'a str>) -> Self {
        self.blocked = reason;
        self
    }

    /// Shows it; edits go into `value`.
    pub fn show(self, ui: &mut Ui, value: &mut String) -> FieldResponse {
        let width = self.width.unwrap_or_else(|| ui.available_width());
        let id = field_id(ui, self.name, self.salt);
        ui.allocate_ui(vec2(width, 0.0), |ui| {
            ui.vertical(|ui| {
                ui.set_width(width);
                ui.spacing_mut().item_spacing.y = space::S4;
                self.show_label(ui);
                let (response, action) = self.show_box(ui, id, value, width);
                let fix = problem_ui(ui, id, self.problem);
                FieldResponse { response, fix, action }
            })
            .inner
        })
        .inner
    }

    fn show_label(&self, ui: &mut Ui) {
        let color = Theme::of(ui).t2;
        match self.label {
            Label::Hidden => return,
            Label::Words => field_label_ui(ui, self.name),
            Label::Mono => label_ui(ui, text::MONO_SM.job(self.name, color)),
        };
    }

    fn show_box(&self, ui: &mut Ui, id: Id, value: &mut String, width: f32) -> (Response, bool) {
        let theme = Theme::of(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(width, self.height), Sense::hover());
        paint_box(ui, rect, id, self.problem);
        let mut right = space::S8;
        let mut action = false;
        if let Some(verb) = self.action {
            let button = Button::link(verb).small();
            let wide = button.width(ui);
            let place = Rect::from_center_size(
                pos2(rect.right() - 3.0 - wide / 2.0, rect.center().y),
                vec2(wide, space::CONTROL_SMALL),
            );
            action = over(ui, place, |ui| button.show(ui)).clicked();
            right += wide;
        }
        if let Some((icon, tone)) = self.trailing {
            let centre = pos2(rect.right() - right - 8.0, rect.center().y);
            icon.paint(ui.painter(), centre, space::ICON_CELL, theme.hue(tone).text);
            right += 20.0;
        }
        let left = paint_leading(ui, rect, self.leading);
        let ink = if self.blocked.is_some() { theme.t3 } else { theme.t1 };
        let edit = TextEdit::singleline(value)
            .id(id)
            .interactive(self.blocked.is_none())
            .hint_text(self.face.job(self.hint, theme.t3));
        let response = put_edit(ui, rect, edit, (self.face, ink), (left, right));
        name_edit(&response, self.name, Role::TextInput, self.problem);
        (super::button::explain(response, None, self.blocked), action)
    }
}

/// The id of a field, to move the focus to it.
#[must_use]
pub fn field_id(ui: &Ui, name: &str, salt: &str) -> Id {
    ui.scope_id().with((name, salt))
}

/// The label above a field.
pub fn field_label_ui(ui: &mut Ui, name: &str) -> Response {
    let color = Theme::of(ui).t2;
    label_ui(ui, text::SMALL.medium().job(name, color))
}

/// Paints the box of a field that `id` edits: outline by state, ring while it has the focus.
pub(super) fn paint_box(ui: &Ui, rect: Rect, id: Id, problem: Option<&Problem>) {
    let theme = Theme::of(ui);
    let line = match problem {
        Some(problem) if problem.severity == Severity::Error => theme.fail.text,
        Some(problem) if problem.severity == Severity::Warning => theme.warn.text,
        _ => theme.line2,
    };
    outlined(ui.painter(), rect, space::R_CONTROL, theme.input, line);
    if ui.memory(|memory| memory.has_focus(id)) {
        ring(ui.painter(), rect, space::R_CONTROL, theme.accent_line);
    }
}

/// Paints the leading icon and returns where the text begins, in points from the left.
pub(super) fn paint_leading(ui: &Ui, rect: Rect, icon: Option<Icon>) -> f32 {
    let Some(icon) = icon else { return 10.0 };
    let theme = Theme::of(ui);
    icon.paint(ui.painter(), pos2(rect.left() + 17.0, rect.center().y), space::ICON_CELL, theme.t3);
    30.0
}

/// Puts an edit over `rect`, so that a click anywhere in the box lands in the text.
pub(super) fn put_edit(
    ui: &mut Ui,
    rect: Rect,
    edit: TextEdit<'_>,
    (face, ink): (text::Face, Color32),
    (left, right): (f32, f32),
) -> Response {
    #[allow(clippy::cast_possible_truncation, reason = "a few points of padding")]
    let margin = Margin { left: left as i8, right: right.min(120.0) as i8, top: 0, bottom: 0 };
    let edit = edit
        .font(face.font())
        .text_color(ink)
        .frame(Frame::NONE.inner_margin(margin))
        .align(egui::Align2::LEFT_CENTER)
        .desired_width(rect.width())
        .min_size(rect.size());
    ui.place(rect, edit)
}

/// Gives an edit its accessible name and, where something is wrong, says so.
pub(super) fn name_edit(response: &Response, name: &str, role: Role, problem: Option<&Problem>) {
    response.ctx.accesskit_node_builder(response.id, |node| {
        node.set_role(role);
        node.set_label(name);
        if let Some(problem) = problem {
            node.set_description(problem.message.replace('`', ""));
        }
    });
}

/// The line below a field: what is wrong, and the quick fix as a button. True when the fix was asked for.
pub(super) fn problem_ui(ui: &mut Ui, field: Id, problem: Option<&Problem>) -> bool {
    let Some(problem) = problem else { return false };
    let theme = Theme::of(ui);
    let (icon, tone) = severity_look(problem.severity);
    let words = problem.fix.as_ref().map(|fix| format!("Use {fix}"));
    let button = words.as_deref().map(|words| Button::new(words).icon(icon::WRENCH).small());
    let indent = space::ICON_CELL + space::S6;
    let room = ui.available_width() - indent;
    let job = text::SMALL.prose(&problem.message, theme.t2, theme.t1, room);
    let line = ui.painter().layout_job(text::SMALL.prose(&problem.message, theme.t2, theme.t1, f32::INFINITY)).size().x;
    let beside = button.is_some_and(|button| line + space::S6 + button.width(ui) <= room);
    let mut fixed = false;
    let mut fix_ui = |ui: &mut Ui| {
        if let Some(button) = button {
            fixed = ui.push_id(field, |ui| button.show(ui).clicked()).inner;
        }
    };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::S6;
        let (rect, _) = ui.allocate_exact_size(vec2(space::ICON_CELL, 16.0), Sense::hover());
        icon.paint(ui.painter(), rect.center(), space::ICON_CELL, theme.hue(tone).text);
        label_ui(ui, job).widget_info(|| WidgetInfo::labeled(Role::Label, true, problem.message.replace('`', "")));
        if beside {
            fix_ui(ui);
        }
    });
    if button.is_some() && !beside {
        ui.horizontal(|ui| {
            ui.add_space(indent);
            fix_ui(ui);
        });
    }
    fixed
}

/// The icon and colour of a severity.
#[must_use]
pub const fn severity_look(severity: Severity) -> (Icon, Tone) {
    match severity {
        Severity::Info => (icon::INFO, Tone::Skip),
        Severity::Warning => (icon::WARNING, Tone::Warn),
        Severity::Error => (icon::X_CIRCLE, Tone::Fail),
    }
}
