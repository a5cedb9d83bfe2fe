//! What the program does before there is a window: on a system without a display it says so, and whatever it leaves
//! behind is its owner's alone.
#![cfg(target_os = "linux")]

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

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
