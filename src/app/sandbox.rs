//! The Sandbox screen: the practice tenants, their addresses, rules and tokens, and starting and stopping the whole.
//! One thing is done at a time. A new token's value is here only until its dialog is closed.

mod dialog;
mod scripts;

pub use dialog::{Dialog, End, METHODS, Often};

use super::{Action, Context, Remote, orders::Orders};
use crate::{
    domain::{
        failure::Failure,
        house::{HouseState, HousedTenant, Policy},
        practice::{FaultRule, Habit},
        profile::ProfileId,
        script::{Played, Script},
        secret::Secret,
        tenant::TokenInfo,
    },
    engine::{Command, HouseOrder, JobId},
};

/// What a person does here.
#[derive(Debug, Clone, PartialEq)]
pub enum Do {
    /// Look again.
    Look,
    /// Stop the sandbox.
    Stop,
    /// Show a tenant.
    Choose(ProfileId),
    /// Open a dialog, or change what is typed in it.
    Ask(Box<Dialog>),
    /// Do what the open dialog says.
    Submit,
    /// Close the dialog.
    Close,
    /// Stop playing a day of traffic.
    StopPlaying,
    /// Let the tenant follow other rules.
    Follow(Policy),
    /// Keep its requests for so many days.
    KeepDays(u32),
    /// Remove the tenant; can be undone.
    Remove(ProfileId),
    /// Restore it.
    Restore(ProfileId),
    /// Give a file that cannot be used another name.
    PutAside(String),
    /// Take a token out of use; can be undone.
    Revoke(Box<TokenInfo>),
    /// Accept a token again.
    RestoreToken {
        /// Of which tenant.
        tenant: ProfileId,
        /// Its id.
        token: String,
    },
    /// Accept a habit of directories again, or refuse it from now on.
    Refuse(Habit, bool),
    /// Let requests succeed again, by the rule's id; can be undone.
    RemoveFault(Box<FaultRule>),
    /// Put a fault back.
    RestoreFault {
        /// Of which tenant.
        tenant: ProfileId,
        /// Which.
        rule: Box<FaultRule>,
    },
    /// Play a script.
    Play(Script),
    /// Put an address on the clipboard, as it is.
    CopyAddress(String),
    /// Put the new token's value on the clipboard.
    CopyToken,
}

/// What is being done.
#[derive(Debug, Clone, PartialEq)]
struct Work {
    job: JobId,
    words: &'static str,
    /// What to say once it is done, and what undoes it.
    said: Option<(String, Option<Action>)>,
    /// Whether the newest tenant is to be shown once it is there.
    shows_newest: bool,
}

/// The state of the screen.
#[derive(Debug, Default)]
pub struct Sandbox {
    /// The practice tenants.
    pub house: Remote<HouseState>,
    /// The dialog, while one is open.
    pub dialog: Option<Dialog>,
    /// Why the last thing could not be done.
    pub failure: Option<Failure>,
    /// How far a day of traffic is: done, total.
    pub progress: Option<(u64, Option<u64>)>,
    chosen: Option<ProfileId>,
    work: Option<Work>,
    /// Into which tenant a script is being played.
    playing: Option<ProfileId>,
    /// The script that was played last, and into which tenant.
    played: Option<(ProfileId, Played)>,
}

impl Sandbox {
    /// The tenant that is shown: the chosen one, or the first.
    #[must_use]
    pub fn chosen(&self) -> Option<&HousedTenant> {
        let house = self.house.value()?;
        self.chosen.as_ref().and_then(|id| house.tenant(id)).or_else(|| house.tenants.first())
    }

    /// What is being done, in words; nothing else can be done meanwhile.
    #[must_use]
    pub fn busy(&self) -> Option<&'static str> {
        self.work.as_ref().map(|work| work.words)
    }

    /// Asks how the tenants stand, unless that is on its way.
    pub fn look(&mut self, orders: &mut Orders) {
        if self.house.loading().is_none() {
            self.house.start(orders.ask("practice tenants", Command::House(HouseOrder::Look)));
        }
    }

    /// Carries an action out.
    pub fn update(&mut self, action: Do, cx: &mut Context<'_>) {
        match action {
            Do::Look => self.look(cx.orders),
            Do::Choose(id) => self.chosen = Some(id),
            Do::Ask(dialog) => {
                if self.dialog.is_none() {
                    self.failure = None;
                }
                self.dialog = Some(*dialog);
            }
            Do::Close => {
                self.dialog = None;
                self.failure = None;
            }
            Do::StopPlaying => {
                if let Some(work) = &self.work {
                    cx.orders.cancel(work.job);
                }
            }
            Do::CopyAddress(address) => {
                cx.clipboard.push(address);
                cx.notices.say(cx.now, "Address copied");
            }
            Do::CopyToken => {
                if let Some(Dialog::ShownToken { value, .. }) = &self.dialog {
                    cx.clipboard.push(value.expose().to_owned());
                    cx.notices.say(cx.now, "Token copied");
                }
            }
            changing => self.change(changing, cx),
        }
    }

    /// What changes a tenant waits until the last thing is done.
    fn change(&mut self, action: Do, cx: &mut Context<'_>) {
        if self.work.is_some() {
            return;
        }
        let chosen = self.chosen().map(|tenant| (tenant.profile.id.clone(), tenant.profile.name.clone()));
        let Some((tenant, name)) = chosen else { return };
        match action {
            Do::Stop => self.begin(cx, "Stopping", HouseOrder::Stop, Some(("Sandbox stopped".to_owned(), None))),
            Do::Follow(policy) => {
                let said = format!("{name} follows {} now", policy.label());
                self.begin(cx, "Changing the rules", HouseOrder::Follow { tenant, policy }, Some((said, None)));
            }
            Do::KeepDays(days) => {
                let said = format!("Requests are kept for {days} days");
                self.begin(cx, "Changing the log", HouseOrder::KeepDays { tenant, days }, Some((said, None)));
            }
            Do::Remove(id) => {
                let undo = Action::Sandbox(Do::Restore(id.clone()));
                let said = format!("{} removed", self.name_of(&id));
                self.begin(cx, "Removing the tenant", HouseOrder::Remove(id), Some((said, Some(undo))));
            }
            Do::PutAside(file) => {
                let said = format!("{file} put aside; nothing of it was deleted");
                self.begin(cx, "Putting the file aside", HouseOrder::PutAside(file), Some((said, None)));
            }
            Do::Restore(id) => {
                self.chosen = Some(id.clone());
                self.begin(cx, "Restoring the tenant", HouseOrder::Restore(id), Some(("Restored".to_owned(), None)));
            }
            Do::Revoke(token) => {
                let undo = Do::RestoreToken { tenant: tenant.clone(), token: token.id.clone() };
                let said = format!("{} revoked", token.name);
                let order = HouseOrder::RevokeToken { tenant, token: token.id };
                self.begin(cx, "Revoking the token", order, Some((said, Some(Action::Sandbox(undo)))));
            }
            Do::RestoreToken { tenant, token } => {
                let order = HouseOrder::RestoreToken { tenant, token };
                let said = "The token is accepted again".to_owned();
                self.begin(cx, "Restoring the token", order, Some((said, None)));
            }
            Do::Refuse(habit, refuse) => {
                let Some(mut habits) = self.chosen().map(|tenant| tenant.standing.refused.clone()) else { return };
                let said = if refuse {
                    habits.insert(habit);
                    format!("{}: refused from now on", habit.label())
                } else {
                    habits.remove(&habit);
                    format!("{}: accepted again", habit.label())
                };
                let order = HouseOrder::Refuse { tenant, habits };
                self.begin(cx, "Changing the rules", order, Some((said, None)));
            }
            Do::RemoveFault(rule) => {
                let said = format!("{} removed", rule.fault.label());
                let order = HouseOrder::RemoveFault { tenant: tenant.clone(), rule: rule.id.clone() };
                let undo = Action::Sandbox(Do::RestoreFault { tenant, rule });
                self.begin(cx, "Removing the fault", order, Some((said, Some(undo))));
            }
            Do::RestoreFault { tenant, rule } => {
                let said = format!("{} is back", rule.fault.label());
                self.begin(cx, "Restoring the fault", HouseOrder::AddFault { tenant, rule }, Some((said, None)));
            }
            Do::Play(script) => self.play(script, tenant, cx),
            Do::Submit => self.submit(cx),
            _ => {}
        }
    }

    fn submit(&mut self, cx: &mut Context<'_>) {
        let Some(dialog) = self.dialog.clone() else { return };
        match dialog {
            Dialog::NewTenant { name, policy, with_a_day } => {
                let said = format!("{} added", name.trim());
                let order = HouseOrder::Add { name, policy, with_a_day };
                self.begin(cx, "Adding the tenant", order, Some((said, None)));
                if let Some(work) = &mut self.work {
                    work.shows_newest = true;
                }
            }
            Dialog::Rename { tenant, name } => {
                let said = format!("Renamed to {}", name.trim());
                self.begin(cx, "Renaming", HouseOrder::Rename { tenant, name }, Some((said, None)));
            }
            Dialog::NewToken { tenant, name, end } => {
                let name = name.trim().to_owned();
                let order = HouseOrder::IssueToken { tenant, name, end: end.at(cx.now) };
                self.begin(cx, "Making the token", order, None);
            }
            Dialog::Reset { tenant, with_a_day } => {
                let said = format!("{} reset", self.name_of(&tenant));
                let order = HouseOrder::Reset { tenant, with_a_day };
                self.begin(cx, "Resetting", order, Some((said, None)));
            }
            Dialog::NewFault { tenant, fault, method, path, user, often } => {
                let said = format!("{} from now on", fault.label());
                let rule =
                    Box::new(FaultRule { scope: dialog::scope(method, &path, &user, often), ..FaultRule::of(fault) });
                self.begin(cx, "Adding the fault", HouseOrder::AddFault { tenant, rule }, Some((said, None)));
            }
            Dialog::ShownToken { .. } => self.dialog = None,
        }
    }

    fn name_of(&self, id: &ProfileId) -> String {
        let known = self.house.value().and_then(|house| house.tenant(id));
        known.map_or_else(|| "Tenant".to_owned(), |tenant| tenant.profile.name.clone())
    }

    fn begin(
        &mut self,
        cx: &mut Context<'_>,
        words: &'static str,
        order: HouseOrder,
        said: Option<(String, Option<Action>)>,
    ) {
        let job = cx.orders.ask("practice tenants", Command::House(order));
        self.failure = None;
        self.work = Some(Work { job, words, said, shows_newest: false });
    }

    /// A day of traffic goes on.
    pub fn progressed(&mut self, job: JobId, done: u64, total: Option<u64>) {
        if self.work.as_ref().is_some_and(|work| work.job == job) {
            self.progress = Some((done, total));
        }
    }

    /// The tenants were looked at, or changed by what was asked.
    pub(super) fn stands(&mut self, job: JobId, house: HouseState, cx: &mut Context<'_>) {
        let Some(work) = self.work.take_if(|work| work.job == job) else {
            self.house.resolve(job, Ok(house));
            return;
        };
        if work.shows_newest {
            let known = |id: &ProfileId| self.house.value().is_some_and(|before| before.tenant(id).is_some());
            let newest = house.tenants.iter().map(|tenant| &tenant.profile.id).find(|id| !known(id)).cloned();
            self.chosen = newest.or_else(|| self.chosen.take());
        }
        self.house = Remote::ready(house);
        self.progress = None;
        if !matches!(self.dialog, Some(Dialog::ShownToken { .. })) {
            self.dialog = None;
        }
        match work.said {
            Some((said, Some(undo))) => cx.notices.say_with_undo(cx.now, said, undo),
            Some((said, None)) => cx.notices.say(cx.now, said),
            None => {}
        }
    }

    /// A token was made: its value is shown until the dialog is closed.
    pub(super) fn token_issued(
        &mut self,
        job: JobId,
        token: TokenInfo,
        value: Secret,
        house: HouseState,
        cx: &mut Context<'_>,
    ) {
        if self.work.as_ref().is_some_and(|work| work.job == job) {
            self.dialog = Some(Dialog::ShownToken { name: token.name, value });
            self.stands(job, house, cx);
        }
    }

    /// What was asked could not be done. Part of it may have been, so the tenants are looked at again.
    pub(super) fn failed(&mut self, job: JobId, failure: &Failure, orders: &mut Orders) {
        self.house.resolve(job, Err(failure.clone()));
        if self.work.take_if(|work| work.job == job).is_some() {
            self.progress = None;
            self.playing = None;
            self.failure = Some(failure.clone());
            self.look(orders);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
