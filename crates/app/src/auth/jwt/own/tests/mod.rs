//! Ada asks for tokens, of one server and of another.

mod keys;
mod refusals;
mod tokens;

use jsonwebtoken::dangerous::insecure_decode_claims;
use serde_json::{Value, json};

use super::*;
use crate::{
    Settings,
    accounts::sessions::{Current, Device, Renewal, current, key_set, mint_token, new_session},
    auth::jwt::remote::issuer::Signer,
    testing::{NOW, TestApp, id, second_listener},
};

const DAY: i64 = 86_400;
const ORIGIN: &str = "http://localhost:8000";

fn es256(settings: &mut Settings) {
    settings.jwt_algorithm = JwtAlgorithm::Es256;
}

async fn sign_in(test: &TestApp, name: &str) -> Current {
    let address = "192.0.2.1".parse().expect("this is an address");
    let device = Device { address, user_agent: String::new() };
    let (row, view) = new_session(&test.app, &id(name), &device, true);
    test.write(move |txn| async move { txn.insert_session(&row).await }).await;
    let session = current(&test.app, &view.token, Renewal::Never).await;
    session.ok().flatten().expect("the session is good")
}

async fn ada(change: impl FnOnce(&mut Settings)) -> (TestApp, Current) {
    let test = TestApp::with(change).await;
    test.add_user("ada").await;
    let ada = sign_in(&test, "ada").await;
    (test, ada)
}

async fn token_of(test: &TestApp, current: &Current) -> String {
    let token = mint_token(&test.app, current).await.expect("there is a database");
    token.expose().clone()
}

/// The key set, as others read it.
async fn shown(test: &TestApp) -> Value {
    json!(key_set(&test.app).await.expect("there is a key"))
}

/// The keys that are published, by their names.
async fn published_kids(test: &TestApp) -> Vec<String> {
    let set = shown(test).await;
    let keys = set["keys"].as_array().expect("a key set is a list");
    keys.iter().map(|key| key["kid"].as_str().expect("a key has a name").to_owned()).collect()
}

fn kid_of(token: &str) -> String {
    let header = jsonwebtoken::decode_header(token).expect("a token has a header");
    header.kid.expect("ours name their key")
}

/// A token with any claims, signed with the key that signs now.
async fn signed_by_us(test: &TestApp, claims: &Value) -> String {
    let key = test.app.inner().own_keys.signing(&test.app).await.expect("there is a database");
    key.sign(claims).expect("JSON is signed").expose().clone()
}

/// The claims of a good token, with some of them changed; `null` takes one
/// out.
fn claims_but(token: &str, changes: &Value) -> Value {
    let mut claims: Value = insecure_decode_claims(token).expect("a token has claims");
    for (name, value) in changes.as_object().expect("changes are named") {
        match value {
            Value::Null => claims.as_object_mut().expect("claims are named").remove(name),
            value => claims
                .as_object_mut()
                .expect("claims are named")
                .insert(name.clone(), value.clone()),
        };
    }
    claims
}
