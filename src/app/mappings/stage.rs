//! The window on the Mappings screen in a script: what a person does, what the engine answers, what was ordered.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{Do, Mappings};
use crate::{
    app::{Action, Causes, FreshIds, Model, Screen, requests},
    diagnosis::{Case, InOrder, Mark, Seen, diagnose},
    domain::{
        attribute::ENTERPRISE_USER,
        coverage::Received,
        exchange::{Exchange, Operation, Outcome, Request},
        failure::{Failure, FailureKind},
        journal::{Count, Listing, Record, Row, Source, Summary},
        mapping::MappingRow,
        overview::Figures,
        problem::Severity,
        profile::{Environment, IdentityProvider, Profile, ProfileId},
        story::Gathered,
        tenant::{CustomField, TenantMappings},
    },
    engine::{Command, DraftContent, Event, ImportReport, News, Order, Pasted, StoredDraft, Workspace},
};

#[derive(Debug, Default)]
struct CountedIds(u32);

impl FreshIds for CountedIds {
    fn next(&mut self) -> String {
        self.0 += 1;
        format!("profile-{}", self.0)
    }
}

pub(crate) fn now() -> Timestamp {
    "2026-11-23T14:40:00Z".parse().unwrap()
}

pub(crate) fn row(short: &str, field: &str) -> MappingRow {
    MappingRow { attribute: format!("{ENTERPRISE_USER}:{short}"), field: field.to_owned() }
}

pub(crate) fn offline() -> Failure {
    Failure::new(FailureKind::Unreachable, "The host does not answer", "Nothing was read.", "Try again.")
}

pub(crate) fn profile(id: &str, environment: Environment) -> Profile {
    Profile {
        id: ProfileId(id.to_owned()),
        name: format!("{id} Ltd"),
        environment,
        scim_url: "https://tenant.example/scim/v2".parse().unwrap(),
        support_url: Some("https://tenant.example/support/v1".parse().unwrap()),
        identity_provider: IdentityProvider::Entra,
        proxy: None,
        ca_file: None,
        token_issued_on: None,
    }
}

/// The window on the Mappings screen, and everything it ordered.
pub(crate) struct Stage {
    pub(crate) model: Model,
    pub(crate) ordered: Vec<Order>,
}

impl Stage {
    /// At a tenant of this environment; its draft and mappings are asked for and not yet there.
    pub(crate) fn new(environment: Environment) -> Self {
        let mut stage = Self { model: Model::new(now(), Box::<CountedIds>::default()), ordered: Vec::new() };
        stage.collect();
        let workspace = Workspace {
            profiles: vec![profile("acme", environment), profile("other", Environment::Staging)],
            tokens: BTreeMap::new(),
            keychain: true,
            settings: [("profile".to_owned(), json!("acme"))].into(),
            data_dir: "data".into(),
        };
        stage.answer(|command| matches!(command, Command::Open), News::Opened(Box::new(workspace)));
        stage.act(Action::Go(Screen::Mappings));
        stage
    }

    /// Nothing saved yet, and the tenant has these mappings at version 1.
    pub(crate) fn begun(environment: Environment, tenant: &[MappingRow]) -> Self {
        let mut stage = Self::new(environment);
        stage.read_draft(None);
        stage.pull(1, tenant);
        stage
    }

    pub(crate) fn mappings(&self) -> &Mappings {
        &self.model.mappings
    }

    pub(crate) fn act(&mut self, action: Action) {
        self.model.update(action);
        self.collect();
    }

    pub(crate) fn act_here(&mut self, action: Do) {
        self.act(Action::Mappings(action));
    }

    pub(crate) fn collect(&mut self) {
        self.ordered.extend(self.model.take_orders());
    }

    pub(crate) fn last(&self, wanted: impl Fn(&Command) -> bool) -> Option<&Order> {
        self.ordered.iter().rev().find(|order| wanted(&order.command))
    }

    pub(crate) fn answer(&mut self, wanted: impl Fn(&Command) -> bool, news: News) {
        let job = self.last(wanted).expect("it was ordered").job;
        self.model.absorb(Event { job, news });
        self.collect();
    }

    pub(crate) fn read_draft(&mut self, stored: Option<StoredDraft>) {
        self.answer(|c| matches!(c, Command::LoadDraft(_)), News::DraftRead(stored.map(Box::new)));
    }

    pub(crate) fn pull(&mut self, version: u64, rows: &[MappingRow]) {
        let news = News::MappingsPulled {
            mappings: tenant(version, rows),
            fields: None,
            since: Default::default(),
            at: now(),
        };
        self.answer(|c| matches!(c, Command::PullMappings(_)), news);
    }

    pub(crate) fn saved(&mut self, revision: u64) {
        self.answer(|c| matches!(c, Command::SaveDraft { .. }), News::DraftSaved { revision, saved_at: now() });
    }

    /// The drafts ordered to be saved: revision and rows.
    pub(crate) fn saves(&self) -> Vec<(u64, Vec<MappingRow>)> {
        let of = |order: &Order| match &order.command {
            Command::SaveDraft { draft, revision, .. } => Some((*revision, draft.rows.clone())),
            _ => None,
        };
        self.ordered.iter().filter_map(of).collect()
    }

    pub(crate) fn applied_sets(&self) -> Vec<(Vec<MappingRow>, String)> {
        let of = |order: &Order| match &order.command {
            Command::ApplyMappings { mappings, if_match, .. } => Some((mappings.to_rows(), if_match.clone())),
            _ => None,
        };
        self.ordered.iter().filter_map(of).collect()
    }

    /// The tenant answers with its mappings and custom fields.
    pub(crate) fn pull_with_fields(&mut self, rows: &[MappingRow], fields: &[&str]) {
        let field = |reference: &&str| CustomField {
            reference: (*reference).to_owned(),
            label: reference.to_uppercase(),
            kind: "text".to_owned(),
        };
        let fields = Some(fields.iter().map(field).collect());
        let news = News::MappingsPulled { mappings: tenant(1, rows), fields, since: Default::default(), at: now() };
        self.answer(|c| matches!(c, Command::PullMappings(_)), news);
    }

    /// The tenant cannot be read.
    pub(crate) fn pull_fails(&mut self, kind: FailureKind) {
        let failure = Failure { kind, ..offline() };
        self.answer(|c| matches!(c, Command::PullMappings(_)), News::Failed(failure));
    }

    /// Another window has saved these rows meanwhile.
    pub(crate) fn outdate(&mut self, rows: &[MappingRow]) {
        let other = News::DraftOutdated(Box::new(stored(rows, &[], 9)));
        self.answer(|c| matches!(c, Command::SaveDraft { .. }), other);
    }

    /// What was received was counted, or could not be.
    pub(crate) fn counted(&mut self, result: Result<Received, Failure>) {
        let news = result.map_or_else(News::Failed, |received| News::ReceivedRead(Box::new(received)));
        self.answer(|c| matches!(c, Command::ReadReceived { .. }), news);
    }

    /// A story was gathered, or could not be.
    pub(crate) fn gathered(&mut self, result: Result<Gathered, Failure>) {
        let mark = |(key, record): &(i64, Record)| Some((*key, Mark::of(&diagnose(&Case::of(record)))?));
        let news = result.map_or_else(News::Failed, |gathered| News::StoryRead {
            marks: gathered.records.iter().filter_map(mark).collect(),
            story: Box::new(crate::domain::story::tell(&gathered)),
            gathered: Box::new(gathered),
        });
        self.answer(|c| matches!(c, Command::Story { .. }), news);
    }

    /// The causes were found, or could not be.
    pub(crate) fn caused(&mut self, result: Result<Causes, Failure>) {
        let news = result.map_or_else(News::Failed, |causes| News::CausesFound(Box::new(causes)));
        self.answer(|command| matches!(command, Command::Diagnose { .. }), news);
    }

    /// The figures were worked out, or could not be.
    /// Opens a create that was refused. Its order shows that the person was switched off an hour and a half before, by the
    /// request with the key 3.
    pub(crate) fn opens_a_refusal(&mut self) {
        let record: Record = serde_json::from_value(json!({
            "source": "tenant",
            "summary": {"id": "r7", "at": "2026-11-23T11:59:00Z", "method": "POST", "path": "/scim/v2/Users", "status": 409,
                "outcome": "failure", "operation": "create", "user": "jane@acme.com", "resourceId": null,
                "scimType": "uniqueness", "detail": "userName is already used.", "durationMs": 9, "client": "Okta"},
            "exchange": {"request": {"method": "POST", "url": "/scim/v2/Users", "headers": {}, "body": {
                    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "jane@acme.com"}},
                "response": {"status": 409, "headers": {}, "body": {
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "409", "scimType": "uniqueness",
                    "detail": "userName is already used."}},
                "error": null, "at": null, "duration_ms": 9},
            "landing": null, "event": null,
        }))
        .unwrap();
        let at = record.summary.at;
        let other = Some(Seen { key: 3, at: at - SignedDuration::from_mins(90) });
        let (id, severity) = ("soft-delete-recreate-conflict", Severity::Error);
        let in_order = [InOrder { id, severity, seen: Seen { key: 7, at }, other, attribute: None }].into();
        self.act(Action::Go(Screen::Requests));
        self.act(Action::Requests(requests::Do::OpenKey(7)));
        let findings = diagnose(&Case::of(&record));
        let news = News::DetailRead { record: record.into(), findings };
        self.answer(|command| matches!(command, Command::Detail { .. }), news);
        self.caused(Ok(Causes { in_order, last_key: 7, ..Causes::default() }));
    }

    /// The list is read.
    pub(crate) fn lists(&mut self, listing: Listing) {
        self.answer(|command| matches!(command, Command::List { .. }), News::Listed(Box::new(listing)));
    }

    /// What was pasted is imported.
    pub(crate) fn imports_pasted(&mut self, report: ImportReport) {
        self.act(Action::ImportPasted(Pasted(b"x".to_vec())));
        self.answer(|command| matches!(command, Command::ImportPasted { .. }), News::Imported(Box::new(report)));
    }

    /// The answer of whoever counts or forgets requests.
    pub(crate) fn forgot(&mut self, requests: u64, size: u64) {
        let news = News::Forgotten { requests: Some(requests), more: false, size };
        self.answer(|command| matches!(command, Command::Forget { .. }), news);
    }

    pub(crate) fn figured(&mut self, result: Result<Figures, Failure>) {
        let news = result.map_or_else(News::Failed, |figures| News::OverviewRead(Box::new(figures)));
        self.answer(|c| matches!(c, Command::Overview { .. }), news);
    }

    /// The tenant takes the write.
    pub(crate) fn apply_succeeds(&mut self, rows: &[MappingRow]) {
        let applied = News::MappingsApplied(tenant(2, rows));
        self.answer(|c| matches!(c, Command::ApplyMappings { .. }), applied);
    }

    /// The tenant was changed before the write.
    pub(crate) fn loses_race(&mut self, current: &TenantMappings) {
        let lost = News::MappingsLost(current.clone());
        self.answer(|c| matches!(c, Command::ApplyMappings { .. }), lost);
    }

    /// What was received is counted, and these are the recent requests.
    pub(crate) fn receive(&mut self, counts: &[(&str, u64)], payloads: Vec<(Row, Exchange)>) {
        let count = |(key, count): &(&str, u64)| Count { key: (*key).to_owned(), count: *count };
        let counts = counts.iter().map(count).collect();
        self.answer(|c| matches!(c, Command::CountAttributes(_)), News::AttributesCounted(counts));
        self.answer(|c| matches!(c, Command::Payloads(_)), News::PayloadsRead(payloads));
    }

    pub(crate) fn hindrance(&self) -> Option<String> {
        let confirm = self.model.environment() == Environment::Production;
        self.mappings().hindrance(self.model.tenant_name(), self.model.is_locked(), confirm)
    }

    pub(crate) fn said(&self) -> Vec<&str> {
        self.model.notices.shown().iter().map(|notice| notice.text.as_str()).collect()
    }
}

pub(crate) fn tenant(version: u64, rows: &[MappingRow]) -> TenantMappings {
    TenantMappings { version, mappings: rows.to_vec(), etag: Some(format!("\"{version}\"")) }
}

pub(crate) fn stored(rows: &[MappingRow], base: &[MappingRow], revision: u64) -> StoredDraft {
    let content = DraftContent {
        name: "HR fields".to_owned(),
        rows: rows.to_vec(),
        base: base.to_vec(),
        base_etag: Some("\"1\"".to_owned()),
    };
    StoredDraft { content, revision, saved_at: now() }
}

pub(crate) fn payload(key: i64, body: serde_json::Value) -> (Row, Exchange) {
    let summary = Summary {
        id: key.to_string(),
        at: now(),
        method: "POST".to_owned(),
        path: "/scim/v2/Users".to_owned(),
        status: Some(201),
        outcome: Outcome::Success,
        operation: Operation::Create,
        user: Some("amelia.hart".to_owned()),
        resource_id: None,
        scim_type: None,
        detail: None,
        duration_ms: Some(12),
        client: None,
    };
    let request = Request {
        method: "POST".to_owned(),
        url: "https://tenant.example/scim/v2/Users".to_owned(),
        headers: Default::default(),
        body,
    };
    let exchange = Exchange { request, response: None, error: None, at: None, duration_ms: None };
    (Row { key, source: Source::Tenant, summary }, exchange)
}
