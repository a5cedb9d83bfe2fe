//! The settings that the window keeps, each under a name of its own. Whatever can be saved is read when it opens again.

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// Which theme.
    Theme,
    /// How large everything is.
    Zoom,
    /// Whether copies are redacted.
    Redaction,
    /// Queries that were saved.
    Views,
    /// The tenant that was at work last.
    Profile,
}

impl Setting {
    /// Every setting.
    pub const ALL: [Self; 5] = [Self::Theme, Self::Zoom, Self::Redaction, Self::Views, Self::Profile];

    /// Its name where settings are stored.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Theme => "theme",
            Self::Zoom => "zoom",
            Self::Redaction => "redaction",
            Self::Views => "views",
            Self::Profile => "profile",
        }
    }
}
