//! The timetable of the day: who joins, moves and leaves when, as the two directories would tell the tenant.
//! Pure: a seed, a length and an end in, requests in time order out; nothing is sent and no clock is read.

use super::{
    DemoDay,
    call::Call,
    chance::Chance,
    failures::{self, STORIES, Story},
    people::{Directory, Person, hire},
    routine,
};
use crate::domain::practice::Fault;

/// Milliseconds.
pub(super) const MINUTE: u64 = 60_000;
/// The length of the day, milliseconds.
pub(super) const LENGTH: u64 = 24 * 60 * MINUTE;

/// How many people of each customer the stories hire themselves.
const KEPT_BACK: usize = 8;
/// The first of Northwind's people are there from the first minute to the last: the screenshots name them.
const PERMANENT: usize = 26;
/// Minutes between two cycles of Entra, and minutes before the end at which the last one starts.
const CYCLE: u64 = 40;
const LAST_CYCLE: u64 = 10;
/// When Northwind's first cycle is done, with everybody and their managers.
const NORTHWIND_READY: u64 = 212 * MINUTE;
/// How busy each hour of the day (UTC) is, out of ten.
const BUSY: [u64; 24] = [2, 2, 1, 1, 1, 2, 4, 7, 9, 10, 10, 9, 8, 9, 10, 10, 8, 6, 5, 4, 3, 3, 2, 2];

/// Where somebody stands with the tenant, as their directory sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Absent,
    /// Active, and known to the tenant since this millisecond of the day.
    Active(u64),
    Suspended,
}

/// The day as it unfolds.
pub(super) struct Day {
    pub(super) people: Vec<Person>,
    pub(super) presence: Vec<Presence>,
    pub(super) chance: Chance,
    /// Milliseconds since the day began: when the next request goes out.
    pub(super) clock: u64,
    calls: Vec<Call>,
    /// How many of each customer's people the stories have hired.
    hired: [usize; 2],
}

/// One thing that a directory has to tell the tenant.
#[derive(Clone, Copy)]
enum Errand {
    Join(usize),
    SetManager(usize),
    Routine(Directory),
    OnDemand,
    Leave(usize),
    Return(usize),
    Story(Story),
}

/// Every request of the day in time order, at least as many as asked for.
pub(super) fn calls(demo: &DemoDay) -> Vec<Call> {
    let mut routine = demo.exchanges / 3;
    loop {
        let calls = unfold(demo, routine);
        if calls.len() >= demo.exchanges {
            return calls;
        }
        routine += (demo.exchanges - calls.len()) / 2 + 1;
    }
}

/// The millisecond of the day that is so many minutes before its end.
pub(super) const fn before_end(minutes: u64) -> u64 {
    LENGTH - minutes * MINUTE
}

fn unfold(demo: &DemoDay, routine: usize) -> Vec<Call> {
    let mut chance = Chance::new(demo.seed);
    let people = hire((demo.exchanges / 11).clamp(80, 200), &mut chance);
    let presence = vec![Presence::Absent; people.len()];
    let mut day = Day { people, presence, chance, clock: 0, calls: Vec::new(), hired: [0; 2] };
    let mut errands = day.timetable(demo, routine);
    errands.sort_by_key(|(at, _)| *at);
    for (at, errand) in errands {
        day.clock = at;
        day.run(errand);
    }
    let mut calls = day.calls;
    calls.retain(|call| call.at < LENGTH);
    calls.sort_by_key(|call| call.at);
    calls
}

impl Day {
    /// Sends a request now; the next one follows when it is answered.
    pub(super) fn send(&mut self, mut call: Call) {
        call.at = self.clock;
        if call.took == 0 {
            call.took = self.duration(&call);
        }
        self.clock += call.took.min(5_000) + self.chance.between(90, 600);
        self.calls.push(call);
    }

    /// Lets some seconds pass.
    pub(super) const fn pause(&mut self, seconds: u64) {
        self.clock += seconds * 1000;
    }

    /// Somebody of a customer whom the tenant has known for a while; `None` before anybody has joined.
    pub(super) fn anyone(&mut self, directory: Directory) -> Option<Person> {
        let now = self.clock;
        let settled = |presence: &Presence| matches!(presence, Presence::Active(since) if since + 2_000 < now);
        let numbers = self.numbers(directory);
        for _ in 0..64 {
            let number = numbers.start + usize::try_from(self.chance.below(numbers.len() as u64)).unwrap_or_default();
            if self.presence.get(number).is_some_and(settled) {
                return self.people.get(number).cloned();
            }
        }
        numbers.into_iter().find(|number| settled(&self.presence[*number])).map(|number| self.people[number].clone())
    }

    /// Somebody of a customer whom no other errand will touch; the tenant does not know them yet.
    pub(super) fn newcomer(&mut self, directory: Directory) -> Person {
        let kept = self.numbers(directory).end - KEPT_BACK;
        let hired = &mut self.hired[usize::from(directory == Directory::Contoso)];
        let number = kept + (*hired).min(KEPT_BACK - 1);
        *hired += 1;
        self.people[number].clone()
    }

    fn numbers(&self, directory: Directory) -> std::ops::Range<usize> {
        let border = self.people.iter().position(|person| person.directory == Directory::Contoso).unwrap_or_default();
        match directory {
            Directory::Northwind => 0..border,
            Directory::Contoso => border..self.people.len(),
        }
    }

    fn run(&mut self, errand: Errand) {
        match errand {
            Errand::Join(number) => routine::join(self, number),
            Errand::SetManager(number) => routine::set_manager(self, number),
            Errand::Routine(directory) if failures::OUTAGE.contains(&self.clock) => failures::outage(self, directory),
            Errand::Routine(Directory::Northwind) => routine::northwind(self),
            Errand::Routine(Directory::Contoso) => routine::contoso(self),
            Errand::OnDemand => routine::on_demand(self),
            Errand::Leave(number) => routine::set_active(self, number, false),
            Errand::Return(number) => routine::set_active(self, number, true),
            Errand::Story(tell) => tell(self),
        }
    }

    fn duration(&mut self, call: &Call) -> u64 {
        let chance = &mut self.chance;
        let usual = match (&call.fault, call.method) {
            (Some(Fault::TooManyRequests { .. } | Fault::ExpiredToken), _) => chance.between(7, 18),
            (Some(Fault::GatewayTimeout), _) => chance.between(30_000, 30_040),
            (Some(Fault::Gateway), _) => chance.between(1_900, 4_800),
            (Some(Fault::ServerError), _) => chance.between(240, 900),
            (Some(_), _) => chance.between(24, 58),
            (None, "GET") => chance.between(24, 58),
            (None, "POST") => chance.between(270, 430),
            (None, "PUT") => chance.between(110, 220),
            (None, _) => chance.between(58, 155),
        };
        if call.fault.is_none() && chance.percent(2) { usual * chance.between(3, 8) } else { usual }
    }

    fn timetable(&mut self, demo: &DemoDay, routine: usize) -> Vec<(u64, Errand)> {
        let start = demo.end.as_second() - i64::try_from(LENGTH / 1000).unwrap_or_default();
        let hours = Hours { start };
        let import = hours.contosos_import();
        let mut errands = self.first_cycles(import);
        errands.extend(self.comings_and_goings(&hours));
        for _ in 0..routine {
            let directory = if self.chance.percent(68) { Directory::Northwind } else { Directory::Contoso };
            let at = match directory {
                Directory::Northwind => hours.cycle(&mut self.chance),
                Directory::Contoso => hours.moment(&mut self.chance, import + 65 * MINUTE),
            };
            errands.push((at, Errand::Routine(directory)));
        }
        for (minutes, tell) in STORIES {
            errands.push((before_end(minutes) + self.chance.below(45_000), Errand::Story(tell)));
        }
        let onboarding = import.saturating_sub(35 * MINUTE);
        errands.push((onboarding, Errand::Story(failures::onboarding)));
        let on_demand = [1_150, 1_010, 790, 560, 268, 141, 74].map(|minutes| (before_end(minutes), Errand::OnDemand));
        errands.extend(on_demand);
        errands.push((LENGTH - 46_000, Errand::OnDemand));
        errands
    }

    /// Both customers' first cycles: everybody who is there already, then Northwind's managers.
    fn first_cycles(&mut self, import: u64) -> Vec<(u64, Errand)> {
        let mut errands = Vec::new();
        let northwind = self.staff(Directory::Northwind);
        let contoso = self.staff(Directory::Contoso);
        let (first, gap) = (5 * MINUTE, 150 * MINUTE / northwind.len().max(1) as u64);
        for (place, number) in (0..).zip(northwind) {
            errands.push((first + place * gap, Errand::Join(number)));
            errands.push((158 * MINUTE + place * (gap / 3), Errand::SetManager(number)));
        }
        let gap = 60 * MINUTE / contoso.len().max(1) as u64;
        errands.extend((0..).zip(contoso).map(|(place, number)| (import + place * gap, Errand::Join(number))));
        errands
    }

    /// Who is employed when the day begins: all but the joiners and those kept back.
    fn staff(&self, directory: Directory) -> Vec<usize> {
        let numbers = self.numbers(directory);
        let joiners = self.joiners(directory).start;
        (numbers.start..joiners).collect()
    }

    fn joiners(&self, directory: Directory) -> std::ops::Range<usize> {
        let numbers = self.numbers(directory);
        let end = numbers.end - KEPT_BACK;
        end - numbers.len() / 10..end
    }

    fn comings_and_goings(&mut self, hours: &Hours) -> Vec<(u64, Errand)> {
        let mut errands = Vec::new();
        let after = before_end(480);
        for directory in [Directory::Northwind, Directory::Contoso] {
            for number in self.joiners(directory) {
                let at = clear_of_outage(hours.moment(&mut self.chance, after));
                errands.push((at, Errand::Join(number)));
                if directory == Directory::Northwind {
                    errands.push((clear_of_outage(at + 40_000), Errand::SetManager(number)));
                }
            }
            let staff = self.staff(directory);
            let leavers =
                staff.iter().rev().take_while(|number| directory == Directory::Contoso || **number >= PERMANENT);
            for (place, number) in leavers.step_by(4).take(6).enumerate() {
                let at = clear_of_outage(hours.moment(&mut self.chance, after));
                errands.push((at, Errand::Leave(*number)));
                if place % 3 == 0 {
                    errands.push((clear_of_outage(at + 95 * MINUTE).min(before_end(3)), Errand::Return(*number)));
                }
            }
        }
        errands
    }
}

/// Moves an errand that must not be lost to the quiet after the outage.
fn clear_of_outage(at: u64) -> u64 {
    if failures::OUTAGE.contains(&at) { failures::OUTAGE.end + at % (4 * MINUTE) } else { at }
}

/// The clock on the wall.
struct Hours {
    /// When the day begins, seconds since 1970.
    start: i64,
}

impl Hours {
    fn busy(&self, at: u64) -> u64 {
        let seconds = self.start + i64::try_from(at / 1000).unwrap_or_default();
        let hour = usize::try_from(seconds.div_euclid(3600).rem_euclid(24)).unwrap_or_default();
        BUSY[hour]
    }

    /// A moment of business not before `earliest`, up to a minute before the end.
    fn moment(&self, chance: &mut Chance, earliest: u64) -> u64 {
        loop {
            let at = chance.between(earliest, before_end(1));
            if chance.below(10) < self.busy(at) {
                return at;
            }
        }
    }

    /// A moment in one of Entra's cycles, more often near its start.
    fn cycle(&self, chance: &mut Chance) -> u64 {
        const PERIOD: u64 = CYCLE * MINUTE;
        loop {
            let at = self.moment(chance, NORTHWIND_READY);
            let start = at - (at + PERIOD - before_end(LAST_CYCLE) % PERIOD) % PERIOD;
            let draw = chance.below(1_000);
            let at = start + 24 * MINUTE * draw * draw / 1_000_000;
            if at >= NORTHWIND_READY && at < before_end(1) {
                return at;
            }
        }
    }

    /// When Contoso begins: the first of some sensible hours that leaves room for the rest of its day.
    fn contosos_import(&self) -> u64 {
        let next =
            |hour: i64| u64::try_from((hour * 3600 - self.start).rem_euclid(24 * 3600)).unwrap_or_default() * 1000;
        let room = before_end(1_300)..before_end(560);
        [7, 9, 12, 14, 18, 16].into_iter().map(next).find(|at| room.contains(at)).unwrap_or(before_end(840))
    }
}
