//! The log as a stream, over a real port.

use futures_util::StreamExt as _;

use super::super::{Running, serve};
use super::*;

/// Reads `count` events, as their ids and data.
async fn events(
    running: &Running,
    resume: Option<&str>,
    count: usize,
    ready: impl AsyncFnOnce(),
) -> Vec<(String, Value)> {
    let asked = reqwest_client().get(format!("{}/requests/stream", running.support)).bearer_auth(TOKEN);
    let asked = if let Some(id) = resume { asked.header("last-event-id", id) } else { asked };
    let response = asked.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    ready().await;
    let (mut text, mut chunks, mut found) = (String::new(), response.bytes_stream(), Vec::new());
    while found.len() < count {
        text.push_str(std::str::from_utf8(&chunks.next().await.unwrap().unwrap()).unwrap());
        while let Some((event, rest)) = text.split_once("\n\n") {
            let line = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
            if let (Some(id), Some(data)) = (line("id:"), line("data:")) {
                found.push((id.to_owned(), serde_json::from_str(data).unwrap()));
            }
            text = rest.to_owned();
        }
    }
    found
}

fn reqwest_client() -> reqwest::Client {
    // Without a provider even a plain-text client cannot be built; a second installation is refused and harmless.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder().no_proxy().build().unwrap()
}

#[tokio::test]
async fn a_stream_goes_on_where_it_stopped() {
    let tenant = thrive();
    create(&tenant, &entra_user("before@x")).await;
    let running = serve(tenant.clone(), ([127, 0, 0, 1], 0).into()).await.unwrap();
    assert_eq!(running.scim.path(), "/scim/v2");
    let found = events(&running, None, 2, async || {
        create(&tenant, &entra_user("first@x")).await;
        create(&tenant, &entra_user("second@x")).await;
    })
    .await;
    let users = |found: &[(String, Value)]| -> Vec<String> {
        found.iter().map(|(_, summary)| summary["user"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(users(&found), ["first@x", "second@x"], "only what is new");
    assert_eq!(found[0].1["id"], found[0].0.as_str());
    create(&tenant, &entra_user("third@x")).await;
    let resumed = events(&running, Some(&found[0].0), 2, async || {}).await;
    assert_eq!(users(&resumed), ["second@x", "third@x"]);
    let many = events(&running, Some("0"), 304, async || {
        let batch = tenant.batch().unwrap();
        for number in 0..300 {
            create(&tenant, &entra_user(&format!("many{number}@x"))).await;
        }
        batch.commit().unwrap();
    })
    .await;
    assert!(many.is_sorted_by(|earlier, later| earlier.0 < later.0), "each once, in order");
    running.stop().await;
}

#[tokio::test]
async fn the_server_answers_on_its_port_and_stops_with_streams_open() {
    let running = serve(thrive(), ([127, 0, 0, 1], 0).into()).await.unwrap();
    let client = reqwest_client();
    let posted = client.post(format!("{}/Users", running.scim)).bearer_auth(TOKEN);
    let posted = posted.header("content-type", "application/scim+json").body(entra_user("a@x").to_string());
    let posted = posted.send().await.unwrap();
    assert_eq!(posted.status().as_u16(), 201);
    assert!(posted.headers()["location"].to_str().unwrap().starts_with(running.scim.as_str()));
    let open = client.get(format!("{}/requests/stream", running.support)).bearer_auth(TOKEN).send().await.unwrap();
    let address = running.scim.clone();
    let mut chunks = open.bytes_stream();
    let ((), end) = tokio::join!(running.stop(), chunks.next());
    assert!(end.is_none_or(|chunk| chunk.is_err()), "the stream ends with the server");
    assert!(client.get(address).send().await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn an_address_in_use_is_refused_in_words() {
    let running = serve(thrive(), ([127, 0, 0, 1], 0).into()).await.unwrap();
    let taken = ([127, 0, 0, 1], running.scim.port().unwrap()).into();
    let failure = serve(thrive(), taken).await.unwrap_err();
    assert!(failure.to_string().contains("Choose another port"), "{failure}");
}
