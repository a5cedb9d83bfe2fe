//! The token that the console's own window uses on its practice tenant: made anew at each start, so that none is kept.

use jiff::Timestamp;

use super::{
    Tenant,
    data::{Keep, broken},
};
use crate::domain::failure::Failure;

impl Tenant {
    /// Takes the tokens of a name that were made before an instant out of use: those of windows long closed. Another
    /// window that is open keeps its own.
    ///
    /// # Errors
    /// When the database fails.
    pub fn revoke_tokens_named(&self, name: &str, before: Timestamp) -> Result<(), Failure> {
        self.data()
            .session(Keep::Now, |session| {
                for token in session.tokens()?.iter().filter(|token| token.name == name && token.created_at < before) {
                    session.remove_token(&token.id)?;
                }
                Ok(())
            })
            .map_err(|error| broken(&error))
    }
}
