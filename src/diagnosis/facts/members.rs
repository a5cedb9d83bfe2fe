//! The members of a body one by one, each with its place: what rules about names and values walk over.

use serde_json::Value;

/// Most members of a body that are looked at.
pub(in crate::diagnosis) const MOST_MEMBERS: usize = 2_000;
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
    first_members(body, MOST_MEMBERS)
}

/// The first of them, so many at most.
pub(in crate::diagnosis) fn first_members(body: &Value, most: usize) -> Vec<Member<'_>> {
    let mut walk = Walk { most, pointer: String::new(), out: Vec::new() };
    walk.below(body, (None, None), 0);
    walk.out
}

/// A walk over a body: where it is, and what it has met.
struct Walk<'c> {
    most: usize,
    pointer: String,
    out: Vec<Member<'c>>,
}

impl<'c> Walk<'c> {
    fn below(&mut self, value: &'c Value, (schema, parent): (Option<&'c str>, Option<&'c str>), depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let whole = self.pointer.len();
        match value {
            Value::Object(object) => {
                for (name, value) in object {
                    if self.out.len() >= self.most {
                        return;
                    }
                    self.pointer.push('/');
                    self.pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                    self.out.push(Member { name, schema, parent, value, pointer: self.pointer.clone() });
                    let is_urn = name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
                    let above = if is_urn { (Some(name.as_str()), None) } else { (schema, Some(name.as_str())) };
                    self.below(value, above, depth + 1);
                    self.pointer.truncate(whole);
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    if self.out.len() >= self.most {
                        return;
                    }
                    self.pointer.push('/');
                    self.pointer.push_str(&at.to_string());
                    self.below(item, (schema, parent), depth + 1);
                    self.pointer.truncate(whole);
                }
            }
            _ => {}
        }
    }
}
