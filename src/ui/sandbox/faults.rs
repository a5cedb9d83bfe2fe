//! What goes wrong with a tenant's requests, on purpose: each rule with what it has struck, and the dialog of a new one.

use egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::{
    detail::section_ui,
    dialogs::{Pressed, foot, plain, refused_ui},
};
use crate::{
    app::{
        Action, Model,
        sandbox::{Dialog, Do, METHODS, Often},
    },
    domain::{
        house::HousedTenant,
        practice::{Fault, FaultRule},
    },
    ui::{
        icon,
        shell::grouped,
        theme::{Theme, space, text},
        widgets::{
            self, Align,
            button::Button,
            dialog::DialogShown,
            field::{Field, field_label_ui},
            hairline, over,
            segmented::{Segment, segmented_ui},
            select::Select,
            text_at,
        },
    },
};

/// Width of the count and of the verb at the right of a rule.
const STRUCK: f32 = 150.0;
const VERB: f32 = 92.0;

/// Draws the section.
pub(super) fn faults_ui(ui: &mut Ui, model: &Model, tenant: &HousedTenant, actions: &mut Vec<Action>) {
    let add = Button::new("Add a fault…").icon(icon::PLUS).blocked(model.practice.busy());
    let pressed = section_ui(ui, "Faults", Some(add), |ui| {
        let rules = &tenant.standing.faults;
        if rules.is_empty() {
            let words = "Nothing goes wrong on purpose. Add a fault to rehearse an expired token, a slow or broken \
                         answer, or a service that breaks the RFC.";
            let width = ui.available_width();
            widgets::label_ui(ui, text::SMALL.wrapped(words, Theme::of(ui).t2, width));
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        for rule in rules {
            row_ui(ui, model, rule, actions);
        }
    });
    if pressed {
        let dialog = Dialog::NewFault {
            tenant: tenant.profile.id.clone(),
            fault: Fault::ExpiredToken,
            method: None,
            path: String::new(),
            user: String::new(),
            often: Often::default(),
        };
        actions.push(Action::Sandbox(Do::Ask(Box::new(dialog))));
    }
}

fn row_ui(ui: &mut Ui, model: &Model, rule: &FaultRule, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let (row, response) = ui.allocate_exact_size(vec2(ui.available_width(), 44.0), Sense::hover());
    let (label, scope) = (rule.fault.label(), rule.scope.label());
    let struck = format!("{} of {} struck", grouped(rule.struck), grouped(rule.seen));
    response.widget_info(|| WidgetInfo::labeled(Role::Row, true, format!("{label}: {scope}, {struck}")));
    let verb = Rect::from_min_max(pos2(row.right() - VERB, row.top()), row.max);
    let count = Rect::from_min_max(pos2(verb.left() - STRUCK, row.top()), pos2(verb.left() - space::S8, row.bottom()));
    let words = Rect::from_min_max(row.min, pos2(count.left() - space::S8, row.bottom())).shrink2(vec2(0.0, 4.0));
    let (upper, lower) = words.split_top_bottom_at_fraction(0.5);
    text_at(ui.painter(), upper, Align::Left, text::SMALL.medium().cut(label.as_str(), theme.t1, upper.width()));
    text_at(ui.painter(), lower, Align::Left, text::SMALL.cut(scope.as_str(), theme.t3, lower.width()));
    text_at(ui.painter(), count, Align::Right, text::MONO_SM.cut(struck.as_str(), theme.t2, count.width()));
    let name = format!("Remove the fault {label}");
    let remove = Button::quiet("Remove").name(&name).icon(icon::X).small().blocked(model.practice.busy());
    let place = Rect::from_center_size(verb.center(), vec2(VERB, space::CONTROL_SMALL));
    let place = place.with_min_x(place.right() - remove.width(ui));
    if over(ui, place, |ui| remove.show(ui)).clicked() {
        actions.push(Action::Sandbox(Do::RemoveFault(Box::new(rule.clone()))));
    }
    hairline(ui.painter(), row.left_bottom() - vec2(0.0, 1.0), row.right_bottom() - vec2(0.0, 1.0), theme.line);
}

/// What is asked of a new rule.
pub(super) struct Asked<'a> {
    pub(super) fault: &'a mut Fault,
    pub(super) method: &'a mut Option<&'static str>,
    pub(super) path: &'a mut String,
    pub(super) user: &'a mut String,
    pub(super) often: &'a mut Often,
}

/// Draws the dialog of a new rule.
pub(super) fn new_fault_ui(ui: &Ui, model: &Model, asked: Asked<'_>) -> DialogShown<Option<Pressed>> {
    let Asked { fault, method, path, user, often } = asked;
    plain("Add a fault", "It strikes until it is removed, also after a restart.").show(ui.ctx(), |parts| {
        parts.body(16, |ui| {
            refused_ui(ui, model);
            let choices = Fault::choices();
            let labels: Vec<String> = choices.iter().map(Fault::label).collect();
            let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
            let chosen = choices.iter().position(|choice| choice == fault);
            if let Some(next) = Select::new("What goes wrong").show(ui, &labels, chosen) {
                *fault = choices[next].clone();
            }
            field_label_ui(ui, "With");
            let names: Vec<&str> = std::iter::once("All").chain(METHODS).collect();
            let segments: Vec<Segment<'_>> = names.iter().map(|name| Segment::new(name)).collect();
            let chosen = method.map_or(0, |method| names.iter().position(|name| *name == method).unwrap_or(0));
            let size = vec2(ui.available_width(), space::CONTROL_DIALOG);
            if let Some(next) = segmented_ui(ui, "With requests", &segments, Some(chosen), size) {
                *method = next.checked_sub(1).map(|place| METHODS[place]);
            }
            Field::new("Path holds").hint("/Users, optional").in_dialog().show(ui, path);
            Field::new("About userName").hint("amelia.hart@northwind.co, optional").in_dialog().show(ui, user);
            field_label_ui(ui, "How often");
            let segments = Often::ALL.map(|often| Segment::new(often.label()));
            let chosen = Often::ALL.iter().position(|one| one == often);
            if let Some(next) = segmented_ui(ui, "How often", &segments, chosen, size) {
                *often = Often::ALL[next];
            }
        });
        foot(parts, model, ("Add fault", icon::PLUS), None)
    })
}
