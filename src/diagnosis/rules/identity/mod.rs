//! Who is whom: accounts that exist already, matches that are not one to one, ids that are gone, renames, free seats.
//! What a refusal says about values that are taken or missing is asked here, for people and for groups.

mod keys;
mod lost;
mod refusal;
mod renames;
mod seats;
mod sign_in;
mod taken;
mod twins;

pub(super) use self::{
    refusal::{MISSING, clash, names, quote},
    twins::doubles,
};

/// Seats come first: a refusal for want of one often has the status of a conflict.
pub(super) const RULES: &[super::Rule] = &[
    seats::seats,
    taken::taken,
    twins::same_source,
    twins::twins,
    lost::lost,
    sign_in::sign_in,
    renames::renamed,
    renames::anchor_moved,
];
