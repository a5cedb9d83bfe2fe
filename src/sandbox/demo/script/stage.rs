//! What a script is made of before it is played: who takes part, and what happens when, in milliseconds since its first
//! request. It plans alone: nothing is sent here and no clock is read.

use super::super::{
    call::Call,
    chance::Chance,
    day::MINUTE,
    entra::{self, operation},
    people::{Directory, Person, hire},
};

/// Minutes between two cycles of Entra.
pub(super) const CYCLE: u64 = 40;
/// The domain of everybody in a script, reserved for examples (RFC 2606).
const DOMAIN: &str = "rehearsal.example";

/// Those who are in a script and in no demo day, Entra's first; the last one is Okta's.
const CAST: [(&str, &str); 20] = [
    ("Imogen", "Vale"),
    ("Rafi", "Dunmore"),
    ("Petra", "Lowell"),
    ("Kwame", "Bright"),
    ("Elin", "Marsh"),
    ("Tobias", "Reed"),
    ("Nadia", "Frost"),
    ("Owen", "Hale"),
    ("Suki", "Brandt"),
    ("Riley", "Moss"),
    ("Dana", "Whitlock"),
    ("Marco", "Stern"),
    ("Ines", "Calder"),
    ("Theo", "Lamb"),
    ("Greta", "Pike"),
    ("Hugo", "Penn"),
    ("Vera", "Nolan"),
    ("Basil", "Crane"),
    ("Joan", "Teller"),
    ("Kit", "Ashdown"),
];
/// The place of Okta's one in the cast.
pub(super) const OKTAS: usize = CAST.len() - 1;

/// Who sends a request, and so with which token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sender {
    /// Entra, with the token of this place in [`Stage::tokens`].
    Entra(usize),
    Okta,
    /// The tenant's own staff, who upload a list by hand.
    Upload,
}

/// How the mapping row of the cost centre is spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// As directories send it.
    Right,
    /// In another case.
    Wrong,
    /// As it was before the script.
    AsItWas,
}

/// One thing that happens.
pub(super) enum Beat {
    Send { call: Box<Call>, sender: Sender },
    Map { at: u64, spelling: Spelling },
}

/// A script as it unfolds.
pub(super) struct Stage {
    /// Stands in the name of everybody, and so in every request.
    mark: String,
    pub(super) people: Vec<Person>,
    pub(super) chance: Chance,
    /// When the next request goes out.
    pub(super) clock: u64,
    /// When the current cycle began.
    cycle: u64,
    /// Whether the current cycle goes on with what would else begin one.
    goes_on: bool,
    pub(super) beats: Vec<Beat>,
    /// When each of Entra's tokens ends, one after the other; the last one outlives the script.
    pub(super) tokens: Vec<Option<u64>>,
}

impl Stage {
    pub(super) fn new(mark: &str) -> Self {
        let mut chance = Chance::new(11);
        let people = cast(mark, &mut chance);
        Self {
            mark: mark.to_owned(),
            people,
            chance,
            clock: 0,
            cycle: 0,
            goes_on: true,
            beats: Vec::new(),
            tokens: vec![None],
        }
    }

    /// Entra's next cycle begins, so many minutes after the last one began.
    pub(super) fn cycle(&mut self, minutes: u64) {
        if !std::mem::take(&mut self.goes_on) {
            self.cycle += minutes * MINUTE;
        }
        self.clock = self.clock.max(self.cycle);
    }

    /// The story that follows begins in the current cycle.
    pub(super) const fn go_on(&mut self) {
        self.goes_on = true;
    }

    /// An administrator restarts provisioning, so that a cycle begins now.
    pub(super) const fn restart(&mut self) {
        self.cycle = self.clock;
    }

    pub(super) const fn pause(&mut self, minutes: u64) {
        self.clock += minutes * MINUTE;
    }

    pub(super) fn person(&self, number: usize) -> Person {
        self.people[number].clone()
    }

    /// Entra, or Okta, sends a request.
    pub(super) fn send(&mut self, call: Call) {
        let sender = match call.directory {
            Directory::Northwind => Sender::Entra(self.tokens.len() - 1),
            Directory::Contoso => Sender::Okta,
        };
        self.send_as(sender, call);
    }

    pub(super) fn send_as(&mut self, sender: Sender, mut call: Call) {
        call.at = self.clock;
        call.took = match call.method {
            _ if self.has_no_token() => self.chance.between(7, 18),
            "GET" => self.chance.between(24, 58),
            "POST" => self.chance.between(270, 430),
            _ => self.chance.between(58, 155),
        };
        self.clock += call.took + self.chance.between(90, 600);
        self.beats.push(Beat::Send { call: Box::new(call), sender });
    }

    /// Entra's token is no longer accepted from now on.
    pub(super) fn token_ends(&mut self) {
        let now = self.clock;
        if let Some(token) = self.tokens.last_mut() {
            *token = Some(now);
        }
    }

    /// A new token is pasted into Entra.
    pub(super) fn new_token(&mut self) {
        self.tokens.push(None);
    }

    fn has_no_token(&self) -> bool {
        self.tokens.last().is_some_and(Option::is_some)
    }

    pub(super) fn map(&mut self, spelling: Spelling) {
        self.beats.push(Beat::Map { at: self.clock, spelling });
    }

    /// Entra finds nobody and creates them.
    pub(super) fn join(&mut self, number: usize) {
        let person = self.person(number);
        self.send(entra::look_up(&person));
        self.send(entra::create(&person));
    }

    /// Somebody gets another post, and Entra says so.
    pub(super) fn promote(&mut self, number: usize) {
        self.people[number].promote(&mut self.chance);
        let person = self.person(number);
        self.send(entra::look_up(&person));
        self.send(entra::patch(&person, vec![operation("Replace", "title", person.title.as_str())]));
    }

    /// The test of the connection: a look-up of a random id. Its first digits are the mark, so that it is found too.
    pub(super) fn test_connection(&mut self) {
        let random = self.chance.uuid();
        let guid = format!("{}{}", self.mark, random.get(self.mark.len()..).unwrap_or_default());
        self.send(entra::probe(&guid));
    }

    /// A look-up whose plus sign is left as it is, so that it is read as a blank.
    pub(super) fn careless_look_up(person: &Person) -> Call {
        let mut call = entra::look_up(person);
        call.path = call.path.replace("%2B", "+");
        call
    }

    /// Somebody's address is another one from now on.
    pub(super) fn rename(&mut self, number: usize, from: &str, to: &str) {
        let person = &mut self.people[number];
        person.user_name = person.user_name.replace(from, to);
    }
}

fn cast(mark: &str, chance: &mut Chance) -> Vec<Person> {
    let hired = hire(40, chance);
    let (entras, oktas): (Vec<Person>, Vec<Person>) =
        hired.into_iter().partition(|person| person.directory == Directory::Northwind);
    let chosen = entras.into_iter().take(OKTAS).chain(oktas);
    let employ = |(number, (person, (given, family))): (usize, (Person, &(&str, &str)))| {
        let nickname = format!("{given}.{family}.{mark}").to_lowercase();
        let external_id = if person.directory == Directory::Northwind { nickname.clone() } else { person.external_id };
        Person {
            number,
            given: (*given).to_owned(),
            family: (*family).to_owned(),
            user_name: format!("{nickname}@{DOMAIN}"),
            employee_number: format!("RH{}", 10_400 + number * 7),
            language: "en-GB",
            zone: "Europe/London",
            external_id,
            manager: None,
            ..person
        }
    };
    chosen.zip(&CAST).enumerate().map(employ).collect()
}
