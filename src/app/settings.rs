//! The few settings: theme and the redaction of copies. They are kept at once.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::orders::Orders;
use crate::engine::Command;

/// Which theme.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    /// As the system is.
    #[default]
    System,
    /// Dark.
    Dark,
    /// Light.
    Light,
}

impl ThemeChoice {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::System, Self::Dark, Self::Light];

    /// The word on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Dark => "Dark",
            Self::Light => "Light",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }
}

/// The settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Which theme.
    pub theme: ThemeChoice,
    /// Whether copies and exports are redacted.
    pub redaction: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { theme: ThemeChoice::default(), redaction: true }
    }
}

/// What a person does here.
#[derive(Debug, Clone, PartialEq)]
pub enum Do {
    /// Choose a theme.
    Theme(ThemeChoice),
    /// Switch redaction on or off.
    Redaction(bool),
}

impl Settings {
    /// Reads the saved settings; what is unknown stays at its default.
    #[must_use]
    pub fn read(saved: &BTreeMap<String, Value>) -> Self {
        let theme = saved.get("theme").and_then(Value::as_str);
        Self {
            theme: ThemeChoice::ALL.into_iter().find(|choice| Some(choice.key()) == theme).unwrap_or_default(),
            redaction: saved.get("redaction").and_then(Value::as_bool).unwrap_or(true),
        }
    }

    /// Carries an action out.
    pub fn update(&mut self, action: Do, orders: &mut Orders) {
        let (key, value) = match action {
            Do::Theme(theme) => {
                self.theme = theme;
                ("theme", json!(theme.key()))
            }
            Do::Redaction(on) => {
                self.redaction = on;
                ("redaction", json!(on))
            }
        };
        orders.ask("setting changed", Command::SaveSetting { key, value });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saved_settings_are_read_with_patience() {
        let read = |saved: Value| {
            let saved: BTreeMap<String, Value> = serde_json::from_value(saved).unwrap();
            let Settings { theme, redaction } = Settings::read(&saved);
            (theme, redaction)
        };
        let usual = (ThemeChoice::System, true);
        for (saved, wanted) in [
            (json!({}), usual),
            (json!({"theme": "light", "redaction": false}), (ThemeChoice::Light, false)),
            (json!({"theme": "sepia", "redaction": "off", "later": [1]}), usual),
            (json!({"theme": 7, "redaction": null}), usual),
        ] {
            assert_eq!(read(saved.clone()), wanted, "{saved}");
        }
    }

    #[test]
    fn a_choice_is_kept_at_once_and_reads_back() {
        let (mut settings, mut orders) = (Settings::default(), Orders::default());
        settings.update(Do::Theme(ThemeChoice::Dark), &mut orders);
        settings.update(Do::Redaction(false), &mut orders);
        let saved = orders.take().into_iter().map(|order| match order.command {
            Command::SaveSetting { key, value } => (key.to_owned(), value),
            other => panic!("{other:?}"),
        });
        assert_eq!(Settings::read(&saved.collect()), settings);
    }
}
