//! Tables: each code of design §8, with names it is found in, what mends it, and names it must leave alone.

use proptest::prelude::*;

use super::*;
use crate::domain::{
    attribute::{CORE_USER, DEFAULTS, ENTERPRISE_USER},
    mapping::MappingRow,
    problem::Severity::{self, Error, Info, Warning},
};

/// A short form of names for the tables: `c:userType` is the core name, `e:costCenter` the enterprise one.
fn full(short: &str) -> String {
    match short.split_at_checked(2) {
        Some(("c:", rest)) => format!("{CORE_USER}:{rest}"),
        Some(("e:", rest)) => format!("{ENTERPRISE_USER}:{rest}"),
        _ => short.replace("CORE", CORE_USER).replace("ENT", ENTERPRISE_USER),
    }
}

fn draft(rows: &[(&str, &str)]) -> MappingDraft {
    MappingDraft { rows: rows.iter().map(|(a, f)| MappingRow { attribute: full(a), field: (*f).to_owned() }).collect() }
}

fn tenant() -> Vec<CustomField> {
    let field = |reference: &str, label: &str| CustomField {
        reference: reference.to_owned(),
        label: label.to_owned(),
        kind: "text".to_owned(),
    };
    vec![field("costcentre", "Cost centre"), field("startdate", "Start date"), field("HRid", "HR number")]
}

type Found = (String, Severity, Option<String>);

fn found(draft: &MappingDraft, fields: Option<&[CustomField]>) -> Vec<Found> {
    draft.check(fields).into_iter().map(|p| (p.code.into_owned(), p.severity, p.fix)).collect()
}

fn wanted(list: &[(&str, Severity, Option<&str>)]) -> Vec<Found> {
    list.iter().map(|(code, severity, fix)| ((*code).to_owned(), *severity, fix.map(full))).collect()
}

#[test]
fn names_that_are_right() {
    for name in [
        "e:employeeNumber",
        "e:costCenter",
        "e:division",
        "e:department",
        "c:userType",
        "c:displayName",
        "c:nickName",
        "c:locale",
        "c:externalId",
    ] {
        assert_eq!(found(&draft(&[(name, "x")]), None), [], "{name}");
    }
}

/// A name as typed, and its one problem: code, severity, fix.
const ONE_SLIP: &[(&str, &str, Severity, Option<&str>)] = &[
    ("", "attribute-empty", Error, None),
    (" \u{200b}\t", "attribute-empty", Error, None),
    ("CORE", "attribute-empty", Error, None),
    ("ENT:", "attribute-empty", Error, None),
    (" ENT:costCenter\n", "attribute-whitespace", Error, Some("e:costCenter")),
    ("\u{a0}ENT:costCenter", "attribute-whitespace", Error, Some("e:costCenter")),
    ("ENT: cost Center", "attribute-whitespace", Error, Some("e:costCenter")),
    ("c:start date", "attribute-whitespace", Error, None),
    ("e:cost\u{200b}Center", "attribute-invisible-character", Error, Some("e:costCenter")),
    ("\u{feff}ENT:costCenter", "attribute-invisible-character", Error, Some("e:costCenter")),
    ("e:cost\u{421}enter", "attribute-invalid-character", Error, None),
    ("c:start*date", "attribute-invalid-character", Error, None),
    ("\"ENT:costCenter\",", "attribute-invalid-character", Error, Some("e:costCenter")),
    ("c:name.", "attribute-invalid-character", Error, None),
    ("c:emails[type eq \"home\"", "attribute-invalid-character", Error, None),
    ("costCenter", "urn-missing", Error, Some("e:costCenter")),
    ("userType", "urn-missing", Error, Some("c:userType")),
    ("startDate", "urn-missing", Error, None),
    ("urn:ietf:params:scim:schemas:extension:acme:2.0:User:costCenter", "urn-unknown", Error, None),
    ("urn:ietf:params:scim:schemas:core:2.0:Group:displayName", "urn-unknown", Error, None),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:Users:costCenter",
        "urn-misspelt",
        Error,
        Some("e:costCenter"),
    ),
    ("urn:scim:schemas:extension:enterprise:1.0:costCenter", "urn-misspelt", Error, Some("e:costCenter")),
    ("urn:ietf:params:scim:schema:core:2.0:User:locale", "urn-misspelt", Error, Some("c:locale")),
    ("customappsso.ENT:costCenter", "urn-misspelt", Error, Some("e:costCenter")),
    ("CORE:ENT:costCenter", "urn-misspelt", Error, Some("e:costCenter")),
    ("ENT.costCenter", "urn-dot-separator", Error, Some("e:costCenter")),
    ("e:personalTitle", "extension-attribute-not-allowed", Error, None),
    ("e:startDate", "extension-attribute-not-allowed", Error, None),
    ("e:deparment", "extension-attribute-not-allowed", Error, Some("e:department")),
    ("e:userType", "extension-attribute-not-allowed", Error, Some("c:userType")),
    ("e:title", "extension-attribute-not-allowed", Error, None),
    ("e:costcenter", "casing-differs", Error, Some("e:costCenter")),
    ("e:EmployeeNumber", "casing-differs", Error, Some("e:employeeNumber")),
    ("c:usertype", "casing-differs", Error, Some("c:userType")),
    (
        "urn:ietf:params:scim:schemas:extension:Enterprise:2.0:user:costCenter",
        "casing-differs",
        Error,
        Some("e:costCenter"),
    ),
    ("URN:ietf:params:SCIM:schemas:core:2.0:USER:USERTYPE", "casing-differs", Error, Some("c:userType")),
    ("e:organization", "spelling-variant", Warning, None),
    ("e:organisation", "spelling-variant", Warning, None),
    ("e:costCentre", "spelling-variant", Error, Some("e:costCenter")),
    ("e:costcentre", "spelling-variant", Error, Some("e:costCenter")),
    ("c:department", "attribute-unknown", Warning, Some("e:department")),
    ("c:startDate", "attribute-unknown", Info, None),
    ("c:nickNam", "attribute-unknown", Warning, None),
    ("c:userType.value", "attribute-unknown", Error, None),
    ("c:name.nickname", "attribute-unknown", Warning, None),
    ("e:department.value", "attribute-unknown", Error, None),
    ("c:name", "complex-attribute", Error, None),
    ("c:meta", "complex-attribute", Error, None),
    ("c:meta.created", "complex-attribute", Error, None),
    ("c:name.middleName", "complex-attribute", Warning, None),
    ("c:emails", "multi-valued-attribute", Error, None),
    ("c:emails.value", "multi-valued-attribute", Error, None),
    ("c:addresses", "multi-valued-attribute", Error, None),
    ("c:roles", "multi-valued-attribute", Error, None),
    ("c:groups", "multi-valued-attribute", Error, None),
    ("c:phoneNumbers[type eq \"mobile\"]", "multi-valued-attribute", Error, None),
    ("c:phoneNumbers[type eq \"mobile\"].value", "multi-valued-attribute", Warning, None),
    ("c:addresses[type eq \"work\"].locality", "multi-valued-attribute", Warning, None),
    ("e:manager.displayName", "reference-attribute", Error, None),
    ("c:profileUrl", "reference-attribute", Warning, None),
    ("c:id", "attribute-not-mappable", Error, None),
    ("c:password", "attribute-not-mappable", Error, None),
    ("c:manager", "default-attribute", Error, None),
    ("userName", "default-attribute", Error, None),
    ("c:emails[type eq 'work'].value", "default-attribute", Error, None),
];

#[test]
fn one_slip_one_problem() {
    for &(typed, code, severity, fix) in ONE_SLIP {
        assert_eq!(found(&draft(&[(typed, "x")]), None), wanted(&[(code, severity, fix)]), "{typed}");
    }
}

/// Each code of the headless contract (design §8): a row that has it, and the nearest row that has not.
#[test]
fn every_code_of_the_contract_is_found_and_leaves_the_right_row_alone() {
    let known = tenant();
    let name = |code, typed, right| (code, (typed, "costcentre"), (right, "costcentre"));
    let field = |code, typed| (code, ("e:costCenter", typed), ("e:costCenter", "costcentre"));
    for (code, wrong, right) in [
        name("attribute-empty", "", "e:costCenter"),
        name("attribute-whitespace", "ENT:costCenter ", "e:costCenter"),
        name("attribute-invisible-character", "e:costCenter\u{200d}", "e:costCenter"),
        name("attribute-unknown", "c:shoeSize", "c:userType"),
        name("urn-missing", "costCenter", "e:costCenter"),
        name("urn-unknown", "urn:acme:2.0:User:costCenter", "e:costCenter"),
        name("urn-misspelt", "urn:ietf:params:scim:schemas:extension:enterprize:2.0:User:costCenter", "e:costCenter"),
        name("urn-dot-separator", "ENT.costCenter", "e:costCenter"),
        name("extension-attribute-not-allowed", "e:userType", "c:userType"),
        name("casing-differs", "e:CostCenter", "e:costCenter"),
        name("spelling-variant", "e:organization", "e:division"),
        name("default-attribute", "c:title", "c:userType"),
        name("complex-attribute", "c:name", "c:displayName"),
        name("multi-valued-attribute", "c:phoneNumbers", "c:nickName"),
        name("reference-attribute", "c:profileUrl", "c:locale"),
        field("field-empty", ""),
        field("field-whitespace", " costcentre"),
        field("field-not-lowercase", "costCentre"),
        field("field-invalid-character", "cost/centre"),
        field("field-unknown", "team"),
    ] {
        let codes = |row| draft(&[row]).check(Some(&known)).into_iter().map(|p| p.code).collect::<Vec<_>>();
        assert_eq!(codes(wrong), [code], "{wrong:?}");
        assert_eq!(codes(right), Vec::<&str>::new(), "{right:?}");
    }
    for (code, wrong, right) in [
        (
            "duplicate-attribute",
            [("e:division", "a"), ("e:division", "b")],
            [("e:division", "a"), ("e:department", "b")],
        ),
        (
            "short-name-collision",
            [("c:startDate", "a"), ("e:startDate", "b")],
            [("c:startDate", "a"), ("c:endDate", "b")],
        ),
        ("duplicate-field", [("e:division", "a"), ("e:department", "a")], [("e:division", "a"), ("e:department", "b")]),
    ] {
        let has = |rows: &[(&str, &str)]| draft(rows).check(None).iter().any(|p| p.code == code);
        assert!(has(&wrong) && !has(&right), "{code}");
    }
}

#[test]
fn the_nine_defaults_are_mapped_already() {
    for default in DEFAULTS {
        let name = format!("{}:{}", default.schema, default.path);
        assert_eq!(found(&draft(&[(&name, "x")]), None), wanted(&[("default-attribute", Error, None)]), "{name}");
    }
}

#[test]
fn several_slips_are_told_together_and_mended_at_once() {
    let center = Some("e:costCenter");
    for (typed, list) in [
        (
            " ENT.costcenter\u{200b}",
            &[
                ("attribute-invisible-character", Error, center),
                ("attribute-whitespace", Error, center),
                ("urn-dot-separator", Error, center),
                ("casing-differs", Error, center),
            ][..],
        ),
        ("costcenter", &[("urn-missing", Error, center), ("casing-differs", Error, center)]),
        ("costCentre", &[("urn-missing", Error, center), ("spelling-variant", Error, center)]),
        ("c:costCentre", &[("attribute-unknown", Warning, center), ("spelling-variant", Error, center)]),
        (
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:Users.costCenter",
            &[("urn-dot-separator", Error, center), ("urn-misspelt", Error, center)],
        ),
        ("organization", &[("urn-missing", Error, Some("e:organization")), ("spelling-variant", Warning, None)]),
        (
            "c:organisation",
            &[("attribute-unknown", Warning, Some("e:organisation")), ("spelling-variant", Warning, None)],
        ),
        ("e:Organization", &[("casing-differs", Error, Some("e:organization")), ("spelling-variant", Warning, None)]),
        ("c:username", &[("casing-differs", Error, Some("c:userName")), ("default-attribute", Error, None)]),
        ("c:timeZone", &[("casing-differs", Error, Some("c:timezone")), ("default-attribute", Error, None)]),
    ] {
        assert_eq!(found(&draft(&[(typed, "x")]), None), wanted(list), "{typed}");
    }
}

#[test]
fn slips_in_the_ref() {
    let known = tenant();
    for (typed, fields, list) in [
        ("costcentre", None, &[][..]),
        ("cost-centre_2", None, &[]),
        ("costcentre", Some(&known[..]), &[]),
        ("HRid", Some(&known), &[]),
        ("", None, &[("field-empty", Error, None)]),
        ("\u{200b} ", None, &[("field-empty", Error, None)]),
        (" costcentre\n", None, &[("field-whitespace", Error, Some("costcentre"))]),
        ("cost centre", None, &[("field-whitespace", Error, None)]),
        ("Cost centre", Some(&known), &[("field-whitespace", Error, Some("costcentre"))]),
        ("CostCentre", None, &[("field-not-lowercase", Error, Some("costcentre"))]),
        (
            "CostCentre ",
            Some(&known),
            &[("field-whitespace", Error, Some("costcentre")), ("field-not-lowercase", Error, Some("costcentre"))],
        ),
        ("cost.centre", None, &[("field-invalid-character", Error, None)]),
        ("centr\u{e9}", None, &[("field-invalid-character", Error, None)]),
        ("\"costcentre\"", None, &[("field-invalid-character", Error, Some("costcentre"))]),
        ("cost\u{200b}centre", None, &[("field-invalid-character", Error, Some("costcentre"))]),
        ("team", Some(&known), &[("field-unknown", Error, None)]),
        ("costcenter", Some(&known), &[("field-unknown", Error, None)]),
        ("hrnumber", Some(&known), &[("field-unknown", Error, Some("HRid"))]),
        ("Team", Some(&known), &[("field-not-lowercase", Error, Some("team")), ("field-unknown", Error, None)]),
    ] {
        assert_eq!(found(&draft(&[("e:costCenter", typed)]), fields), wanted(list), "{typed}");
    }
}

#[test]
fn rows_that_get_in_each_others_way() {
    for (rows, list) in [
        (&[("e:division", "a"), ("e:division", "b")][..], &[("duplicate-attribute", Error, None)][..]),
        (&[("e:division", "a"), ("e:division", "a")], &[("duplicate-attribute", Error, None)]),
        (
            &[("c:startDate", "a"), ("c:startdate", "b")],
            &[
                ("attribute-unknown", Info, None),
                ("attribute-unknown", Info, None),
                ("duplicate-attribute", Error, None),
            ],
        ),
        (
            &[("e:department", "a"), ("c:department", "b")],
            &[("attribute-unknown", Warning, Some("e:department")), ("short-name-collision", Error, None)],
        ),
        (
            &[("e:division", "a"), ("e:department", "A ")],
            &[
                ("field-whitespace", Error, Some("a")),
                ("field-not-lowercase", Error, Some("a")),
                ("duplicate-field", Error, None),
            ],
        ),
        (
            &[("e:organization", "a"), ("e:organisation", "a")],
            &[
                ("spelling-variant", Warning, None),
                ("spelling-variant", Warning, None),
                ("duplicate-field", Warning, None),
            ],
        ),
        (
            &[("", ""), ("", "")],
            &[
                ("attribute-empty", Error, None),
                ("field-empty", Error, None),
                ("attribute-empty", Error, None),
                ("field-empty", Error, None),
            ],
        ),
    ] {
        assert_eq!(found(&draft(rows), None), wanted(list), "{rows:?}");
    }
    let third = draft(&[("e:division", "a"), ("e:department", "b"), ("e:division", "c")]).check(None);
    assert_eq!(
        (third[0].row, third[0].message.as_str()),
        (Some(2), "Row 1 maps division already, to a. Only one of the two can hold.")
    );
}

#[test]
fn messages_are_in_the_consoles_words() {
    let message = |name: &str| draft(&[(name, "x")]).check(None).remove(0).message;
    assert_eq!(
        message("e:costcenter"),
        "Only the case differs from costCenter. Thrive matches exact names, so the value is dropped."
    );
    assert!(message("e:organization").contains("organisation"));
    for (row, name) in [
        "",
        "costCenter",
        "e:startDate",
        "c:name",
        "c:emails",
        "ENT.x",
        "c:profileUrl",
        "e:organisation",
        "c:startDate",
    ]
    .into_iter()
    .enumerate()
    {
        let text = message(name);
        assert!(text.ends_with('.') && !text.contains('!') && text.len() < 260, "{row}: {text}");
    }
}

/// The files of `tests/data/mappings`: each `*.json` or `*.csv` has the problems that the console finds beside it.
#[test]
fn the_kept_files_have_the_kept_problems() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/mappings");
    let mut checked = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let kept = path.with_extension("problems");
        if !kept.exists() || path == kept {
            continue;
        }
        let draft = MappingDraft::from_bytes("kept", &std::fs::read(&path).unwrap()).unwrap();
        let lines = draft.check(None).into_iter().map(|p| {
            format!(
                "{} {} {} {:?} {}\n",
                p.row.unwrap_or_default(),
                p.field,
                p.code,
                p.severity,
                p.fix.as_deref().unwrap_or("-")
            )
        });
        let lines: String = lines.collect();
        assert_eq!(lines, std::fs::read_to_string(&kept).unwrap(), "{}", path.display());
        checked += 1;
    }
    assert!(checked >= 3, "{checked}");
}

proptest! {
    /// Taking every fix leaves nothing that has a fix, and never brings a new error.
    #[test]
    fn a_fix_is_whole(name in "(urn:ietf:params:scim:schemas:(core|extension:enterprise):2.0:User[:.])?[ \u{200b}]?[A-Za-z.\\[\\]\" ]{0,4}(costcenter|Department|organization|usertype|start)?[ \"]?", field in "[ a-zA-Z\u{200b}\"]{0,6}") {
        let row = |attribute: &str, field: &str| MappingDraft { rows: vec![MappingRow { attribute: attribute.to_owned(), field: field.to_owned() }] };
        let problems = row(&name, &field).check(None);
        let fix = |of: &str| problems.iter().find_map(|p| p.fix.clone().filter(|_| p.field == of));
        let after = row(&fix("attribute").unwrap_or(name), &fix("field").unwrap_or(field)).check(None);
        prop_assert!(after.iter().all(|p| p.fix.is_none()), "{:?} after {:?}", after, problems);
        prop_assert!(after.len() <= problems.len(), "{:?} after {:?}", after, problems);
    }

    #[test]
    fn any_text_is_judged_the_same_twice(attribute in "\\PC{0,40}", field in "\\PC{0,20}") {
        let draft = MappingDraft { rows: vec![MappingRow { attribute, field }; 2] };
        prop_assert_eq!(draft.check(None), draft.check(None));
        prop_assert!(draft.validate(None).is_err(), "a row twice never passes");
    }
}
