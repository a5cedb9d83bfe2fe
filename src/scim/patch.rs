//! shim
use serde_json::Value;
pub struct PatchedAttribute {
    pub name: String,
    pub value: Value,
}
pub struct PatchError {
    pub scim_type: &'static str,
    pub detail: String,
}
pub fn apply(_r: &mut Value, _p: &Value) -> Result<Vec<PatchedAttribute>, PatchError> {
    Ok(vec![])
}
