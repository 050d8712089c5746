//! Tokens that our keys signed, and tokens that only say so.

use ring::hmac;
use rondo_domain::{Email, Image, Name};

use super::*;
use crate::{
    auth::jwt::{
        LEEWAY_SECONDS,
        remote::issuer::{Issuer, encode},
    },
    testing::device,
};

#[tokio::test]
async fn a_token_says_what_better_auth_says_and_opens_the_api() {
    for (change, alg) in [((|_| ()) as fn(&mut Settings), "EdDSA"), (es256, "ES256")] {
        let (test, ada) = ada(change).await;
        let token = token_of(&test, &ada).await;
        assert_eq!(test.hello(&token).await, "ada");
        let header = token.split('.').next().expect("a token has parts");
        assert_eq!(header, encode(format!(r#"{{"alg":"{alg}","kid":"{}"}}"#, kid_of(&token))));
        let claims: Value = insecure_decode_claims(&token).expect("a token has claims");
        let iat = NOW.as_seconds();
        assert_eq!(
            claims,
            json!({
                "name": "", "email": "ada@example.com", "emailVerified": false, "image": null,
                "createdAt": NOW, "updatedAt": NOW, "id": "ada", "sub": "ada",
                "iat": iat, "exp": iat + 900, "iss": ORIGIN, "aud": ORIGIN,
                "sid": ada.session.id.as_str(),
            })
        );
    }
}

#[tokio::test]
async fn the_largest_token_of_ours_is_taken_by_us_and_fits_into_a_header() {
    // What is longest in JSON: a control character is six bytes there.
    let long_name = Name::parse(&format!("a{}b", "\u{1}".repeat(253))).expect("255 characters");
    let local = "\u{65e5}".repeat(21);
    let domain = [&*"d".repeat(63), &"d".repeat(63), &"d".repeat(57), "com"].join(".");
    let email = Email::parse(&format!("{local}@{domain}")).expect("it is an address");
    let origin = format!("https://{}.example.com:65535", ["o".repeat(63).as_str(); 3].join("."));
    let plain = "u".repeat(255);
    let odd = format!("a{}b", "\u{1}".repeat(253));
    for (user_id, has_picture) in [(&plain, true), (&odd, false)] {
        for image in ["\u{1d11e}".repeat(512), "\"".repeat(1024), "x".repeat(2048)] {
            for algorithm in [JwtAlgorithm::EdDsa, JwtAlgorithm::Es256] {
                let origin = origin.clone();
                let (test, mut ada) = ada(|settings| {
                    settings.public_origin = origin;
                    settings.jwt_algorithm = algorithm;
                })
                .await;
                ada.user.id = id(user_id);
                ada.user.name = long_name.clone();
                ada.user.email = Some(email.clone());
                ada.user.image = Some(Image::parse(&image).expect("it is short enough"));
                let (row, view) = new_session(&test.app, &ada.user.id, &device(), true);
                let user = ada.user.clone();
                test.write(move |txn| async move {
                    txn.insert_user(&user, None).await?;
                    txn.insert_session(&row).await
                })
                .await;
                ada.session = view;
                let token = token_of(&test, &ada).await;
                assert!("set-auth-jwt: ".len() + token.len() < 8 * 1024, "{}", token.len());
                assert_eq!(test.hello(&token).await, *user_id);
                let claims: Value = insecure_decode_claims(&token).expect("a token has claims");
                assert_eq!(claims["image"].is_string(), has_picture);
            }
        }
    }
}

#[tokio::test]
async fn a_token_is_over_after_a_quarter_of_an_hour() {
    let (test, ada) = ada(|_| ()).await;
    let token = token_of(&test, &ada).await;
    test.clock.advance_seconds(mint::LIFE_SECONDS + LEEWAY_SECONDS - 1);
    assert_eq!(test.hello(&token).await, "ada");
    test.clock.advance_seconds(1);
    assert_eq!(test.hello(&token).await, "Token expired");
}

#[tokio::test]
async fn others_can_verify_our_tokens_with_the_key_set() {
    for change in [(|_| ()) as fn(&mut Settings), es256] {
        let (test, ada) = ada(change).await;
        let token = token_of(&test, &ada).await;
        let issuer = Issuer::start().await;
        let set = shown(&test).await;
        issuer.shows(set["keys"].as_array().expect("a key set is a list"));
        let other = issuer
            .trusted_by(|external| {
                external.issuer = Some(ORIGIN.to_owned());
                external.audience = Some(ORIGIN.to_owned());
            })
            .await;
        assert_eq!(other.hello(&token).await, "ada");
    }
}

#[tokio::test]
async fn a_token_of_our_key_set_must_say_who_made_it_for_whom_and_which_session() {
    let (test, ada) = ada(|_| ()).await;
    test.add_user("bob").await;
    let good = token_of(&test, &ada).await;
    for (changes, answer) in [
        (json!({}), "ada"),
        (json!({"aud": [ORIGIN, "https://else.example"]}), "ada"),
        (json!({"iss": "https://else.example"}), "Invalid token"),
        (json!({"iss": null}), "Invalid token"),
        (json!({"iss": [ORIGIN]}), "Invalid token"),
        (json!({"aud": "https://else.example"}), "Invalid token"),
        (json!({"aud": null}), "Invalid token"),
        (json!({"aud": format!("{ORIGIN}/")}), "Invalid token"),
        (json!({"sid": null}), "Invalid token"),
        (json!({"sid": "x".repeat(32)}), "Invalid token"),
        (json!({"sub": "bob"}), "Invalid token"),
        (json!({"exp": null}), "Invalid token"),
        (json!({"requestType": "change-email-verification"}), "Invalid token"),
        (json!({"updateTo": "eve@example.com"}), "Invalid token"),
    ] {
        let token = signed_by_us(&test, &claims_but(&good, &changes)).await;
        assert_eq!(test.hello(&token).await, answer, "{changes}");
    }
    let moved =
        test.replica(2, |settings| settings.public_origin = "https://new.example".to_owned());
    assert_eq!(moved.hello(&good).await, "Invalid token");
    assert_eq!(moved.hello(&token_of(&moved, &ada).await).await, "ada");
}

#[tokio::test]
async fn a_token_that_names_our_key_is_verified_with_that_key_only() {
    let issuer = Issuer::start().await;
    let (test, ada) = ada(|settings| settings.external.jwks_url = Some(issuer.url.clone())).await;
    let good = token_of(&test, &ada).await;
    let (kid, claims) = (kid_of(&good), claims_but(&good, &json!({})));
    let (ed, ec) = (Signer::ed(), Signer::ec());
    issuer.shows(&[ed.jwk(&kid), ec.jwk(&kid), ed.jwk("theirs")]);
    let theirs =
        |signer: &Signer, alg: &str| signer.sign(&json!({"alg": alg, "kid": kid}), &claims);
    let hs256 = |secret: &[u8]| {
        let header = encode(json!({"alg": "HS256", "kid": kid}).to_string());
        let signed = format!("{header}.{}", encode(claims.to_string()));
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        format!("{signed}.{}", encode(hmac::sign(&key, signed.as_bytes())))
    };
    let set = shown(&test).await;
    let public = set["keys"][0]["x"].as_str().expect("x is text").to_owned();
    let signature = good.rsplit_once('.').expect("a token has dots").1;
    for forged in [
        theirs(&ed, "EdDSA"),
        theirs(&ed, "Ed25519"),
        theirs(&ec, "ES256"),
        theirs(&ed, "none"),
        hs256(test.app.settings().secret.expose().as_bytes()),
        hs256(public.as_bytes()),
        good.replace(signature, &signature[..43]),
        good.replace(signature, ""),
    ] {
        assert_eq!(test.hello(&forged).await, "Invalid token", "{forged}");
    }
    assert_eq!(test.hello(&good).await, "ada");
    // The issuer's own keys go on working beside ours, without a look at ours.
    let eve = ed.sign(
        &json!({"alg": "EdDSA", "kid": "theirs"}),
        &json!({"sub": "eve", "exp": NOW.as_seconds() + 60}),
    );
    assert_eq!(test.hello(&eve).await, "eve");
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test]
async fn a_token_from_a_mail_never_passes_whichever_key_signed_it() {
    let (test, _) = ada(|_| ()).await;
    let exp = NOW.as_seconds() + 3600;
    let claims = json!({
        "email": "ada@example.com", "userId": "ada", "iat": NOW.as_seconds(), "exp": exp,
    });
    let mut complete = claims.clone();
    complete["jti"] = json!("x".repeat(32));
    let header = encode(r#"{"alg":"HS256"}"#);
    let by_mail_key = |claims: &Value| {
        let signed = format!("{header}.{}", encode(claims.to_string()));
        let key = test.app.inner().keyring.mail_link_key().expose();
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        format!("{signed}.{}", encode(hmac::sign(&key, signed.as_bytes())))
    };
    for token in [
        by_mail_key(&claims),
        by_mail_key(&complete),
        by_mail_key(&json!({"sub": "ada", "exp": exp})),
        test.sign(&claims),
        signed_by_us(&test, &claims).await,
        signed_by_us(&test, &complete).await,
    ] {
        assert_eq!(test.hello(&token).await, "Invalid token", "{token}");
    }
}
