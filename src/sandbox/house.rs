//! The house: every practice tenant of a sandbox behind one port, each with a database, tokens and a log of its own.
//! It only finds the tenant that a path names; it never answers for one and never shows one to another.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, Uri};
use axum::response::{IntoResponse as _, Response};
use tower::ServiceExt as _;

use super::{Clock, Policy, Tenant};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::house::{LeftOut, tenant_key};

/// Request extension: the part of the path before `/scim/v2` that leads to this tenant.
#[derive(Debug, Clone)]
pub(super) struct MountedAt(pub(super) String);

/// Every tenant of one sandbox. Clones are the same house.
#[derive(Clone)]
pub struct House(Arc<Inner>);

struct Inner {
    /// The first tenant's file; the others' are beside it. In memory when `None`.
    file: Option<PathBuf>,
    clock: Clock,
    rooms: RwLock<Vec<Room>>,
    left_out: RwLock<Vec<LeftOut>>,
}

#[derive(Clone)]
struct Room {
    /// Empty for the first tenant.
    key: String,
    tenant: Tenant,
    router: Router,
    removed: bool,
}

impl House {
    /// A house with its first tenant, and those that were added to it before: they lie beside the first one's file. One
    /// whose file cannot be used is left out, so that the others can be worked with.
    #[must_use]
    pub fn open(first: Tenant, file: Option<&Path>, clock: Clock) -> Self {
        first.follow_what_was_chosen();
        let house = Self::of(first, file, clock);
        for (key, path) in house.files_beside() {
            let Some(tenant) = house.open_file(&path) else { continue };
            if tenant.is_removed() {
                drop(tenant);
                delete(&path);
            } else {
                house.take_in(key, tenant);
            }
        }
        house
    }

    /// Takes in what another window added since, and lets go of what it removed.
    pub fn catch_up(&self) {
        self.0.left_out.write().unwrap_or_else(PoisonError::into_inner).clear();
        for (key, path) in self.files_beside() {
            if self.rooms().iter().any(|room| room.key == key) {
                continue;
            }
            if let Some(tenant) = self.open_file(&path)
                && !tenant.is_removed()
            {
                self.take_in(key, tenant);
            }
        }
        for room in self.0.rooms.write().unwrap_or_else(PoisonError::into_inner).iter_mut() {
            room.removed = room.tenant.is_removed();
            room.tenant.follow_what_was_chosen();
        }
    }

    /// The files that cannot be used, and why.
    #[must_use]
    pub fn left_out(&self) -> Vec<LeftOut> {
        self.0.left_out.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Gives a file that cannot be used another name, so that it is not asked about again. Nothing of it is deleted.
    ///
    /// # Errors
    /// When it cannot be renamed.
    pub fn put_aside(&self, file: &str) -> Result<(), Failure> {
        let known = self.left_out().into_iter().find(|left_out| left_out.file == file).ok_or_else(gone)?;
        let path = self.0.file.as_deref().map(|first| first.with_file_name(&known.file)).ok_or_else(gone)?;
        put_aside(&path)?;
        self.0.left_out.write().unwrap_or_else(PoisonError::into_inner).retain(|left_out| left_out.file != file);
        Ok(())
    }

    fn open_file(&self, path: &Path) -> Option<Tenant> {
        match Tenant::open(Some(path), Policy::default(), self.0.clock.clone()) {
            Ok(tenant) => {
                tenant.follow_what_was_chosen();
                Some(tenant)
            }
            Err(failure) => {
                tracing::warn!(%failure, file = %path.display(), "a practice tenant is left out");
                let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                self.0.left_out.write().unwrap_or_else(PoisonError::into_inner).push(LeftOut { file, failure });
                None
            }
        }
    }

    /// A house of one tenant, in memory from here on.
    pub(super) fn of_one(tenant: Tenant) -> Self {
        Self::of(tenant, None, Arc::new(jiff::Timestamp::now))
    }

    fn of(first: Tenant, file: Option<&Path>, clock: Clock) -> Self {
        let house = Self(Arc::new(Inner {
            file: file.map(Path::to_owned),
            clock,
            rooms: RwLock::default(),
            left_out: RwLock::default(),
        }));
        house.take_in(String::new(), first);
        house
    }

    /// Adds an empty tenant and gives its key.
    ///
    /// # Errors
    /// When the name is empty or used already, or the file cannot be made.
    pub fn add(&self, name: &str, policy: Policy) -> Result<String, Failure> {
        let name = self.free_name(name, None)?;
        let key = tenant_key(&name, |key| self.rooms().iter().any(|room| room.key == key));
        let path = self.0.file.as_deref().map(|file| beside(file, &key));
        let tenant = Tenant::open(path.as_deref(), policy, self.0.clock.clone())?;
        tenant.rename(&name)?;
        tenant.set_policy(policy)?;
        self.take_in(key.clone(), tenant);
        Ok(key)
    }

    /// Gives a tenant another name; its addresses stay.
    ///
    /// # Errors
    /// When the name is empty or used already, or the database fails.
    pub fn rename(&self, key: &str, name: &str) -> Result<(), Failure> {
        let name = self.free_name(name, Some(key))?;
        self.tenant(key).map_or_else(|| Err(gone()), |tenant| tenant.rename(&name))
    }

    /// Stops serving a tenant. Its file is deleted when the house is opened next, so that until then it can be restored.
    ///
    /// # Errors
    /// For the first tenant, which stays, and when the database fails.
    pub fn remove(&self, key: &str) -> Result<(), Failure> {
        if key.is_empty() {
            return Err(Failure::new(
                FailureKind::Invalid,
                "The first practice tenant stays",
                "The sandbox always has one.",
                "Reset it to start over.",
            ));
        }
        self.set_removed(key, true)
    }

    /// Serves a removed tenant again.
    ///
    /// # Errors
    /// When the database fails.
    pub fn restore(&self, key: &str) -> Result<(), Failure> {
        self.set_removed(key, false)
    }

    /// A tenant by its key; empty for the first one.
    #[must_use]
    pub fn tenant(&self, key: &str) -> Option<Tenant> {
        self.rooms().into_iter().find(|room| room.key == key && !room.removed).map(|room| room.tenant)
    }

    /// Every tenant with its key, the first one first.
    #[must_use]
    pub fn tenants(&self) -> Vec<(String, Tenant)> {
        self.rooms().into_iter().filter(|room| !room.removed).map(|room| (room.key, room.tenant)).collect()
    }

    /// The first tenant at `/scim/v2` and `/support/v1`, each other one at `/{key}/scim/v2` and `/{key}/support/v1`.
    pub fn router(&self) -> Router {
        Router::new().fallback(enter).with_state(self.clone())
    }

    fn set_removed(&self, key: &str, removed: bool) -> Result<(), Failure> {
        let mut rooms = self.0.rooms.write().unwrap_or_else(PoisonError::into_inner);
        let room = rooms.iter_mut().find(|room| room.key == key).ok_or_else(gone)?;
        room.tenant.set_removed(removed)?;
        room.removed = removed;
        Ok(())
    }

    fn free_name(&self, name: &str, except: Option<&str>) -> Result<String, Failure> {
        let name = name.trim();
        let refused = |meaning: String| {
            Failure::new(FailureKind::Invalid, "The name was not taken", meaning, "Choose another name.")
        };
        if name.is_empty() {
            return Err(refused("It is empty.".to_owned()));
        }
        let same =
            |room: &Room| Some(room.key.as_str()) != except && room.tenant.name().to_lowercase() == name.to_lowercase();
        if self.rooms().iter().any(|room| !room.removed && same(room)) {
            return Err(refused(format!("Another tenant is called {name}.")));
        }
        Ok(name.to_owned())
    }

    fn take_in(&self, key: String, tenant: Tenant) {
        let router = tenant.router();
        let room = Room { key, tenant, router, removed: false };
        self.0.rooms.write().unwrap_or_else(PoisonError::into_inner).push(room);
    }

    fn rooms(&self) -> Vec<Room> {
        self.0.rooms.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The router of the tenant that a path names, and its key unless it is the first.
    fn room_at(&self, path: &str) -> Option<(Router, Option<String>)> {
        let rooms = self.0.rooms.read().unwrap_or_else(PoisonError::into_inner);
        let named = path.split('/').nth(1).unwrap_or_default();
        let named = rooms.iter().find(|room| !room.removed && !room.key.is_empty() && room.key == named);
        named.or_else(|| rooms.first()).map(|room| {
            let key = (!room.key.is_empty()).then(|| room.key.clone());
            (room.router.clone(), key)
        })
    }

    fn files_beside(&self) -> Vec<(String, PathBuf)> {
        let Some(file) = &self.0.file else { return Vec::new() };
        let (Some(dir), Some(stem)) = (file.parent(), file.file_stem().and_then(|stem| stem.to_str())) else {
            return Vec::new();
        };
        let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
        let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
        let mut found: Vec<(String, PathBuf)> = entries
            .filter_map(|entry| {
                let name = entry.ok()?.file_name().into_string().ok()?;
                let key = name.strip_suffix(".sqlite3")?.strip_prefix(stem)?.strip_prefix('-')?.to_owned();
                let path = dir.join(&name);
                (!key.is_empty()).then_some((key, path))
            })
            .collect();
        found.sort();
        found
    }
}

impl std::fmt::Debug for House {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let keys: Vec<String> = self.rooms().into_iter().map(|room| room.key).collect();
        f.debug_struct("House").field("tenants", &keys).finish_non_exhaustive()
    }
}

async fn enter(State(house): State<House>, mut request: Request) -> Response {
    let Some((router, key)) = house.room_at(request.uri().path()) else {
        return axum::http::StatusCode::NOT_FOUND.into_response();
    };
    let Some(key) = key else { return answered(router.oneshot(request).await) };
    let mount = format!("/{key}");
    if let Some(inside) = without(&mount, request.uri()) {
        *request.uri_mut() = inside;
    }
    request.extensions_mut().insert(MountedAt(mount.clone()));
    let mut response = answered(router.oneshot(request).await);
    let path = response.headers().get(LOCATION).and_then(|place| place.to_str().ok());
    if let Some(place) = path.filter(|path| path.starts_with('/')).map(|path| format!("{mount}{path}"))
        && let Ok(place) = HeaderValue::from_str(&place)
    {
        response.headers_mut().insert(LOCATION, place);
    }
    response
}

fn answered(result: Result<Response, std::convert::Infallible>) -> Response {
    match result {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// An address without its first part.
fn without(mount: &str, uri: &Uri) -> Option<Uri> {
    let inside = uri.path_and_query()?.as_str().strip_prefix(mount)?;
    let inside = if inside.starts_with('/') { inside.to_owned() } else { format!("/{inside}") };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(inside.parse().ok()?);
    Uri::from_parts(parts).ok()
}

fn beside(file: &Path, key: &str) -> PathBuf {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!("{stem}-{key}.sqlite3"))
}

/// A file that is still in use somewhere stays, and is tried again at the next start.
fn delete(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        if let Err(error) = std::fs::remove_file(PathBuf::from(file))
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "a removed practice tenant's file stays for now");
        }
    }
}

/// Renames a database so that a new one can be made. Practice data is nobody's work, so it is not asked about, and nothing
/// of it is deleted either.
///
/// # Errors
/// When it cannot be renamed.
pub fn put_aside(file: &Path) -> Result<(), Failure> {
    let with = |suffix: &str| {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let mut number = 1_u32;
    while with(&format!(".damaged-{number}")).exists() {
        number += 1;
    }
    for suffix in ["", "-wal", "-shm"] {
        match std::fs::rename(with(suffix), with(&format!(".damaged-{number}{suffix}"))) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Failure::new(
                    FailureKind::DataReadOnly,
                    "The damaged file was not put aside",
                    "It cannot be renamed.",
                    "Give your account write access to the data directory, then try again.",
                )
                .with_detail(error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn gone() -> Failure {
    Failure::new(
        FailureKind::Invalid,
        "This practice tenant does not exist any more",
        "Another window may have removed it.",
        "Choose another tenant.",
    )
}
