//! Tables: each code of a profile, with what it is found in, what mends it, and what it must leave alone.

use super::*;
use crate::domain::{problem::Severity, profile::IdentityProvider};

const SCIM: &str = "https://northwind.example.com/scim/v2";

fn draft() -> ProfileDraft {
    ProfileDraft { name: "Northwind".to_owned(), scim_url: SCIM.to_owned(), ..ProfileDraft::default() }
}

/// Code, severity and fix of every problem of one field.
fn found(draft: &ProfileDraft, token: Option<&str>, field: &str) -> Vec<(String, Severity, Option<String>)> {
    let problems = draft.check(token).into_iter().filter(|p| p.field == field);
    problems.map(|p| (p.code.into_owned(), p.severity, p.fix)).collect()
}

fn one(code: &str, severity: Severity, fix: Option<&str>) -> Vec<(String, Severity, Option<String>)> {
    vec![(code.to_owned(), severity, fix.map(str::to_owned))]
}

#[test]
fn a_good_draft_has_no_problem() {
    let mut draft = draft();
    assert_eq!(draft.check(None), []);
    assert_eq!(draft.check(Some("eyJhbGciOi.J9.x-_~+/=\n")), []);
    for url in [
        "http://127.0.0.1:8080/scim/v2",
        "http://localhost:3000/v2",
        "http://[::1]:9/scim/v2",
        "https://api.example.com/v2",
        "https://api.example.com/a/scim/v2",
        "https://api.example.com/users/scim/v2",
        "https://api.example.com/scim/v2/organizations/acme",
    ] {
        url.clone_into(&mut draft.scim_url);
        assert_eq!(draft.check(None), [], "{url}");
    }
    draft.support_url = "https://api.example.com/support/v1".to_owned();
    draft.proxy = "http://proxy:8080".to_owned();
    draft.token_issued_on = " 2026-11-23 ".to_owned();
    draft.ca_file = "/anything.at.all".to_owned();
    assert_eq!(draft.check(None), []);
}

#[test]
fn slips_in_the_scim_address() {
    for (typed, code, severity, fix) in [
        ("", "url-empty", Error, None),
        (" \n", "url-empty", Error, None),
        (" https://northwind.example.com/scim/v2\n", "url-whitespace", Warning, Some(SCIM)),
        ("\"https://northwind.example.com/scim/v2\"", "url-whitespace", Warning, Some(SCIM)),
        ("https://northwind.exam ple.com/scim/v2", "url-whitespace", Error, None),
        ("https://north\u{200b}wind.example.com/scim/v2", "url-invisible-character", Error, Some(SCIM)),
        ("northwind.example.com/scim/v2", "url-scheme-missing", Error, Some(SCIM)),
        ("ftp://northwind.example.com/scim/v2", "url-scheme", Error, None),
        ("://x", "url-invalid", Error, None),
        ("https://", "url-invalid", Error, None),
        ("https://{company}.example.com/scim/v2", "url-invalid", Error, None),
        ("northwind", "url-invalid", Error, None),
        ("https://me:secret@northwind.example.com/scim/v2", "url-credentials", Error, Some(SCIM)),
        ("https://northwind.example.com/scim/v2?aadOptscim062020", "url-query", Error, Some(SCIM)),
        ("https://northwind.example.com/scim/v2?x=1", "url-query", Error, Some(SCIM)),
        ("https://northwind.example.com/scim/v2#users", "url-query", Error, Some(SCIM)),
        ("https://northwind.example.com//scim/v2", "url-double-slash", Warning, Some(SCIM)),
        ("https://northwind.example.com/scim/v2/", "url-trailing-slash", Warning, Some(SCIM)),
        ("https://northwind.example.com/scim/v2/v2", "url-repeated", Warning, Some(SCIM)),
        ("https://northwind.example.com/scim/v2/Users", "url-resource", Error, Some(SCIM)),
        ("https://northwind.example.com/scim/v2/users/42", "url-resource", Error, Some(SCIM)),
        ("https://northwind.example.com/scim/v2/ServiceProviderConfig", "url-resource", Error, Some(SCIM)),
        ("https://northwind.example.com", "url-version-missing", Warning, Some(SCIM)),
        ("https://northwind.example.com/scim", "url-version-missing", Warning, Some(SCIM)),
        ("http://northwind.example.com/scim/v2", "url-not-https", Error, Some(SCIM)),
        ("http://10.1.2.3/scim/v2", "url-not-https", Warning, None),
        ("http://scim-dev/scim/v2", "url-not-https", Warning, None),
    ] {
        let draft = ProfileDraft { scim_url: typed.to_owned(), ..draft() };
        assert_eq!(found(&draft, None, "scim_url"), one(code, severity, fix), "{typed}");
    }
}

#[test]
fn many_slips_are_mended_at_once_and_no_password_is_repeated() {
    let draft = ProfileDraft {
        scim_url: " me:hunter2@northwind.example.com/scim/Users/?aadOptscim062020 ".to_owned(),
        ..draft()
    };
    let problems = draft.check(None);
    let codes: Vec<&str> = problems.iter().map(|p| &*p.code).collect();
    assert_eq!(
        codes,
        [
            "url-whitespace",
            "url-scheme-missing",
            "url-credentials",
            "url-query",
            "url-trailing-slash",
            "url-resource",
            "url-version-missing"
        ]
    );
    assert!(problems.iter().all(|p| p.fix.as_deref() == Some(SCIM)), "{problems:?}");
    assert!(!format!("{problems:?}").contains("hunter2"));
    let broken = ProfileDraft { scim_url: " https://me:hunter2@{company}/scim/v2 ".to_owned(), ..self::draft() };
    assert!(!format!("{:?}", broken.check(None)).contains("hunter2"));
}

#[test]
fn production_never_goes_over_http() {
    for url in ["http://127.0.0.1:8080/scim/v2", "http://10.0.0.1/scim/v2", "http://northwind.example.com/scim/v2"] {
        let draft = ProfileDraft {
            environment: Environment::Production,
            scim_url: url.to_owned(),
            support_url: url.replace("scim/v2", "support/v1"),
            ..draft()
        };
        for field in ["scim_url", "support_url"] {
            let found = found(&draft, None, field);
            assert_eq!((found[0].0.as_str(), found[0].1), ("url-not-https", Error), "{url}");
        }
        assert!(draft.validate(ProfileId("p".to_owned()), None).is_err());
    }
}

#[test]
fn an_underscore_matters_to_okta_only() {
    let mut draft = ProfileDraft { scim_url: "https://north_wind.example.com/scim/v2".to_owned(), ..draft() };
    assert_eq!(draft.check(None), []);
    draft.identity_provider = IdentityProvider::Okta;
    assert_eq!(found(&draft, None, "scim_url"), one("url-underscore", Warning, None));
}

#[test]
fn slips_in_the_other_addresses_and_dates() {
    let support = |typed: &str| ProfileDraft { support_url: typed.to_owned(), ..draft() };
    let right = Some("https://northwind.example.com/support/v1");
    for (typed, code, severity, fix) in [
        ("https://northwind.example.com/support/v1/", "url-trailing-slash", Warning, right),
        ("https://northwind.example.com/support", "url-version-missing", Warning, right),
        ("https://northwind.example.com/support/v1/requests", "url-resource", Error, right),
        ("https://support.example.com/support/v1", "support-host-differs", Warning, None),
    ] {
        assert_eq!(found(&support(typed), None, "support_url"), one(code, severity, fix), "{typed}");
    }
    let proxy = |typed: &str| ProfileDraft { proxy: typed.to_owned(), ..draft() };
    for (typed, code, fix) in [
        ("proxy:8080", "url-scheme-missing", Some("http://proxy:8080")),
        ("socks5://proxy:1080", "url-scheme", None),
        ("http://me:secret@proxy:8080", "url-credentials", Some("http://proxy:8080")),
        ("proxy", "url-invalid", None),
    ] {
        assert_eq!(found(&proxy(typed), None, "proxy"), one(code, Error, fix), "{typed}");
    }
    for (typed, fix) in [
        ("23/11/2026", None),
        ("2026/11/3", Some("2026-11-03")),
        ("2026-11-23T10:00", Some("2026-11-23")),
        ("2026-13-01", None),
        ("soon", None),
    ] {
        let draft = ProfileDraft { token_issued_on: typed.to_owned(), ..draft() };
        assert_eq!(found(&draft, None, "token_issued_on"), one("date-invalid", Error, fix), "{typed}");
    }
    for (typed, code, fix) in [
        ("", "name-empty", None),
        (" \u{200b}", "name-empty", None),
        ("North\u{202e}wind", "name-invisible-character", Some("Northwind")),
    ] {
        let draft = ProfileDraft { name: typed.to_owned(), ..draft() };
        assert_eq!(found(&draft, None, "name"), one(code, Error, fix), "{typed:?}");
    }
}

#[test]
fn slips_in_the_token_are_told_without_showing_it() {
    for (pasted, code, severity, mended) in [
        ("", "token-empty", Warning, None),
        ("Bearer abc.def-123", "token-bearer-prefix", Error, Some("abc.def-123")),
        ("Authorization: bearer abc.def-123\n", "token-bearer-prefix", Error, Some("abc.def-123")),
        ("\"abc.def-123\"", "token-quotes", Error, Some("abc.def-123")),
        ("abc.def\r\n-123", "token-whitespace", Error, Some("abc.def-123")),
        ("abc\u{200b}.def-123", "token-invalid-character", Error, Some("abc.def-123")),
        ("abc.d\u{e9}f-123", "token-invalid-character", Error, None),
        ("https://northwind.example.com/scim/v2", "token-is-address", Error, None),
    ] {
        let problems = draft().check(Some(pasted));
        assert_eq!(found(&draft(), Some(pasted), "token"), one(code, severity, None), "{pasted}");
        assert!(pasted.is_empty() || !format!("{problems:?}").contains("123"), "{problems:?}");
        assert_eq!(mend_token(pasted).as_ref().map(Secret::expose), mended, "{pasted}");
    }
    assert_eq!(mend_token("abc.def-123"), None);
    let sandbox = ProfileDraft { environment: Environment::Sandbox, ..draft() };
    assert_eq!(sandbox.check(Some("")), []);
}

#[test]
fn a_profile_is_stored_without_slips_and_can_be_edited_again() {
    let id = ProfileId("p1".to_owned());
    let typed = ProfileDraft {
        name: " Northwind ".to_owned(),
        scim_url: format!(" \"{SCIM}/\" "),
        support_url: " ".to_owned(),
        proxy: "http://proxy:8080/".to_owned(),
        ca_file: " /etc/ca.pem".to_owned(),
        token_issued_on: "2026-11-23".to_owned(),
        ..ProfileDraft::default()
    };
    let profile = typed.validate(id.clone(), None).unwrap();
    assert_eq!(
        (profile.name.as_str(), profile.scim_url.as_str(), profile.support_url.as_ref()),
        ("Northwind", SCIM, None)
    );
    let again = profile.draft();
    assert_eq!(
        (again.scim_url.as_str(), again.proxy.as_str(), again.ca_file.as_str(), again.token_issued_on.as_str()),
        (SCIM, "http://proxy:8080", "/etc/ca.pem", "2026-11-23")
    );
    assert_eq!(again.validate(id.clone(), None), Ok(profile));
    let root = ProfileDraft { scim_url: "http://127.0.0.1:8080".to_owned(), ..typed }.validate(id, None).unwrap();
    assert_eq!(root.scim_base(), "http://127.0.0.1:8080");
}
