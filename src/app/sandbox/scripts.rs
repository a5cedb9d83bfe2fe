//! Playing a script into the tenant that is shown, and what of the last one can be looked at. It never shows requests:
//! the Requests screen does.

use super::{Played, Sandbox, Script};
use crate::{
    app::Context,
    domain::{house::HouseState, profile::ProfileId},
    engine::{HouseOrder, JobId},
};

/// What is being done while a script is played.
const PLAYING: &str = "Playing the script";

impl Sandbox {
    /// The script that was played last into the tenant that is shown.
    #[must_use]
    pub fn last_played(&self) -> Option<&Played> {
        let chosen = &self.chosen()?.profile.id;
        self.played.as_ref().filter(|(tenant, _)| tenant == chosen).map(|(_, played)| played)
    }

    /// What the progress counts, in words.
    #[must_use]
    pub const fn playing_words(&self) -> &'static str {
        if self.playing.is_some() { PLAYING } else { "Playing a day of traffic" }
    }

    pub(super) fn play(&mut self, script: Script, tenant: ProfileId, cx: &mut Context<'_>) {
        self.playing = Some(tenant.clone());
        let said = format!("{} played", script.label());
        self.begin(cx, PLAYING, HouseOrder::PlayScript { tenant, script }, Some((said, None)));
    }

    /// A script was played.
    pub(in crate::app) fn script_played(
        &mut self,
        job: JobId,
        played: Played,
        house: HouseState,
        cx: &mut Context<'_>,
    ) {
        if self.work.as_ref().is_some_and(|work| work.job == job) {
            self.played = self.playing.take().map(|tenant| (tenant, played));
            self.stands(job, house, cx);
        }
    }
}
