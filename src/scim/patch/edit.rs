//! Carries out one operation after another on a copy of the resource.
//! A failed operation leaves the copy half done: the caller throws it away.

use serde_json::{Map, Value};

use super::{
    Missing, PatchError, PatchedAttribute, key_in, member,
    path::{Attribute, Target, holds_extension},
    report::leaves,
    values::{
        Op, is_unassigned, normal, remove_elements, remove_member, remove_values, set_elements, set_member, set_whole,
    },
};
use crate::domain::attribute::{CORE_USER, ENTERPRISE_USER};

/// A resource being patched.
pub(super) struct Edit {
    resource: Map<String, Value>,
    touched: Vec<PatchedAttribute>,
    missing: Missing,
}

impl Edit {
    /// Starts from a copy of the resource.
    pub(super) fn new(resource: Map<String, Value>, missing: Missing) -> Self {
        Self { resource, touched: Vec::new(), missing }
    }

    /// The patched resource and what was touched.
    pub(super) fn done(self) -> (Map<String, Value>, Vec<PatchedAttribute>) {
        (self.resource, self.touched)
    }

    /// One member of `Operations`.
    pub(super) fn operation(&mut self, operation: &Map<String, Value>) -> Result<(), PatchError> {
        let op = match member(operation, "op").and_then(Value::as_str).map(str::to_ascii_lowercase).as_deref() {
            Some("add") => Op::Add,
            Some("replace") => Op::Replace,
            Some("remove") => Op::Remove,
            Some(_) => return Err(PatchError::syntax("An operation's op must be add, replace or remove.")),
            None => return Err(PatchError::syntax("An operation has no op.")),
        };
        let value = member(operation, "value");
        let target = match member(operation, "path") {
            None | Some(Value::Null) => Target::Resource,
            Some(Value::String(path)) => Target::parse(path, &self.resource)?,
            Some(_) => return Err(PatchError::path("A path must be a string.")),
        };
        match target {
            Target::Attribute(attribute) => self.attribute(op, &attribute, value),
            Target::Extension(schema) if op == Op::Remove => {
                self.remove_extension(&schema);
                Ok(())
            }
            Target::Resource if op == Op::Remove => {
                Err(PatchError::new("noTarget", "A remove operation needs the path of an attribute."))
            }
            Target::Extension(schema) => self.members(op, Some(&schema), value),
            Target::Resource => self.members(op, None, value),
        }
    }

    /// Sets each member of a value that has no path of its own.
    fn members(&mut self, op: Op, schema: Option<&str>, value: Option<&Value>) -> Result<(), PatchError> {
        let members = value
            .and_then(Value::as_object)
            .ok_or_else(|| PatchError::value("Without the path of an attribute, the value must be a JSON object."))?;
        for (key, value) in members {
            let schema_urn = |known: &str| schema.is_none() && key.eq_ignore_ascii_case(known);
            if schema_urn(CORE_USER) {
                self.members(op, None, Some(value))?;
            } else if schema.is_none() && holds_extension(key, value, &self.resource) {
                self.members(op, Some(key), Some(value))?;
            } else if schema_urn("schemas") {
                self.attribute_at(Op::Add, key, value)?;
            } else {
                let path = schema.map_or_else(|| key.clone(), |schema| format!("{schema}:{key}"));
                self.attribute_at(op, &path, value)?;
            }
        }
        Ok(())
    }

    fn attribute_at(&mut self, op: Op, path: &str, value: &Value) -> Result<(), PatchError> {
        match Target::parse(path, &self.resource)? {
            Target::Attribute(attribute) => self.attribute(op, &attribute, Some(value)),
            Target::Resource | Target::Extension(_) => {
                Err(PatchError::path(format!("The path {path} is a schema, not an attribute.")))
            }
        }
    }

    fn attribute(&mut self, op: Op, attribute: &Attribute, value: Option<&Value>) -> Result<(), PatchError> {
        if attribute.is_core("id") || attribute.is_core("meta") {
            let same = attribute.sub.is_none() && value.is_some() && value == member(&self.resource, &attribute.name);
            return if same && op != Op::Remove {
                Ok(())
            } else {
                Err(PatchError::new("mutability", format!("{} is read-only.", attribute.shown)))
            };
        }
        match (op, value) {
            (Op::Remove, value) => self.remove(attribute, value.filter(|value| !value.is_null())),
            (_, None) => Err(PatchError::value(format!("The operation on {} has no value.", attribute.shown))),
            (_, Some(Value::Null)) => self.unassign(attribute),
            (_, Some(Value::String(id))) if attribute.is_manager() && attribute.sub.is_none() && id.is_empty() => {
                self.unassign(attribute)
            }
            (_, Some(value)) => self.set(op, attribute, value),
        }
    }

    fn set(&mut self, op: Op, attribute: &Attribute, value: &Value) -> Result<(), PatchError> {
        let value = normal(attribute, value)?;
        leaves(&attribute.shown, &value, false, &mut self.touched);
        let missing = self.missing;
        let place = self.place(attribute)?;
        let key = key_in(place, &attribute.name);
        let old = place.get(&key).cloned().unwrap_or_default();
        let new = match (&attribute.filter, &attribute.sub) {
            (Some(_), _) => set_elements(op, attribute, old, &value, missing)?,
            (None, Some(sub)) => set_member(attribute, old, sub, value)?,
            (None, None) => set_whole(op, attribute, old, value)?,
        };
        if is_unassigned(&new) {
            place.shift_remove(&key);
        } else {
            place.insert(key, new);
        }
        self.settle(attribute);
        Ok(())
    }

    /// A null value: the attribute loses its value, whether it had one or not.
    fn unassign(&mut self, attribute: &Attribute) -> Result<(), PatchError> {
        match self.remove(attribute, None) {
            Err(PatchError { scim_type: "noTarget", .. }) => Ok(()),
            done => done,
        }
    }

    fn remove(&mut self, attribute: &Attribute, values: Option<&Value>) -> Result<(), PatchError> {
        if attribute.is_core("userName") {
            return Err(PatchError::new("mutability", "userName is required and cannot be removed."));
        }
        let place = self.place(attribute)?;
        let key = key_in(place, &attribute.name);
        let mut old = place.get(&key).cloned().unwrap_or_default();
        let gone = match (&attribute.filter, &attribute.sub) {
            (Some(_), _) => remove_elements(attribute, &mut old)?,
            (None, Some(sub)) => remove_member(&mut old, sub),
            (None, None) => match values {
                Some(values) if old.is_array() => remove_values(&mut old, values),
                _ => old.take(),
            },
        };
        if is_unassigned(&old) {
            place.shift_remove(&key);
        } else {
            place.insert(key, old);
        }
        self.settle(attribute);
        leaves(&attribute.shown, &gone, true, &mut self.touched);
        Ok(())
    }

    fn remove_extension(&mut self, schema: &str) {
        let key = key_in(&self.resource, schema);
        if let Some(Value::Object(members)) = self.resource.shift_remove(&key) {
            for (name, value) in &members {
                leaves(&format!("{schema}:{name}"), value, true, &mut self.touched);
            }
        }
        self.list_schema(schema, false);
    }

    /// The object that holds an attribute, made where it is missing.
    fn place(&mut self, attribute: &Attribute) -> Result<&mut Map<String, Value>, PatchError> {
        let Some(schema) = &attribute.schema else { return Ok(&mut self.resource) };
        let schema = if schema.eq_ignore_ascii_case(ENTERPRISE_USER) { ENTERPRISE_USER } else { schema };
        let key = key_in(&self.resource, schema);
        self.resource
            .entry(key)
            .or_insert_with(|| Value::Object(Map::new()))
            .as_object_mut()
            .ok_or_else(|| PatchError::path(format!("{schema} is not an extension of this resource.")))
    }

    /// Keeps `schemas` and the extensions in step.
    fn settle(&mut self, attribute: &Attribute) {
        let Some(schema) = &attribute.schema else { return };
        let key = key_in(&self.resource, schema);
        let used = self.resource.get(&key).is_some_and(|extension| !is_unassigned(extension));
        if !used {
            self.resource.shift_remove(&key);
        }
        self.list_schema(&key, used);
    }

    fn list_schema(&mut self, schema: &str, used: bool) {
        let Some(Value::Array(schemas)) = self.resource.get_mut("schemas") else { return };
        let is_it = |listed: &Value| listed.as_str().is_some_and(|listed| listed.eq_ignore_ascii_case(schema));
        match schemas.iter().position(is_it) {
            Some(at) if !used => drop(schemas.remove(at)),
            None if used => schemas.push(schema.into()),
            _ => {}
        }
    }
}
