//! What the property tests have found: the shortest requests that once were answered wrongly.

use super::acts::Team;
use super::*;

#[test]
fn what_was_wrong_once_stays_right() {
    let user = |name: &str| Act::AddUser(json!({ "userName": name }));
    let team = |members| Team { name: "Sales", external: None, members };
    let call = |members| Act::PatchGroup(0, vec![TeamEdit::Replace(members)], Guard::None);
    let patch = |edits| Act::PatchUser(0, edits, Guard::None);
    let set = |path: &str, value: &str| Edit::Set("add", Some(path.to_owned()), value.into());
    for (policy, acts) in [
        // A member that is only called differently has no new version: nothing is shown of it that is new.
        (Policy::Rfc, vec![user("ann@x"), Act::AddGroup(team(vec![(0, None)])), call(vec![(0, Some("Ann"))])]),
        // Who is a member already is not added again and keeps the display, be it in one PATCH or in two.
        (
            Policy::Rfc,
            vec![
                user("ann@x"),
                Act::AddGroup(team(vec![])),
                Act::PatchGroup(
                    0,
                    vec![TeamEdit::Replace(vec![(0, None)]), TeamEdit::Join(vec![(0, Some("Ann"))])],
                    Guard::None,
                ),
                Act::PatchGroup(0, vec![TeamEdit::Join(vec![(0, Some("Bob"))])], Guard::None),
            ],
        ),
        // What one PATCH sets and takes away again has not landed, and is no change.
        (Policy::Thrive, vec![user("ann@x"), patch(vec![set("title", "Nurse"), Edit::Remove("title".to_owned())])]),
        (Policy::Rfc, vec![user("ann@x"), patch(vec![set("title", "Nurse"), Edit::Remove("title".to_owned())])]),
        // What was sent empty has no value that could be taken away.
        (
            Policy::Thrive,
            vec![
                Act::AddUser(json!({ "userName": "ann@x", "name": {}, "emails": [] })),
                patch(vec![Edit::Remove("name".to_owned()), Edit::Remove("emails".to_owned())]),
            ],
        ),
    ] {
        within(play(policy, &acts)).unwrap();
    }
}
