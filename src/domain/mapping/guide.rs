//! Set-up sheets for the customer's administrator: the draft's attributes, and the steps to add them in the directory.
//! They only describe what the directories document; nothing here talks to one.

use std::fmt::Write as _;

use super::{MappingDraft, spelling::visible};
use crate::domain::attribute::{AttributeName, Kind};

/// Markdown steps for Microsoft Entra: the attribute list, the mappings, restart and Provision on demand
/// (Microsoft Learn, "Customize application attributes").
#[must_use]
pub fn entra_guide(draft: &MappingDraft) -> String {
    let mut text = String::from(ENTRA_BEFORE);
    for (name, field) in named(draft) {
        let _ = writeln!(text, "| {} | {} | {} |", code(&name.to_string()), kind(&name), code(field));
    }
    text.push_str(ENTRA_AFTER);
    if named(draft).any(|(name, _)| name.path() == "organisation") {
        text.push_str(ENTRA_ORGANISATION);
    }
    text
}

/// Markdown steps for Okta: the Profile Editor takes the name and the schema apart (Okta Help, "Add custom attributes").
#[must_use]
pub fn okta_guide(draft: &MappingDraft) -> String {
    let mut text = String::from(OKTA_BEFORE);
    for (name, field) in named(draft) {
        let path = name.path();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            code(path),
            code(name.schema()),
            kind(&name).to_lowercase(),
            code(field)
        );
    }
    text.push_str(OKTA_AFTER);
    text
}

fn named(draft: &MappingDraft) -> impl Iterator<Item = (AttributeName, &str)> {
    draft.rows.iter().filter_map(|row| Some((AttributeName::parse(row.attribute.trim()).ok()?, row.field.trim())))
}

/// Custom fields hold text, so an attribute of one's own is a string; a known boolean stays one.
fn kind(name: &AttributeName) -> &'static str {
    match name.kind() {
        Some(Kind::Boolean) => "Boolean",
        _ => "String",
    }
}

/// A code span inside a table cell: no line break, pipe or backtick of a value can end it.
fn code(text: &str) -> String {
    format!("`{}`", visible(text).replace('|', "\\|").replace('`', "‹U+0060›"))
}

const ENTRA_BEFORE: &str = "\
# Custom attributes in Microsoft Entra

Attributes to send, and where each lands in Thrive:

| Attribute name | Type | Thrive custom field ref |
|---|---|---|
";

const ENTRA_AFTER: &str = "
## 1. Make the attributes known

1. In the Microsoft Entra admin center open Enterprise applications, your Thrive application, Provisioning, Mappings, and the mapping for users.
2. Tick **Show advanced options**, then choose **Edit attribute list for** your application.
3. Look for each name above. Where it is missing, add it at the end: paste the name exactly, casing included, choose the type, and leave Primary key, Required and Multi-value clear.
4. Save. An attribute of your own must be a plain one: no reference, no list, no parts.

If **Edit attribute list** is missing, add `?Microsoft_AAD_Connect_Provisioning_forceSchemaEditorEnabled=true` to the portal's address and open it again.

## 2. Map them

1. Back in the mapping, choose **Add new mapping** for each attribute.
2. Mapping type: **Direct**, or **Expression** where the value must be built. Choose the source attribute.
3. Target attribute: the name above. Match objects using this attribute: **No**. Apply this mapping: **Always**.
4. A value under **Default value if null** is sent on creation only.
5. Save.

## 3. Send the values

1. Wait until Thrive's support team confirms the mappings.
2. Choose **Restart provisioning**, so that users who did not change are sent again.
3. Choose **Provision on demand**, pick one existing user who has a value, and check the custom fields in that user's Thrive profile.
4. If a value is missing, note the error and the date and time, and send both to support.
";

const ENTRA_ORGANISATION: &str = "
## About organisation

Entra's own attribute is `organization`. The name `organisation` has to be added as above. Ask Thrive's support team which of the two this tenant stores before you choose.
";

const OKTA_BEFORE: &str = "\
# Custom attributes in Okta

Attributes to send, and where each lands in Thrive. Okta takes the name and the schema apart:

| External name | External namespace | Data type | Thrive custom field ref |
|---|---|---|---|
";

const OKTA_AFTER: &str = "
## 1. Add the attributes

1. Turn provisioning on for the application first. An attribute that was added before has no namespace and is never sent: delete it and add it again.
2. In the Admin Console open **Directory**, **Profile Editor**, and the profile of your Thrive application.
3. Choose **Add Attribute** for each row above: the data type, a display name, a variable name (Okta's own, any), and the **External name** and **External namespace** exactly, casing included. The external name never holds the `urn:`.
4. Save.

## 2. Map and send them

1. Choose **Mappings** and the direction from Okta to the application. Pick the source of each attribute and apply it on create and update.
2. Wait until Thrive's support team confirms the mappings.
3. Save and apply the updates now, or use **Force Sync** on the application's Provisioning page.
4. Change one test user who has a value, and check the custom fields in that user's Thrive profile.
5. If a value is missing, note the error in **Dashboard, Tasks** with its date and time, and send both to support.
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{attribute::ENTERPRISE_USER, mapping::MappingRow};

    fn draft() -> MappingDraft {
        let row =
            |attribute: &str, field: &str| MappingRow { attribute: attribute.to_owned(), field: field.to_owned() };
        MappingDraft {
            rows: vec![
                row(&format!("{ENTERPRISE_USER}:organisation"), "organisation"),
                row("urn:ietf:params:scim:schemas:core:2.0:User:startDate", "startdate"),
                row("urn:x:a|b`c", "f"),
                row("", "left"),
            ],
        }
    }

    #[test]
    fn entra_gets_the_whole_name_and_the_note_on_spelling() {
        let text = entra_guide(&draft());
        assert!(
            text.contains("| `urn:ietf:params:scim:schemas:core:2.0:User:startDate` | String | `startdate` |"),
            "{text}"
        );
        assert!(text.contains("| `urn:x:a\\|b‹U+0060›c` | String | `f` |"), "{text}");
        assert!(text.contains("Edit attribute list for") && text.contains("## About organisation"));
        assert!(!text.contains("left"));
    }

    #[test]
    fn okta_gets_name_and_namespace_apart() {
        let text = okta_guide(&draft());
        assert!(
            text.contains(&format!("| `organisation` | `{ENTERPRISE_USER}` | string | `organisation` |")),
            "{text}"
        );
        assert!(text.contains("External namespace") && !text.contains("left"));
    }
}
