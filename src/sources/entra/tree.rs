//! A JSON value that borrows its texts from the bytes it was read from, laid out in one row: reading a log with it takes a
//! third of the time that whole values take. It is only looked at, never changed or kept, and leaves empty what no line
//! tells of.

use std::{borrow::Cow, fmt, iter};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, MapAccess, SeqAccess, Visitor},
};

/// Members of a record that a line tells nothing of: who asked for the cycle, and between which systems it ran.
const UNTOLD: [&str; 4] = ["servicePrincipal", "sourceSystem", "targetSystem", "initiatedBy"];

/// Where a value is laid out; the next one may use the same memory.
#[derive(Default)]
pub(in crate::sources) struct Layout<'b>(Vec<Node<'b>>);

/// A value, which what it holds follows; or the name of a member, which its value follows. Places are told by how far away
/// they are.
#[derive(Debug, Clone, PartialEq)]
enum Node<'b> {
    Null,
    Bool(bool),
    Count(u64),
    /// A number that is no count.
    Number(f64),
    Text(Cow<'b, str>),
    /// Of so many nodes.
    List(usize),
    /// Of so many nodes, and how far away its last name is, 0 where it has none. A bit for each length that a name has:
    /// most names that are asked for have one that none here has.
    Object {
        nodes: usize,
        last: usize,
        lengths: u64,
    },
    /// And how far back the name before it is, or its object where it is the first.
    Name(Cow<'b, str>, usize),
}

impl<'b> Layout<'b> {
    /// Reads a value.
    pub(super) fn read<'t>(&'t mut self, json: &'b str) -> serde_json::Result<Tree<'t>> {
        self.0.clear();
        let mut json = serde_json::Deserializer::from_str(json);
        Reading(&mut self.0).deserialize(&mut json)?;
        json.end()?;
        Ok(Tree(&self.0))
    }
}

/// A JSON value. Its nodes are all there are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tree<'t>(&'t [Node<'t>]);

/// An object's members.
#[derive(Debug, Clone, Copy)]
pub(super) struct Object<'t> {
    /// Itself and what it holds.
    nodes: &'t [Node<'t>],
    last: usize,
    lengths: u64,
}

impl<'t> Tree<'t> {
    pub(super) fn as_str(self) -> Option<&'t str> {
        match self.0 {
            [Node::Text(text)] => Some(text),
            _ => None,
        }
    }

    pub(super) const fn as_bool(self) -> Option<bool> {
        match self.0 {
            [Node::Bool(truth)] => Some(*truth),
            _ => None,
        }
    }

    pub(super) const fn as_count(self) -> Option<u64> {
        match self.0 {
            [Node::Count(count)] => Some(*count),
            _ => None,
        }
    }

    pub(super) fn as_list(self) -> Option<impl Iterator<Item = Self>> {
        let [Node::List(_), rest @ ..] = self.0 else { return None };
        let mut rest = rest;
        Some(iter::from_fn(move || first(&mut rest)))
    }

    pub(super) const fn as_object(self) -> Option<Object<'t>> {
        match self.0 {
            [Node::Object { last, lengths, .. }, ..] => Some(Object { nodes: self.0, last: *last, lengths: *lengths }),
            _ => None,
        }
    }
}

impl<'t> Object<'t> {
    /// From the last to the first.
    pub(super) fn members(self) -> impl Iterator<Item = (&'t str, Tree<'t>)> {
        self.names().filter_map(move |(at, name)| Some((name, self.value(at)?)))
    }

    /// The names and where they stand, from the last to the first.
    fn names(self) -> impl Iterator<Item = (usize, &'t str)> {
        let mut next = self.last;
        iter::from_fn(move || {
            let (at, Node::Name(name, back)) = (next, self.nodes.get(next)?) else { return None };
            next -= back;
            Some((at, name.as_ref()))
        })
    }

    /// The value of the name that stands there.
    fn value(self, name: usize) -> Option<Tree<'t>> {
        first(&mut self.nodes.get(name + 1..)?)
    }

    /// A member by one of its names; in any case where none stands there as it is written. Of two members of one name
    /// the last one counts.
    pub(super) fn field(self, names: &[&str]) -> Option<Tree<'t>> {
        if names.iter().all(|name| self.lengths & length_bit(name) == 0) {
            return None;
        }
        let exact = |name: &&str| self.names().find(|(_, key)| key == name);
        let is_one = |(_, key): &(usize, &str)| names.iter().any(|name| key.eq_ignore_ascii_case(name));
        // The first of them, which these names come to last.
        let any_case = || self.names().filter(is_one).last();
        self.value(names.iter().find_map(exact).or_else(any_case)?.0)
    }
}

/// The first value, which is taken away.
fn first<'t>(nodes: &mut &'t [Node<'t>]) -> Option<Tree<'t>> {
    let within = match nodes.first()? {
        Node::List(nodes) | Node::Object { nodes, .. } => *nodes,
        _ => 0,
    };
    let (value, rest) = nodes.split_at_checked(within + 1)?;
    *nodes = rest;
    Some(Tree(value))
}

/// Names that differ in case only have one length.
const fn length_bit(name: &str) -> u64 {
    1 << (name.len() % u64::BITS as usize)
}

/// Lays a value out behind what is there.
struct Reading<'n, 'b>(&'n mut Vec<Node<'b>>);

impl<'b> Reading<'_, 'b> {
    fn push<E>(self, node: Node<'b>) -> Result<(), E> {
        self.0.push(node);
        Ok(())
    }
}

impl<'b> DeserializeSeed<'b> for Reading<'_, 'b> {
    type Value = ();

    fn deserialize<D: Deserializer<'b>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'b> Visitor<'b> for Reading<'_, 'b> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.push(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.push(Node::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.push(Node::Count(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.push(Node::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.push(Node::Number(value))
    }

    fn visit_borrowed_str<E>(self, text: &'b str) -> Result<(), E> {
        self.push(Node::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.push(Node::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'b>>(self, mut items: A) -> Result<(), A::Error> {
        let Self(nodes) = self;
        let start = nodes.len();
        nodes.push(Node::List(0));
        while items.next_element_seed(Reading(nodes))?.is_some() {}
        nodes[start] = Node::List(nodes.len() - start - 1);
        Ok(())
    }

    fn visit_map<A: MapAccess<'b>>(self, mut members: A) -> Result<(), A::Error> {
        let Self(nodes) = self;
        let start = nodes.len();
        let (mut last, mut lengths) = (start, 0);
        nodes.push(Node::Null);
        while let Some(Name(name)) = members.next_key()? {
            lengths |= length_bit(&name);
            let is_told = !UNTOLD.contains(&name.as_ref());
            let at = nodes.len();
            nodes.push(Node::Name(name, at - last));
            last = at;
            members.next_value_seed(Reading(nodes))?;
            if !is_told {
                leave_empty(nodes, at + 1);
            }
        }
        nodes[start] = Node::Object { nodes: nodes.len() - start - 1, last: last - start, lengths };
        Ok(())
    }
}

/// Forgets what the last value holds. It was read all the same: the journal keeps the record's JSON as it stands, so all
/// of it must be JSON that can be read back.
fn leave_empty(nodes: &mut Vec<Node<'_>>, value: usize) {
    nodes.truncate(value + 1);
    match nodes.last_mut() {
        Some(Node::List(nodes)) => *nodes = 0,
        Some(Node::Object { nodes, last, lengths }) => (*nodes, *last, *lengths) = (0, 0, 0),
        _ => {}
    }
}

#[derive(Deserialize)]
struct Name<'b>(#[serde(borrow)] Cow<'b, str>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_found_as_it_is_written_then_in_any_case() {
        let mut layout = Layout::default();
        for (json, names, wanted) in [
            (r#"{"id":1,"b":{"id":9},"id":2}"#, &["id"][..], Some(2)),
            (r#"{"ID":1,"Id":2,"b":[3,{"id":4}]}"#, &["id"], Some(1)),
            (r#"{"ID":1,"id":2}"#, &["id"], Some(2)),
            (r#"{"c":1,"b":2}"#, &["b", "c"], Some(2)),
            (r#"{"\u0069d":7}"#, &["id"], Some(7)),
            (r#"{"b":{"id":1}}"#, &["id"], None),
            ("{}", &["id"], None),
        ] {
            let object = layout.read(json).unwrap().as_object().unwrap();
            assert_eq!(object.field(names).and_then(Tree::as_count), wanted, "{json}");
        }
    }

    #[test]
    fn what_is_not_told_is_empty_and_still_has_to_be_json() {
        let mut layout = Layout::default();
        let json =
            r#"{"a":{"initiatedBy":{"x":[1]}},"b":{"initiatedBy":{"other":2}},"sourceSystem":["x"],"c":[1,{"d":2}]}"#;
        let object = layout.read(json).unwrap().as_object().unwrap();
        assert_eq!(object.field(&["a"]), object.field(&["b"]));
        assert_eq!(object.field(&["sourceSystem"]).and_then(Tree::as_list).map(Iterator::count), Some(0));
        assert_eq!(object.field(&["c"]).and_then(Tree::as_list).map(Iterator::count), Some(2));
        let names: Vec<&str> = object.members().map(|(name, _)| name).collect();
        assert_eq!(names, ["c", "sourceSystem", "b", "a"]);
        assert!(Layout::default().read(r#"{"initiatedBy":{"x":}}"#).is_err());
        assert!(Layout::default().read(r#"{"a":1} 2"#).is_err());
    }
}
