//! What one frame of the Requests screen costs the processor, still and scrolling, with few lines and with millions.
//! Only the console's own work is timed, tessellation aside: no display, no renderer, no disk.
#![allow(clippy::expect_used, missing_docs, reason = "a bench, not a library")]

#[path = "../tests/scripted/mod.rs"]
mod scripted;

use criterion::{Criterion, criterion_group, criterion_main};
use eframe::App as _;
use egui::{Event as Input, Modifiers, MouseWheelUnit, RawInput, Rect, TouchPhase, pos2, vec2};
use scim_console::{
    app::{Model, RandomIds},
    ui::window::Window,
};
use scripted::{Script, noon};

const SIZES: [usize; 2] = [5_000, 5_000_000];
/// Points of one turn of the wheel: thirty rows.
const TURN: f32 = 780.0;

/// A window of the mock-ups' size, without a display.
struct Headless {
    ctx: egui::Context,
    window: Window,
    frame: eframe::Frame,
    frames: f64,
}

impl Headless {
    fn new(lines: usize) -> Self {
        let ctx = egui::Context::default();
        let model = Model::new(noon(), Box::new(RandomIds));
        let desk = Script::of(lines);
        let window = Window::new(&ctx, model, Box::new(desk));
        let mut headless = Self { ctx, window, frame: eframe::Frame::_new_kittest(), frames: 0.0 };
        (0..30).for_each(|_| headless.draw(Vec::new()));
        headless
    }

    fn draw(&mut self, mut events: Vec<Input>) {
        self.frames += 1.0;
        events.insert(0, Input::PointerMoved(pos2(600.0, 600.0)));
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), vec2(1440.0, 900.0))),
            time: Some(self.frames / 60.0),
            events,
            ..RawInput::default()
        };
        let Self { ctx, window, frame, .. } = self;
        window.logic(ctx, frame);
        let output = ctx.run_ui(input, |ui| window.ui(ui, frame));
        output.drop_without_applying_deltas();
    }

    fn scroll(&mut self) {
        // Down for a while, then up again, so that no end is reached.
        let down = (self.frames / 60.0).rem_euclid(2.0) < 1.0;
        let delta = vec2(0.0, if down { -TURN } else { TURN });
        self.draw(vec![Input::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta,
            phase: TouchPhase::Move,
            modifiers: Modifiers::NONE,
            source: egui::MouseWheelSource::Wheel,
        }]);
    }
}

fn frames(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("requests frame");
    for lines in SIZES {
        let mut headless = Headless::new(lines);
        group.bench_function(format!("still, {lines} lines"), |bencher| bencher.iter(|| headless.draw(Vec::new())));
        group.bench_function(format!("scrolling, {lines} lines"), |bencher| bencher.iter(|| headless.scroll()));
    }
    group.finish();
}

criterion_group!(benches, frames);
criterion_main!(benches);
