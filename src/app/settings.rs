//! The few settings: theme, the redaction of copies, saved views of the list. They are kept at once.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::orders::Orders;
use crate::{
    domain::query::Query,
    engine::{Command, Setting},
};

/// More views than this no menu shows.
pub const MOST_VIEWS: usize = 30;

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
    /// Queries that were saved, in the words of the query language, for every tenant.
    pub views: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { theme: ThemeChoice::default(), redaction: true, views: Vec::new() }
    }
}

/// What a person does here.
#[derive(Debug, Clone, PartialEq)]
pub enum Do {
    /// Choose a theme.
    Theme(ThemeChoice),
    /// Switch redaction on or off.
    Redaction(bool),
    /// Save a query as a view.
    SaveView(String),
    /// Forget a saved view.
    ForgetView(String),
}

impl Settings {
    /// Reads the saved settings; what is unknown stays at its default.
    #[must_use]
    pub fn read(saved: &BTreeMap<String, Value>) -> Self {
        let theme = saved.get(Setting::Theme.key()).and_then(Value::as_str);
        Self {
            theme: ThemeChoice::ALL.into_iter().find(|choice| Some(choice.key()) == theme).unwrap_or_default(),
            redaction: saved.get(Setting::Redaction.key()).and_then(Value::as_bool).unwrap_or(true),
            views: views(saved.get(Setting::Views.key())),
        }
    }

    /// Carries an action out.
    pub fn update(&mut self, action: Do, orders: &mut Orders) {
        let (setting, value) = match action {
            Do::Theme(theme) => {
                self.theme = theme;
                (Setting::Theme, json!(theme.key()))
            }
            Do::Redaction(on) => {
                self.redaction = on;
                (Setting::Redaction, json!(on))
            }
            Do::SaveView(query) => {
                if !self.views.contains(&query) && self.views.len() < MOST_VIEWS {
                    self.views.push(query);
                }
                (Setting::Views, json!(self.views))
            }
            Do::ForgetView(query) => {
                self.views.retain(|view| *view != query);
                (Setting::Views, json!(self.views))
            }
        };
        orders.ask("setting changed", Command::SaveSetting { setting, value });
    }
}

/// The saved views that can still be read.
fn views(saved: Option<&Value>) -> Vec<String> {
    let texts = saved.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    texts.filter(|text| Query::parse(text).is_ok()).take(MOST_VIEWS).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saved_settings_are_read_with_patience() {
        let read = |saved: Value| {
            let saved: BTreeMap<String, Value> = serde_json::from_value(saved).unwrap();
            let Settings { theme, redaction, views } = Settings::read(&saved);
            (theme, redaction, views.join(" | "))
        };
        let usual = (ThemeChoice::System, true, String::new());
        for (saved, wanted) in [
            (json!({}), usual.clone()),
            (json!({"theme": "light", "redaction": false}), (ThemeChoice::Light, false, String::new())),
            (json!({"theme": "sepia", "redaction": "off", "later": [1]}), usual.clone()),
            (
                json!({"views": ["outcome:failure", 7, "status:high"]}),
                (ThemeChoice::System, true, "outcome:failure".to_owned()),
            ),
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
        for view in ["outcome:failure", "user:ann", "outcome:failure"] {
            settings.update(Do::SaveView(view.to_owned()), &mut orders);
        }
        settings.update(Do::ForgetView("user:ann".to_owned()), &mut orders);
        assert_eq!(settings.views, ["outcome:failure"]);
        let saved = orders.take().into_iter().map(|order| match order.command {
            Command::SaveSetting { setting, value } => (setting.key().to_owned(), value),
            other => panic!("{other:?}"),
        });
        assert_eq!(Settings::read(&saved.collect()), settings);
    }
}
