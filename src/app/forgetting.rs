//! Taking requests out of the journal for good: what is chosen, how much that is, and only then the deed. Nothing is
//! forgotten that was not counted before, and nothing is sent.

use jiff::{SignedDuration, Timestamp};

use super::{Model, Remote};
use crate::{
    domain::{
        failure::Failure,
        pretty::{MEGABYTE, counted, megabytes},
        profile::ProfileId,
    },
    engine::{Command, Forgetting, JobId},
};

/// What is chosen to go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum What {
    /// What is older than so many days.
    #[default]
    Older,
    /// What is known of one person.
    Person,
    /// The oldest of all tenants, until the journal is small enough.
    Beyond,
}

impl What {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Older, Self::Person, Self::Beyond];

    /// The words on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Older => "What is old",
            Self::Person => "One person",
            Self::Beyond => "Above a size",
        }
    }

    /// What its field asks for.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Older => "Older than how many days",
            Self::Person => "userName, id or address",
            Self::Beyond => "Keep at most how many megabytes",
        }
    }

    const fn usual(self) -> &'static str {
        match self {
            Self::Older => "90",
            Self::Person => "",
            Self::Beyond => "500",
        }
    }
}

/// What a person does here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Do {
    /// Open the dialog, for one person where a name is given.
    Open(Option<String>),
    /// Close it.
    Close,
    /// Choose what is to go.
    What(What),
    /// Type into the field.
    Text(String),
    /// Count what would go.
    Count,
    /// Forget what was counted.
    Forget,
}

/// What would go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// How many requests; `None` where that is not known before.
    pub requests: Option<u64>,
    /// Whether it is more than that.
    pub more: bool,
    /// The size of the journal, bytes.
    pub size: u64,
}

/// The dialog, while it is open.
#[derive(Debug, Default)]
pub struct Forget {
    /// What is chosen.
    pub what: What,
    /// What is typed.
    pub text: String,
    /// What is wrong with it.
    pub problem: Option<&'static str>,
    /// How much would go. Whatever is changed has to be counted anew.
    pub counted: Remote<Counted>,
    /// What was counted: exactly that goes, whatever time it is by then.
    which: Option<Forgetting>,
    /// The job that forgets.
    pub under_way: Option<JobId>,
}

impl Forget {
    fn open(person: Option<String>) -> Self {
        let what = if person.is_some() { What::Person } else { What::default() };
        Self { what, text: person.unwrap_or_else(|| what.usual().to_owned()), ..Self::default() }
    }

    /// What is meant, or what is wrong with it.
    fn meant(&self, profile: &ProfileId, now: Timestamp) -> Result<Forgetting, &'static str> {
        let text = self.text.trim();
        match self.what {
            What::Older => {
                let days =
                    text.parse::<u32>().ok().filter(|days| *days > 0).ok_or("Write a number of days from 1 on")?;
                let moment = now.checked_sub(SignedDuration::from_hours(24 * i64::from(days)));
                moment.map(|moment| Forgetting::Before(profile.clone(), moment)).map_err(|_| "Write fewer days")
            }
            What::Person if text.is_empty() => Err("Write whom, for example a userName"),
            What::Person => Ok(Forgetting::Person(profile.clone(), text.to_owned())),
            What::Beyond => {
                let most =
                    text.parse::<u64>().ok().filter(|most| *most > 0).ok_or("Write a number of megabytes from 1 on")?;
                Ok(Forgetting::Beyond(most.saturating_mul(MEGABYTE)))
            }
        }
    }
}

impl Model {
    /// Carries an action on the dialog out.
    pub(super) fn forget_do(&mut self, action: Do) {
        match (action, &mut self.forgetting) {
            // What is being done is not changed any more, and its end is told.
            (_, Some(dialog)) if dialog.under_way.is_some() => {}
            (Do::Open(person), dialog) => *dialog = Some(Forget::open(person)),
            (Do::Close, dialog) => *dialog = None,
            (_, None) => {}
            (Do::What(what), Some(dialog)) => {
                *dialog = Forget { what, text: what.usual().to_owned(), ..Forget::default() };
            }
            (Do::Text(text), Some(dialog)) => *dialog = Forget { what: dialog.what, text, ..Forget::default() },
            (Do::Count, Some(dialog)) => match dialog.meant(&self.current, self.now) {
                Err(problem) => dialog.problem = Some(problem),
                Ok(which) => {
                    dialog.which = Some(which.clone());
                    let count = Command::Forget { which, really: false };
                    dialog.counted.start(self.orders.ask("how much would be forgotten", count));
                }
            },
            (Do::Forget, Some(dialog)) => {
                if let Some(which) = dialog.which.clone().filter(|_| dialog.counted.value().is_some()) {
                    let forget = Command::Forget { which, really: true };
                    dialog.under_way = Some(self.orders.ask("confirmed by the user", forget));
                }
            }
        }
    }

    /// It was counted, or done.
    pub(super) fn forgotten(&mut self, job: JobId, counted: Counted) {
        let Some(dialog) = &mut self.forgetting else { return };
        if dialog.counted.resolve(job, Ok(counted)) || dialog.under_way != Some(job) {
            return;
        }
        self.forgetting = None;
        self.notices.say(self.now, said(&counted));
        self.show_what_is_left();
    }

    /// Another window has forgotten requests.
    pub(super) fn forgotten_elsewhere(&mut self, profile: &ProfileId) {
        if *profile == self.current {
            self.show_what_is_left();
        }
    }

    fn show_what_is_left(&mut self) {
        let profile = self.current.clone();
        self.requests.read_again(&profile, &mut self.orders);
        self.overview.open(self.environment());
        if self.screen == super::Screen::Overview {
            self.overview.show(&profile, self.now, &mut self.orders);
        }
        self.story = None;
    }

    /// It could not be counted, or not be done.
    pub(super) fn not_forgotten(&mut self, job: JobId, failure: &Failure) {
        let Some(dialog) = &mut self.forgetting else { return };
        if dialog.under_way.take_if(|under_way| *under_way == job).is_some() {
            // What is left of it is not known.
            dialog.counted = Remote::default();
            self.notices.report(self.now, failure);
        }
        dialog.counted.resolve(job, Err(failure.clone()));
    }
}

fn said(done: &Counted) -> String {
    let requests = counted(done.requests.unwrap_or_default(), "request", "requests");
    format!("{requests} forgotten; the journal is {} now", megabytes(done.size))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::{
            Action,
            script::{Script, failed, fine, is_list, job},
        },
        engine::{News, Order},
    };

    fn act(script: &mut Script, action: Do) -> Vec<Order> {
        script.act(Action::Forgetting(action))
    }

    fn asked(orders: &[Order]) -> (JobId, Forgetting, bool) {
        let forget = orders.iter().find_map(|order| match &order.command {
            Command::Forget { which, really } => Some((order.job, which.clone(), *really)),
            _ => None,
        });
        forget.expect("it was asked for")
    }

    fn opened(person: Option<&str>) -> Script {
        let mut script = Script::listed(&[2, 1], fine([2, 1]));
        act(&mut script, Do::Open(person.map(str::to_owned)));
        script
    }

    fn news(requests: u64) -> News {
        News::Forgotten { requests: Some(requests), more: false, size: 34_200_000 }
    }

    #[test]
    fn what_is_forgotten_was_counted_before_and_the_list_is_read_again() {
        let mut script = opened(Some("ann@acme.example"));
        assert_eq!(act(&mut script, Do::Forget), [], "nobody knows how much that is");
        let (count, which, really) = asked(&act(&mut script, Do::Count));
        assert_eq!(which, Forgetting::Person(script.model.current.clone(), "ann@acme.example".to_owned()));
        assert!(!really);
        script.answer(count, news(1_234));
        let dialog = |script: &Script| script.model.forgetting.as_ref().map(|open| open.counted.value().copied());
        assert_eq!(dialog(&script), Some(Some(Counted { requests: Some(1_234), more: false, size: 34_200_000 })));
        script.act(Action::Forgetting(Do::Open(None)));
        act(&mut script, Do::What(What::Older));
        let (count, which, _) = asked(&act(&mut script, Do::Count));
        script.answer(count, news(1_234));
        script.wait(60_000);
        let (forget, same, really) = asked(&act(&mut script, Do::Forget));
        assert!(same == which && really, "what was counted, a minute later too");
        assert_eq!(act(&mut script, Do::Close), [], "its end is told");
        assert_eq!(act(&mut script, Do::Text("bob".to_owned())), [], "it is under way");
        script.answer(forget, news(1_234));
        assert!(script.model.forgetting.is_none());
        assert_eq!(script.said(), ["1,234 requests forgotten; the journal is 34.2 MB now"]);
        job(&script.orders(), is_list);
    }

    #[test]
    fn a_change_has_to_be_counted_anew() {
        let mut script = opened(None);
        let (count, which, _) = asked(&act(&mut script, Do::Count));
        assert!(matches!(which, Forgetting::Before(..)));
        script.answer(count, news(7));
        act(&mut script, Do::Text("30".to_owned()));
        assert_eq!(act(&mut script, Do::Forget), []);
        act(&mut script, Do::What(What::Beyond));
        assert_eq!(asked(&act(&mut script, Do::Count)).1, Forgetting::Beyond(500_000_000));
    }

    #[test]
    fn a_slip_is_named_and_a_failure_leaves_the_dialog() {
        for (what, text) in [(What::Older, "0"), (What::Older, "soon"), (What::Person, " "), (What::Beyond, "-5")] {
            let mut script = opened(None);
            act(&mut script, Do::What(what));
            act(&mut script, Do::Text(text.to_owned()));
            assert_eq!(act(&mut script, Do::Count), [], "{text}");
            assert!(script.model.forgetting.as_ref().is_some_and(|dialog| dialog.problem.is_some()), "{text}");
        }
        let mut script = opened(None);
        let count = asked(&act(&mut script, Do::Count)).0;
        script.answer(count, news(7));
        let forget = asked(&act(&mut script, Do::Forget)).0;
        script.answer(forget, failed());
        let dialog = script.model.forgetting.as_ref().unwrap();
        assert!(dialog.under_way.is_none() && dialog.counted.value().is_none(), "it is counted anew");
        assert_eq!(script.said().len(), 1);
    }
}
