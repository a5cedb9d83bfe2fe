//! The dialog that takes requests out of the journal: what, how many that are, and only then a button that does it.

use egui::{Ui, vec2};

use super::{
    icon,
    shell::counted,
    theme::{Theme, space, text},
    widgets::{
        self,
        button::Button,
        dialog::Dialog,
        field::Field,
        segmented::{Segment, segmented_ui},
    },
};
use crate::{
    app::{
        Action, Model,
        forgetting::{Counted, Do, Forget, What},
    },
    domain::{
        pretty::megabytes,
        problem::{Problem, Severity},
    },
};

const WIDTH: f32 = 520.0;

/// Draws the dialog, where it is open.
pub(super) fn forgetting_ui(ui: &Ui, model: &Model, actions: &mut Vec<Action>) {
    let Some(forget) = &model.forgetting else { return };
    let subtitle = match forget.what {
        What::Beyond => "The oldest requests of all tenants leave this computer’s journal for good.".to_owned(),
        _ => format!("Requests of {} leave this computer’s journal for good.", model.tenant_name()),
    };
    let dialog = Dialog { title: "Forget requests", subtitle: &subtitle, width: WIDTH, dirty: false };
    let shown = dialog.show(ui.ctx(), |parts| {
        parts.body(16, |ui| body_ui(ui, forget, actions));
        parts.footer(
            |_| {},
            |ui| {
                let cancel = Button::new("Cancel").show(ui).clicked();
                let (words, action) = button(forget);
                let blocked = blocked(forget);
                let glyph = if action == Do::Forget { icon::TRASH } else { icon::MAGNIFYING_GLASS };
                let go = if action == Do::Forget { Button::final_one(&words) } else { Button::primary(&words) };
                if go.icon(glyph).blocked(blocked).show(ui).clicked() {
                    return Some(action);
                }
                cancel.then_some(Do::Close)
            },
        )
    });
    let closed = shown.close.then_some(Do::Close);
    actions.extend(shown.inner.flatten().or(closed).map(Action::Forgetting));
}

fn body_ui(ui: &mut Ui, forget: &Forget, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    ui.spacing_mut().item_spacing.y = space::S12;
    let segments = What::ALL.map(|what| Segment::new(what.label()));
    let chosen = What::ALL.iter().position(|what| *what == forget.what);
    if let Some(next) = segmented_ui(ui, "What to forget", &segments, chosen, vec2(width, space::CONTROL)) {
        actions.push(Action::Forgetting(Do::What(What::ALL[next])));
    }
    let mut typed = forget.text.clone();
    let problem = forget.problem.map(|words| Problem::new("text", "forget", Severity::Error, words));
    Field::new(forget.what.field()).in_dialog().problem(problem.as_ref()).show(ui, &mut typed);
    if typed != forget.text {
        actions.push(Action::Forgetting(Do::Text(typed)));
    }
    if let Some(found) = forget.counted.value() {
        widgets::label_ui(ui, text::BODY.wrapped(would_go(found, forget.what), theme.t1, width));
    }
    if let Some(failure) = forget.counted.failure() {
        widgets::label_ui(ui, text::BODY.wrapped(failure.to_string(), theme.fail.text, width));
    }
    let words = match forget.what {
        What::Person => {
            "Requests about others that mention this person stay, a group’s members among them. What the tenant or the \
             directory still keeps can be read again."
        }
        _ => "What the tenant or the directory still keeps can be read again.",
    };
    widgets::label_ui(ui, text::SMALL.wrapped(words, theme.t2, width));
}

/// What was counted, in words.
fn would_go(found: &Counted, what: What) -> String {
    let size = megabytes(found.size);
    match found.requests {
        Some(0) if what == What::Beyond => format!("The journal is {size}: nothing has to go."),
        Some(0) => format!("There are none. The journal is {size}."),
        Some(requests) => {
            let more = if found.more { "At least " } else { "" };
            format!("{more}{} would go. The journal is {size}.", counted(requests, "request", "requests"))
        }
        None => format!("The journal is {size}. The oldest requests go until it fits; how many is not known before."),
    }
}

/// The button that goes on, and what it does.
fn button(forget: &Forget) -> (String, Do) {
    match forget.counted.value().map(|found| found.requests) {
        None => ("Count what would go".to_owned(), Do::Count),
        Some(None) => ("Forget the oldest requests".to_owned(), Do::Forget),
        Some(Some(requests)) => (format!("Forget {}", counted(requests, "request", "requests")), Do::Forget),
    }
}

fn blocked(forget: &Forget) -> Option<&'static str> {
    if forget.under_way.is_some() {
        return Some("They are being forgotten");
    }
    if forget.counted.loading().is_some() {
        return Some("They are being counted");
    }
    let none = forget.counted.value().is_some_and(|found| found.requests == Some(0));
    none.then_some("There is nothing to forget")
}

#[cfg(test)]
mod tests {
    use egui::accesskit::Role;

    use super::*;
    use crate::{
        app::{Screen, mappings::stage::Stage},
        domain::profile::Environment,
        ui::{settings, stage},
    };

    #[test]
    fn requests_are_counted_and_then_forgotten() {
        let mut script = Stage::begun(Environment::Production, &[]);
        script.act(Action::Go(Screen::Settings));
        let mut window = stage::live_window(script, [1024.0, 700.0], |ui, model, actions| {
            settings::settings_ui(ui, model, actions);
            forgetting_ui(ui, model, actions);
        });
        stage::click(&mut window, Role::Button, "Forget requests…");
        stage::click(&mut window, Role::RadioButton, "One person");
        assert_eq!(stage::click(&mut window, Role::Button, "Count what would go"), [Action::Forgetting(Do::Count)]);
        assert!(window.state().script.model.forgetting.as_ref().is_some_and(|dialog| dialog.problem.is_some()));
        stage::click(&mut window, Role::RadioButton, "What is old");
        stage::click(&mut window, Role::Button, "Count what would go");
        window.state_mut().script.forgot(1_234, 34_200_000);
        window.run_steps(2);
        let forgot = stage::click(&mut window, Role::Button, "Forget 1,234 requests");
        assert_eq!(forgot, [Action::Forgetting(Do::Forget)]);
        window.state_mut().script.forgot(1_234, 30_000_000);
        window.run_steps(2);
        assert!(!stage::shows(&window, Role::Button, "Cancel"), "the dialog is gone");
        assert_eq!(window.state().script.said(), ["1,234 requests forgotten; the journal is 30.0 MB now"]);
    }
}
