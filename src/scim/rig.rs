//! Servers for tests, made of plain sockets so that they can misbehave. Each notes what it received.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use url::Url;

use super::client::{Endpoint, Limits, Scheme};
use crate::domain::secret::Secret;

pub(crate) const TOKEN: &str = "s3cret-token-8f2c";

/// What a server does with one request.
pub(crate) enum Reply {
    Bytes(Vec<u8>),
    /// This many bytes of body, announced or not.
    Flood {
        announced: bool,
        bytes: usize,
    },
    /// Keeps the connection open and says nothing.
    Hang,
}

/// A request as it came over the socket.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) head: String,
    pub(crate) body: Value,
}

impl Received {
    /// `GET /Users?x`
    pub(crate) fn line(&self) -> &str {
        self.head.split(" HTTP/").next().unwrap_or_default()
    }
}

/// A running server.
#[derive(Clone)]
pub(crate) struct Rig {
    pub(crate) url: String,
    received: Arc<Mutex<Vec<Received>>>,
    connections: Arc<Mutex<usize>>,
}

impl Rig {
    pub(crate) async fn new(reply: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(reply, None).await
    }

    /// The same behind TLS.
    pub(crate) async fn secure(
        tls: tokio_rustls::TlsAcceptor,
        reply: impl Fn(&Received) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::start(reply, Some(tls)).await
    }

    async fn start(
        reply: impl Fn(&Received) -> Reply + Send + Sync + 'static,
        tls: Option<tokio_rustls::TlsAcceptor>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let rig = Self { url, received: Arc::default(), connections: Arc::default() };
        let (of_server, reply) = (rig.clone(), Arc::new(reply));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                *of_server.connections.lock().unwrap() += 1;
                let (rig, reply, tls) = (of_server.clone(), reply.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => rig.serve(socket, reply.as_ref()).await,
                        Some(tls) => {
                            if let Ok(socket) = tls.accept(socket).await {
                                rig.serve(socket, reply.as_ref()).await;
                            }
                        }
                    }
                });
            }
        });
        rig
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.received().iter().map(|request| request.line().to_owned()).collect()
    }

    pub(crate) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        endpoint(&self.url)
    }

    async fn serve(
        &self,
        mut socket: impl AsyncRead + AsyncWrite + Unpin,
        reply: &(dyn Fn(&Received) -> Reply + Sync),
    ) {
        let Some(request) = receive(&mut socket).await else { return };
        self.received.lock().unwrap().push(request.clone());
        match reply(&request) {
            Reply::Bytes(bytes) => drop(socket.write_all(&bytes).await),
            Reply::Hang => drop(socket.read_u8().await),
            Reply::Flood { announced, bytes } => {
                let length = if announced { format!("Content-Length: {bytes}\r\n") } else { String::new() };
                let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n{length}\r\n");
                drop(socket.write_all(head.as_bytes()).await);
                for _ in 0..bytes / 65536 {
                    if socket.write_all(&[b' '; 65536]).await.is_err() {
                        return;
                    }
                }
            }
        }
        drop(socket.shutdown().await);
    }
}

async fn receive(socket: &mut (impl AsyncRead + Unpin)) -> Option<Received> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    while bytes.len() < head + length.unwrap_or(0) {
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some(Received { head: text, body: serde_json::from_slice(&bytes[head..]).unwrap_or_default() })
}

/// A whole answer with a body.
pub(crate) fn answer(status: u16, headers: &str, body: &str) -> Reply {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n");
    Reply::Bytes(format!("{head}{body}").into_bytes())
}

/// A SCIM answer.
pub(crate) fn scim(status: u16, body: &Value) -> Reply {
    let text = if body.is_null() { String::new() } else { body.to_string() };
    answer(status, "Content-Type: application/scim+json\r\n", &text)
}

pub(crate) fn endpoint(url: &str) -> Endpoint {
    let base = Url::parse(url).unwrap();
    Endpoint { base, token: Secret::new(TOKEN), scheme: Scheme::Bearer, proxy: None, ca_file: None }
}

/// A certificate authority and what it issued.
pub(crate) fn tls(names: &[&str], authority: &rcgen::Issuer<'_, rcgen::KeyPair>) -> tokio_rustls::TlsAcceptor {
    let key = rcgen::KeyPair::generate().unwrap();
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let certificate = rcgen::CertificateParams::new(names).unwrap().signed_by(&key, authority).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], rustls_key(&key))
        .unwrap();
    tokio_rustls::TlsAcceptor::from(Arc::new(config))
}

fn rustls_key(key: &rcgen::KeyPair) -> rustls::pki_types::PrivateKeyDer<'static> {
    rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap()
}

/// An authority, and its certificate as PEM.
pub(crate) fn authority() -> (rcgen::Issuer<'static, rcgen::KeyPair>, String) {
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, "Test authority");
    let key = rcgen::KeyPair::generate().unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    (rcgen::Issuer::new(params, key), pem)
}

/// Limits that a test can reach.
pub(crate) fn short() -> Limits {
    let moment = std::time::Duration::from_millis(300);
    Limits { connect: moment, total: moment, grace: moment, idle: moment, ..Limits::default() }
}
