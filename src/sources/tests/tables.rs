//! Tables: those that belong together, and those whose columns somebody has to name.

use super::*;
use crate::sources::{
    Choice, archive,
    entra::tables::{Tables, join},
};

#[test]
fn the_three_files_are_joined_in_any_order_and_spelling() {
    let expected = [
        "entra 2026-11-18T09:14:03.412Z create failure 409 jane.doe@contoso.com - \
         SystemForCrossDomainIdentityManagementServiceIncompatible",
        "entra 2026-11-18T09:15:00Z deactivate success - bo.ek@contoso.com t-2 -",
        "entra 2026-11-18T09:16:00Z other skipped - Ana Silva t-3 RedundantExport",
    ];
    for spelling in ["portal", "graph"] {
        let [log, steps, properties] =
            ["log", "steps", "properties"].map(|part| fixture(&format!("entra-{spelling}-{part}.csv")));
        for order in [[&log, &steps, &properties], [&properties, &log, &steps], [&steps, &properties, &log]] {
            let (counts, records) = together(&order.map(Vec::as_slice));
            assert!(counts.iter().all(|counts| counts.listed.is_empty()), "{counts:?}");
            assert_eq!(counts.iter().map(|counts| counts.joined).sum::<u64>(), 6);
            assert_eq!(records.iter().map(line).collect::<Vec<_>>(), expected, "{spelling}");
            let event = records[0].event.as_ref().unwrap();
            assert_eq!(event["provisioningSteps"][0]["name"], "EntryImportAdd");
            assert_eq!(event["Cost of it"], "7", "a column that is not known is kept");
            let unknown: Vec<&str> = counts.iter().flat_map(|c| &c.columns).flat_map(ColumnMatch::unknown).collect();
            assert_eq!(unknown, ["Cost of it"]);
        }
    }
    let (counts, records) = together(&[&fixture("entra-portal-steps.csv")]);
    assert!(records.is_empty() && counts[0].listed[0].why.contains("together with the log's own file"));
}

#[test]
fn tables_that_do_not_fit_are_joined_part_by_part() {
    let mut log = String::from("Date,ID,Change ID,Action,Status\n");
    let mut steps = String::from("Change ID,Name,Type,Status\n");
    for number in 0..500 {
        log.push_str(&format!("2026-11-18T09:00:00Z,log-{number},chg-{number},Update,Success\n"));
        steps.push_str(&format!("chg-{number},EntryExportUpdate-{number},export,Success\n"));
    }
    log.push_str("broken row,x\nyesterday,x,chg-x,Update,Success\n");
    let (log, steps) = (Bytes(log.as_bytes()), Bytes(steps.as_bytes()));
    let piece = |input, number| archive::pieces(input, number).unwrap().remove(0);
    for held in [usize::MAX, 20_000, 1_000] {
        let tables = Tables {
            logs: vec![piece(&log, 0)],
            sides: vec![(Format::EntraSteps, piece(&steps, 1))],
            held: Some(held),
        };
        let mut records = Vec::new();
        let mut counts = vec![Counts::default(), Counts::default()];
        let how = Reading::at(now());
        join(&tables, &how, &mut |record| records.push(record), &mut counts);
        assert_eq!((counts[0].read, counts[0].rejected, counts[1].joined), (502, 2, 500), "{:?}", counts[0]);
        assert_eq!(records.len(), 500);
        for record in records {
            let number = record.summary.id.strip_prefix("log-").unwrap();
            let event = record.event.unwrap();
            assert_eq!(event["provisioningSteps"][0]["name"], format!("EntryExportUpdate-{number}"));
        }
    }
}

#[test]
fn a_table_whose_columns_are_not_known_waits_for_the_users_word() {
    let german = fixture("entra-german-log.csv");
    let import = of_bytes(&german);
    assert_eq!(
        import.counts.listed.iter().map(|r| r.why.as_str()).collect::<Vec<_>>(),
        ["No column is known to hold activityDateTime, nor provisioningAction or provisioningStatusInfo.status or \
          provisioningStatusInfo. Not known: Datum, Vorgang, Ergebnis, Wer."]
    );
    assert!(!import.counts.columns[0].is_complete());
    let said = [
        ("Datum", "activityDateTime"),
        ("Vorgang", "provisioningAction"),
        ("Ergebnis", "provisioningStatusInfo.status"),
        ("Wer", "sourceIdentity.displayName"),
    ];
    let choices = said.map(|(header, field)| Choice { header: header.to_owned(), field: field.to_owned() });
    let how = Reading { choices: &choices, ..Reading::at(now()) };
    let mut records = Vec::new();
    read_all(&[&Bytes(&german)], &how, &mut |record| records.push(line(&record)));
    assert_eq!(records[0], "entra 2026-11-18T09:14:03.412Z create failure - Doe, Jane - -");
}

#[test]
fn a_table_is_never_taken_for_the_error_that_one_of_its_cells_quotes() {
    for (table, unknown) in [
        (
            "Zeitpunkt,Vorgang,Status,Fehlertext\n2026-11-25T09:00:00Z,Create,failure,StatusCode: Conflict\n",
            vec!["Zeitpunkt", "Vorgang", "Fehlertext"],
        ),
        ("Wann;Was;Wie\n2026-11-25T09:00:00Z;Create;StatusCode: Conflict\n", vec!["Wann", "Was", "Wie"]),
    ] {
        let import = of_bytes(table.as_bytes());
        assert_eq!((import.records.len(), import.counts.rejected), (0, 1), "{table}");
        assert_eq!(import.counts.columns[0].unknown().collect::<Vec<_>>(), unknown);
        assert!(import.counts.columns[0].fields().contains(&"activityDateTime"));
    }
    let prose = "Failed to create User 'ann', see below, and this, too; Error: StatusCode: Conflict";
    assert_eq!(recognise(prose.as_bytes()), Some(Format::EntraText));
}
