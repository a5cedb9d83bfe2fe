//! What a look-up looks for, read with its value paths: `emails[type eq "work"].value eq "jane"`; and which of the
//! people in the answer are what was looked for.

use serde_json::Value;

use super::super::super::facts::Facts;

/// A filter of one comparison.
pub(super) struct Search {
    /// As it was written, with its value path.
    pub(super) attribute: String,
    pub(super) operator: String,
    /// Without its quotes.
    pub(super) value: String,
}

impl Search {
    /// The filter of a request; `None` where there is none, or it makes several comparisons.
    pub(super) fn of(facts: &Facts<'_>) -> Option<Self> {
        Self::read(facts.asked.parameter("filter")?)
    }

    fn read(filter: &str) -> Option<Self> {
        let filter = filter.trim();
        let filter = filter.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(filter).trim();
        let from = filter.rfind(']').unwrap_or_default();
        let end = filter.get(from..)?.find(char::is_whitespace)? + from;
        let (attribute, rest) = filter.split_at_checked(end)?;
        let (operator, value) = rest.trim().split_once(char::is_whitespace)?;
        let value = value.trim();
        let is_quoted = value.len() > 1 && value.starts_with('"') && value.ends_with('"');
        let inner = if is_quoted { value.get(1..value.len() - 1)? } else { value };
        let inner = inner.replace("\\\"", "\"");
        let lower = format!(" {} ", inner.to_lowercase());
        let is_several = [" and ", " or "].iter().any(|word| lower.contains(word)) && lower.contains('"')
            || !is_quoted && inner.contains(char::is_whitespace);
        let is_plain = !is_several && !attribute.is_empty();
        is_plain.then(|| Self { attribute: attribute.to_owned(), operator: operator.to_owned(), value: inner })
    }

    pub(super) fn is_eq(&self) -> bool {
        self.operator.eq_ignore_ascii_case("eq")
    }

    /// The attribute without its URN and value path: `emails` for `urn:…:User:emails[type eq "work"].value`.
    pub(super) fn name(&self) -> &str {
        let whole = self.attribute.split('[').next().unwrap_or_default();
        let is_urn = whole.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
        let own = if is_urn { whole.rsplit(':').next().unwrap_or(whole) } else { whole };
        own.split('.').next().unwrap_or(own)
    }

    /// Whether it looks for a name that only one may have.
    pub(super) fn is_unique(&self) -> bool {
        ["username", "externalid", "id"].contains(&self.name().to_ascii_lowercase().as_str())
    }

    /// What one resource has of the attribute: empty where it does not say.
    pub(super) fn values<'c>(&self, resource: &'c Value) -> Vec<&'c Value> {
        let Some(members) = resource.as_object() else { return Vec::new() };
        let Some((_, value)) = members.iter().find(|(name, _)| name.eq_ignore_ascii_case(self.name())) else {
            return Vec::new();
        };
        let within = self.attribute.split(']').next_back().unwrap_or_default().split('.').nth(1);
        let part = |value: &'c Value| match value {
            Value::Object(members) => {
                let wanted = within.unwrap_or("value");
                members.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
            }
            value => Some(value),
        };
        match value {
            Value::Array(items) => items.iter().filter_map(part).collect(),
            value => part(value).into_iter().collect(),
        }
    }

    /// Whether a value is what was looked for. Letter case is left aside, and so is a plus that arrived as a space.
    pub(super) fn is_met(&self, value: &Value) -> bool {
        let plain = |text: &str| text.trim().replace('+', " ").to_lowercase();
        let (wanted, has) = (plain(&self.value), value.as_str().map_or_else(|| plain(&value.to_string()), plain));
        match self.operator.to_ascii_lowercase().as_str() {
            "eq" => has == wanted,
            "co" => has.contains(&wanted),
            "sw" => has.starts_with(&wanted),
            "ew" => has.ends_with(&wanted),
            _ => true,
        }
    }
}
