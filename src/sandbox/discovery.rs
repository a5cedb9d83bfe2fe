//! What the service says of itself (RFC 7644 §4). It is worked out from what it does: under the vendor's rules the
//! schemas list the default attributes and those that a mapping keeps, and nothing else.

use serde_json::{Value, json};

use super::answer::Answer;
use super::error::ScimError;
use super::listing::{PAGE, PAGE_LIMIT, TIMEOUT};
use super::payload::BODY_LIMIT;
use super::schema::{self, ResourceKind};
use super::service::Call;
use super::users::filters_freely;
use super::{Policy, bulk};
use crate::domain::attribute::{AttributeName, DEFAULTS, ENTERPRISE_USER, MAPPABLE_EXTENSION};
use crate::domain::mapping::MappingRow;

/// `GET /ServiceProviderConfig`
pub(super) fn service_provider_config(call: &Call<'_>) -> Result<Answer, ScimError> {
    check_unfiltered(call)?;
    let no = json!({ "supported": false });
    let free = call.policy == Policy::Rfc;
    let bulk = match call.policy {
        Policy::Thrive => json!({ "supported": false, "maxOperations": 0, "maxPayloadSize": 0 }),
        Policy::Rfc => {
            json!({ "supported": true, "maxOperations": bulk::MOST_OPERATIONS, "maxPayloadSize": BODY_LIMIT })
        }
    };
    let mut config = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": { "supported": true },
        "bulk": bulk,
        "filter": { "supported": true, "maxResults": PAGE_LIMIT },
        "changePassword": no,
        "sort": { "supported": free },
        "etag": { "supported": true },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "The token that the tenant issued, in the Authorization header.",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true,
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{}/ServiceProviderConfig", call.base()),
        },
    });
    if free {
        // RFC 9865 §4.
        config["pagination"] = json!({
            "cursor": true,
            "index": true,
            "defaultPaginationMethod": "index",
            "defaultPageSize": PAGE,
            "maxPageSize": PAGE_LIMIT,
            "cursorTimeout": TIMEOUT,
        });
    }
    Ok(Answer::ok(config))
}

/// `GET /ResourceTypes` and `GET /ResourceTypes/{id}`
pub(super) fn resource_types(call: &Call<'_>, id: Option<&str>) -> Result<Answer, ScimError> {
    let publish = |kind: &ResourceKind| {
        let (name, endpoint) = (kind.name(), format!("/{}", kind.endpoint()));
        let (description, extensions) = match kind {
            ResourceKind::User => ("Learners", json!([{ "schema": ENTERPRISE_USER, "required": false }])),
            ResourceKind::Group => ("Groups of learners", json!([])),
        };
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": name,
            "name": name,
            "endpoint": endpoint,
            "description": description,
            "schema": kind.urn(),
            "schemaExtensions": extensions,
            "meta": { "resourceType": "ResourceType", "location": format!("{}/ResourceTypes/{name}", call.base()) },
        })
    };
    pick(call, call.kinds().iter().map(publish).collect(), id, "The resource type")
}

/// `GET /Schemas` and `GET /Schemas/{id}`
pub(super) fn schemas(call: &Call<'_>, id: Option<&str>) -> Result<Answer, ScimError> {
    let mut schemas = schema::published(call.kinds());
    if !filters_freely(call.policy) {
        let rows = call.session.mappings()?.mappings;
        schemas.iter_mut().for_each(|schema| reduce(schema, &rows));
    }
    for schema in &mut schemas {
        let location = format!("{}/Schemas/{}", call.base(), schema["id"].as_str().unwrap_or_default());
        schema["meta"] = json!({ "resourceType": "Schema", "location": location });
    }
    pick(call, schemas, id, "The schema")
}

fn pick(call: &Call<'_>, all: Vec<Value>, id: Option<&str>, what: &str) -> Result<Answer, ScimError> {
    if let Some(id) = id {
        let found = all.into_iter().find(|one| one["id"].as_str().is_some_and(|known| known.eq_ignore_ascii_case(id)));
        return found.map(Answer::ok).ok_or_else(|| ScimError::not_found(&format!("{what} {id}")));
    }
    check_unfiltered(call)?;
    Ok(Answer::ok(json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": all.len(),
        "startIndex": 1,
        "itemsPerPage": all.len(),
        "Resources": all,
    })))
}

/// RFC 7644 §4: discovery cannot be filtered.
fn check_unfiltered(call: &Call<'_>) -> Result<(), ScimError> {
    let query = call.parts.uri.query().unwrap_or_default();
    if url::form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name.eq_ignore_ascii_case("filter")) {
        return Err(ScimError::new(axum::http::StatusCode::FORBIDDEN, "Discovery cannot be filtered."));
    }
    Ok(())
}

/// Leaves in a schema what lands: the defaults, and what a mapping names.
fn reduce(schema: &mut Value, rows: &[MappingRow]) {
    let urn = schema["id"].as_str().unwrap_or_default().to_owned();
    let mapped: Vec<AttributeName> = rows.iter().filter_map(|row| AttributeName::parse(&row.attribute).ok()).collect();
    let defaults = DEFAULTS.iter().filter(|default| default.schema == urn).map(|default| default.path);
    let allowed = |name: &&AttributeName| urn != ENTERPRISE_USER || MAPPABLE_EXTENSION.contains(&name.short_name());
    let names = mapped.iter().filter(|name| name.schema() == urn).filter(allowed);
    let paths: Vec<&str> = defaults.chain(names.map(AttributeName::short_name)).collect();
    let top = |path: &str| path.split(['.', '[']).next().unwrap_or_default().to_owned();
    let attributes = &mut schema["attributes"];
    keep(attributes, |name| paths.iter().any(|path| top(path) == name));
    let Value::Array(list) = attributes else { return };
    for attribute in list.iter_mut() {
        let name = attribute["name"].as_str().unwrap_or_default().to_owned();
        let members: Vec<&str> = paths
            .iter()
            .filter(|path| top(path) == name)
            .filter_map(|path| path.rsplit_once('.').map(|(_, member)| member))
            .collect();
        if members.is_empty() {
            if name == "manager" {
                keep(&mut attribute["subAttributes"], |member| member == "value");
            }
            continue;
        }
        keep(&mut attribute["subAttributes"], |member| member == "type" || members.contains(&member));
        if name == "emails" {
            let kinds = attribute["subAttributes"].as_array_mut().into_iter().flatten();
            kinds.filter(|member| member["name"] == "type").for_each(|kind| kind["canonicalValues"] = json!(["work"]));
        }
    }
    let own = paths.iter().filter(|path| !path.contains(['.', '[']));
    for path in own {
        if !list.iter().any(|attribute| attribute["name"] == *path) {
            list.push(json!({
                "name": path, "type": "string", "multiValued": false, "required": false, "caseExact": false,
                "description": "Mapped to a custom field of the learner's profile.",
                "mutability": "readWrite", "returned": "default", "uniqueness": "none",
            }));
        }
    }
}

fn keep(attributes: &mut Value, wanted: impl Fn(&str) -> bool) {
    if let Value::Array(list) = attributes {
        list.retain(|attribute| attribute["name"].as_str().is_some_and(&wanted));
    }
}
