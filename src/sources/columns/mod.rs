//! Which column of a table is which member of a record: by what the known exports call it, or by what the user says.
//! Nothing is guessed: a column that is not known stays under its own name, and what is needed and missing is told.

use serde_json::{Map, Value};

use super::Format;

mod layout;

use layout::{LAYOUTS, Layout};

/// One column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name in the file.
    pub header: String,
    /// The member of a record that it holds, as a path: `sourceIdentity.displayName`.
    pub field: Option<&'static str>,
}

/// What the user says of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The name in the file.
    pub header: String,
    /// The member of a record that it holds.
    pub field: String,
}

/// How the columns of a table were understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnMatch {
    /// What the table was taken for.
    pub format: Format,
    /// Its columns, in their order.
    pub columns: Vec<Column>,
    /// The members that a record cannot be without and no column is known for; each names its alternatives.
    pub missing: Vec<&'static [&'static str]>,
}

impl ColumnMatch {
    /// Whether the table can be read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }

    /// The columns that are not known.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().filter(|column| column.field.is_none()).map(|column| column.header.as_str())
    }

    /// The members that a column may be said to hold.
    #[must_use]
    pub fn fields(&self) -> Vec<&'static str> {
        let layout = LAYOUTS.iter().find(|layout| layout.format == self.format);
        layout.map(|layout| layout.fields.iter().map(|(path, _)| *path).collect()).unwrap_or_default()
    }

    /// Why it cannot be read, in two sentences.
    #[must_use]
    pub fn reason(&self) -> String {
        let missing: Vec<String> = self.missing.iter().map(|any| any.join(" or ")).collect();
        let mut unknown: Vec<&str> = self.unknown().take(12).collect();
        if self.unknown().count() > unknown.len() {
            unknown.push("…");
        }
        let unknown = if unknown.is_empty() { "There are no others".to_owned() } else { unknown.join(", ") };
        format!("No column is known to hold {}. Not known: {unknown}.", missing.join(", nor "))
    }

    /// A row as the JSON of its source. Whole objects first, then what single columns add to them.
    pub(super) fn object(&self, cells: &[&str]) -> Map<String, Value> {
        let mut object = Map::new();
        let filled = || self.columns.iter().zip(cells).filter(|(column, cell)| column.is_filled(cell));
        for whole in [true, false] {
            for (column, cell) in filled() {
                match column.field {
                    Some(path) if path.contains('.') != whole => put(&mut object, path, cell),
                    _ => {}
                }
            }
        }
        for (column, cell) in filled() {
            if column.field.is_none() && !object.contains_key(&column.header) {
                object.insert(column.header.clone(), (*cell).into());
            }
        }
        object
    }

    /// The cell of a column in a row.
    pub(super) fn cell<'c>(&self, cells: &[&'c str], field: &str) -> Option<&'c str> {
        let at = self.columns.iter().position(|column| column.field == Some(field))?;
        cells.get(at).copied().map(str::trim).filter(|cell| is_filled(cell))
    }
}

impl Column {
    /// Whether a cell says something. Log Analytics writes `None` where there was no error.
    fn is_filled(&self, cell: &str) -> bool {
        let no_error = self.field.is_some_and(|field| field.contains("errorInformation"))
            && cell.trim().eq_ignore_ascii_case("none");
        is_filled(cell) && !no_error
    }
}

fn is_filled(cell: &str) -> bool {
    !cell.trim().is_empty() && !cell.trim().eq_ignore_ascii_case("null")
}

/// The best reading of a table's columns; none where not one of them is known.
#[must_use]
pub(super) fn of(headers: &[String], choices: &[Choice]) -> Option<ColumnMatch> {
    let all = LAYOUTS.iter().map(|layout| matched(layout, headers, choices));
    let known = |found: &ColumnMatch| found.columns.iter().filter(|column| column.field.is_some()).count();
    // `max_by_key` gives the last of several, and the first of the list is the likeliest.
    all.rev().max_by_key(|found| (found.is_complete(), known(found))).filter(|found| known(found) > 0)
}

/// A table of which no column is known: as the likeliest one.
#[must_use]
pub(super) fn unknown(headers: &[String]) -> ColumnMatch {
    matched(&LAYOUTS[0], headers, &[])
}

fn matched(layout: &'static Layout, headers: &[String], choices: &[Choice]) -> ColumnMatch {
    let mut taken: Vec<&str> = Vec::new();
    let mut field_of = |header: &String| {
        let chosen = choices.iter().find(|choice| choice.header.trim() == header.trim());
        let found = match chosen {
            Some(choice) => layout.fields.iter().map(|(path, _)| *path).find(|path| *path == choice.field),
            None => layout.field(&normal(header)),
        };
        // Of two columns for one member the first counts.
        let found = found.filter(|path| !taken.contains(path))?;
        taken.push(found);
        Some(found)
    };
    let columns: Vec<Column> =
        headers.iter().map(|header| Column { header: header.clone(), field: field_of(header) }).collect();
    let has = |path: &&str| columns.iter().any(|column| column.field == Some(*path));
    let missing = layout.needs.iter().copied().filter(|any| !any.iter().any(has)).collect();
    ColumnMatch { format: layout.format, columns, missing }
}

/// A name without case, spaces, stops and the zone: `Date (UTC)` is `date`.
fn normal(header: &str) -> String {
    let plain: String = header.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    match plain.strip_suffix("utc") {
        Some(stem) if !stem.is_empty() => stem.to_owned(),
        _ => plain,
    }
}

/// Sets a member by its path, unless it is there already.
fn put(object: &mut Map<String, Value>, path: &str, cell: &str) {
    let Some((first, rest)) = path.split_once('.') else {
        object.entry(path).or_insert_with(|| json_or_text(cell));
        return;
    };
    let inner = object.entry(first).or_insert_with(|| match rest.as_bytes() {
        [b'0'..=b'9', b'.', ..] => Value::Array(Vec::new()),
        _ => Value::Object(Map::new()),
    });
    match inner {
        Value::Object(inner) => put(inner, rest, cell),
        Value::Array(items) => {
            let Some((index, rest)) = rest.split_once('.') else { return };
            let index: usize = index.parse().unwrap_or_default();
            // Layouts count to three.
            while items.len() <= index.min(3) {
                items.push(Value::Object(Map::new()));
            }
            if let Some(Value::Object(inner)) = items.get_mut(index) {
                put(inner, rest, cell);
            }
        }
        _ => {}
    }
}

/// Exports write objects and lists as JSON text.
fn json_or_text(cell: &str) -> Value {
    if cell.starts_with(['{', '['])
        && let Ok(value) = serde_json::from_str(cell)
    {
        return value;
    }
    cell.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn understood(headers: &[&str], choices: &[(&str, &str)]) -> Option<ColumnMatch> {
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        let choice = |(header, field): &(&str, &str)| Choice { header: (*header).into(), field: (*field).into() };
        of(&headers, &choices.iter().map(choice).collect::<Vec<_>>())
    }

    #[test]
    fn a_table_is_known_by_its_columns_in_any_spelling() {
        for (headers, expected) in [
            (&["Date (UTC)", "Action", "Status", "Change ID"][..], Format::EntraTable),
            (&["activityDateTime", "provisioningAction", "provisioningStatusInfo.status"], Format::EntraTable),
            (&["TimeGenerated [UTC]", "OperationName", "ProvisioningStatusInfo", "ChangeId"], Format::EntraTable),
            (&["Change ID", "Name", "Type", "Status", "Description", "Details"], Format::EntraSteps),
            (&["change_id", "Step name", "Step type", "Step status", "Time stamp"], Format::EntraSteps),
            (&["Change ID", "Property name", "Old value", "New value"], Format::EntraProperties),
            (&["changeId", "displayName", "oldValue", "newValue"], Format::EntraProperties),
            (&["timestamp", "event_type", "outcome.result", "target0.alternate_id"], Format::OktaTable),
        ] {
            let found = understood(headers, &[]).unwrap();
            assert_eq!((found.format, found.missing.as_slice()), (expected, [].as_slice()), "{headers:?}");
        }
        assert_eq!(understood(&["Name of the cat", "Colour"], &[]), None);
    }

    #[test]
    fn what_is_not_known_is_told_and_the_user_may_say() {
        let headers = ["Zeitpunkt", "Aktion", "Status", "Change ID", "Extra"];
        let found = understood(&headers, &[]).unwrap();
        assert_eq!(found.reason(), "No column is known to hold activityDateTime. Not known: Zeitpunkt, Aktion, Extra.");
        let choices = [("Zeitpunkt", "activityDateTime"), ("Aktion", "provisioningAction")];
        let found = understood(&headers, &choices).unwrap();
        assert!(found.is_complete());
        assert!(found.fields().contains(&"activityDateTime"));
        assert_eq!(found.unknown().collect::<Vec<_>>(), ["Extra"]);
        let row = ["2026-01-01", "create", "success", "c-1", "=1+1"];
        assert_eq!(
            Value::Object(found.object(&row)),
            json!({
                "activityDateTime": "2026-01-01", "provisioningAction": "create", "changeId": "c-1",
                "provisioningStatusInfo": {"status": "success"}, "Extra": "=1+1",
            })
        );
    }

    #[test]
    fn single_columns_fill_what_whole_ones_leave_open() {
        let headers = ["ResultType", "ProvisioningStatusInfo", "TimeGenerated", "target1.id"];
        let found = understood(&headers, &[]).unwrap();
        let row = found.object(&["Failure", "{\"errorInformation\":{\"errorCode\":\"X\"}}", "t"]);
        assert_eq!(row["provisioningStatusInfo"], json!({"errorInformation": {"errorCode": "X"}, "status": "Failure"}));
        let okta = understood(&["published", "eventType", "target1.id", "target0.id"], &[]).unwrap();
        let row = okta.object(&["t", "e", "b", "a"]);
        assert_eq!(row["target"], json!([{"id": "a"}, {"id": "b"}]));
    }
}
