//! The description of the API is the one that was agreed on.

use rondo_server::http::openapi_json;

use crate::agreed::Agreed;

const DESCRIPTION: Agreed = Agreed {
    what: "description of the API",
    text: include_str!("snapshot.json"),
    file: "openapi/snapshot.json",
};

#[test]
fn the_description_is_the_one_that_was_agreed_on() {
    let now = serde_json::from_str(&openapi_json()).expect("the description is JSON");
    DESCRIPTION.is(&now);
}
