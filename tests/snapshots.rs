//! Pictures of the widgets and of the Requests screen, so that a change of looks is seen before it lands. A software GPU
//! draws them: `cargo test --features snapshots --test snapshots` (Debian: mesa-vulkan-drivers). After a change that
//! was meant, the same command with `UPDATE_SNAPSHOTS=1` takes new ones.

mod scripted;

use eframe::App as _;
use egui::{Context, Theme, Ui, vec2};
use egui_kittest::{Harness, SnapshotOptions, SnapshotResults};
use scim_console::{
    app::{Model, RandomIds},
    ui::{self, gallery::Gallery, window::Window},
};
use scripted::{Script, noon};

/// Another version of the software GPU rounds a few edges otherwise; a changed colour, size or word is far more.
const PIXELS_OFF: usize = 10;

/// Draws a window's whole content until it rests, then holds it against the picture that is kept.
fn picture(
    name: &str,
    theme: Theme,
    size: [f32; 2],
    open: impl FnOnce(&Context) -> Box<dyn FnMut(&mut Ui)> + 'static,
) -> SnapshotResults {
    let (mut open, mut draw) = (Some(open), None::<Box<dyn FnMut(&mut Ui)>>);
    let mut harness = Harness::builder().with_size(vec2(size[0], size[1])).wgpu().build_ui(move |ui| match &mut draw {
        Some(draw) => draw(ui),
        // Fonts that are set in a frame hold from the next one on.
        None => {
            draw = open.take().map(|open| open(ui.ctx()));
            ui.ctx().set_theme(theme);
            ui.ctx().request_repaint();
        }
    });
    harness.run_steps(12);
    harness.snapshot_options(name, &SnapshotOptions::new().max_failed_pixels(PIXELS_OFF));
    harness.take_snapshot_results()
}

fn widgets(ctx: &Context) -> Box<dyn FnMut(&mut Ui)> {
    ui::install(ctx);
    let mut gallery = Gallery::new(1_000_000);
    Box::new(move |ui| gallery.ui(ui))
}

fn requests(ctx: &Context) -> Box<dyn FnMut(&mut Ui)> {
    let model = Model::new(noon(), Box::new(RandomIds));
    let mut window = Window::new(ctx, model, Box::new(Script::of(5_000)));
    let mut frame = eframe::Frame::_new_kittest();
    Box::new(move |ui| {
        window.logic(&ui.ctx().clone(), &mut frame);
        window.ui(ui, &mut frame);
    })
}

#[test]
fn everything_looks_as_it_did() {
    let mut results = SnapshotResults::new();
    results.extend(picture("widgets-dark", Theme::Dark, [1600.0, 1800.0], widgets));
    results.extend(picture("widgets-light", Theme::Light, [1600.0, 1800.0], widgets));
    results.extend(picture("requests-dark", Theme::Dark, [1440.0, 900.0], requests));
    results.extend(picture("requests-narrow-light", Theme::Light, [1024.0, 700.0], requests));
}
