//! What comes packed, as it should be and with harm in mind.

use std::io::Cursor;

use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn what_is_packed_is_read_as_if_it_were_not() {
    let okta = fixture("okta.json");
    let plain = of_bytes(&okta).records;
    for packed in [gzip(&okta), zip(&[("a.png", &okta)]), [gzip(&okta[..900]), gzip(&okta[900..])].concat()] {
        let import = of_bytes(&packed);
        assert_eq!((import.counts.formats, import.records), (vec![Format::Okta], plain.clone()));
    }
    let [log, steps, properties] =
        ["log", "steps", "properties"].map(|part| fixture(&format!("entra-portal-{part}.csv")));
    let import = of_bytes(&zip(&[("1.csv", &steps), ("2.csv", &log), ("3.csv", &properties), ("__MACOSX/._1", b"x")]));
    assert_eq!(line(&import.records[1]), "entra 2026-11-18T09:15:00Z deactivate success - bo.ek@contoso.com t-2 -");
    assert_eq!((import.counts.formats.len(), import.counts.joined, import.counts.listed.len()), (3, 6, 0));
}

#[test]
fn archives_that_mean_harm_are_refused_with_the_reason() {
    let bomb = vec![b'['; 64 << 20];
    let many: Vec<(String, &[u8])> = (0..201).map(|number| (number.to_string(), &b"{}"[..])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    for (bytes, at, why) in [
        (
            zip(&[("a", &bomb)]),
            "the whole file",
            "It was not unpacked: it comes to more than 200 times its packed size.",
        ),
        (
            zip(&[("a", &gzip(b"{}"))]),
            "a, the whole file",
            "It is an archive within an archive, which the console does not open.",
        ),
        (
            gzip(&zip(&[("a", b"{}")])),
            "the whole file",
            "It is an archive within an archive, which the console does not open.",
        ),
        (zip(&many), "the whole file", "It is an archive of more than 200 files, or of more than 4 GB."),
        (
            zip(&[("[Content_Types].xml", b"<x/>")]),
            "the whole file",
            "It is an Office document; save the sheet as CSV and import that.",
        ),
        (
            b"7z\xbc\xaf\x27\x1c..".to_vec(),
            "the whole file",
            "It is packed in a way that the console does not open; unpack it first.",
        ),
    ] {
        let import = of_bytes(&bytes);
        assert_eq!(import.records, []);
        let told: Vec<_> = import.counts.listed.iter().map(|one| (one.at.as_str(), one.why.as_str())).collect();
        assert_eq!(told, [(at, why)]);
    }
    let mut log = fixture("okta.jsonl");
    log.extend(std::iter::repeat_n(b' ', 64 << 20));
    let import = of_bytes(&gzip(&log));
    assert_eq!(import.records.len(), 4, "what came before is kept");
    assert!(import.counts.listed[0].why.contains("200 times its packed size"), "{:?}", import.counts.listed);
    let cut = gzip(&fixture("okta.jsonl"));
    let import = of_bytes(&cut[..cut.len() - 20]);
    assert!(import.counts.listed[0].why.starts_with("The file could not be read further"), "{:?}", import.counts);
}
