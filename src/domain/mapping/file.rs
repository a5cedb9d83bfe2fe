//! Mapping files in and out: JSON, CSV and rows pasted from a spreadsheet (design §8).
//! What comes in is only read, never judged or corrected: the rows stand as the file has them, for the checks to see.

use std::fmt::Display;

use serde::Deserialize;

use super::{MappingDraft, MappingRow};
use crate::domain::{
    cell::{guarded, unguarded},
    failure::{Failure, FailureKind},
};

/// The largest file that is read, in bytes; a thousand times what a tenant needs.
const MAX_BYTES: usize = 4 << 20;
/// The most rows that are read.
const MAX_ROWS: usize = 20_000;
/// Headings of the attribute column, in lower case: the file format's, the guide's, the Mappings screen's.
const ATTRIBUTE_HEADINGS: [&str; 4] = ["attribute", "scim attribute", "customappsso attribute name", "attribute name"];
/// Headings of the field column.
const FIELD_HEADINGS: [&str; 6] =
    ["field", "custom field ref", "thrive custom field ref", "custom field", "field ref", "ref"];

impl MappingDraft {
    /// Reads a file, recognised by what is in it: JSON, or rows with commas, semicolons or tabs. Reads UTF-8, and
    /// UTF-16 where a byte order mark says so. `name` is only for the words of a failure.
    ///
    /// # Errors
    /// [`FailureKind::FileUnreadable`], naming the line where there is one.
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Self, Failure> {
        let named = |failure: Failure| match failure.detail {
            Some(_) => failure,
            None => failure.with_detail(name),
        };
        if bytes.len() > MAX_BYTES {
            return Err(named(unreadable("it is larger than 4 MB, which no mapping file is")));
        }
        if bytes.starts_with(b"PK\x03\x04") {
            return Err(named(unreadable(
                "it is a workbook or archive. Save the sheet as CSV, or copy its rows and paste them",
            )));
        }
        let text = decode(bytes).map_err(named)?;
        let first = text.trim_start().chars().next();
        if matches!(first, Some('{' | '[')) { Self::from_json(&text) } else { Self::from_csv(&text) }.map_err(named)
    }

    /// Reads `{"mappings":[{"attribute","field"}]}`, or the bare list. Other keys are passed over, so a tenant's
    /// answer can be read too.
    ///
    /// # Errors
    /// [`FailureKind::FileUnreadable`] with the line and column.
    pub fn from_json(text: &str) -> Result<Self, Failure> {
        #[derive(Deserialize)]
        struct Wrapped {
            mappings: Vec<MappingRow>,
        }
        let text = text.trim_start_matches('\u{feff}');
        let rows = if text.trim_start().starts_with('[') {
            serde_json::from_str::<Vec<MappingRow>>(text)
        } else {
            serde_json::from_str::<Wrapped>(text).map(|wrapped| wrapped.mappings)
        };
        let rows =
            rows.map_err(|error| at_line(error.line() as u64, format_args!("it is not a mapping file: {error}")))?;
        bounded(rows)
    }

    /// Reads rows under the heading `attribute,field`, in any order of columns; other columns are passed over.
    /// The delimiter (comma, semicolon, tab) is the one of the first line. A heading may be missing when the first
    /// cell is a full attribute name. Blank lines and a leading byte order mark are passed over; the apostrophe that
    /// [`Self::to_csv`] puts before formulas is taken off.
    ///
    /// # Errors
    /// [`FailureKind::FileUnreadable`] with the line.
    pub fn from_csv(text: &str) -> Result<Self, Failure> {
        rows_of(text, false)
    }

    /// Reads rows copied from a spreadsheet or a CSV: like [`Self::from_csv`], and a heading is never needed.
    ///
    /// # Errors
    /// [`FailureKind::FileUnreadable`] with the line.
    pub fn from_paste(text: &str) -> Result<Self, Failure> {
        rows_of(text, true)
    }

    /// `{"mappings":[{"attribute","field"}]}`, indented, with a line break at the end.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Two strings a row: writing them to memory cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// `attribute,field` and the rows. A cell that a spreadsheet would run as a formula gets a leading apostrophe.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        // Writing to memory cannot fail, and every record has two cells.
        let _ = writer.write_record(["attribute", "field"]);
        for row in &self.rows {
            let _ = writer.write_record([guarded(&row.attribute).as_ref(), guarded(&row.field).as_ref()]);
        }
        writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

fn rows_of(text: &str, pasted: bool) -> Result<MappingDraft, Failure> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut columns = None;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record
            .map_err(|error| at_line(error.position().map_or(1, csv::Position::line), "it cannot be read as rows"))?;
        let line = record.position().map_or(1, csv::Position::line);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.iter().any(|cell| cell.contains(['\n', '\r'])) {
            return Err(at_line(line, "a quotation mark there is never closed, so lines run together"));
        }
        let Some((attribute, field)) = columns else {
            if let Some(found) = headings(&record) {
                columns = Some(found);
            } else if pasted || record.get(0).is_some_and(|cell| cell.to_ascii_lowercase().contains("urn:")) {
                columns = Some((0, 1));
                rows.push(row(&record, 0, 1, line)?);
            } else {
                return Err(at_line(line, "the heading attribute,field is missing"));
            }
            continue;
        };
        rows.push(row(&record, attribute, field, line)?);
    }
    if columns.is_none() {
        return Err(unreadable("it is empty"));
    }
    bounded(rows)
}

fn headings(record: &csv::StringRecord) -> Option<(usize, usize)> {
    let column = |names: &[&str]| record.iter().position(|cell| names.contains(&cell.trim().to_lowercase().as_str()));
    Some((column(&ATTRIBUTE_HEADINGS)?, column(&FIELD_HEADINGS)?))
}

fn row(record: &csv::StringRecord, attribute: usize, field: usize, line: u64) -> Result<MappingRow, Failure> {
    // Without headings for them, filled cells beyond the second would be lost in silence.
    if (attribute, field) == (0, 1) && record.len() > 2 && record.iter().skip(2).any(|cell| cell.contains("urn:")) {
        return Err(at_line(line, "more than one mapping stands in one line"));
    }
    let cell = |column: usize| unguarded(record.get(column).unwrap_or_default()).to_owned();
    Ok(MappingRow { attribute: cell(attribute), field: cell(field) })
}

/// The delimiter that stands most often in the first line with anything in it; a comma where none does.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |delimiter: u8| first.bytes().filter(|byte| *byte == delimiter).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

fn decode(bytes: &[u8]) -> Result<String, Failure> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        char::decode_utf16(units).collect::<Result<String, _>>().map_err(|_| unreadable("its UTF-16 text is damaged"))
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
            let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
            at_line(line as u64, "it is not UTF-8 text. Save it as CSV UTF-8")
        }),
    }
}

fn bounded(rows: Vec<MappingRow>) -> Result<MappingDraft, Failure> {
    if rows.len() > MAX_ROWS {
        return Err(unreadable("it has more than 20,000 rows, which no mapping file has"));
    }
    Ok(MappingDraft { rows })
}

fn at_line(line: u64, why: impl Display) -> Failure {
    unreadable(format_args!("{why} (line {line})"))
}

fn unreadable(why: impl Display) -> Failure {
    let mut why = why.to_string();
    if let Some(first) = why.get(..1) {
        why = first.to_uppercase() + &why[1..];
    }
    Failure::new(
        FailureKind::FileUnreadable,
        "The mapping file cannot be read",
        why + ".",
        "Open a JSON file with mappings, or a CSV file with the columns attribute and field.",
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CENTER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter";
    const MOBILE: &str = "urn:ietf:params:scim:schemas:core:2.0:User:phoneNumbers[type eq \"mobile\"].value";

    fn draft(rows: &[(&str, &str)]) -> MappingDraft {
        MappingDraft {
            rows: rows.iter().map(|(a, f)| MappingRow { attribute: (*a).to_owned(), field: (*f).to_owned() }).collect(),
        }
    }

    #[test]
    fn files_in_every_shape() {
        let one = draft(&[(CENTER, "costcentre")]);
        let both = draft(&[(CENTER, "costcentre"), (MOBILE, "mobile")]);
        let utf16: Vec<u8> = format!("\u{feff}attribute\tfield\r\n{CENTER}\tcostcentre\r\n")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for (text, wanted) in [
            (format!("attribute,field\n{CENTER},costcentre\n").into_bytes(), &one),
            (format!("\u{feff}Attribute,Field\r\n\r\n{CENTER},costcentre\r\n").into_bytes(), &one),
            (format!("Customappsso attribute name\tThrive custom field ref\n{CENTER}\tcostcentre").into_bytes(), &one),
            (format!("field;note;attribute\ncostcentre;from HR, daily;{CENTER}\n").into_bytes(), &one),
            (format!("{CENTER},costcentre").into_bytes(), &one),
            (utf16, &one),
            (
                format!("attribute,field\n{CENTER},costcentre\n\"{}\",mobile\n", MOBILE.replace('"', "\"\""))
                    .into_bytes(),
                &both,
            ),
            (format!("attribute,field\n{CENTER},costcentre\n{MOBILE},mobile\n").into_bytes(), &both),
            (
                format!("{{\"version\":3,\"mappings\":[{{\"attribute\":\"{CENTER}\",\"field\":\"costcentre\"}}]}}")
                    .into_bytes(),
                &one,
            ),
            (format!(" [{{\"attribute\":\"{CENTER}\",\"field\":\"costcentre\"}}]").into_bytes(), &one),
            (both.to_json().into_bytes(), &both),
        ] {
            assert_eq!(
                &MappingDraft::from_bytes("hr.txt", &text).unwrap(),
                wanted,
                "{}",
                String::from_utf8_lossy(&text)
            );
        }
    }

    #[test]
    fn rows_pasted_from_a_spreadsheet_need_no_heading() {
        assert_eq!(
            MappingDraft::from_paste("costCenter\tcostcentre\r\nuserType\t\r\n"),
            Ok(draft(&[("costCenter", "costcentre"), ("userType", "")]))
        );
        assert_eq!(MappingDraft::from_paste(CENTER), Ok(draft(&[(CENTER, "")])));
    }

    #[test]
    fn failures_name_the_line() {
        for (bytes, wanted) in [
            (&b""[..], "It is empty."),
            (b" \r\n", "It is empty."),
            (b"name,other\n1,2\n", "(line 1)"),
            (b"attribute,field\nurn:a,x\n\"urn:b,y\nurn:c,z\n", "(line 3)"),
            (b"attribute,field\nurn:a,\xff\n", "(line 2)"),
            (b"{\"mappings\":[\n{\"attribute\":\"urn:a\"}]}", "(line 2)"),
            (b"{\"mappings\":[\n", "(line 2)"),
            (b"PK\x03\x04rest", "Save the sheet as CSV"),
            (b"urn:a,x,urn:b,y", "more than one mapping"),
        ] {
            let failure = MappingDraft::from_bytes("hr.csv", bytes).unwrap_err();
            assert_eq!((failure.kind, failure.detail.as_deref()), (FailureKind::FileUnreadable, Some("hr.csv")));
            assert!(failure.to_string().to_lowercase().contains(&wanted.to_lowercase()), "{failure}");
        }
        assert!(MappingDraft::from_bytes("big", &vec![b'x'; MAX_BYTES + 1]).is_err());
    }

    #[test]
    fn no_cell_becomes_a_formula() {
        let csv = draft(&[("=HYPERLINK(\"x\")", "+1"), ("@SUM", "-1"), ("'=1", "\tx")]).to_csv();
        for line in csv.lines().skip(1) {
            for cell in line.split(',') {
                assert!(cell.trim_start_matches('"').starts_with('\''), "{csv}");
            }
        }
    }

    proptest! {
        #[test]
        fn csv_and_json_read_back_the_same(pairs in prop::collection::vec(("[a-z=+@'\";,:.\u{e9}-]{1,12}", "[a-z=+@'\";,\\-]{0,8}"), 1..6)) {
            let pairs: Vec<(&str, &str)> = pairs.iter().map(|(a, f)| (a.as_str(), f.as_str())).collect();
            let draft = draft(&pairs);
            prop_assert_eq!(&MappingDraft::from_csv(&draft.to_csv()).unwrap(), &draft);
            prop_assert_eq!(&MappingDraft::from_json(&draft.to_json()).unwrap(), &draft);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = MappingDraft::from_bytes("x", &bytes);
        }
    }
}
