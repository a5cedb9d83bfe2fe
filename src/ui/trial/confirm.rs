//! The question before sending to a tenant that is not a practice one: every request stands in it.

use egui::Ui;

use crate::{
    app::{Action, Model, trial::Do},
    domain::profile::Environment,
    ui::{
        icon,
        theme::{Theme, space, text},
        widgets::{self, button::Button, card::card_ui, dialog::Dialog, field::Field},
    },
};

/// Draws the dialog while it is open.
pub(super) fn confirm_ui(ui: &Ui, model: &Model, actions: &mut Vec<Action>) {
    let Some(confirm) = &model.trial.confirm else { return };
    let plan = model.trial.plan.value().map_or(&[][..], Vec::as_slice);
    let count: usize = plan.iter().map(|step| step.requests.len()).sum();
    let production = model.environment() == Environment::Production;
    let subtitle = format!("{count} requests to {}, {}", model.tenant_name(), model.environment().label());
    let shown = Dialog { title: "Send a test provision", subtitle: &subtitle, width: 760.0, dirty: false }.show(
        ui.ctx(),
        |parts| {
            parts.body(16, |ui| {
                let theme = Theme::of(ui);
                ui.spacing_mut().item_spacing.y = space::S8;
                for step in plan {
                    card_ui(ui, false, 10, |ui| {
                        let width = ui.available_width();
                        ui.set_width(width);
                        ui.spacing_mut().item_spacing.y = space::S4;
                        let title = format!("{}: {}", step.name.label(), step.effect);
                        widgets::label_ui(ui, text::SMALL.wrapped(title, theme.t1, width));
                        for request in &step.requests {
                            let line = format!("{} {}", request.method, request.url);
                            widgets::label_ui(ui, text::MONO_SM.wrapped(line, theme.t2, width));
                            if !request.body.is_null() {
                                let body = request.body.to_string();
                                widgets::label_ui(ui, text::CODE.wrapped(body, theme.t3, width));
                            }
                        }
                    });
                }
                if production {
                    let name = format!("Type {} to confirm", model.tenant_name());
                    let mut typed = confirm.typed.clone();
                    Field::new(&name).in_dialog().width(320.0).show(ui, &mut typed);
                    if typed != confirm.typed {
                        actions.push(Action::Trial(Do::TypeName(typed)));
                    }
                }
            });
            let named = !production || confirm.typed.trim() == model.tenant_name();
            let reason = (!named).then(|| format!("Type {} to confirm", model.tenant_name()));
            parts.footer(
                |_| {},
                |ui| {
                    let words = format!("Send {count} requests");
                    let send = Button::primary(&words).icon(icon::PAPER_PLANE_TILT).blocked(reason.as_deref());
                    if send.show(ui).clicked() {
                        actions.push(Action::Trial(Do::Confirm));
                    }
                    Button::new("Cancel").show(ui).clicked().then_some(())
                },
            )
        },
    );
    if shown.close || shown.inner.flatten().is_some() {
        actions.push(Action::Trial(Do::CloseConfirm));
    }
}
