//! What the program does without a window: on a system without a display it says so, whatever it leaves behind is its
//! owner's alone, and the sandbox plays its scripts before it is ready.
#![cfg(target_os = "linux")]

use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::PermissionsExt as _,
    process::{Command, Stdio},
};

use scim_console::sandbox::{Policy, Tenant};

#[test]
fn without_a_display_it_says_so_in_a_sentence() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("deep/console");
    let ended = Command::new(env!("CARGO_BIN_EXE_scim-console"))
        .arg("--data-dir")
        .arg(&data)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .output()
        .unwrap();
    assert_eq!(ended.status.code(), Some(1));
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("The window could not be opened. There is no display here"), "{said}");
    for dir in [&data, &data.join("logs")] {
        assert_eq!(fs::metadata(dir).unwrap().permissions().mode() & 0o777, 0o700, "{}", dir.display());
    }
}

#[test]
fn an_unknown_script_is_refused_with_those_there_are() {
    let ended = Command::new(env!("CARGO_BIN_EXE_scim-console"))
        .args(["sandbox", "--memory", "--script", "good-day"])
        .output()
        .unwrap();
    assert_eq!((ended.status.code(), ended.stdout.len()), (Some(2), 0));
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(said.contains("good-day") && said.contains("token-expiry") && said.contains("bad-day"), "{said}");
}

#[test]
fn scripts_are_played_before_the_sandbox_is_ready() {
    let home = tempfile::tempdir().unwrap();
    let database = home.path().join("sandbox.sqlite3");
    let mut serving = Command::new(env!("CARGO_BIN_EXE_scim-console"))
        .args(["sandbox", "--script", "duplicate", "--script", "returning-leaver", "--database"])
        .arg(&database)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = String::new();
    BufReader::new(serving.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    serving.kill().unwrap();
    serving.wait().unwrap();
    assert!(ready.contains("\"support\""), "{ready}");
    let clock = std::sync::Arc::new(jiff::Timestamp::now);
    let tenant = Tenant::open(Some(&database), Policy::Thrive, clock).unwrap();
    assert_eq!(tenant.exchange_count().unwrap(), 10 + 15);
}
