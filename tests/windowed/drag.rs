//! Files dragged onto a window from another program, as a file manager does it: XDND version 5, from the source's side.
//! It knows the protocol of the X server and nothing of the console.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use x11rb::{
    CURRENT_TIME, NONE,
    connection::Connection as _,
    protocol::{
        Event,
        xproto::{
            Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode,
            SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Window, WindowClass,
        },
    },
    rust_connection::RustConnection,
    wrapper::ConnectionExt as _,
};

use crate::probe::Outcome;

const VERSION: u32 = 5;
/// How long the other side may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
const PACE: Duration = Duration::from_millis(5);

x11rb::atom_manager! {
    Atoms: AtomsCookie {
        XdndAware, XdndEnter, XdndPosition, XdndStatus, XdndLeave, XdndDrop, XdndFinished, XdndSelection, XdndActionCopy,
        TextUriList: b"text/uri-list",
    }
}

/// A drag that has come to a window.
pub struct Drag {
    connection: RustConnection,
    atoms: Atoms,
    source: Window,
    target: Window,
    uris: String,
}

impl Drag {
    /// Begins to drag files, and holds them over the one window of a display that takes any.
    pub fn over(display: &str, files: &[PathBuf]) -> Outcome<Self> {
        let (connection, screen) = x11rb::connect(Some(display)).map_err(|why| format!("{display}: {why}"))?;
        let root = connection.setup().roots[screen].root;
        let begin = || -> Result<_, Box<dyn std::error::Error>> {
            let atoms = Atoms::new(&connection)?.reply()?;
            let source = connection.generate_id()?;
            let (class, plain) = (WindowClass::INPUT_OUTPUT, CreateWindowAux::new());
            connection.create_window(0, source, root, 0, 0, 1, 1, 0, class, 0, &plain)?.check()?;
            connection.set_selection_owner(source, atoms.XdndSelection, CURRENT_TIME)?.check()?;
            let target = taker(&connection, root, atoms.XdndAware)?.ok_or("no window takes files")?;
            Ok((atoms, source, target))
        };
        let (atoms, source, target) = begin().map_err(|why| format!("no drag could begin: {why}"))?;
        let uris = files.iter().map(|file| format!("file://{}\r\n", encoded(file))).collect();
        let drag = Self { connection, atoms, source, target, uris };
        drag.tell(drag.atoms.XdndEnter, [VERSION << 24, drag.atoms.TextUriList, NONE, NONE])?;
        drag.tell(drag.atoms.XdndPosition, [0, 400 << 16 | 300, CURRENT_TIME, drag.atoms.XdndActionCopy])?;
        // The window asks what it is that hangs over it, and says whether it takes it.
        let (mut asked, mut taken) = (false, false);
        drag.until("the window did not take the files", |event| {
            match event {
                Event::SelectionRequest(request) => {
                    drag.hand_over(request)?;
                    asked = true;
                }
                Event::ClientMessage(told) if told.type_ == drag.atoms.XdndStatus => {
                    taken = told.data.as_data32()[1] & 1 == 1;
                }
                _ => {}
            }
            Ok(asked && taken)
        })?;
        Ok(drag)
    }

    /// Goes away without letting them go.
    pub fn leave(self) -> Outcome {
        self.tell(self.atoms.XdndLeave, [0; 4])
    }

    /// Lets them go.
    pub fn drop_them(self) -> Outcome {
        self.tell(self.atoms.XdndDrop, [0, CURRENT_TIME, 0, 0])?;
        self.until("the window did not say that it has the files", |event| {
            Ok(matches!(event, Event::ClientMessage(told) if told.type_ == self.atoms.XdndFinished))
        })
    }

    fn tell(&self, what: Atom, [first, second, third, fourth]: [u32; 4]) -> Outcome {
        let message = ClientMessageEvent::new(32, self.target, what, [self.source, first, second, third, fourth]);
        let send = || -> Result<(), Box<dyn std::error::Error>> {
            self.connection.send_event(false, self.target, EventMask::NO_EVENT, message)?.check()?;
            Ok(self.connection.flush()?)
        };
        send().map_err(|why| format!("the window could not be told: {why}"))
    }

    fn hand_over(&self, request: &SelectionRequestEvent) -> Outcome {
        let SelectionRequestEvent { requestor, property, target, selection, time, .. } = *request;
        let notice = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time,
            requestor,
            selection,
            target,
            property,
        };
        let send = || -> Result<(), Box<dyn std::error::Error>> {
            let mode = PropMode::REPLACE;
            self.connection.change_property8(mode, requestor, property, target, self.uris.as_bytes())?.check()?;
            self.connection.send_event(false, requestor, EventMask::NO_EVENT, notice)?.check()?;
            Ok(self.connection.flush()?)
        };
        send().map_err(|why| format!("the files could not be handed over: {why}"))
    }

    fn until(&self, else_why: &str, mut done: impl FnMut(&Event) -> Outcome<bool>) -> Outcome {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            match self.connection.poll_for_event().map_err(|why| format!("the display is gone: {why}"))? {
                Some(event) if done(&event)? => return Ok(()),
                Some(_) => {}
                None => std::thread::sleep(PACE),
            }
        }
        Err(else_why.to_owned())
    }
}

/// The first window, from the root down, that says that files may be dropped on it.
fn taker(
    connection: &RustConnection,
    window: Window,
    aware: Atom,
) -> Result<Option<Window>, Box<dyn std::error::Error>> {
    let says = connection.get_property(false, window, aware, AtomEnum::ATOM, 0, 1)?.reply()?;
    if says.value_len > 0 {
        return Ok(Some(window));
    }
    for child in connection.query_tree(window)?.reply()?.children {
        if let Some(found) = taker(connection, child, aware)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// A path as a URI writes it (RFC 3986 §2.1).
fn encoded(path: &Path) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    let letter = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    path.to_string_lossy().bytes().map(letter).collect()
}
