//! What a schema can say and a struct cannot: that one of two fields is needed.

use utoipa::openapi::{
    OpenApi, RefOr,
    schema::{AllOf, AnyOfBuilder, ObjectBuilder, Schema},
};

/// Says of a new task that it has a title or a line to read one from.
pub(super) fn add(document: &mut OpenApi) {
    let schemas = document.components.as_mut().map(|components| &mut components.schemas);
    let Some(RefOr::T(schema)) = schemas.and_then(|schemas| schemas.get_mut("TaskCreate")) else {
        return;
    };
    let either = ["title", "text"]
        .into_iter()
        .fold(AnyOfBuilder::new(), |any, field| any.item(ObjectBuilder::new().required(field)));
    let mut both = AllOf::new();
    both.items = vec![schema.clone().into(), Schema::AnyOf(either.build()).into()];
    *schema = Schema::AllOf(both);
}
