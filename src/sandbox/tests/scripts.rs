//! The scripts of a bad day: what the tenant's log shows after each, line by line, and what is left of the run.

use super::*;
use crate::domain::script::{Played, Script};
use crate::sandbox::demo::play_script;

async fn play(tenant: &Tenant, script: Script) -> Played {
    play_script(tenant, script, noon(), |_, _| {}, || false).await.unwrap()
}

/// The log of a run, oldest first.
async fn log(tenant: &Tenant, played: &Played) -> Vec<Value> {
    let page = ask("GET", "/support/v1/requests?limit=500").to(tenant).await.expect(200).body;
    let mut entries: Vec<Value> = page["requests"].as_array().unwrap().clone();
    entries.retain(|entry| {
        let id = entry["id"].as_str().unwrap();
        (played.first.as_str()..=played.last.as_str()).contains(&id)
    });
    entries.reverse();
    entries
}

/// Method, status, type of error or what was dropped, and the person's first name.
fn line(entry: &Value) -> String {
    let text = |member: &str| entry[member].as_str().unwrap_or("");
    let detail = if text("outcome") == "warning" { text("detail") } else { text("scimType") };
    let person = text("user").split('.').next().unwrap_or_default();
    let words = [text("method"), &entry["status"].to_string(), detail, person].map(str::to_owned);
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn show() {
    for policy in [Policy::Thrive, Policy::Rfc] {
        for script in Script::ALL {
            let tenant = tenant(policy);
            let played = play(&tenant, script).await;
            println!("== {policy:?} {script:?} {played:?}");
            for entry in log(&tenant, &played).await {
                println!("{} {} {} {}", entry["at"].as_str().unwrap(), line(&entry), entry["client"], entry["detail"]);
            }
        }
    }
}
