//! What the library of file dialogs complains of. Where it can show none it answers as if somebody had closed one, and
//! says why in its log only. Nothing of what it says is kept, only that it did.

use std::sync::{
    Once,
    atomic::{AtomicUsize, Ordering},
};

use logging::{Level, LevelFilter, Log, Metadata, Record};

static HEARD: AtomicUsize = AtomicUsize::new(0);

struct Listener;

impl Log for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() == Level::Error && metadata.target().split("::").next() == Some("rfd")
    }

    fn log(&self, record: &Record<'_>) {
        // Without a desktop portal it complains too, and then shows a dialog by other means.
        if self.enabled(record.metadata()) && record.args().to_string().contains("zenity") {
            HEARD.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn flush(&self) {}
}

/// How many there were since this was asked for the first time. None are heard where something else takes the log.
pub(super) fn heard() -> usize {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        if logging::set_logger(&Listener).is_ok() {
            logging::set_max_level(LevelFilter::Error);
        }
    });
    HEARD.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_errors_of_file_dialogs_are_heard() {
        let before = heard();
        logging::error!(target: "rfd::backend::xdg_desktop_portal", "Failed to pick files with zenity");
        logging::error!(target: "rfd::backend::xdg_desktop_portal", "Can't connect to a portal");
        logging::warn!(target: "rfd::backend::xdg_desktop_portal", "Using zenity fallback");
        logging::error!(target: "winit", "no such thing");
        assert_eq!(heard(), before + 1);
    }
}
