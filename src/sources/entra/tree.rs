//! A JSON value that borrows its texts from the bytes it was read from: reading a log with it takes a third of the time
//! that whole values take. It is only looked at, never changed or kept.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Tree<'b> {
    Null,
    Bool(bool),
    Count(u64),
    /// A number that is no count.
    Number(f64),
    Text(Cow<'b, str>),
    List(Vec<Self>),
    Object(Object<'b>),
}

/// An object's members, in order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Object<'b>(pub(super) Vec<(Cow<'b, str>, Tree<'b>)>);

impl Tree<'_> {
    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }
}

impl<'b> Tree<'b> {
    pub(super) const fn as_object(&self) -> Option<&Object<'b>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }
}

impl<'b> Object<'b> {
    /// A member by one of its names; in any case where none stands there as it is written. Of two members of one name
    /// the last one counts.
    pub(super) fn field(&self, names: &[&str]) -> Option<&Tree<'b>> {
        let exact = |name: &&str| self.0.iter().rev().find(|(key, _)| key == name);
        let any_case = || self.0.iter().find(|(key, _)| names.iter().any(|name| key.eq_ignore_ascii_case(name)));
        names.iter().find_map(exact).or_else(any_case).map(|(_, value)| value)
    }
}

impl<'de> Deserialize<'de> for Tree<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reading)
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Tree<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Tree<'de>, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree<'de>, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree<'de>, E> {
        Ok(Tree::Count(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree<'de>, E> {
        Ok(Tree::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree<'de>, E> {
        Ok(Tree::Number(value))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Tree<'de>, E> {
        Ok(Tree::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree<'de>, E> {
        Ok(Tree::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Tree<'de>, A::Error> {
        let mut all = Vec::with_capacity(8);
        while let Some((Name(name), value)) = members.next_entry()? {
            all.push((name, value));
        }
        Ok(Tree::Object(Object(all)))
    }
}

#[derive(Deserialize)]
struct Name<'b>(#[serde(borrow)] Cow<'b, str>);
