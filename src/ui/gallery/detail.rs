//! The right column of the gallery: a finding, strips, code, and everything that shows work under way.

use egui::Ui;

use super::Gallery;
use crate::domain::failure::{Failure, FailureKind};
use crate::ui::icon;
use crate::ui::theme::{Theme, Tone, space, text};
use crate::ui::widgets::banner::{StripButton, failure_ui, strip_ui};
use crate::ui::widgets::card::card_ui;
use crate::ui::widgets::chart::{Lanes, Part, meter_ui, threshold_ui};
use crate::ui::widgets::code::{CodeBlock, CodeEvent, CodeText};
use crate::ui::widgets::label_ui;
use crate::ui::widgets::progress::progress_ui;
use crate::ui::widgets::status::{Status, spinner_ui};
use crate::ui::widgets::step::{Step, check_line_ui, check_row_ui};
use crate::ui::widgets::tabs::{Tab, tabs_ui};
use crate::ui::widgets::tag::tag_ui;

impl Gallery {
    pub(super) fn detail_ui(&mut self, ui: &mut Ui) {
        let theme = Theme::of(ui);
        let tabs =
            [Tab::counted("Diagnosis", 2), Tab::new("Request"), Tab::new("Response"), Tab::counted("Timeline", 14)];
        if let Some(chosen) = tabs_ui(ui, &tabs, self.tab, space::TABS) {
            self.tab = chosen;
        }
        card_ui(ui, true, 12, |ui| {
            ui.set_width(ui.available_width());
            tag_ui(ui, Tone::Fail, None, "1 · Certain");
            let width = ui.available_width();
            label_ui(ui, text::TITLE.wrapped("Entra sends “costcenter”, Thrive expects “costCenter”", theme.t1, width));
            let evidence = CodeText::evidence(
                r#""path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costcenter""#,
            )
            .mark("costcenter", Tone::Fail);
            let block = CodeBlock {
                name: "Evidence",
                text: &evidence,
                tight: false,
                most: 60.0,
                unfolded: self.unfolded,
                copies: false,
            };
            self.unfolded ^= block.show(ui) == Some(CodeEvent::Unfold);
        });
        let width = ui.available_width();
        let fix = StripButton { text: "Use costCenter", icon: icon::WRENCH, primary: true };
        strip_ui(
            ui,
            Tone::Fail,
            "Only the case differs from `costCenter`. Thrive matches exact names.",
            Some(fix),
            width,
        );
        strip_ui(ui, Tone::Warn, "Thrive's guide lists `organisation`, Entra sends `organization`.", None, width);
        let failure = Failure::new(
            FailureKind::Unreachable,
            "The host does not answer",
            "Nothing was sent.",
            "Check the address.",
        );
        let again = StripButton { text: "Try again", icon: icon::ARROW_CLOCKWISE, primary: false };
        failure_ui(ui, &failure, Some(again), width);
        let body = CodeText::new("{\n  \"userName\": \"scimtest-8f21@northwind.co\",\n  \"active\": \"False\",\n  \"costCenter\": \"CC-4410\"\n}")
            .mark("\"False\"", Tone::Warn)
            .missing_after(4, "missing: \"organization\", sent in step 3");
        let block =
            CodeBlock { name: "Response body", text: &body, tight: true, most: 200.0, unfolded: false, copies: true };
        let copied = block.show(ui) == Some(CodeEvent::Copy);
        self.said("copy body", copied);
        self.work_ui(ui);
    }

    pub(super) fn work_ui(&mut self, ui: &mut Ui) {
        let width = ui.available_width();
        ui.spacing_mut().item_spacing.y = space::S4;
        let step = Step {
            status: Status::Warning,
            name: "Read back",
            method: "GET",
            path: "/Users/c8e1…40d7",
            note: Some((Tone::Warn, "1 mismatch")),
            code: Some(200),
            millis: Some(88),
            open: self.open_step,
            follows: true,
        };
        self.open_step ^= step.show(ui);
        Step {
            status: Status::Running,
            name: "Update",
            method: "PATCH",
            note: None,
            code: None,
            millis: None,
            open: false,
            follows: false,
            ..step
        }
        .show(ui);
        check_row_ui(ui, Status::Passed, "Secure connection", "TLS 1.3, certificate valid to 14 Mar 2027", Some(61));
        check_row_ui(ui, Status::Waiting, "Support API", "Waits for the step above", None);
        check_line_ui(ui, Status::Failed, "Confirm a leaver is suspended", "Not started");
        progress_ui(ui, "Onboarding steps", 7, 9, width);
        let parts = [
            Part { tone: Tone::Ok, count: 9_412, word: "fills" },
            Part { tone: Tone::Skip, count: 571, word: "empty" },
            Part { tone: Tone::Fail, count: 17, word: "dropped" },
        ];
        meter_ui(ui, "Replay", &parts, width);
        threshold_ui(ui, "Quarantine risk", 0.009, 0.4, width);
        spinner_ui(ui, "Reading the tenant");
        let upper: Vec<u64> = (0..80).map(|hour| 300 + hour * 53 % 700).collect();
        let lower: Vec<u64> = (0..80).map(|hour| hour * 7 % 5 + if hour > 60 { 8 } else { 0 }).collect();
        let lanes = Lanes {
            name: "Requests and failures",
            upper: &upper,
            lower: &lower,
            ticks: &[(4, "Tue 17"), (40, "Fri 20")],
            mark: Some((47, "Mapping changed, 16:40")),
        };
        lanes.show(ui, width);
    }
}
