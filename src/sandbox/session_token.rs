//! The token that the console's own window uses on its practice tenant: made anew at each start, so that none is kept.

use super::{
    Tenant,
    data::{Keep, broken},
};
use crate::domain::failure::Failure;

impl Tenant {
    /// Takes every token of a name out of use: the ones that earlier windows made for themselves.
    ///
    /// # Errors
    /// When the database fails.
    pub fn revoke_tokens_named(&self, name: &str) -> Result<(), Failure> {
        self.data()
            .session(Keep::Now, |session| {
                for token in session.tokens()?.iter().filter(|token| token.name == name) {
                    session.remove_token(&token.id)?;
                }
                Ok(())
            })
            .map_err(|error| broken(&error))
    }
}
