//! Tenants for tests: plain sockets that can misbehave, and note what they received; and the sandbox with a known token.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use jiff::Timestamp;
use scim_console::{
    domain::secret::Secret,
    sandbox::{self, Policy, Running, Tenant},
};
use serde_json::Value;

/// What a server does with one request.
pub enum Reply {
    Bytes(Vec<u8>),
    /// A JSON text that goes on for so many bytes.
    Flood(usize),
    /// Says nothing until the other side gives up.
    Hang,
}

/// A running server.
pub struct Server {
    pub base: String,
    received: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
}

/// What a socket is, with or without TLS.
pub trait Socket: Read + Write {}
impl<T: Read + Write> Socket for T {}

impl Server {
    pub fn new(reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        Self::with("http", |socket| Box::new(socket), reply)
    }

    /// The same with a certificate that nobody trusts.
    pub fn untrusted(reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
        let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let config = Arc::new(config);
        let wrap = move |socket| -> Box<dyn Socket> {
            let connection = rustls::ServerConnection::new(config.clone()).unwrap();
            Box::new(rustls::StreamOwned::new(connection, socket))
        };
        Self::with("https", wrap, reply)
    }

    fn with(
        scheme: &str,
        wrap: impl Fn(TcpStream) -> Box<dyn Socket> + Send + Sync + 'static,
        reply: impl Fn(&str) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("{scheme}://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let (received, connections) = (Arc::<Mutex<Vec<String>>>::default(), Arc::<AtomicUsize>::default());
        let server = Self { base, received: received.clone(), connections: connections.clone() };
        let (wrap, reply) = (Arc::new(wrap), Arc::new(reply));
        thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                connections.fetch_add(1, Ordering::SeqCst);
                let (received, wrap, reply) = (received.clone(), wrap.clone(), reply.clone());
                thread::spawn(move || serve(wrap(socket), &received, reply.as_ref()));
            }
        });
        server
    }

    /// The heads of all requests.
    pub fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

fn serve(mut socket: Box<dyn Socket>, received: &Mutex<Vec<String>>, reply: &dyn Fn(&str) -> Reply) {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    while !bytes.windows(4).any(|window| window == b"\r\n\r\n") {
        match socket.read(&mut part) {
            Ok(count) if count > 0 => bytes.extend_from_slice(&part[..count]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&bytes).into_owned();
    received.lock().unwrap().push(head.clone());
    let sent = match reply(&head) {
        Reply::Bytes(bytes) => socket.write_all(&bytes),
        Reply::Hang => socket.read(&mut part).map(drop),
        Reply::Flood(bytes) => flood(&mut socket, bytes),
    };
    // Whoever hung up has heard enough.
    drop(sent.and_then(|()| socket.flush()));
}

fn flood(socket: &mut dyn Socket, bytes: usize) -> std::io::Result<()> {
    let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/scim+json\r\n\r\n{\"a\":\"";
    socket.write_all(head.as_bytes())?;
    for _ in 0..bytes / 65_536 {
        socket.write_all(&[b'x'; 65_536])?;
    }
    Ok(())
}

/// A whole answer.
pub fn answer(status: u16, headers: &str, body: &str) -> Reply {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n");
    Reply::Bytes(format!("{head}{body}").into_bytes())
}

pub fn json(status: u16, body: &Value) -> Reply {
    answer(status, "Content-Type: application/json\r\n", &body.to_string())
}

/// The sandbox as a tenant elsewhere: it takes the one token that tests look for.
pub struct Elsewhere {
    pub base: String,
    running: Option<Running>,
    runtime: tokio::runtime::Runtime,
}

impl Elsewhere {
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let tenant = Tenant::open(None, Policy::Thrive, Arc::new(now)).unwrap();
        tenant.issue_token("Test", Some(Secret::new(super::TOKEN))).unwrap();
        let running = runtime.block_on(sandbox::serve(tenant, ([127, 0, 0, 1], 0).into())).unwrap();
        let base = running.scim.as_str().trim_end_matches("/scim/v2").to_owned();
        Self { base, running: Some(running), runtime }
    }

    pub fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }
}
