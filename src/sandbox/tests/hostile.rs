//! Callers that mean harm or do not know better, over real sockets: large, deep, slow and many. Each is refused or
//! bounded, and others are answered meanwhile.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::super::{House, Limits, Running, serve_within};
use super::*;

const MIB: usize = 1024 * 1024;

async fn house(limits: Limits) -> (Running, SocketAddr) {
    let running = serve_within(&House::of_one(thrive()), ([127, 0, 0, 1], 0).into(), limits).await.unwrap();
    let address = ([127, 0, 0, 1], running.scim.port().unwrap()).into();
    (running, address)
}

fn patient() -> Limits {
    Limits { head: Duration::from_secs(60), body: Duration::from_secs(60), ..Limits::default() }
}

fn hasty() -> Limits {
    Limits { head: Duration::from_millis(300), body: Duration::from_millis(300), ..Limits::default() }
}

fn head(method: &str, path: &str, length: usize) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: tenant.test\r\nauthorization: Bearer {TOKEN}\r\n\
         content-type: application/scim+json\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
    )
}

/// Sends all of it and gives the status of the answer; 0 when the connection was closed without one.
async fn say(address: SocketAddr, text: &[u8]) -> u16 {
    let mut connection = TcpStream::connect(address).await.unwrap();
    // A server that has refused already may not read on.
    drop(connection.write_all(text).await);
    status(&mut connection).await
}

async fn status(connection: &mut TcpStream) -> u16 {
    let mut answer = Vec::new();
    drop(connection.read_to_end(&mut answer).await);
    let line = String::from_utf8_lossy(&answer);
    line.split(' ').nth(1).map_or(0, |status| status.parse().unwrap())
}

async fn post(address: SocketAddr, path: &str, body: &str) -> u16 {
    say(address, format!("{}{body}", head("POST", path, body.len())).as_bytes()).await
}

async fn is_answered(address: SocketAddr) -> bool {
    say(address, head("GET", "/scim/v2/ServiceProviderConfig", 0).as_bytes()).await == 200
}

/// A user of exactly this many bytes.
fn user_of(size: usize) -> String {
    let user = |filling: &str| json!({ "userName": "large@x", "nickName": filling }).to_string();
    let user = user(&"x".repeat(size - user("").len()));
    assert_eq!(user.len(), size);
    user
}

#[tokio::test]
async fn a_body_of_a_mebibyte_is_taken_and_one_more_byte_is_not() {
    let (running, address) = house(patient()).await;
    assert_eq!(post(address, "/scim/v2/Users", &user_of(MIB)).await, 201);
    assert_eq!(post(address, "/scim/v2/Users", &user_of(MIB + 1)).await, 413);
    assert_eq!(post(address, "/scim/v2/Users", &user_of(8 * MIB)).await, 413);
    let label = "x".repeat(MIB);
    let field = json!({ "ref": "large", "label": label, "kind": "text" }).to_string();
    let asked = head("POST", "/support/v1/custom-fields", field.len()).replace("scim+json", "json");
    assert_eq!(say(address, format!("{asked}{field}").as_bytes()).await, 413);
    assert!(is_answered(address).await);
    running.stop().await;
}

#[tokio::test]
async fn a_body_in_pieces_is_held_to_the_same_limit() {
    let (running, address) = house(patient()).await;
    let mut text = head("POST", "/scim/v2/Users", 0).replace("content-length: 0", "transfer-encoding: chunked");
    let piece = "x".repeat(64 * 1024);
    for _ in 0..17 {
        text.push_str(&format!("{:x}\r\n{piece}\r\n", piece.len()));
    }
    text.push_str("0\r\n\r\n");
    assert_eq!(say(address, text.as_bytes()).await, 413);
    running.stop().await;
}

#[tokio::test]
async fn deep_json_is_read_or_refused() {
    let (running, address) = house(patient()).await;
    for (depth, wanted) in [(64, 201), (100_000, 400)] {
        let value = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let user = format!(r#"{{"userName":"deep@x","nested":{value}}}"#);
        assert_eq!(post(address, "/scim/v2/Users", &user).await, wanted, "{depth}");
        let value = format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
        let user = format!(r#"{{"userName":"deeper@x","nested":{value}}}"#);
        assert_eq!(post(address, "/scim/v2/Users", &user).await, wanted, "{depth}");
    }
    let filter = format!("/scim/v2/Users?filter={}userName%20pr{}", "(".repeat(5_000), ")".repeat(5_000));
    assert_eq!(say(address, head("GET", &filter, 0).as_bytes()).await, 400);
    assert!(is_answered(address).await);
    running.stop().await;
}

#[tokio::test]
async fn ten_thousand_operations_are_bounded_by_their_size() {
    let (running, address) = house(patient()).await;
    let operation = json!({ "method": "POST", "path": "/Users", "bulkId": "b", "data": { "userName": "a@x", "title": "x".repeat(60) } });
    let bulk = json!({ "Operations": vec![operation; 10_000] }).to_string();
    assert!(bulk.len() > MIB);
    assert_eq!(post(address, "/scim/v2/Bulk", &bulk).await, 413);
    let patch =
        json!({ "Operations": vec![json!({ "op": "add", "path": "title", "value": "x" }); 10_000] }).to_string();
    assert!(patch.len() < MIB);
    let user = create_over(address).await;
    let patched = format!("{}{patch}", head("PATCH", &user, patch.len()));
    assert!(matches!(say(address, patched.as_bytes()).await, 200 | 400 | 413));
    assert!(is_answered(address).await);
    running.stop().await;
}

/// Creates a user and gives its path.
async fn create_over(address: SocketAddr) -> String {
    let body = json!({ "userName": "one@x" }).to_string();
    let mut connection = TcpStream::connect(address).await.unwrap();
    let text = format!("{}{body}", head("POST", "/scim/v2/Users", body.len()));
    connection.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    let location = answer.lines().find_map(|line| line.strip_prefix("location: ")).unwrap();
    location.strip_prefix("http://tenant.test").unwrap().to_owned()
}

#[tokio::test]
async fn a_flood_of_headers_is_refused() {
    let (running, address) = house(patient()).await;
    let with = |headers: String| head("GET", "/scim/v2/Users", 0).replace("host:", &format!("{headers}host:"));
    let many: String = (0..5_000).map(|number| format!("x-{number}: y\r\n")).collect();
    let long = format!("x-long: {}\r\n", "y".repeat(MIB));
    for flood in [many, long] {
        let answer = say(address, with(flood).as_bytes()).await;
        assert!(matches!(answer, 0 | 431), "{answer}");
    }
    let long_path = head("GET", &format!("/scim/v2/{}", "y".repeat(MIB)), 0);
    assert!(matches!(say(address, long_path.as_bytes()).await, 0 | 414 | 431));
    assert!(is_answered(address).await);
    running.stop().await;
}

#[tokio::test]
async fn a_thousand_idle_connections_keep_nobody_out() {
    let (running, address) = house(Limits { connections: 200, ..patient() }).await;
    let mut idle = Vec::new();
    for number in 0..1_000 {
        let mut connection = TcpStream::connect(address).await.unwrap();
        if number % 2 == 0 {
            drop(connection.write_all(b"GET /scim/v2/Users HTT").await);
        }
        // A process has a thousand files or so: those that made room need not stay open here either.
        if number >= 400 {
            idle.push(connection);
        }
    }
    assert!(is_answered(address).await, "the newest is answered");
    // The oldest made room: it was closed without an answer.
    assert_eq!(status(&mut idle[0]).await, 0);
    running.stop().await;
}

#[tokio::test]
async fn slow_heads_and_bodies_are_cut_off_in_time() {
    let (running, address) = house(hasty()).await;
    let mut slow_heads = Vec::new();
    let mut slow_bodies = Vec::new();
    for _ in 0..50 {
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(b"POST /scim/v2/Users HTTP/1.1\r\nhost: x\r\n").await.unwrap();
        slow_heads.push(connection);
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(head("POST", "/scim/v2/Users", MIB).as_bytes()).await.unwrap();
        connection.write_all(b"{\"userName\":").await.unwrap();
        slow_bodies.push(connection);
    }
    assert!(is_answered(address).await, "others are answered meanwhile");
    for mut connection in slow_heads {
        assert!(matches!(status(&mut connection).await, 0 | 408));
    }
    for mut connection in slow_bodies {
        assert_eq!(status(&mut connection).await, 408);
    }
    assert!(is_answered(address).await);
    running.stop().await;
}

#[tokio::test]
async fn an_open_stream_never_has_to_make_room() {
    let (running, address) = house(Limits { connections: 2, ..patient() }).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let text = head("GET", "/support/v1/requests/stream", 0);
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut start = [0; 12];
    stream.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 200");
    let mut idle = Vec::new();
    for _ in 0..5 {
        idle.push(TcpStream::connect(address).await.unwrap());
        assert!(is_answered(address).await);
    }
    assert_eq!(post(address, "/scim/v2/Users", &user_of(100)).await, 201);
    let mut seen = String::new();
    let mut piece = [0; 4096];
    while !seen.contains("large@x") {
        let length = stream.read(&mut piece).await.unwrap();
        assert!(length > 0, "the stream was closed: {seen}");
        seen.push_str(&String::from_utf8_lossy(&piece[..length]));
    }
    running.stop().await;
}

/// Within the patience of this tenant, a minute, a sender that stops could hold the others up.
#[tokio::test]
async fn a_large_body_does_not_wait_for_those_that_bring_none() {
    let (running, address) = house(Limits { connections: 100, ..patient() }).await;
    let mut held_up = Vec::new();
    for number in 0..160 {
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(head("POST", "/scim/v2/Users", MIB).as_bytes()).await.unwrap();
        if number % 16 == 0 {
            connection.write_all(&[b' '; 40_000]).await.unwrap();
        }
        held_up.push(connection);
    }
    let asked = tokio::time::Instant::now();
    assert_eq!(post(address, "/scim/v2/Users", &user_of(MIB)).await, 201);
    assert!(asked.elapsed() < Duration::from_secs(20), "{:?}", asked.elapsed());
    running.stop().await;
}
