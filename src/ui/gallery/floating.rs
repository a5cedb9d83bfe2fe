//! What floats over the gallery: a dialog and the palette.

use egui::Ui;

use super::Gallery;
use crate::domain::profile::Environment;
use crate::ui::icon;
use crate::ui::theme::{Theme, Tone, text};
use crate::ui::widgets::button::Button;
use crate::ui::widgets::dialog::Dialog;
use crate::ui::widgets::field::Field;
use crate::ui::widgets::label_ui;
use crate::ui::widgets::palette::{Palette, PaletteEvent, PaletteGroup, PaletteRow};
use crate::ui::widgets::select::Select;

impl Gallery {
    pub(super) fn dialog_ui(&mut self, ui: &Ui) {
        if !self.dialog {
            return;
        }
        let theme = Theme::of(ui);
        let dialog = Dialog {
            title: "Connect a tenant",
            subtitle: "Opens read-only. Sending is switched on later, per tenant.",
            width: 560.0,
            dirty: false,
        };
        let shown = dialog.show(ui.ctx(), |parts| {
            parts.body(16, |ui| {
                Field::new("Tenant name").in_dialog().show(ui, &mut self.name);
                Select::new("Proxy").in_dialog().width(180.0).show(ui, &["Use system proxy", "None"], Some(0));
            });
            let pressed = parts.footer(
                |ui| {
                    label_ui(ui, text::SMALL.job("Certificate checks stay on.", theme.t2));
                },
                |ui| {
                    let cancel = Button::new("Cancel").show(ui).clicked();
                    Button::primary("Save and open").show(ui).clicked() || cancel
                },
            );
            if pressed == Some(true) {
                parts.close();
            }
        });
        self.dialog = !shown.close;
    }

    pub(super) fn palette_ui(&mut self, ui: &Ui) {
        let Some(marked) = self.palette else { return };
        let row = |icon, tone, title, detail, keys| PaletteRow {
            icon: (icon, tone),
            title,
            matched: Vec::new(),
            detail,
            keys,
        };
        let mut amelia =
            row(icon::USER, Tone::Neutral, "Amelia Hart", "amelia.hart@northwind.co, 14 failures this week", None);
        amelia.matched.push(0..6);
        let groups = [
            PaletteGroup { title: "Users", rows: vec![amelia] },
            PaletteGroup {
                title: "Commands for the selected request",
                rows: vec![
                    row(icon::X_CIRCLE, Tone::Fail, "Update failed", "`400 invalidPath` at 14:32:07", None),
                    row(icon::COPY, Tone::Neutral, "Copy reply for the ticket", "redacted", Some("Ctrl Shift C")),
                ],
            },
        ];
        let opened = self.search.is_empty() && marked == 0;
        let palette = Palette {
            groups: &groups,
            marked,
            opened,
            tenant: "Northwind Trading",
            environment: Environment::Production,
        };
        match palette.show(ui.ctx(), &mut self.search) {
            Some(PaletteEvent::Mark(row)) => self.palette = Some(row),
            Some(PaletteEvent::Close | PaletteEvent::Pick(_) | PaletteEvent::Filter(_)) => self.palette = None,
            Some(PaletteEvent::Typed) | None => {}
        }
    }
}
