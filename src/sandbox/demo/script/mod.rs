//! Plays a script into a tenant: every request through the tenant's own router, dated as the last hours up to now. All
//! of it is kept, or nothing; the tenant's own tokens, people, faults and (but for one story) mappings stay as they were.

mod stage;
mod stories;

use axum::{
    Router,
    body::to_bytes,
    http::{HeaderValue, header},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tower::ServiceExt as _;

use self::stage::{Beat, Sender, Spelling, Stage};
use super::{
    super::{
        PastFaults, Tenant,
        data::{Keep, broken},
        tokens,
    },
    ANSWER_LIMIT,
    call::{Call, Ids},
    id_in, moment, put_together,
};
use crate::domain::{
    attribute::{AttributeName, ENTERPRISE_USER},
    failure::{Failure, FailureKind},
    mapping::MappingRow,
    script::{Played, Script},
    secret::Secret,
};

/// How long before now the last request came.
const SINCE: u64 = 30_000;
/// For how long an expiring token had been accepted.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(90 * 24);
/// What every token of a script is called first.
const TOKEN_NAME: &str = "Rehearsal ";
/// The attribute of the mapping story, and the field where the tenant has no row for it.
const COST_CENTRE: (&str, &str) = ("costCenter", "costcentre");

/// Plays a script whose last request came a moment before `end`. `progress` hears how many requests of how many are
/// done.
///
/// # Errors
/// When the tenant's database fails, or `cancelled` says so; then nothing of it is kept.
pub async fn play_script(
    tenant: &Tenant,
    script: Script,
    end: Timestamp,
    mut progress: impl FnMut(usize, usize),
    cancelled: impl Fn() -> bool,
) -> Result<Played, Failure> {
    let mark = uuid::Uuid::new_v4().simple().to_string()[..8].to_owned();
    let stage = stories::tell(script, &mark);
    let (length, total) = stories::extent(&stage);
    let _turn = tenant.turn_to_play().await;
    let _alone = tenant.alone().await;
    let together = tenant.batch()?;
    let mut player = Player::new(tenant, &mark, &stage, before(end, length + SINCE)?)?;
    for beat in &stage.beats {
        if cancelled() {
            return Err(Failure::cancelled());
        }
        match beat {
            Beat::Send { call, sender } => {
                player.send(call, *sender).await?;
                progress(player.sent.len(), total);
                tokio::task::yield_now().await;
            }
            Beat::Map { at, spelling } => player.map(*at, *spelling)?,
        }
    }
    player.take_tokens_out()?;
    let played = player.played(script, mark, &stage);
    together.commit()?;
    Ok(played)
}

fn before(end: Timestamp, milliseconds: u64) -> Result<Timestamp, Failure> {
    let length = SignedDuration::from_millis(i64::try_from(milliseconds).unwrap_or_default());
    let start = end.checked_sub(length).map_err(|error| {
        let meaning = "Its end lies before the first time that the console can keep.";
        Failure::new(FailureKind::Invalid, "The script was not played", meaning, "Choose a later end.")
            .with_detail(error)
    })?;
    Ok(Timestamp::from_millisecond(start.as_millisecond()).unwrap_or(start))
}

struct Player<'t> {
    tenant: &'t Tenant,
    router: Router,
    start: Timestamp,
    /// Entra's tokens in order, then Okta's and that of the upload.
    tokens: Vec<(String, Secret)>,
    /// The mappings before the script.
    mappings: Vec<MappingRow>,
    ids: Ids,
    /// The number of each request in the log.
    sent: Vec<i64>,
    /// The places of those concerned, in the order of their first request.
    about: Vec<usize>,
}

impl<'t> Player<'t> {
    fn new(tenant: &'t Tenant, mark: &str, stage: &Stage, start: Timestamp) -> Result<Self, Failure> {
        let expires = stage.tokens.iter().any(Option::is_some);
        let add = |name: &str, from: Timestamp, end: Option<Timestamp>| {
            let (name, value) = (format!("{TOKEN_NAME}{mark}, {name}"), tokens::random());
            let added = tenant.data().session(Keep::Now, |session| tokens::add(session, &name, &value, from, end));
            added.map(|info| (info.id, value)).map_err(|error| broken(&error))
        };
        if expires {
            forget_expired(tenant)?;
        }
        let mut tokens = Vec::new();
        for end in &stage.tokens {
            let end = end.map(|end| moment(start, end));
            let issued = end.and_then(|end| end.checked_sub(TOKEN_LIFE).ok()).unwrap_or(start);
            tokens.push(add("Entra", issued, end)?);
        }
        tokens.push(add("Okta", start, None)?);
        tokens.push(add("upload", start, None)?);
        let mappings = tenant.data().look(|session| session.mappings()).map_err(|error| broken(&error))?.mappings;
        let (ids, sent, about) = (Ids::default(), Vec::new(), Vec::new());
        Ok(Self { tenant, router: tenant.router(), start, tokens, mappings, ids, sent, about })
    }

    async fn send(&mut self, call: &Call, sender: Sender) -> Result<(), Failure> {
        let token = match sender {
            Sender::Entra(place) => self.tokens.get(place),
            Sender::Okta => self.tokens.iter().rev().nth(1),
            Sender::Upload => self.tokens.last(),
        };
        let authorization = token.map_or_else(String::new, |(_, value)| format!("Bearer {}", value.expose()));
        let mut request =
            put_together(call, &self.ids, &authorization, moment(self.start, call.at)).map_err(stopped)?;
        request.extensions_mut().insert(PastFaults);
        if sender == Sender::Upload {
            request.headers_mut().insert(header::USER_AGENT, HeaderValue::from_static("csv-upload/1.0"));
        }
        let Ok(response) = self.router.clone().oneshot(request).await;
        let found = response.status().is_success();
        let bytes = to_bytes(response.into_body(), ANSWER_LIMIT).await.map_err(stopped)?;
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let newest = self.tenant.data().look(|session| session.newest_exchange());
        self.sent.push(newest.map_err(|error| broken(&error))?);
        let Some(number) = call.about else { return Ok(()) };
        if !self.about.contains(&number) {
            self.about.push(number);
        }
        if let (true, Some(id)) = (found, id_in(&answer)) {
            self.ids.learn(number, id);
        }
        Ok(())
    }

    /// Puts the mappings in force, unless they are already.
    fn map(&self, at: u64, spelling: Spelling) -> Result<(), Failure> {
        let rows = match spelling {
            Spelling::AsItWas => self.mappings.clone(),
            Spelling::Right => respelt(&self.mappings, COST_CENTRE.0),
            Spelling::Wrong => respelt(&self.mappings, &COST_CENTRE.0.to_lowercase()),
        };
        let at = moment(self.start, at);
        let kept = self.tenant.data().session(Keep::Now, |session| {
            if session.mappings()?.mappings == rows { Ok(()) } else { session.keep_mappings(&rows, at) }
        });
        kept.map_err(|error| broken(&error))
    }

    /// The expired token stays as evidence; nobody knows the others' values, so they would only be in the way.
    fn take_tokens_out(&self) -> Result<(), Failure> {
        for (id, _) in &self.tokens {
            let taken = self.tenant.data().session(Keep::Now, |session| {
                let token = session.whole_token(id)?;
                let stays = token.is_some_and(|token| token.info.expires_at.is_some());
                if stays { Ok(false) } else { session.remove_token(id) }
            });
            taken.map_err(|error| broken(&error))?;
        }
        Ok(())
    }

    fn played(&self, script: Script, mark: String, stage: &Stage) -> Played {
        let id = |number: Option<&i64>| format!("{:012}", number.copied().unwrap_or_default());
        let calls: Vec<u64> = stage
            .beats
            .iter()
            .filter_map(|beat| if let Beat::Send { call, .. } = beat { Some(call.at) } else { None })
            .collect();
        let at = |at: Option<&u64>| moment(self.start, at.copied().unwrap_or_default());
        Played {
            script,
            requests: self.sent.len() as u64,
            first: id(self.sent.first()),
            last: id(self.sent.last()),
            from: at(calls.first()),
            to: at(calls.last()),
            mark,
            people: self.about.iter().map(|number| stage.people[*number].user_name.clone()).collect(),
        }
    }
}

/// The rows with the one of the cost centre spelt so; it is added where there is none.
fn respelt(rows: &[MappingRow], name: &str) -> Vec<MappingRow> {
    let attribute = format!("{ENTERPRISE_USER}:{name}");
    let is_it = |row: &MappingRow| {
        AttributeName::parse(&row.attribute).is_ok_and(|name| name.short_name().eq_ignore_ascii_case(COST_CENTRE.0))
    };
    let mut rows = rows.to_vec();
    match rows.iter_mut().find(|row| is_it(row)) {
        Some(row) => row.attribute = attribute,
        None => rows.push(MappingRow { attribute, field: COST_CENTRE.1.to_owned() }),
    }
    rows
}

/// Takes out the expired token that an earlier run has left, so that they do not pile up.
fn forget_expired(tenant: &Tenant) -> Result<(), Failure> {
    let forgotten = tenant.data().session(Keep::Now, |session| {
        for token in session.tokens()? {
            let ours = token.name.strip_prefix(TOKEN_NAME).is_some_and(|rest| rest.ends_with(", Entra"));
            if ours && token.expires_at.is_some() {
                session.remove_token(&token.id)?;
            }
        }
        Ok(())
    });
    forgotten.map_err(|error| broken(&error))
}

fn stopped(error: impl std::fmt::Display) -> Failure {
    let meaning =
        "A request of it could not be put together or its answer not be read, so that nothing of it was kept.";
    Failure::new(FailureKind::Internal, "The script stopped", meaning, "Play it again, or another one.")
        .with_detail(error)
}
