//! The tenant's mappings: read with their entity tag, written with If-Match, and each write noted in the audit.

use super::{Bench, News};
use crate::{
    domain::{
        audit::AuditEntry,
        failure::{Failure, FailureKind},
        mapping::{MappedSince, MappingSet},
        profile::ProfileId,
        tenant::TenantMappings,
    },
    scim::support::PutMappings,
};

pub(super) async fn pull(bench: &Bench, profile: ProfileId) -> Result<News, Failure> {
    let support = bench.support(&profile).await?;
    let mappings = support.mappings().await?;
    let fields = match support.custom_fields().await {
        Ok(fields) => Some(fields),
        Err(failure) if failure.kind == FailureKind::NotOffered => None,
        Err(failure) => return Err(failure),
    };
    let since = look(bench, profile, &mappings).await;
    Ok(News::MappingsPulled { mappings, fields, since, at: bench.now() })
}

/// Remembers which mappings the tenant has now. Where that cannot be kept, what was known before is lost and nothing else.
async fn look(bench: &Bench, profile: ProfileId, mappings: &TenantMappings) -> MappedSince {
    let names: Vec<String> = mappings.mappings.iter().map(|row| row.attribute.clone()).collect();
    let now = bench.now();
    let looked = bench.stores.console(move |console| console.note_mappings(&profile, &names, now));
    looked.await.unwrap_or_else(|failure| {
        tracing::warn!(%failure, "the tenant's mappings were not noted");
        MappedSince::default()
    })
}

pub(super) async fn apply(
    bench: &Bench,
    profile: ProfileId,
    mappings: MappingSet,
    if_match: String,
) -> Result<News, Failure> {
    let support = bench.support(&profile).await?;
    let count = mappings.as_slice().len();
    match support.put_mappings(&mappings, &if_match).await? {
        PutMappings::Applied(applied) => {
            let (now, version) = (bench.now(), applied.version);
            let summary = format!("{count} mappings written, now version {version}");
            look(bench, profile.clone(), &applied).await;
            let entry = AuditEntry { at: now, profile, action: "mappings applied".to_owned(), summary };
            // The tenant has them: a full disk here must not say otherwise.
            if let Err(failure) = bench.stores.console(move |console| console.append_audit(&entry)).await {
                tracing::warn!(%failure, "applied mappings were not noted in the audit");
            }
            Ok(News::MappingsApplied(applied))
        }
        PutMappings::Lost(current) => Ok(News::MappingsLost(current)),
        PutMappings::Rejected(problems) => Ok(News::MappingsRejected(problems)),
    }
}
