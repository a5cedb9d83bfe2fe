//! The few settings: theme, zoom, the redaction of copies, saved views of the list. They are kept at once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
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

/// A query that was saved under a name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// What it is called.
    pub name: String,
    /// The query, in the words of the query language.
    pub query: String,
}

/// The sizes that are offered, percent.
pub const ZOOMS: [u16; 5] = [100, 125, 150, 175, 200];
/// As it was drawn.
const USUAL: u16 = 100;
/// Beyond these nothing can be read, or reached.
const ZOOM_RANGE: std::ops::RangeInclusive<u16> = 50..=300;

/// Longest name of a view, characters: longer ones no menu shows.
pub const LONGEST_NAME: usize = 60;

/// The settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Which theme.
    pub theme: ThemeChoice,
    /// How large everything is, percent.
    pub zoom: u16,
    /// Whether copies and exports are redacted.
    pub redaction: bool,
    /// The views that were saved, for every tenant.
    pub views: Vec<View>,
    /// The view that is being named.
    pub naming: Option<View>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { theme: ThemeChoice::default(), zoom: USUAL, redaction: true, views: Vec::new(), naming: None }
    }
}

/// What a person does here.
#[derive(Debug, Clone, PartialEq)]
pub enum Do {
    /// Choose a theme.
    Theme(ThemeChoice),
    /// Show everything so large, percent.
    Zoom(u16),
    /// Switch redaction on or off.
    Redaction(bool),
    /// Name a view, or leave it.
    NameView(Option<View>),
    /// Save the view that is being named; one of the same query gets the new name.
    SaveView,
    /// Forget the saved view of a query.
    ForgetView(String),
}

impl Settings {
    /// Reads the saved settings; what is unknown stays at its default.
    #[must_use]
    pub fn read(saved: &BTreeMap<String, Value>) -> Self {
        let theme = saved.get(Setting::Theme.key()).and_then(Value::as_str);
        Self {
            theme: ThemeChoice::ALL.into_iter().find(|choice| Some(choice.key()) == theme).unwrap_or_default(),
            zoom: zoom(saved.get(Setting::Zoom.key())),
            redaction: saved.get(Setting::Redaction.key()).and_then(Value::as_bool).unwrap_or(true),
            views: views(saved.get(Setting::Views.key())),
            naming: None,
        }
    }

    /// Carries an action out.
    pub fn update(&mut self, action: Do, orders: &mut Orders) {
        let (setting, value) = match action {
            Do::Theme(theme) => {
                self.theme = theme;
                (Setting::Theme, json!(theme.key()))
            }
            Do::Zoom(percent) => {
                self.zoom = percent.clamp(*ZOOM_RANGE.start(), *ZOOM_RANGE.end());
                (Setting::Zoom, json!(self.zoom))
            }
            Do::Redaction(on) => {
                self.redaction = on;
                (Setting::Redaction, json!(on))
            }
            Do::NameView(naming) => {
                self.naming = naming;
                return;
            }
            Do::SaveView => {
                let named = self.naming.as_ref().and_then(|view| Some((view.query.clone(), self.name_of(view).ok()?)));
                let Some((query, name)) = named else { return };
                self.naming = None;
                match self.views.iter_mut().find(|view| view.query == query) {
                    Some(view) => view.name = name,
                    None => self.views.push(View { name, query }),
                }
                (Setting::Views, json!(self.views))
            }
            Do::ForgetView(query) => {
                self.views.retain(|view| view.query != query);
                (Setting::Views, json!(self.views))
            }
        };
        orders.ask("setting changed", Command::SaveSetting { setting, value });
    }

    /// The next sizes and the usual one, each with its name and its keys.
    #[must_use]
    pub fn zooms(&self) -> [(u16, &'static str, &'static str); 3] {
        let larger = ZOOMS.into_iter().find(|zoom| *zoom > self.zoom).unwrap_or(self.zoom);
        let smaller = ZOOMS.into_iter().rev().find(|zoom| *zoom < self.zoom).unwrap_or(self.zoom);
        [(larger, "Zoom in", "Ctrl +"), (smaller, "Zoom out", "Ctrl -"), (USUAL, "Zoom to 100 %", "Ctrl 0")]
    }

    /// Begins to name the view of a query, or to rename it.
    #[must_use]
    pub fn naming(&self, query: String) -> Do {
        let saved = self.views.iter().find(|view| view.query == query).cloned();
        Do::NameView(Some(saved.unwrap_or(View { name: String::new(), query })))
    }

    /// The name under which a view can be saved.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn name_of(&self, view: &View) -> Result<String, &'static str> {
        let name = view.name.trim();
        let others = || self.views.iter().filter(|other| other.query != view.query);
        match () {
            () if name.is_empty() => Err("Give it a name."),
            () if name.chars().count() > LONGEST_NAME => Err("The name is longer than 60 characters."),
            () if others().any(|other| other.name.to_lowercase() == name.to_lowercase()) => {
                Err("Another view has this name.")
            }
            () if others().count() >= MOST_VIEWS => Err("Forget another view first."),
            () => Ok(name.to_owned()),
        }
    }
}

fn zoom(saved: Option<&Value>) -> u16 {
    let saved = saved.and_then(Value::as_u64).and_then(|percent| u16::try_from(percent).ok());
    saved.filter(|percent| ZOOM_RANGE.contains(percent)).unwrap_or(USUAL)
}

/// The saved views that can still be read. Those of older consoles are named by their query.
fn views(saved: Option<&Value>) -> Vec<View> {
    let view = |saved: &Value| match saved {
        Value::String(query) => Some(View { name: query.clone(), query: query.clone() }),
        saved => View::deserialize(saved).ok(),
    };
    let saved = saved.and_then(Value::as_array).into_iter().flatten().filter_map(view);
    saved.filter(|view| Query::parse(&view.query).is_ok()).take(MOST_VIEWS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saved_settings_are_read_with_patience() {
        let read = |saved: Value| {
            let saved: BTreeMap<String, Value> = serde_json::from_value(saved).unwrap();
            let Settings { theme, redaction, views, zoom, .. } = Settings::read(&saved);
            assert_eq!(zoom, 100, "none of these is a size");
            let views: Vec<String> = views.into_iter().map(|view| format!("{}={}", view.name, view.query)).collect();
            (theme, redaction, views.join(" | "))
        };
        let usual = (ThemeChoice::System, true, String::new());
        for (saved, wanted) in [
            (json!({}), usual.clone()),
            (json!({"theme": "light", "redaction": false}), (ThemeChoice::Light, false, String::new())),
            (json!({"theme": "sepia", "redaction": "off", "zoom": 7, "later": [1]}), usual.clone()),
            (
                json!({"views": ["outcome:failure", 7, "status:high", {"name": "Ann", "query": "user:ann"}, {"name": "x"}]}),
                (ThemeChoice::System, true, "outcome:failure=outcome:failure | Ann=user:ann".to_owned()),
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
        settings.update(Do::Zoom(150), &mut orders);
        assert_eq!(settings.zooms().map(|(zoom, ..)| zoom), [175, 125, 100]);
        let view = |name: &str, query: &str| View { name: name.to_owned(), query: query.to_owned() };
        for one in [view("Bad", "outcome:failure"), view("Ann", "user:ann"), view(" Failed ", "outcome:failure")] {
            settings.update(Do::NameView(Some(one)), &mut orders);
            settings.update(Do::SaveView, &mut orders);
        }
        for refused in [view(" ", "user:bo"), view("ann", "user:bo"), view(&"x".repeat(61), "user:bo")] {
            settings.update(Do::NameView(Some(refused.clone())), &mut orders);
            settings.update(Do::SaveView, &mut orders);
            assert_eq!(settings.naming, Some(refused), "it is left to be mended");
        }
        settings.update(Do::NameView(None), &mut orders);
        settings.update(Do::ForgetView("user:ann".to_owned()), &mut orders);
        assert_eq!(settings.views, [view("Failed", "outcome:failure")]);
        let saved = orders.take().into_iter().map(|order| match order.command {
            Command::SaveSetting { setting, value } => (setting.key().to_owned(), value),
            other => panic!("{other:?}"),
        });
        assert_eq!(Settings::read(&saved.collect()), settings);
    }
}
