//! Forgetting: a profile, some of its records, what is older than a day, what is more than so many bytes. What is forgotten is gone
//! from the file and its write-ahead log to the last byte when the call comes back; it never touches another record.

use std::{collections::BTreeSet, fs, io, path::Path};

use jiff::Timestamp;
use rusqlite::{Connection, Result, TransactionBehavior, params};

use super::{
    Journal,
    append::put_segments,
    payload::Block,
    projection::{Projection, key, parts},
    settle,
    shared::{Seen, standing},
};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        profile::ProfileId,
    },
    store::{
        DatabaseName,
        codes::{signed, unsigned},
        fault,
    },
};

const WHAT: &str = "The requests could not be forgotten";

impl Journal {
    /// Forgets everything of a profile, names included.
    ///
    /// # Errors
    /// When another window keeps writing or reading, or the file is damaged or read-only.
    pub fn remove_profile(&mut self, profile: &ProfileId) -> std::result::Result<(), Failure> {
        self.shared.settler.wait();
        let before = remove(&mut self.database.connection, profile)
            .map_err(|error| self.database.failure("The profile's requests could not be removed", &error))?;
        // Nobody is to be answered from what is gone.
        self.shared.wrote(profile, before, None);
        self.shared.current_or_none(profile);
        self.scrub()
    }

    /// Forgets some records of a profile, by key; a key of another profile or of none is passed over. The answer is how
    /// many.
    ///
    /// # Errors
    /// When another window keeps writing or reading, or the file is damaged or read-only.
    pub fn forget_records(&mut self, profile: &ProfileId, keys: &[i64]) -> std::result::Result<u64, Failure> {
        self.forget(profile, |projection| {
            let own = keys.iter().map(|key| parts(*key)).filter(|(profile, _)| *profile == projection.number);
            own.map(|(_, number)| number).filter(|number| projection.find(*number).is_some()).collect()
        })
    }

    /// Forgets a profile's records from before a moment. The answer is how many.
    ///
    /// # Errors
    /// When another window keeps writing or reading, or the file is damaged or read-only.
    pub fn forget_before(&mut self, profile: &ProfileId, moment: Timestamp) -> std::result::Result<u64, Failure> {
        let moment = moment.as_microsecond();
        self.forget(profile, |projection| before(projection, moment))
    }

    /// How many records of a profile are from before a moment.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn count_before(&self, profile: &ProfileId, moment: Timestamp) -> std::result::Result<u64, Failure> {
        let moment = moment.as_microsecond();
        self.ask(profile, |projection, _| Ok(projection.map_or(0, |lines| before(lines, moment).len() as u64)))
    }

    /// Forgets the oldest records, of whatever profile, until the file is no larger than so many bytes. The answer is
    /// how many.
    ///
    /// # Errors
    /// When another window keeps writing or reading, or the file is damaged or read-only.
    pub fn shrink_to(&mut self, bytes: u64) -> std::result::Result<u64, Failure> {
        let mut forgotten = 0;
        // A guess by the mean size of a record, then closer ones.
        for _ in 0..8 {
            let size = self.size()?;
            if size <= bytes {
                break;
            }
            let mut times = Vec::new();
            let profiles = self.shared.profiles().map_err(|error| self.unread(&error))?;
            for profile in &profiles {
                times.extend(self.ask(profile, |projection, _| {
                    let times = |lines: &Projection| lines.order().iter().map(|number| lines.at(*number)).collect();
                    Ok(projection.map(times).unwrap_or_else(Vec::new))
                })?);
            }
            let excess = u128::from(size - bytes) * times.len() as u128 / u128::from(size.max(1));
            let last = usize::try_from(excess).unwrap_or(usize::MAX).min(times.len().saturating_sub(1));
            if times.is_empty() {
                break;
            }
            let (_, cut, _) = times.select_nth_unstable(last);
            let cut = cut.saturating_add(1);
            for profile in &profiles {
                forgotten += self.forget(profile, |projection| before(projection, cut))?;
            }
        }
        Ok(forgotten)
    }

    /// How large the file is, bytes, without what still stands in the write-ahead log.
    ///
    /// # Errors
    /// When the file is damaged or the call was interrupted.
    pub fn size(&self) -> std::result::Result<u64, Failure> {
        self.read(|connection| {
            let number = |name| connection.pragma_query_value(None, name, |row| row.get(0).map(unsigned));
            Ok(number("page_count")? * number("page_size")?)
        })
    }

    fn forget(
        &mut self,
        profile: &ProfileId,
        which: impl FnOnce(&Projection) -> BTreeSet<u32>,
    ) -> std::result::Result<u64, Failure> {
        let forgotten = self.forget_some(profile, which).map_err(|error| self.database.failure(WHAT, &error))?;
        if forgotten > 0 {
            // Nobody is to be answered from what is gone.
            self.shared.current_or_none(profile);
            self.scrub()?;
        }
        Ok(forgotten)
    }

    fn forget_some(&mut self, profile: &ProfileId, which: impl FnOnce(&Projection) -> BTreeSet<u32>) -> Result<u64> {
        settle(&self.database.connection)?;
        self.shared.settler.wait();
        self.database.commit_to_disk(true)?;
        let transaction = self.database.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let Some(standing) = standing(&transaction, profile)? else { return Ok(0) };
        let Some(current) = self.shared.current(profile)? else { return Ok(0) };
        let projection = current.read();
        let which = which(&projection);
        let mut gone = vec![false; standing.next as usize];
        for number in &which {
            if let Some(gone) = gone.get_mut(*number as usize) {
                *gone = true;
            }
        }
        if which.is_empty() {
            return Ok(0);
        }
        let forget = Forget { connection: &transaction, projection: &projection, gone, change: standing.change + 1 };
        forget.segments()?;
        forget.payloads()?;
        transaction.execute(
            "UPDATE profiles SET records = records - ?2, change = ?3, epoch = epoch + 1 WHERE number = ?1",
            params![standing.number, signed(which.len() as u64), standing.change + 1],
        )?;
        drop(projection);
        transaction.commit()?;
        let before = Seen::of(&standing);
        let records = before.records.saturating_sub(which.len() as u64);
        let after = Seen { epoch: standing.epoch + 1, change: standing.change + 1, records };
        self.shared.wrote(profile, before, Some(after));
        Ok(which.len() as u64)
    }

    /// Takes from the files what is in no table any more.
    fn scrub(&mut self) -> std::result::Result<(), Failure> {
        self.known.clear();
        let failed = |error: rusqlite::Error| self.database.failure(WHAT, &error);
        let connection = &self.database.connection;
        let give_back = || -> Result<()> {
            let mut pages = connection.prepare("PRAGMA incremental_vacuum")?;
            let mut freed = pages.query([])?;
            while freed.next()?.is_some() {}
            Ok(())
        };
        give_back().map_err(failed)?;
        self.shared.settler.wait();
        let busy: i64 =
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).map_err(failed)?;
        if busy != 0 {
            return Err(Failure::new(
                FailureKind::DatabaseBusy,
                "The forgotten requests still stand in the journal's log",
                "They are not shown any more, but another window was reading and kept the log from being emptied.",
                "Close the other window, then try again.",
            ));
        }
        remove_copies(&self.dir).map_err(|error| fault::of_io(DatabaseName::Journal, WHAT, &error))
    }
}

/// Copies that were made before a change of the schema hold what was forgotten too.
fn remove_copies(dir: &Path) -> io::Result<()> {
    let stem = format!("{}.", DatabaseName::Journal.file_name());
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.strip_prefix(&stem).is_some_and(|rest| rest.contains("backup")) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Takes a profile out of all tables; gives how it stood.
fn remove(connection: &mut Connection, profile: &ProfileId) -> Result<Seen> {
    settle(connection)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let standing = standing(&transaction, profile)?;
    if let Some(standing) = &standing {
        let keys = [key(standing.number, 0), key(standing.number, u32::MAX)];
        for table in ["segments", "blocks", "completions"] {
            transaction.execute(&format!("DELETE FROM {table} WHERE key BETWEEN ?1 AND ?2"), keys)?;
        }
        transaction.execute("DELETE FROM profiles WHERE number = ?1", [standing.number])?;
    }
    transaction.commit()?;
    Ok(standing.as_ref().map(Seen::of).unwrap_or_default())
}

/// Takes some records out of one profile's tables.
struct Forget<'c> {
    connection: &'c Connection,
    projection: &'c Projection,
    /// By number.
    gone: Vec<bool>,
    change: i64,
}

impl Forget<'_> {
    fn is_gone(&self, number: u32) -> bool {
        self.gone.get(number as usize).copied().unwrap_or(false)
    }

    /// Segments that hold one of them are written anew, without.
    fn segments(&self) -> Result<()> {
        for (first, count) in self.projection.segments() {
            let numbers = *first..first + count;
            if !numbers.clone().any(|number| self.is_gone(number)) {
                continue;
            }
            put_segments(self.connection, self.projection.number, numbers, self.change, |number, builder| {
                match self.projection.line(number)?.filter(|_| !self.is_gone(number)) {
                    Some(line) => builder.push(&line),
                    None => builder.push_gone(),
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn payloads(&self) -> Result<()> {
        let profile = self.projection.number;
        let whole = [key(profile, 0), key(profile, u32::MAX)];
        for key in keys(self.connection, "completions", whole)? {
            if self.is_gone(parts(key).1) {
                self.connection.execute("DELETE FROM completions WHERE key = ?1", [key])?;
            }
        }
        let blocks = keys(self.connection, "blocks", whole)?;
        for (at, block) in blocks.iter().enumerate() {
            let first = parts(*block).1;
            let end = blocks.get(at + 1).map_or(self.projection.next, |next| parts(*next).1);
            let left = |number: u32| !self.is_gone(number) && self.projection.find(number).is_some();
            if !(first..end).any(|number| self.is_gone(number)) {
                continue;
            }
            if (first..end).any(left) {
                self.thin_out(*block, first)?;
            } else {
                self.connection.execute("DELETE FROM blocks WHERE key = ?1", [block])?;
            }
        }
        Ok(())
    }

    /// Takes the records out of a block that holds others too.
    fn thin_out(&self, key: i64, first: u32) -> Result<()> {
        let body: Vec<u8> =
            self.connection.query_row("SELECT body FROM blocks WHERE key = ?1", [key], |row| row.get(0))?;
        let mut rest = Block::default();
        for (number, json) in (first..).zip(Block::unpack(&body)?.payloads()) {
            rest.push(if self.is_gone(number) { &[] } else { json });
        }
        match rest.pack()? {
            Some(body) => self.connection.execute("UPDATE blocks SET body = ?2 WHERE key = ?1", params![key, body])?,
            None => self.connection.execute("DELETE FROM blocks WHERE key = ?1", [key])?,
        };
        Ok(())
    }
}

/// The numbers of what is older than a moment, microseconds.
fn before(projection: &Projection, moment: i64) -> BTreeSet<u32> {
    projection.order().iter().copied().take_while(|number| projection.at(*number) < moment).collect()
}

fn keys(connection: &Connection, table: &str, within: [i64; 2]) -> Result<Vec<i64>> {
    let mut select =
        connection.prepare(&format!("SELECT key FROM {table} WHERE key BETWEEN ?1 AND ?2 ORDER BY key"))?;
    select.query_map(within, |row| row.get(0))?.collect()
}
