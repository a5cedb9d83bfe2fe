//! The window itself: drains events, updates the model, sends orders, draws. It holds no state of the product,
//! and nothing in it waits.

use std::{path::Path, sync::Arc, time::Duration};

use egui::{Context, Ui};
use jiff::Timestamp;

use super::{View, keys, shell};
use crate::{
    app::{
        Action, Model,
        orders::Desk,
        settings::{self, ThemeChoice},
    },
    domain::failure::{Failure, FailureKind},
};

/// Events taken in per frame, so that a burst never stalls the drawing.
const EVENTS_PER_FRAME: usize = 256;
/// The system hands a text over with the next frame, and nothing where there is none.
const PASTED_WITHIN: u8 = 3;

/// Makes the desk that carries orders out, given what wakes the window.
pub type OpenDesk = Box<dyn FnOnce(Arc<dyn Fn() + Send + Sync>) -> Result<Box<dyn Desk>, Failure>>;

/// The window: the model, who works for it, and what only the drawing knows.
pub struct Window {
    model: Model,
    desk: Box<dyn Desk>,
    view: View,
    theme: ThemeChoice,
    zoom: u16,
    /// In how many frames a paste that was asked for has to be here.
    pasting: u8,
}

impl Window {
    /// A window over a desk. Installs fonts and styles into the context.
    #[must_use]
    pub fn new(ctx: &Context, model: Model, desk: Box<dyn Desk>) -> Self {
        super::install(ctx);
        Self { model, desk, view: View::default(), theme: ThemeChoice::default(), zoom: 100, pasting: 0 }
    }

    fn work(&mut self, ctx: &Context) {
        for _ in 0..EVENTS_PER_FRAME {
            let Some(event) = self.desk.next_event() else { break };
            self.model.absorb(event);
        }
        let next = self.model.tick(Timestamp::now());
        self.send();
        if let Some(next) = next {
            let wait = next.duration_since(self.model.now).max(jiff::SignedDuration::from_millis(16));
            ctx.request_repaint_after(Duration::try_from(wait).unwrap_or(Duration::from_secs(1)));
        }
        self.zoom(ctx);
        if self.theme != self.model.settings.theme {
            self.theme = self.model.settings.theme;
            ctx.set_theme(match self.theme {
                ThemeChoice::System => egui::ThemePreference::System,
                ThemeChoice::Dark => egui::ThemePreference::Dark,
                ThemeChoice::Light => egui::ThemePreference::Light,
            });
        }
    }

    /// What was chosen is shown, and what the keys of egui did is kept as if it had been chosen.
    fn zoom(&mut self, ctx: &Context) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "egui keeps it between 0.2 and 5")]
        let shown = (ctx.zoom_factor() * 100.0).round() as u16;
        let chosen = self.model.settings.zoom;
        if shown == self.zoom {
            ctx.set_zoom_factor(f32::from(chosen) / 100.0);
        } else if shown != chosen {
            self.model.update(Action::Settings(settings::Do::Zoom(shown)));
        }
        self.zoom = shown;
    }

    fn draw(&mut self, ui: &mut Ui) {
        let mut actions: Vec<Action> = Vec::new();
        keys::collect(ui, &self.model, &mut actions);
        shell::shell_ui(ui, &self.model, &mut self.view, &mut actions);
        let acted = !actions.is_empty();
        for action in actions {
            self.model.update(action);
        }
        for text in self.model.take_clipboard() {
            ui.ctx().copy_text(text);
        }
        if self.pasting > 0 {
            self.pasting -= 1;
            if ui.ctx().input(|input| {
                input.events.iter().any(|event| matches!(event, egui::Event::Paste(text) if !text.trim().is_empty()))
            }) {
                self.pasting = 0;
            } else if self.pasting == 0 {
                self.model.update(Action::NothingToPaste);
            }
            ui.ctx().request_repaint();
        }
        if self.model.take_paste() {
            self.pasting = PASTED_WITHIN;
            ui.ctx().send_viewport_cmd(egui::ViewportCommand::RequestPaste);
        }
        if acted {
            self.send();
            ui.ctx().request_repaint();
        }
    }

    fn send(&mut self) {
        for order in self.model.take_orders() {
            self.desk.send(order);
        }
    }
}

impl eframe::App for Window {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.work(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.draw(ui);
    }

    fn persist_egui_memory(&self) -> bool {
        // egui's memory may hold what was typed into a field; only the window's place is kept.
        false
    }
}

/// Opens the window and stays until it is closed.
///
/// # Errors
/// When the system has no display, or the desk cannot be made.
pub fn open(data_dir: &Path, open_desk: OpenDesk, fresh_ids: Box<dyn crate::app::FreshIds>) -> Result<(), Failure> {
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("SCIM Console")
            .with_app_id("scim-console")
            .with_inner_size([1440.0, 900.0])
            .with_min_inner_size([1024.0, 700.0]),
        persistence_path: Some(data_dir.join("window.ron")),
        persist_window: true,
        ..eframe::NativeOptions::default()
    };
    let create: eframe::AppCreator<'_> = Box::new(move |cc| {
        let ctx = cc.egui_ctx.clone();
        let desk = open_desk(Arc::new(move || ctx.request_repaint()))?;
        let model = Model::new(Timestamp::now(), fresh_ids);
        Ok(Box::new(Window::new(&cc.egui_ctx, model, desk)))
    });
    eframe::run_native("SCIM Console", options, create).map_err(|error| {
        Failure::new(
            FailureKind::Internal,
            "The window could not be opened",
            "There is no display here, or it offers no OpenGL.",
            "Run it on a desktop, or use a headless command: scim-console --help.",
        )
        .with_detail(error)
    })
}
