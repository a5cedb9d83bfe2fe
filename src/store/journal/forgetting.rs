//! Forgetting: a profile, a person, what is older than a day, what is more than so many bytes. What is forgotten is gone
//! from the file and its write-ahead log to the last byte when the call comes back; it never touches another record.

use std::{collections::BTreeSet, fs, io, path::Path};

use jiff::Timestamp;
use regex::bytes::{Regex, RegexBuilder};
use rusqlite::{Connection, Result, TransactionBehavior, params};

use super::{
    Journal,
    append::put_segment,
    columns::Builder,
    line::Line,
    payload::Block,
    projection::{Projection, key, parts},
    settle,
    shared::standing,
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
/// Shorter names would be found in everything.
const SHORTEST_NAME: usize = 3;

impl Journal {
    /// Forgets everything of a profile, names included.
    ///
    /// # Errors
    /// When another window keeps writing or reading, or the file is damaged or read-only.
    pub fn remove_profile(&mut self, profile: &ProfileId) -> std::result::Result<(), Failure> {
        remove(&mut self.database.connection, profile)
            .map_err(|error| self.database.failure("The profile's requests could not be removed", &error))?;
        self.scrub()
    }

    /// Forgets every record of a profile that mentions a person: by one of these names or ids, by the resource ids that
    /// records of such a name carry, or by the addresses that records of such an id carry. A record mentions a name where
    /// it stands whole, in either case, in the line or in the bodies. The answer is how many were forgotten.
    ///
    /// # Errors
    /// When a name is too short to mean one person, another window keeps writing or reading, or the file is damaged or
    /// read-only.
    pub fn forget_person(&mut self, profile: &ProfileId, names: &[String]) -> std::result::Result<u64, Failure> {
        let names: BTreeSet<String> = names.iter().map(|name| name.trim().to_lowercase()).collect();
        if names.iter().any(|name| name.chars().count() < SHORTEST_NAME) {
            return Err(Failure::new(
                FailureKind::Invalid,
                WHAT,
                "A name of fewer than three letters is found in requests of many people.",
                "Give the whole userName, e-mail address or id.",
            ));
        }
        self.forget(profile, |projection, connection| mentioning(projection, connection, names))
    }

    /// Forgets a profile's records from before a moment. The answer is how many.
    ///
    /// # Errors
    /// When another window keeps writing or reading, or the file is damaged or read-only.
    pub fn forget_before(&mut self, profile: &ProfileId, moment: Timestamp) -> std::result::Result<u64, Failure> {
        let moment = moment.as_microsecond();
        self.forget(profile, |projection, _| {
            Ok(projection.order().iter().copied().take_while(|number| projection.at(*number) < moment).collect())
        })
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
                forgotten += self.forget(profile, |projection, _| {
                    Ok(projection.order().iter().copied().take_while(|number| projection.at(*number) < cut).collect())
                })?;
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
        which: impl FnOnce(&Projection, &Connection) -> Result<Vec<u32>>,
    ) -> std::result::Result<u64, Failure> {
        let forgotten = self.forget_some(profile, which).map_err(|error| self.database.failure(WHAT, &error))?;
        if forgotten > 0 {
            self.scrub()?;
        }
        Ok(forgotten)
    }

    fn forget_some(
        &mut self,
        profile: &ProfileId,
        which: impl FnOnce(&Projection, &Connection) -> Result<Vec<u32>>,
    ) -> Result<u64> {
        settle(&self.database.connection)?;
        let transaction = self.database.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let Some(standing) = standing(&transaction, profile)? else { return Ok(0) };
        let Some(current) = self.shared.current(profile)? else { return Ok(0) };
        let projection = current.read();
        let which = which(&projection, &transaction)?;
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
        Ok(which.len() as u64)
    }

    /// Takes from the files what is in no table any more.
    fn scrub(&mut self) -> std::result::Result<(), Failure> {
        self.known = None;
        let failed = |error: rusqlite::Error| self.database.failure(WHAT, &error);
        let connection = &self.database.connection;
        let give_back = || -> Result<()> {
            let mut pages = connection.prepare("PRAGMA incremental_vacuum")?;
            let mut freed = pages.query([])?;
            while freed.next()?.is_some() {}
            Ok(())
        };
        give_back().map_err(failed)?;
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

fn remove(connection: &mut Connection, profile: &ProfileId) -> Result<()> {
    settle(connection)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if let Some(standing) = standing(&transaction, profile)? {
        let keys = [key(standing.number, 0), key(standing.number, u32::MAX)];
        for table in ["segments", "blocks", "completions"] {
            transaction.execute(&format!("DELETE FROM {table} WHERE key BETWEEN ?1 AND ?2"), keys)?;
        }
        transaction.execute("DELETE FROM profiles WHERE number = ?1", [standing.number])?;
    }
    transaction.commit()
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
            let mut builder = Builder::default();
            for number in numbers.clone() {
                match self.projection.line(number)?.filter(|_| !self.is_gone(number)) {
                    Some(line) => builder.push(&line),
                    None => builder.push_gone(),
                }
            }
            let range = (numbers.start, numbers.end);
            put_segment(self.connection, self.projection.number, range, self.change, &builder.finish())?;
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

fn keys(connection: &Connection, table: &str, within: [i64; 2]) -> Result<Vec<i64>> {
    let mut select =
        connection.prepare(&format!("SELECT key FROM {table} WHERE key BETWEEN ?1 AND ?2 ORDER BY key"))?;
    select.query_map(within, |row| row.get(0))?.collect()
}

/// The records that mention one of these names, in their line or in what stands behind it.
fn mentioning(projection: &Projection, connection: &Connection, mut names: BTreeSet<String>) -> Result<Vec<u32>> {
    gather(projection, &mut names);
    let Some(names) = finder(&names) else { return Ok(Vec::new()) };
    let mut found = BTreeSet::new();
    for number in projection.order() {
        if projection.line(*number)?.is_some_and(|line| line_mentions(&line, &names)) {
            found.insert(*number);
        }
    }
    let whole = [key(projection.number, 0), key(projection.number, u32::MAX)];
    for table in ["blocks", "completions"] {
        let mut select = connection.prepare(&format!("SELECT key, body FROM {table} WHERE key BETWEEN ?1 AND ?2"))?;
        let mut rows = select.query(whole)?;
        while let Some(row) = rows.next()? {
            let (_, first) = parts(row.get(0)?);
            let block = Block::unpack(row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
            let mentioned = (first..).zip(block.payloads()).filter(|(_, json)| is_mentioned(json, &names));
            found.extend(mentioned.map(|(number, _)| number).filter(|number| projection.find(*number).is_some()));
        }
    }
    Ok(found.into_iter().collect())
}

/// Adds the ids that records of these names carry, and the addresses that records of these ids carry. A display name is
/// not added: two people may have the same.
fn gather(projection: &Projection, names: &mut BTreeSet<String>) {
    loop {
        let before = names.len();
        for chunk in projection.chunks().iter().flatten() {
            for (user, resource) in chunk.user.iter().zip(&chunk.resource) {
                let (user, id) = (projection.texts.folded(*user), projection.texts.folded(*resource));
                if id.chars().count() >= SHORTEST_NAME && names.contains(user) && !names.contains(id) {
                    names.insert(id.to_owned());
                }
                if user.contains('@') && names.contains(id) && !names.contains(user) {
                    names.insert(user.to_owned());
                }
            }
        }
        if names.len() == before {
            return;
        }
    }
}

/// Finds any of the names, in either case, also as JSON and addresses write them; `None` without any.
fn finder(names: &BTreeSet<String>) -> Option<Regex> {
    let written = names.iter().flat_map(|name| {
        let quoted = serde_json::to_string(name).unwrap_or_default();
        let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
        [name.clone(), quoted.trim_matches('"').to_owned(), encoded]
    });
    let any: BTreeSet<String> = written.filter(|name| !name.is_empty()).map(|name| regex::escape(&name)).collect();
    if any.is_empty() {
        return None;
    }
    RegexBuilder::new(&any.into_iter().collect::<Vec<_>>().join("|")).case_insensitive(true).build().ok()
}

fn line_mentions(line: &Line, names: &Regex) -> bool {
    let summary = &line.summary;
    let some = [&summary.user, &summary.resource_id, &summary.detail].into_iter().flatten();
    some.chain([&summary.id, &summary.path]).any(|text| is_mentioned(text.as_bytes(), names))
}

/// Whether one of the names stands in a text as a whole: `ann@acme.example` is not in `joann@acme.example`.
fn is_mentioned(text: &[u8], names: &Regex) -> bool {
    let mut from = 0;
    while let Some(found) = names.find_at(text, from) {
        let before = &text[..found.start()];
        let encoded = before.len() >= 3
            && before[before.len() - 3] == b'%'
            && before[before.len() - 2..].iter().all(u8::is_ascii_hexdigit);
        let escaped = before.len() >= 2 && before[before.len() - 2] == b'\\';
        let begins = encoded || escaped || before.last().is_none_or(|byte| !is_part_of_name(*byte) && *byte != b'.');
        let ends = match &text[found.end()..] {
            [] => true,
            // A full stop ends a sentence, or goes on with a longer name.
            [b'.', next, ..] => !is_part_of_name(*next),
            [next, ..] => !is_part_of_name(*next),
        };
        if begins && ends {
            return true;
        }
        from = found.start() + 1;
    }
    false
}

const fn is_part_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'_' | b'-' | b'+')
}
