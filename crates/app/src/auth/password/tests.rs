//! Every kind of hash that may be stored, and every password that must not.

use super::*;

const STRONG: &str = "correct horse battery";
const SALT: [u8; 16] = [7; 16];

/// Made by Node.js 20 with `scryptSync(password.normalize("NFKC"), salt, 64,
/// { N: 16384, r: 16, p: 1 })`, the salt being 32 hex digits taken as text.
const BETTER_AUTH: &str = "8f14e45fceea167a5a36dedd4bea2543:\
    b95ffe61df147c71bbc77fa5aac384b80e22e324e7292a2f47d43744bd4c5416\
    34eb16c576ecb528dc65f2668c111bb0a366b09f873274aa2bf4326046bc705f";

fn refused(password: &str) -> Option<Problem> {
    NewPassword::parse(password, ["ada@example.com", "Ada Lovelace"]).err()
}

#[test]
fn a_password_has_8_to_128_characters_not_bytes() {
    assert_eq!(refused("pQ7#xz!"), Some(Problem::TooShort { min: 8 }));
    assert_eq!(refused("😀🚀🌵🐙"), Some(Problem::TooShort { min: 8 }));
    assert_eq!(refused("pQ7#xz!w"), None);
    assert_eq!(refused("ünïcödé🚀"), None);
    let long = "🚀é5x".repeat(32);
    assert_eq!(refused(&long), None);
    assert_eq!(refused(&format!("{long}x")), Some(Problem::TooLong { max: 128 }));
    assert_eq!(refused(&"x".repeat(1_000_000)), Some(Problem::TooLong { max: 128 }));
}

#[test]
fn the_commonest_passwords_are_refused() {
    for password in [
        "password",
        "12345678",
        "qwerty123",
        "password123",
        "iloveyou",
        "Password1",
        "aaaaaaaa",
        "PASSWORD",
        "p@ssw0rd",
        "11111111",
        "abcdefgh",
    ] {
        assert!(matches!(refused(password), Some(Problem::Refused { .. })), "{password}");
    }
}

#[test]
fn a_long_password_is_easy_only_when_both_its_ends_are() {
    assert!(matches!(refused(&"a".repeat(128)), Some(Problem::Refused { .. })));
    assert_eq!(refused(&format!("{}pQ7#xz!w", "a".repeat(60))), None);
    assert_eq!(refused(&format!("pQ7#xz!w{}", "a".repeat(60))), None);
}

#[test]
fn what_is_known_of_a_person_is_no_password() {
    for password in ["ada@example.com", " ADA@Example.com ", "Ada Lovelace", "ada lovelace"] {
        assert!(matches!(refused(password), Some(Problem::Refused { .. })), "{password}");
    }
}

#[test]
fn our_hashes_are_bcrypt_with_cost_12() {
    let stored = hash(STRONG, SALT);
    assert!(stored.expose().starts_with("$2b$12$"), "{}", stored.expose());
    assert_eq!(stored.expose().len(), 60);
    assert!(verify(STRONG, Some(&stored)));
    assert!(!verify("correct horse batterY", Some(&stored)));
}

#[test]
fn nothing_of_a_long_password_is_ignored() {
    let bytes_72 = "x".repeat(72);
    let stored = hash(&bytes_72, SALT);
    assert!(stored.expose().starts_with("$2b$12$"));
    assert!(verify(&bytes_72, Some(&stored)));
    // bcrypt alone would take this for the same.
    assert!(!verify(&format!("{bytes_72}y"), Some(&stored)));

    let bytes_73 = format!("{bytes_72}y");
    let stored = hash(&bytes_73, SALT);
    assert!(stored.expose().starts_with("sha384:$2b$12$"));
    assert!(verify(&bytes_73, Some(&stored)));
    assert!(!verify(&format!("{bytes_72}z"), Some(&stored)));
    assert!(!verify(&bytes_72, Some(&stored)));
}

#[test]
fn a_nul_does_not_end_a_password() {
    let stored = hash("abcdefgh\0one", SALT);
    assert!(verify("abcdefgh\0one", Some(&stored)));
    assert!(!verify("abcdefgh\0two", Some(&stored)));
    assert!(!verify("abcdefgh", Some(&stored)));
    // bcrypt alone would take these two for the same.
    let stored = hash("abcdefgh", SALT);
    assert!(!verify("abcdefgh\0abcdefgh", Some(&stored)));
}

#[test]
fn imported_hashes_are_verified() {
    let argon2 = {
        use argon2::password_hash::{PasswordHasher, phc::Salt};
        let salt = Salt::from_b64("c2FsdHNhbHRzYWx0").expect("this is a salt");
        let hash = Argon2::default().hash_password_with_salt(STRONG.as_bytes(), &salt);
        hash.expect("the parameters are the defaults").to_string()
    };
    let php = bcrypt::hash_with_salt(STRONG, 4, SALT)
        .expect("4 is a cost")
        .format_for_version(bcrypt::Version::TwoY);
    for stored in [argon2, php] {
        let stored = Secret::new(stored);
        assert!(verify(STRONG, Some(&stored)), "{}", stored.expose());
        assert!(!verify("something else", Some(&stored)), "{}", stored.expose());
    }
}

#[test]
fn a_better_auth_hash_is_verified() {
    let stored = Secret::new(BETTER_AUTH.to_owned());
    assert!(verify("pa\u{fb03}ng w\u{f6}rd", Some(&stored)));
    // The same letters, typed on another keyboard.
    assert!(verify("paffing wo\u{308}rd", Some(&stored)));
    assert!(!verify("paffing word", Some(&stored)));
}

#[test]
fn what_is_no_hash_verifies_nothing() {
    for stored in [
        "",
        ":",
        "x",
        "sha384:",
        "sha384:x",
        "$2b$12$",
        "$2b$99$x",
        "$argon2id$",
        "$argon2id$v=19$x",
        "salt:key",
        NOBODY,
    ] {
        assert!(!verify("", Some(&Secret::new(stored.to_owned()))), "{stored:?}");
    }
    assert!(!verify("", Some(&Secret::new(format!("salt:{}", "0".repeat(128))))));
    assert!(!verify(STRONG, None));
}

#[test]
fn nobody_costs_as_much_as_anybody() {
    // The same algorithm and factor; the time itself is too noisy for a test.
    let nobody: bcrypt::HashParts = NOBODY.parse().expect("the literal is a bcrypt hash");
    assert_eq!(nobody.get_cost(), COST);
    assert!(hash(STRONG, SALT).expose().starts_with(&NOBODY[..7]));
}
