//! `mapping check|preview|export|coverage|pull|diff|apply`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::{
    Ending, coverage,
    output::Output,
    read_file,
    session::{Session, confirm, unexpected},
    token, usage,
};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        landing::land,
        mapping::{Change, MappingDraft, MappingRow, compare, entra_guide, okta_guide, ticket},
        problem::Problem,
        profile::{Environment, Profile},
        sent::sent,
        tenant::{CustomField, TenantMappings},
    },
    engine::{Command, News},
};

/// `mapping …`
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Check a mapping file against every rule of the vendor's guide.
    Check {
        /// The mapping file, JSON or CSV; - for standard input.
        file: PathBuf,
    },
    /// Show what of a request would land in the learner's profile.
    Preview {
        /// The mapping file.
        file: PathBuf,
        /// A SCIM user, a PATCH body or an exchange, as JSON.
        #[arg(long)]
        payload: PathBuf,
    },
    /// Write a mapping file as a support ticket, CSV, JSON or a guide.
    Export {
        /// The mapping file.
        file: PathBuf,
        /// As what.
        #[arg(long = "as", value_enum)]
        form: Form,
        /// For which tenant, in a ticket.
        #[arg(long, default_value = "our tenant")]
        tenant: String,
    },
    /// Show what a tenant received against what is mapped.
    Coverage(coverage::Arguments),
    /// Write the tenant's mappings to a file.
    Pull(Online),
    /// Compare a mapping file with the tenant.
    Diff(Online),
    /// Write a mapping file to the tenant.
    Apply {
        #[command(flatten)]
        online: Online,
        /// The tenant's name, to confirm a write to production.
        #[arg(long)]
        confirm: Option<String>,
    },
}

#[derive(Debug, Args)]
struct Online {
    /// The mapping file; - for standard input or output.
    file: PathBuf,
    /// Which tenant.
    #[arg(long)]
    profile: String,
    /// Read the token from standard input.
    #[arg(long)]
    token_stdin: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    Ticket,
    Csv,
    Json,
    Entra,
    Okta,
}

pub(super) fn run(arguments: Arguments, data_dir: PathBuf, output: &Output) -> Result<Ending, Failure> {
    match arguments.action {
        Action::Check { file } => check(&file, output),
        Action::Preview { file, payload } => preview(&file, &payload, output),
        Action::Export { file, form, tenant } => export(&file, form, &tenant, output),
        Action::Coverage(arguments) => coverage::run(&arguments, data_dir, output),
        Action::Pull(online) => pull(&online, data_dir, output),
        Action::Diff(online) => diff(&online, data_dir, output),
        Action::Apply { online, confirm } => apply(&online, confirm.as_deref(), data_dir, output),
    }
}

pub(super) fn read_draft(file: &Path) -> Result<MappingDraft, Failure> {
    MappingDraft::from_bytes(&file.display().to_string(), &read_file(file)?)
}

fn check(file: &Path, output: &Output) -> Result<Ending, Failure> {
    let problems = read_draft(file)?.check(None);
    output.answer(&json!({"problems": problems}), |_| problem_table(&problems));
    Ok(if problems.iter().any(Problem::blocks) { Ending::WithFailures } else { Ending::Done })
}

fn problem_table(problems: &[Problem]) -> Vec<Vec<String>> {
    if problems.is_empty() {
        return vec![vec!["No problems".to_owned()]];
    }
    let line = |problem: &Problem| {
        let row = problem.row.map(|row| (row + 1).to_string()).unwrap_or_default();
        vec![row, format!("{:?}", problem.severity).to_lowercase(), problem.code.to_string(), problem.message.clone()]
    };
    problems.iter().map(line).collect()
}

fn preview(file: &Path, payload: &Path, output: &Output) -> Result<Ending, Failure> {
    let draft = read_draft(file)?;
    let payload: Value = serde_json::from_slice(&read_file(payload)?).map_err(|error| {
        Failure::new(
            FailureKind::FileUnreadable,
            format!("{} is not JSON", payload.display()),
            "Nothing can be previewed.",
            "Give a SCIM user, a PATCH body or an exchange.",
        )
        .with_detail(error)
    })?;
    let body = payload.pointer("/request/body").unwrap_or(&payload);
    let landing = land(&sent(body), &draft.rows);
    output.answer(&landing, |landing| {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let landed = landing.landed.iter().map(|l| vec![l.attribute.clone(), l.field.clone(), text(&l.value)]);
        let dropped = landing.dropped.iter().map(|d| vec![d.attribute.clone(), "dropped".to_owned(), d.reason.clone()]);
        landed.chain(dropped).collect()
    });
    Ok(Ending::Done)
}

fn export(file: &Path, form: Form, tenant: &str, output: &Output) -> Result<Ending, Failure> {
    let draft = read_draft(file)?;
    output.text(&match form {
        Form::Ticket => ticket(&draft, tenant, Environment::Staging, &draft.check(None)),
        Form::Csv => draft.to_csv(),
        Form::Json => draft.to_json(),
        Form::Entra => entra_guide(&draft),
        Form::Okta => okta_guide(&draft),
    });
    Ok(Ending::Done)
}

struct Pulled {
    session: Session,
    profile: Profile,
    mappings: TenantMappings,
    fields: Option<Vec<CustomField>>,
}

fn pull_from(online: &Online, data_dir: PathBuf) -> Result<Pulled, Failure> {
    let mut session = Session::open(data_dir, token::credentials(online.token_stdin)?)?;
    let profile = session.profile(&online.profile)?;
    match session.ask(Command::PullMappings(profile.id.clone()))? {
        News::MappingsPulled { mappings, fields, .. } => Ok(Pulled { session, profile, mappings, fields }),
        _ => Err(unexpected()),
    }
}

fn pull(online: &Online, data_dir: PathBuf, output: &Output) -> Result<Ending, Failure> {
    let pulled = pull_from(online, data_dir)?;
    let draft = MappingDraft { rows: pulled.mappings.mappings };
    if online.file.as_os_str() == "-" {
        output.text(&draft.to_json());
        return Ok(Ending::Done);
    }
    std::fs::write(&online.file, draft.to_json()).map_err(|error| {
        Failure::new(
            FailureKind::FileUnreadable,
            format!("{} could not be written", online.file.display()),
            "The mappings were read, but not saved.",
            "Choose another file.",
        )
        .with_detail(error)
    })?;
    let count = draft.rows.len();
    output.answer(&json!({"version": pulled.mappings.version, "mappings": count}), |_| {
        vec![vec![format!("{count} mappings saved as {}", online.file.display())]]
    });
    Ok(Ending::Done)
}

fn changes(tenant: &[MappingRow], draft: &[MappingRow]) -> Vec<Value> {
    let word = |change: &Change| match change {
        Change::Add => "add",
        Change::Remove => "remove",
        _ => "change",
    };
    compare(tenant, tenant, draft)
        .changes()
        .map(|row| json!({"change": word(&row.change), "attribute": row.attribute, "tenant": row.tenant, "draft": row.draft}))
        .collect()
}

fn change_table(changes: &[Value]) -> Vec<Vec<String>> {
    if changes.is_empty() {
        return vec![vec!["No changes".to_owned()]];
    }
    let cell = |change: &Value, key: &str| change[key].as_str().unwrap_or("–").to_owned();
    changes.iter().map(|c| ["change", "attribute", "tenant", "draft"].map(|key| cell(c, key)).to_vec()).collect()
}

fn diff(online: &Online, data_dir: PathBuf, output: &Output) -> Result<Ending, Failure> {
    let draft = read_draft(&online.file)?;
    let pulled = pull_from(online, data_dir)?;
    let changes = changes(&pulled.mappings.mappings, &draft.rows);
    output.answer(&json!({"version": pulled.mappings.version, "changes": changes}), |_| change_table(&changes));
    Ok(Ending::Done)
}

fn apply(online: &Online, confirmed: Option<&str>, data_dir: PathBuf, output: &Output) -> Result<Ending, Failure> {
    let draft = read_draft(&online.file)?;
    let mut pulled = pull_from(online, data_dir)?;
    let mappings = match draft.validate(pulled.fields.as_deref()) {
        Ok(mappings) => mappings,
        Err(problems) => {
            output.answer(&json!({"applied": false, "problems": problems}), |_| problem_table(&problems));
            return Ok(Ending::WithFailures);
        }
    };
    let changes = changes(&pulled.mappings.mappings, &draft.rows);
    if confirm(&pulled.profile, confirmed, output).is_err() {
        for line in change_table(&changes) {
            output.say(&line.join("  "));
        }
    }
    confirm(&pulled.profile, confirmed, output)?;
    let if_match = pulled.mappings.etag.clone().ok_or_else(|| {
        usage("The tenant gave no version of its mappings", "Apply them by ticket: mapping export --as ticket.")
    })?;
    match pulled.session.ask(Command::ApplyMappings { profile: pulled.profile.id, mappings, if_match })? {
        News::MappingsApplied(applied) => {
            output.answer(&json!({"applied": true, "version": applied.version, "changes": changes}), |_| {
                change_table(&changes)
            });
            output
                .say("Now restart provisioning in the identity provider, then test one user with provision on demand.");
            Ok(Ending::Done)
        }
        News::MappingsLost(current) => {
            output.answer(&json!({"applied": false, "lost": true, "current": current.mappings}), |_| {
                vec![vec!["The tenant changed meanwhile. Nothing was written.".to_owned()]]
            });
            Ok(Ending::WithFailures)
        }
        News::MappingsRejected(problems) => {
            output.answer(&json!({"applied": false, "problems": problems}), |_| problem_table(&problems));
            Ok(Ending::WithFailures)
        }
        _ => Err(unexpected()),
    }
}
