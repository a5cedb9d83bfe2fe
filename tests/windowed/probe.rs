//! Reads and works a running window from outside, as a screen reader and a person's hands would: by the names and
//! roles of its widgets. It knows the inspection protocol and nothing of the console.

use std::{
    fmt, fs,
    net::{SocketAddr, TcpStream},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use egui::{
    Event, Key, Modifiers, PointerButton, Pos2, Rect, Role,
    accesskit::{Node, NodeId, TreeUpdate},
};
use egui_inspection::protocol::{Request, Response, read_handshake, read_message, write_message};

/// What went wrong, for whoever reads the test's output.
pub type Outcome<T = ()> = Result<T, String>;

/// How often the window is asked again while something is awaited.
const PACE: Duration = Duration::from_millis(40);
/// Where text is typed.
const INPUTS: [Role; 4] = [Role::TextInput, Role::PasswordInput, Role::SearchInput, Role::MultilineTextInput];
/// How many frames an action may take to come to rest.
const FRAMES: u64 = 60;

/// A widget, as assistive technology knows it.
#[derive(Debug, Clone)]
pub struct Widget {
    /// What kind of widget.
    pub role: Role,
    /// Its name.
    pub name: String,
    /// Its content.
    pub value: String,
    /// Whether it can be used.
    pub enabled: bool,
    bounds: Option<Rect>,
}

/// Which widget is meant.
#[derive(Debug, Clone)]
pub struct Target {
    role: Option<Role>,
    text: String,
    whole: bool,
}

/// The widget of exactly this name (or, where it has none, this content).
pub fn named(text: impl Into<String>) -> Target {
    Target { role: None, text: text.into(), whole: true }
}

/// A widget whose name or content holds this text.
pub fn holding(text: impl Into<String>) -> Target {
    Target { role: None, text: text.into(), whole: false }
}

impl Target {
    /// Of this kind only.
    pub fn role(self, role: Role) -> Self {
        Self { role: Some(role), ..self }
    }

    fn is(&self, widget: &Widget) -> bool {
        let said = [&widget.name, &widget.value];
        let text = if self.whole {
            said.iter().any(|said| **said == self.text)
        } else {
            said.iter().any(|said| said.contains(&self.text))
        };
        text && self.role.is_none_or(|role| role == widget.role)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let role = self.role.map_or_else(|| "widget".to_owned(), |role| format!("{role:?}"));
        write!(f, "{role} {} “{}”", if self.whole { "named" } else { "holding" }, self.text)
    }
}

/// A connection to a running window.
pub struct Probe {
    stream: TcpStream,
}

impl Probe {
    /// Connects, waiting for the window to listen.
    pub fn connect(address: SocketAddr, patience: Duration) -> Outcome<Self> {
        let started = Instant::now();
        loop {
            match TcpStream::connect(address) {
                Ok(mut stream) => {
                    stream.set_read_timeout(Some(Duration::from_secs(30))).map_err(|why| why.to_string())?;
                    read_handshake(&mut stream).map_err(|why| format!("no handshake: {why}"))?;
                    return Ok(Self { stream });
                }
                Err(why) if started.elapsed() > patience => return Err(format!("the window never listened: {why}")),
                Err(_) => thread::sleep(PACE),
            }
        }
    }

    fn ask(&mut self, request: &Request) -> Outcome<Response> {
        write_message(&mut self.stream, request).map_err(|why| format!("the window is gone: {why}"))?;
        match read_message(&mut self.stream).map_err(|why| format!("the window is gone: {why}"))? {
            Response::Error { message } => Err(message),
            answer => Ok(answer),
        }
    }

    fn tree(&mut self) -> Outcome<(u64, Vec<Widget>)> {
        loop {
            // The first question switches the tree on; it comes with a later frame.
            match self.ask(&Request::GetTree)? {
                Response::Tree { accesskit: Some(update), step, .. } => return Ok((step, flatten(&update))),
                Response::Tree { .. } => {}
                other => return Err(format!("no tree but {other:?}")),
            }
        }
    }

    /// Every widget in reading order.
    pub fn widgets(&mut self) -> Outcome<Vec<Widget>> {
        self.tree().map(|(_, widgets)| widgets)
    }

    /// How many frames the window has drawn so far, this question's own included.
    pub fn frames(&mut self) -> Outcome<u64> {
        self.tree().map(|(frames, _)| frames)
    }

    /// The widgets meant, in reading order.
    pub fn all(&mut self, target: &Target) -> Outcome<Vec<Widget>> {
        Ok(self.widgets()?.into_iter().filter(|widget| target.is(widget)).collect())
    }

    /// Whether there is such a widget.
    pub fn sees(&mut self, target: &Target) -> Outcome<bool> {
        Ok(!self.all(target)?.is_empty())
    }

    /// The first such widget, waiting for it to appear.
    pub fn wait_for(&mut self, target: &Target, patience: Duration) -> Outcome<Widget> {
        self.until(&format!("no {target}"), patience, |probe| Ok(probe.all(target)?.into_iter().next()))
    }

    /// Waits until no such widget is left.
    pub fn wait_gone(&mut self, target: &Target, patience: Duration) -> Outcome {
        self.until(&format!("still {target}"), patience, |probe| Ok((!probe.sees(target)?).then_some(())))
    }

    /// Looks until there is an answer.
    pub fn until<T>(
        &mut self,
        complaint: &str,
        patience: Duration,
        look: impl Fn(&mut Self) -> Outcome<Option<T>>,
    ) -> Outcome<T> {
        let started = Instant::now();
        loop {
            if let Some(found) = look(self)? {
                return Ok(found);
            }
            if started.elapsed() > patience {
                return Err(format!("after {} s {complaint}", patience.as_secs()));
            }
            thread::sleep(PACE);
        }
    }

    /// Clicks the first such widget that is in sight and can be used, waiting a little for it.
    pub fn click(&mut self, target: &Target) -> Outcome<Widget> {
        let usable = |widget: &Widget| widget.enabled && widget.bounds.is_some_and(|at| at.is_positive());
        let widget = self.until(&format!("no usable {target}"), Duration::from_secs(5), |probe| {
            Ok(probe.all(target)?.into_iter().find(usable))
        })?;
        let at = widget.bounds.map_or(Pos2::ZERO, |bounds| bounds.center());
        self.send(vec![Event::PointerMoved(at)])?;
        for pressed in [true, false] {
            let button = PointerButton::Primary;
            self.send(vec![Event::PointerButton { pos: at, button, pressed, modifiers: Modifiers::NONE }])?;
        }
        self.settle()?;
        Ok(widget)
    }

    /// Puts the caret into the field of this name and replaces what it holds.
    pub fn fill(&mut self, name: &str, text: &str) -> Outcome {
        let field = self.until(&format!("no field named “{name}”"), Duration::from_secs(5), |probe| {
            let all = probe.all(&named(name))?;
            Ok(all.into_iter().find(|widget| INPUTS.contains(&widget.role)))
        })?;
        self.click(&named(name).role(field.role))?;
        self.press(Modifiers::COMMAND | Modifiers::CTRL, Key::A)?;
        self.press(Modifiers::NONE, Key::Delete)?;
        self.send(vec![Event::Text(text.to_owned())])?;
        self.settle()
    }

    /// Presses a key.
    pub fn press(&mut self, modifiers: Modifiers, key: Key) -> Outcome {
        for pressed in [true, false] {
            self.send(vec![Event::Key { key, physical_key: None, pressed, repeat: false, modifiers }])?;
        }
        self.settle()
    }

    /// Moves the pointer out of every widget, so that nothing is hovered.
    pub fn rest(&mut self) -> Outcome {
        self.send(vec![Event::PointerGone])?;
        self.settle()
    }

    fn send(&mut self, events: Vec<Event>) -> Outcome {
        self.ask(&Request::ApplyEvents { events }).map(drop)
    }

    fn settle(&mut self) -> Outcome {
        self.ask(&Request::Settle { max_steps: FRAMES }).map(drop)
    }

    /// Keeps a picture of the window.
    pub fn picture(&mut self, file: &Path) -> Outcome {
        match self.ask(&Request::GetScreenshot { pixels_per_point: None })? {
            Response::Screenshot(png) => {
                fs::write(file, &png.bytes).map_err(|why| format!("{}: {why}", file.display()))
            }
            other => Err(format!("no picture but {other:?}")),
        }
    }
}

/// The tree in reading order.
fn flatten(update: &TreeUpdate) -> Vec<Widget> {
    let find = |id: NodeId| update.nodes.iter().find(|(known, _)| *known == id).map(|(_, node)| node);
    let root = update.tree.as_ref().map(|tree| tree.root);
    let mut waiting: Vec<NodeId> = root.or_else(|| update.nodes.first().map(|(id, _)| *id)).into_iter().collect();
    let mut out = Vec::new();
    while let Some(node) = waiting.pop().map(find) {
        let Some(node) = node else { continue };
        let labels = node.labelled_by().iter().filter_map(|label| find(*label));
        let labels: Vec<&str> = labels.filter_map(|label| label.label().or(label.value())).collect();
        out.push(describe(node, &labels.join(" ")));
        waiting.extend(node.children().iter().rev());
    }
    out
}

fn describe(node: &Node, labels: &str) -> Widget {
    let number = || node.numeric_value().map(|number| number.to_string());
    Widget {
        role: node.role(),
        name: node.label().filter(|name| !name.is_empty()).unwrap_or(labels).to_owned(),
        value: node.value().map(str::to_owned).or_else(number).unwrap_or_default(),
        enabled: !node.is_disabled(),
        bounds: node
            .bounds()
            .map(|b| Rect::from_min_max(Pos2::new(b.x0 as f32, b.y0 as f32), Pos2::new(b.x1 as f32, b.y1 as f32))),
    }
}
