//! The dialog that connects a directory's own log. The secret is masked, and leaves the field only with what is saved.

use egui::{Ui, vec2};

use crate::{
    app::{
        Action, Model,
        sources::{Connect, Do},
    },
    domain::{
        directory::{DirectoryKind, DirectoryLogDraft, GRAPH, LOGIN},
        problem::Severity,
    },
    ui::{
        icon,
        theme::{Theme, space, text},
        widgets::{
            self,
            banner::failure_ui,
            button::Button,
            dialog::Dialog,
            field::{Field, field_label_ui},
            masked::SecretText,
            segmented::{Segment, segmented_ui},
        },
    },
};

/// The secret while it is typed.
#[derive(Default)]
pub(in crate::ui) struct View {
    open: bool,
    secret: SecretText,
    national: bool,
}

/// Draws the dialog while it is open.
pub(in crate::ui) fn connect_ui(ui: &Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let Some(form) = &model.sources.connect else {
        if std::mem::take(&mut view.open) {
            view.secret.clear();
        }
        return;
    };
    if !view.open {
        view.open = true;
        view.secret.clear();
        view.national =
            form.draft.kind == DirectoryKind::Entra && !(form.draft.base.is_empty() && form.draft.login.is_empty());
    }
    let shown = Dialog {
        title: "Connect the directory’s log",
        subtitle: "Only read, never written. The first reading goes back thirty days.",
        width: 560.0,
        dirty: form.is_dirty(),
    }
    .show(ui.ctx(), |parts| {
        let opened = parts.opened();
        parts.body(16, |ui| form_ui(ui, form, view, opened, actions));
        parts.footer(|ui| note_ui(ui, form), |ui| buttons_ui(ui, form, actions)).flatten()
    });
    if shown.close || shown.inner.is_some() {
        actions.push(Action::Sources(Do::Close));
    }
}

fn form_ui(ui: &mut Ui, form: &Connect, view: &mut View, opened: bool, actions: &mut Vec<Action>) {
    ui.spacing_mut().item_spacing = vec2(space::S12, space::S12);
    let mut draft = form.draft.clone();
    kind_ui(ui, &mut draft);
    let width = ui.available_width();
    match draft.kind {
        DirectoryKind::Entra => {
            let tenant = Field::new("Tenant id").hint("The directory’s id or its domain");
            let first = text_ui(ui, form, tenant, "tenant", &mut draft.tenant, actions);
            if opened {
                first.request_focus();
            }
            let client = Field::new("Client id").hint("Of an app registration that may read the log");
            text_ui(ui, form, client, "client", &mut draft.client, actions);
        }
        DirectoryKind::Okta => {
            let base = Field::new("Org address").hint("https://company.okta.com");
            let first = text_ui(ui, form, base, "base", &mut draft.base, actions);
            if opened {
                first.request_focus();
            }
        }
    }
    secret_ui(ui, form, view, draft.kind, actions);
    let (name, hint) = match draft.kind {
        DirectoryKind::Entra => ("Only this job", "The provisioning job’s id; empty for every job"),
        DirectoryKind::Okta => ("Only this application", "The application’s id; empty for the whole org"),
    };
    text_ui(ui, form, Field::new(name).hint(hint), "only", &mut draft.only, actions);
    if draft.kind == DirectoryKind::Entra {
        let (glyph, words) = if view.national {
            (icon::CARET_DOWN, "National cloud: other addresses")
        } else {
            (icon::CARET_RIGHT, "National cloud: other addresses…")
        };
        if Button::quiet(words).icon(glyph).show(ui).clicked() {
            view.national = !view.national;
        }
        if view.national {
            text_ui(ui, form, Field::new("Graph address").hint(GRAPH), "base", &mut draft.base, actions);
            text_ui(ui, form, Field::new("Sign-in address").hint(LOGIN), "login", &mut draft.login, actions);
        }
        let theme = Theme::of(ui);
        let words = "The app needs the application permissions AuditLog.Read.All and Directory.Read.All, with an admin’s \
                     consent.";
        widgets::label_ui(ui, text::SMALL.wrapped(words, theme.t2, width));
    }
    if draft != form.draft {
        actions.push(Action::Sources(Do::Typed(Box::new(draft))));
    }
}

fn kind_ui(ui: &mut Ui, draft: &mut DirectoryLogDraft) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = space::S4;
        field_label_ui(ui, "Which log");
        let segments = DirectoryKind::ALL.map(|kind| Segment::new(kind.label()));
        let chosen = DirectoryKind::ALL.iter().position(|kind| *kind == draft.kind);
        let size = vec2(ui.available_width(), space::CONTROL_DIALOG);
        if let Some(next) = segmented_ui(ui, "Which log", &segments, chosen, size)
            && DirectoryKind::ALL[next] != draft.kind
        {
            // An address of the one means nothing to the other.
            *draft = DirectoryLogDraft { kind: DirectoryKind::ALL[next], ..DirectoryLogDraft::default() };
        }
    });
}

fn text_ui(
    ui: &mut Ui,
    form: &Connect,
    field: Field<'_>,
    key: &'static str,
    value: &mut String,
    actions: &mut Vec<Action>,
) -> egui::Response {
    let problem = form.problem_of(key);
    let shown = field.in_dialog().mono().problem(problem.as_ref()).show(ui, value);
    if shown.response.lost_focus() {
        actions.push(Action::Sources(Do::Left(key)));
    }
    shown.response
}

fn secret_ui(ui: &mut Ui, form: &Connect, view: &mut View, kind: DirectoryKind, actions: &mut Vec<Action>) {
    let name = match kind {
        DirectoryKind::Entra => "Client secret",
        DirectoryKind::Okta => "API token",
    };
    let problem = form.problem_of("secret");
    let saved = if form.has_secret { "Saved; type to replace it" } else { "Paste it" };
    let field = Field::new(name).in_dialog().mono().leading(icon::KEY).problem(problem.as_ref());
    let shown = field.show_masked(ui, &mut view.secret, saved);
    if shown.response.changed() {
        actions.push(Action::Sources(Do::Secret(view.secret.secret())));
    }
    if shown.response.lost_focus() {
        actions.push(Action::Sources(Do::Left("secret")));
    }
}

fn note_ui(ui: &mut Ui, form: &Connect) {
    let (theme, width) = (Theme::of(ui), ui.available_width());
    match form.saving.failure() {
        Some(failure) => {
            failure_ui(ui, failure, None, width);
        }
        None => {
            let words = "Sent to these addresses and nowhere else.";
            widgets::label_ui(ui, text::SMALL.cut(words, theme.t3, width));
        }
    }
}

/// `Some` when the dialog is to be closed.
fn buttons_ui(ui: &mut Ui, form: &Connect, actions: &mut Vec<Action>) -> Option<()> {
    let seen = form.problems().iter().filter(|problem| problem.severity == Severity::Error).any(|problem| {
        let field = ["base", "login", "tenant", "client", "secret", "only"].into_iter().find(|f| *f == problem.field);
        field.is_some_and(|field| form.problem_of(field).is_some())
    });
    let reason = if form.saving.loading().is_some() {
        Some("Saving")
    } else {
        seen.then_some("Mend what is marked in the form first")
    };
    let cancel = Button::new("Cancel").show(ui).clicked();
    if Button::primary("Save and read").icon(icon::CHECK).blocked(reason).show(ui).clicked() {
        actions.push(Action::Sources(Do::Save));
    }
    cancel.then_some(())
}
