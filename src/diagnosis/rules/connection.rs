//! What stops a request before the service looks at it: network, gateway, token, address, media type, rate; and the
//! documents in which a service describes itself. These rules run first, so that later ones can ask what is settled.

mod address;
mod credentials;
mod discovery;
mod gateway;
mod media;
mod overload;
mod probe;
mod route;
mod told;
mod transport;

pub(super) use route::{is_doubled, lacks_scim, names_place};

pub(super) const RULES: &[super::Rule] = &[
    transport::certificate,
    transport::silence,
    transport::unreachable,
    gateway::page,
    gateway::sign_in,
    credentials::header,
    credentials::token,
    credentials::rights,
    address::slashes,
    address::flag,
    route::base,
    route::moved,
    media::request,
    media::reply,
    discovery::documents,
    discovery::types,
    overload::rate,
    overload::breakdown,
    probe::look_up,
    probe::portal,
];
