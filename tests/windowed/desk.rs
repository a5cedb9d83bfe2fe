//! The desk that the window stands on: a virtual display, a data directory, and the console as a process of its own.
//! Whatever is started here ends when its value is dropped; nothing of the user's own desktop is touched.

use std::{
    env,
    io::{BufRead as _, BufReader},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::probe::{Outcome, Probe};

/// The size of the mock-ups.
const SCREEN: &str = "1440x900x24";

/// A display that nobody looks at, or the one that is there already.
pub struct Display {
    name: String,
    server: Option<Child>,
}

impl Display {
    /// Uses `DISPLAY` where it is set, and starts an Xvfb of its own where it is not.
    pub fn open() -> Outcome<Self> {
        if let Some(name) = env::var("DISPLAY").ok().filter(|name| !name.is_empty()) {
            return Ok(Self { name, server: None });
        }
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|why| format!("Xvfb could not be started ({why}): apt-get install xvfb"))?;
        let mut number = String::new();
        let told = server.stdout.take().map(|out| BufReader::new(out).read_line(&mut number));
        match told {
            Some(Ok(read)) if read > 0 => Ok(Self { name: format!(":{}", number.trim()), server: Some(server) }),
            _ => Err("Xvfb did not tell its display".to_owned()),
        }
    }

    /// Its name, as programs are told it.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            end(server);
        }
    }
}

/// The console, running.
pub struct Console {
    process: Child,
    /// The hands and eyes on it.
    pub probe: Probe,
}

impl Console {
    /// Opens the window on a data directory.
    ///
    /// The only other programs that it finds are those in `programs`.
    pub fn open(display: &Display, data: &Path, programs: &Path, log: &Path) -> Outcome<Self> {
        let address = free_address()?;
        let log = std::fs::File::create(log).map_err(|why| format!("{}: {why}", log.display()))?;
        let mut process = Command::new(binary())
            .arg("--data-dir")
            .arg(data)
            .env("DISPLAY", &display.name)
            .env("PATH", programs)
            .env("EGUI_INSPECTION", address.to_string())
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("RUST_BACKTRACE", "1")
            // No credential store and no other session's settings: what is seen is the console's own doing.
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("SCIM_CONSOLE_TOKEN")
            .env_remove("SCIM_CONSOLE_DATA_DIR")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(|why| format!("the console could not be started: {why}"))?;
        match Probe::connect(address, Duration::from_secs(30)) {
            Ok(probe) => Ok(Self { process, probe }),
            Err(why) => {
                end(&mut process);
                Err(why)
            }
        }
    }

    /// Ends it without warning, as a power cut would.
    pub fn kill(mut self) {
        end(&mut self.process);
    }

    /// Its private memory in MiB, where the system tells it.
    pub fn private_memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("RssAnon:"))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

fn end(process: &mut Child) {
    // Both fail only when it has ended already.
    let _ = process.kill();
    let _ = process.wait();
}

fn binary() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_scim-console"))
}

fn free_address() -> Outcome<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|why| format!("no free port: {why}"))?;
    listener.local_addr().map_err(|why| format!("no free port: {why}"))
}
