//! The members of a body one by one, each with its place: what rules about names and values walk over.

use serde_json::Value;

/// Most members that are looked at.
const MOST: usize = 2_000;
const DEEPEST: usize = 8;

/// One member of a JSON body.
#[derive(Debug, Clone)]
pub(in crate::diagnosis) struct Member<'c> {
    /// Its name as it was written.
    pub(in crate::diagnosis) name: &'c str,
    /// The names above it that are URNs, the nearest; `None` at the top.
    pub(in crate::diagnosis) schema: Option<&'c str>,
    /// The name above it, where that is not a URN: `name` for `givenName`.
    pub(in crate::diagnosis) parent: Option<&'c str>,
    pub(in crate::diagnosis) value: &'c Value,
    /// Its place as a JSON pointer: `/name/givenName`.
    pub(in crate::diagnosis) pointer: String,
}

/// All members of a body, outermost first in each branch.
pub(in crate::diagnosis) fn members(body: &Value) -> Vec<Member<'_>> {
    let mut out = Vec::new();
    walk(body, (None, None), &mut String::new(), 0, &mut out);
    out
}

fn walk<'c>(
    value: &'c Value,
    (schema, parent): (Option<&'c str>, Option<&'c str>),
    pointer: &mut String,
    depth: usize,
    out: &mut Vec<Member<'c>>,
) {
    if depth > DEEPEST {
        return;
    }
    let whole = pointer.len();
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                if out.len() >= MOST {
                    return;
                }
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                out.push(Member { name, schema, parent, value, pointer: pointer.clone() });
                let is_urn = name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
                let above = if is_urn { (Some(name.as_str()), None) } else { (schema, Some(name.as_str())) };
                walk(value, above, pointer, depth + 1, out);
                pointer.truncate(whole);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                if out.len() >= MOST {
                    return;
                }
                pointer.push('/');
                pointer.push_str(&at.to_string());
                walk(item, (schema, parent), pointer, depth + 1, out);
                pointer.truncate(whole);
            }
        }
        _ => {}
    }
}
