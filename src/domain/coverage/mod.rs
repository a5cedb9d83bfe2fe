//! Received but unmapped, mapped but never received: every attribute of a tenant's requests held against a set of
//! mappings. A pure rule over what was counted; it never reads a log and never corrects a name.

mod received;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

pub use received::{Received, Recorded, SETTING, Sighting};

use super::{
    attribute::{AttributeName, DEFAULTS, DefaultAttribute, ENTERPRISE_USER, MAPPABLE_EXTENSION},
    landing::{default_named, land, shown},
    mapping::MappingRow,
};

/// How an attribute stands; what needs action comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It is sent, and nothing maps it.
    Unmapped,
    /// It is sent in another casing than the mapping's, or than the guide allows.
    CasingDiffers,
    /// It is sent in the other of two spellings (organization, organisation).
    SpellingDiffers,
    /// It is sent and mapped, and still no value can land.
    NotAllowed,
    /// It is sent and mapped, and never has a value.
    AlwaysEmpty,
    /// It is mapped, and no request carried it.
    NeverReceived,
    /// It is sent and mapped, and lands in a part of the requests only.
    LandsInPart,
    /// It is sent, mapped, and lands.
    Lands,
}

impl Standing {
    /// Every standing, in the order of the table.
    pub const ALL: [Self; 8] = [
        Self::Unmapped,
        Self::CasingDiffers,
        Self::SpellingDiffers,
        Self::NotAllowed,
        Self::AlwaysEmpty,
        Self::NeverReceived,
        Self::LandsInPart,
        Self::Lands,
    ];

    /// The words on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Unmapped => "Not mapped",
            Self::CasingDiffers => "Case differs",
            Self::SpellingDiffers => "Spelling differs",
            Self::NotAllowed => "Not allowed",
            Self::AlwaysEmpty => "Always empty",
            Self::NeverReceived => "Never received",
            Self::LandsInPart => "Lands in part",
            Self::Lands => "Lands",
        }
    }

    /// What it means and who can change it, in one or two sentences.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Unmapped => "The directory sends it, and nothing maps it, so its value is dropped.",
            Self::CasingDiffers => {
                "Thrive matches exact names, so the value is dropped. Change the mapping to what is sent, or what is sent \
                 to the mapping."
            }
            Self::SpellingDiffers => {
                "The guide writes organisation, the directory organization. Ask which one this tenant stores before \
                 either is changed."
            }
            Self::NotAllowed => {
                "It is mapped, but from the enterprise extension Thrive’s guide allows only employeeNumber, costCenter, \
                 organisation, division and department."
            }
            Self::AlwaysEmpty => {
                "It arrives, but never with a value. The field is blank in the directory, or its own mapping gives nothing."
            }
            Self::NeverReceived => {
                "No request that was counted carried it. Most often its mapping is missing in the directory, or provisioning was \
                 not restarted."
            }
            Self::LandsInPart => {
                "Its value lands, but some requests carried it without a value, which leaves the field as it is or empties it."
            }
            Self::Lands => "It is sent under the mapped name, and its value lands.",
        }
    }

    /// Whether somebody has to do something.
    #[must_use]
    pub const fn needs_action(self) -> bool {
        !matches!(self, Self::Lands | Self::LandsInPart)
    }
}

/// A reason and how often it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Why, in one sentence.
    pub reason: String,
    /// How often.
    pub count: u64,
}

/// One attribute, received or mapped or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CoverageRow {
    /// Its full name as sent; as mapped where it was never received.
    pub attribute: String,
    /// How it stands.
    pub standing: Standing,
    /// Whether it is one of the nine defaults, which nobody has to map.
    pub built_in: bool,
    /// The name that is mapped, where only letters differ, or the one the guide allows.
    pub meant: Option<String>,
    /// The custom field ref, or the profile field of a default.
    pub field: Option<String>,
    /// In how many requests.
    pub seen: u64,
    /// In how many of them without a value.
    pub empty: u64,
    /// When last.
    pub last_seen: Option<Timestamp>,
    /// In how many requests its value lands with these mappings.
    pub landed: u64,
    /// In how many it is dropped with these mappings, and why.
    pub dropped: Option<Reason>,
    /// How often it landed by the tenant's own log, at the time.
    pub recorded_landed: u64,
    /// How often it was dropped by the tenant's own log, at the time, commonest reason first.
    pub recorded_dropped: Vec<Reason>,
    /// Values as they were sent, for the screen only: copies and exports leave them out.
    #[serde(skip)]
    pub examples: Vec<String>,
}

impl CoverageRow {
    /// The row as JSON, with its examples only where they are asked for.
    #[must_use]
    pub fn to_json(&self, with_examples: bool) -> Value {
        let mut row = serde_json::to_value(self).unwrap_or_default();
        if let (true, Some(members)) = (with_examples, row.as_object_mut()) {
            members.insert("examples".to_owned(), json!(self.examples));
        }
        row
    }
}

/// Holds what was received against mappings: what needs action first, then by how often it was received.
#[must_use]
pub fn coverage(received: &Received, mappings: &[MappingRow]) -> Vec<CoverageRow> {
    let names: Vec<(AttributeName, &MappingRow)> =
        mappings.iter().filter_map(|row| Some((AttributeName::parse(&row.attribute).ok()?, row))).collect();
    let mut rows: Vec<CoverageRow> =
        received.sightings().map(|sighting| of_sighting(sighting, &names, mappings)).collect();
    // Where no body was seen, nothing is known of what was not in it.
    if received.requests > 0 {
        rows.extend(never_received(&received.short_names(), &names));
        rows.extend(absent_defaults(received));
    }
    rows.sort_by(|a, b| {
        let key = |row: &CoverageRow| (row.standing, row.built_in, std::cmp::Reverse(row.seen));
        key(a).cmp(&key(b)).then_with(|| a.attribute.cmp(&b.attribute))
    });
    rows
}

/// How many rows there are of each standing, in the order of the table; those of the nine defaults do not ask for action.
#[must_use]
pub fn tally(rows: &[CoverageRow]) -> BTreeMap<Standing, usize> {
    let mut tally = BTreeMap::new();
    for row in rows.iter().filter(|row| !row.built_in || !row.standing.needs_action()) {
        *tally.entry(row.standing).or_default() += 1;
    }
    tally
}

fn of_sighting(sighting: &Sighting, names: &[(AttributeName, &MappingRow)], rows: &[MappingRow]) -> CoverageRow {
    let name = &sighting.name;
    // A name always meets the same fate, so one value stands for all.
    let fate = land(&[(name.clone(), json!("x"))], rows);
    let lands = fate.landed.first();
    let with_value = sighting.seen - sighting.empty;
    let exact = mapped(names, |other| other == name.short_name()).map(|(_, field)| field);
    let near = near(name, names).filter(|_| lands.is_none());
    let standing = match (lands, with_value, &near) {
        (Some(_), 0, _) => Standing::AlwaysEmpty,
        (Some(_), ..) if sighting.empty > 0 => Standing::LandsInPart,
        (Some(_), ..) => Standing::Lands,
        (None, _, Some(near)) if near.spelling => Standing::SpellingDiffers,
        (None, _, Some(_)) => Standing::CasingDiffers,
        (None, _, None) if exact.is_some() => Standing::NotAllowed,
        (None, _, None) => Standing::Unmapped,
    };
    let field = match (lands, &near) {
        (Some(landed), _) => Some(landed.field.clone()),
        (None, Some(near)) => near.field.clone(),
        (None, None) => exact,
    };
    let reason = fate.dropped.first().filter(|_| with_value > 0);
    CoverageRow {
        attribute: name.to_string(),
        standing,
        built_in: default_named(name).is_some(),
        meant: near.map(|near| near.name),
        field: field.filter(|field| !field.is_empty()),
        seen: sighting.seen,
        empty: sighting.empty,
        last_seen: Some(sighting.last),
        landed: if lands.is_some() { with_value } else { 0 },
        dropped: reason.map(|dropped| Reason { reason: dropped.reason.clone(), count: with_value }),
        recorded_landed: sighting.recorded.landed,
        recorded_dropped: commonest_first(&sighting.recorded.dropped),
        examples: sighting.examples.clone(),
    }
}

/// A name that a dropped one was probably meant to be.
struct Near {
    name: String,
    field: Option<String>,
    spelling: bool,
}

/// A mapping by its short name: its own name and its field.
fn mapped(names: &[(AttributeName, &MappingRow)], wanted: impl Fn(&str) -> bool) -> Option<(String, String)> {
    names.iter().find(|(name, _)| wanted(name.short_name())).map(|(name, row)| (shown(name), row.field.clone()))
}

/// The mapping, or the guide's own name, that a dropped name differs from in the case of its letters or its spelling.
fn near(name: &AttributeName, names: &[(AttributeName, &MappingRow)]) -> Option<Near> {
    let short = name.short_name();
    let in_extension = name.schema().eq_ignore_ascii_case(ENTERPRISE_USER);
    let exact = mapped(names, |other| other == short);
    let british = mapped(names, |other| other.eq_ignore_ascii_case("organisation"));
    if short.eq_ignore_ascii_case("organization") && (in_extension || british.is_some()) {
        let field = british.as_ref().or(exact.as_ref()).map(|(_, field)| field.clone());
        let name = british.map_or_else(|| "organisation".to_owned(), |(name, _)| name);
        return Some(Near { name, field, spelling: true });
    }
    let cased = mapped(names, |other| other.eq_ignore_ascii_case(short)).filter(|_| exact.is_none());
    if let Some((name, field)) = cased {
        return Some(Near { name, field: Some(field), spelling: false });
    }
    let slip = |allowed: &&&str| in_extension && allowed.eq_ignore_ascii_case(short) && **allowed != short;
    let allowed = MAPPABLE_EXTENSION.iter().find(slip)?;
    Some(Near { name: (*allowed).to_owned(), field: exact.map(|(_, field)| field), spelling: false })
}

/// The mappings that no request carried under a name that differs in case or spelling at most: those have a row already.
fn never_received<'r>(
    received: &'r BTreeSet<&str>,
    names: &'r [(AttributeName, &MappingRow)],
) -> impl Iterator<Item = CoverageRow> + 'r {
    let plain = |name: &str| name.to_ascii_lowercase().replace("isation", "ization");
    let known: BTreeSet<String> = received.iter().map(|name| plain(name)).collect();
    let absent = names.iter().filter(move |(name, _)| !known.contains(&plain(name.short_name())));
    absent.map(|(name, row)| CoverageRow {
        field: Some(row.field.clone()).filter(|field| !field.is_empty()),
        ..never(name.to_string(), default_named(name).is_some())
    })
}

fn absent_defaults(received: &Received) -> impl Iterator<Item = CoverageRow> {
    let met: BTreeSet<&str> =
        received.sightings().filter_map(|sighting| default_named(&sighting.name)).map(|default| default.path).collect();
    DEFAULTS.iter().filter(move |default| !met.contains(default.path)).map(|default: &DefaultAttribute| CoverageRow {
        field: Some(default.profile_field.to_owned()),
        ..never(format!("{}:{}", default.schema, default.path), true)
    })
}

fn never(attribute: String, built_in: bool) -> CoverageRow {
    CoverageRow {
        attribute,
        standing: Standing::NeverReceived,
        built_in,
        meant: None,
        field: None,
        seen: 0,
        empty: 0,
        last_seen: None,
        landed: 0,
        dropped: None,
        recorded_landed: 0,
        recorded_dropped: Vec::new(),
        examples: Vec::new(),
    }
}

fn commonest_first(counts: &BTreeMap<String, u64>) -> Vec<Reason> {
    let mut reasons: Vec<Reason> =
        counts.iter().map(|(reason, count)| Reason { reason: reason.clone(), count: *count }).collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.count));
    reasons
}

#[cfg(test)]
pub(crate) mod tests;
