//! The projections of a journal file, one a profile, shared by all connections of a process to it.
//! They are brought up to date from the file before a question is answered, whoever wrote to it, and by nothing else.

use std::{
    collections::{BTreeMap, HashMap},
    mem,
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use rusqlite::{Connection, OptionalExtension as _, Result, Row, params};

use super::{
    causes::Causes,
    columns::Segment,
    projection::{Projection, key, parts},
    questions::Questions,
    settling::Settler,
};
use crate::{
    domain::{failure::Failure, profile::ProfileId},
    store::{
        codes::unsigned,
        database::{Database, DatabaseName},
    },
};

/// So many texts are taken in at once: about a millisecond.
const SOME_TEXTS: usize = 1 << 12;

/// What the connections of a process share.
pub(super) struct Shared {
    /// A connection of its own: a question that is stopped must not stop what all others wait for.
    loader: Mutex<Database>,
    loaded: RwLock<HashMap<ProfileId, Arc<Loaded>>>,
    pub(super) questions: Questions,
    pub(super) settler: Settler,
    pub(super) causes: RwLock<HashMap<ProfileId, Arc<Causes>>>,
    pub(super) completions: AtomicU64,
    /// How the file stood when somebody last looked what others had written.
    seen: Mutex<BTreeMap<ProfileId, Seen>>,
    /// How many here write, who take in what they wrote before they are done.
    writing: AtomicUsize,
}

/// Somebody writes, until this is dropped.
pub(super) struct Writing<'w>(&'w AtomicUsize);

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
    }
}

/// One profile's lines. They are locked for writing only while what was read from the file is taken in.
pub(super) struct Loaded(RwLock<Projection>);

impl Loaded {
    pub(super) fn read(&self) -> RwLockReadGuard<'_, Projection> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Projection> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes segments in. Their texts go first, some at a time, so that a question never waits for all of them.
    fn take_in(&self, segments: &[(u32, Segment)], standing: &Standing, give_way: &dyn Fn()) {
        let texts: Vec<Vec<u32>> = segments
            .iter()
            .map(|(_, segment)| {
                let (mut texts, mut numbers) = (segment.texts.iter(), vec![0]);
                while texts.len() > 0 {
                    give_way();
                    self.write().intern(texts.by_ref().take(SOME_TEXTS), &mut numbers);
                }
                numbers
            })
            .collect();
        give_way();
        let mut projection = self.write();
        let before = projection.len();
        for ((first, segment), texts) in segments.iter().zip(&texts) {
            projection.take_in(*first, segment, texts);
        }
        projection.set_in_order(before);
        (projection.change, projection.next) = (standing.change, standing.next);
    }
}

/// Where a profile's journal stands.
pub(super) struct Standing {
    pub(super) number: i64,
    pub(super) records: i64,
    pub(super) next: u32,
    pub(super) change: i64,
    pub(super) epoch: i64,
}

impl Standing {
    fn read(row: &Row<'_>) -> Result<Self> {
        let (number, records, next) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Self { number, records, next, change: row.get(3)?, epoch: row.get(4)? })
    }
}

/// What shows that a profile's journal was written to.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) epoch: i64,
    pub(super) change: i64,
    pub(super) records: u64,
}

/// What another window has written of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// Whose.
    pub profile: ProfileId,
    /// How many lines came.
    pub added: u64,
    /// Whether lines were forgotten.
    pub forgot: bool,
}

impl Seen {
    pub(super) fn of(standing: &Standing) -> Self {
        Self { epoch: standing.epoch, change: standing.change, records: unsigned(standing.records) }
    }
}

fn standings(connection: &Connection) -> Result<BTreeMap<ProfileId, Seen>> {
    let mut all = connection.prepare_cached("SELECT number, records, next, change, epoch, id FROM profiles")?;
    all.query_map([], |row| Ok((ProfileId(row.get(5)?), Seen::of(&Standing::read(row)?))))?.collect()
}

/// Where a profile's journal stands; `None` where nothing of it was ever recorded.
pub(super) fn standing(connection: &Connection, profile: &ProfileId) -> Result<Option<Standing>> {
    let mut find =
        connection.prepare_cached("SELECT number, records, next, change, epoch FROM profiles WHERE id = ?1")?;
    find.query_row([&profile.0], Standing::read).optional()
}

impl Shared {
    pub(super) fn open(dir: &Path) -> std::result::Result<Self, Failure> {
        let database = Database::open(dir, DatabaseName::Journal, &super::schemas())?;
        // What cannot be read is told to whoever asks for it.
        let seen = Mutex::new(standings(&database.connection).unwrap_or_default());
        let (loader, loaded, causes) = (Mutex::new(database), RwLock::default(), RwLock::default());
        Ok(Self {
            loader,
            loaded,
            questions: Questions::default(),
            settler: Settler::default(),
            causes,
            completions: AtomicU64::new(0),
            seen,
            writing: AtomicUsize::new(0),
        })
    }

    /// A profile's lines as the file holds them now, or, while somebody here writes or brings them up to date, as they
    /// were before: whoever has written waits for that, so what was written here is always among them.
    pub(super) fn at_hand(&self, profile: &ProfileId) -> Result<Option<Arc<Loaded>>> {
        let is_changing = || self.is_written() || matches!(self.loader.try_lock(), Err(TryLockError::WouldBlock));
        match self.loaded(profile).filter(|_| is_changing()) {
            Some(loaded) => Ok(Some(loaded)),
            None => self.current(profile),
        }
    }

    /// Whether somebody here writes, who takes in what he wrote himself.
    pub(super) fn is_written(&self) -> bool {
        self.writing.load(Ordering::Acquire) > 0
    }

    /// What others have written since this was last asked.
    pub(super) fn changed_elsewhere(&self, connection: &Connection) -> Result<Vec<Elsewhere>> {
        let mut seen = self.seen();
        let now = standings(connection)?;
        // What is written here meanwhile may be among it; the next time tells.
        if self.is_written() {
            return Ok(Vec::new());
        }
        let before = mem::replace(&mut *seen, now);
        let changed = seen.iter().filter(|(profile, now)| before.get(profile) != Some(now)).map(|(profile, now)| {
            let before = before.get(profile);
            Elsewhere {
                profile: profile.clone(),
                added: now.records.saturating_sub(before.map_or(0, |before| before.records)),
                forgot: before.is_some_and(|before| before.epoch != now.epoch),
            }
        });
        let gone = before.keys().filter(|profile| !seen.contains_key(profile));
        let gone = gone.map(|profile| Elsewhere { profile: profile.clone(), added: 0, forgot: true });
        Ok(changed.chain(gone).collect())
    }

    /// What was written to a profile here, from where it stood before to where it stands now, is nothing that others have
    /// written; what they had written before still is.
    pub(super) fn wrote(&self, profile: &ProfileId, before: Seen, after: Option<Seen>) {
        let mut seen = self.seen();
        let known = seen.get(profile).copied().unwrap_or_default();
        let after = after.map(|after| match known == before {
            true => after,
            false => {
                let grown = after.records.cast_signed() - before.records.cast_signed();
                Seen { records: known.records.saturating_add_signed(grown), ..known }
            }
        });
        match after {
            Some(after) => seen.insert(profile.clone(), after),
            None => seen.remove(profile),
        };
    }

    fn seen(&self) -> MutexGuard<'_, BTreeMap<ProfileId, Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that somebody writes.
    pub(super) fn writing(&self) -> Writing<'_> {
        self.writing.fetch_add(1, Ordering::Release);
        Writing(&self.writing)
    }

    /// The same, after something was forgotten: where it cannot be read now, nobody is answered from what is gone.
    pub(super) fn current_or_none(&self, profile: &ProfileId) {
        if self.current(profile).is_err() {
            self.loaded.write().unwrap_or_else(PoisonError::into_inner).remove(profile);
        }
    }

    fn loaded(&self, profile: &ProfileId) -> Option<Arc<Loaded>> {
        self.loaded.read().unwrap_or_else(PoisonError::into_inner).get(profile).cloned()
    }

    /// A profile's lines as the file holds them now; `None` where nothing of it was ever recorded.
    pub(super) fn current(&self, profile: &ProfileId) -> Result<Option<Arc<Loaded>>> {
        self.brought_up_to_date(profile, &|| {})
    }

    /// The same for whoever has written: questions go first.
    pub(super) fn current_giving_way(&self, profile: &ProfileId) -> Result<Option<Arc<Loaded>>> {
        self.brought_up_to_date(profile, &|| self.questions.let_pass())
    }

    fn brought_up_to_date(&self, profile: &ProfileId, give_way: &dyn Fn()) -> Result<Option<Arc<Loaded>>> {
        let loader = self.loader.lock().unwrap_or_else(PoisonError::into_inner);
        // One snapshot for all that is read.
        let transaction = loader.connection.unchecked_transaction()?;
        let current = self.catch_up(&transaction, profile, give_way)?;
        transaction.finish()?;
        Ok(current)
    }

    /// The profile of a number.
    pub(super) fn profile(&self, number: i64) -> Result<Option<ProfileId>> {
        let loader = self.loader.lock().unwrap_or_else(PoisonError::into_inner);
        let mut find = loader.connection.prepare_cached("SELECT id FROM profiles WHERE number = ?1")?;
        find.query_row([number], |row| row.get(0).map(ProfileId)).optional()
    }

    /// Every profile that something was recorded of.
    pub(super) fn profiles(&self) -> Result<Vec<ProfileId>> {
        let loader = self.loader.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = loader.connection.prepare_cached("SELECT id FROM profiles ORDER BY number")?;
        all.query_map([], |row| row.get(0).map(ProfileId))?.collect()
    }

    fn catch_up(
        &self,
        connection: &Connection,
        profile: &ProfileId,
        give_way: &dyn Fn(),
    ) -> Result<Option<Arc<Loaded>>> {
        let known = self.loaded(profile);
        let Some(standing) = standing(connection, profile)? else {
            self.loaded.write().unwrap_or_else(PoisonError::into_inner).remove(profile);
            return Ok(None);
        };
        let holds = |loaded: &Arc<Loaded>| {
            let projection = loaded.read();
            (projection.number, projection.epoch) == (standing.number, standing.epoch)
        };
        if let Some(known) = known.filter(holds) {
            let seen = known.read().change;
            if seen != standing.change {
                let mut gained = Vec::new();
                each_segment(connection, standing.number, seen, |first, segment| {
                    gained.push((first, segment));
                    give_way();
                })?;
                known.take_in(&gained, &standing, give_way);
            }
            return Ok(Some(known));
        }
        let mut projection = Projection::new(standing.number, standing.epoch);
        each_segment(connection, standing.number, -1, |first, segment| {
            let mut texts = vec![0];
            projection.intern(segment.texts.iter(), &mut texts);
            projection.take_in(first, &segment, &texts);
        })?;
        projection.set_in_order(0);
        (projection.change, projection.next) = (standing.change, standing.next);
        let loaded = Arc::new(Loaded(RwLock::new(projection)));
        self.loaded.write().unwrap_or_else(PoisonError::into_inner).insert(profile.clone(), loaded.clone());
        Ok(Some(loaded))
    }
}

fn each_segment(connection: &Connection, profile: i64, since: i64, mut take: impl FnMut(u32, Segment)) -> Result<()> {
    let mut select = connection
        .prepare_cached("SELECT key, columns FROM segments WHERE key BETWEEN ?1 AND ?2 AND change > ?3 ORDER BY key")?;
    let mut rows = select.query(params![key(profile, 0), key(profile, u32::MAX), since])?;
    while let Some(row) = rows.next()? {
        let (_, first) = parts(row.get(0)?);
        take(first, Segment::unpack(row.get_ref(1)?.as_blob()?)?);
    }
    Ok(())
}
