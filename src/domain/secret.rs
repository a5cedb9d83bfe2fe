//! A token or password in memory. It never reaches a file, a log, an export or `Debug`: only [`Secret::expose`] reads it.

use secrecy::{ExposeSecret as _, SecretString};

/// A bearer token or password. Wiped from memory on drop, shown as dots.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes the text over, without the blanks and line breaks that a paste leaves at its ends.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(SecretString::from(text.trim().to_owned()))
    }

    /// The clear text, for the one `Authorization` header it was saved for and for the credential store.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }

    /// The last four characters, enough to compare two tokens by eye; `None` where that would give away a short one.
    #[must_use]
    pub fn ending(&self) -> Option<String> {
        let text = self.expose();
        let count = text.chars().count();
        (count >= 16).then(|| text.chars().skip(count - 4).collect())
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(•••)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_shows_the_text() {
        assert_eq!(format!("{:?}", Secret::new("s3cret-token")), "Secret(•••)");
    }

    #[test]
    fn the_ending_of_a_short_token_stays_hidden() {
        assert_eq!(Secret::new("short").ending(), None);
        assert_eq!(Secret::new(" 0123456789abcdef\n").ending().as_deref(), Some("cdef"));
    }
}
