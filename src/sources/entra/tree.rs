//! A JSON value that borrows its texts from the bytes it was read from: reading a log with it takes a third of the time
//! that whole values take. It is only looked at, never changed or kept, and leaves empty what no line tells of.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, MapAccess, SeqAccess, Visitor},
};

/// Members of a record that a line tells nothing of: who asked for the cycle, and between which systems it ran.
const UNTOLD: [&str; 4] = ["servicePrincipal", "sourceSystem", "targetSystem", "initiatedBy"];

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
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Object<'b> {
    members: Vec<(Cow<'b, str>, Tree<'b>)>,
    /// A bit for each length that a name has: most names that are asked for have one that none here has.
    lengths: u64,
}

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
    fn push(&mut self, name: Cow<'b, str>, value: Tree<'b>) {
        self.lengths |= length_bit(&name);
        self.members.push((name, value));
    }

    pub(super) fn members(&self) -> &[(Cow<'b, str>, Tree<'b>)] {
        &self.members
    }

    /// A member by one of its names; in any case where none stands there as it is written. Of two members of one name
    /// the last one counts.
    pub(super) fn field(&self, names: &[&str]) -> Option<&Tree<'b>> {
        if names.iter().all(|name| self.lengths & length_bit(name) == 0) {
            return None;
        }
        let members = self.members.iter();
        let exact = |name: &&str| members.clone().rev().find(|(key, _)| key == name);
        let any_case = || members.clone().find(|(key, _)| names.iter().any(|name| key.eq_ignore_ascii_case(name)));
        names.iter().find_map(exact).or_else(any_case).map(|(_, value)| value)
    }
}

/// Names that differ in case only have one length.
const fn length_bit(name: &str) -> u64 {
    1 << (name.len() % u64::BITS as usize)
}

impl<'de> Deserialize<'de> for Tree<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Reading { whole: true }.deserialize(deserializer)
    }
}

/// How to read a value: with its members and items, or without. Those are read all the same: the journal keeps the
/// record's JSON as it stands, so all of it must be JSON that can be read back.
#[derive(Clone, Copy)]
struct Reading {
    whole: bool,
}

impl<'de> DeserializeSeed<'de> for Reading {
    type Value = Tree<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

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
        if !self.whole {
            while items.next_element_seed(self)?.is_some() {}
            return Ok(Tree::List(Vec::new()));
        }
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Tree<'de>, A::Error> {
        if !self.whole {
            while let Some(Name(_)) = members.next_key()? {
                members.next_value_seed(self)?;
            }
            return Ok(Tree::Object(Object::default()));
        }
        let mut object = Object { members: Vec::with_capacity(8), lengths: 0 };
        while let Some(Name(name)) = members.next_key()? {
            let whole = !UNTOLD.contains(&name.as_ref());
            let value = members.next_value_seed(Self { whole })?;
            object.push(name, value);
        }
        Ok(Tree::Object(object))
    }
}

#[derive(Deserialize)]
struct Name<'b>(#[serde(borrow)] Cow<'b, str>);
