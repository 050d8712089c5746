//! Every kind of hash that may be stored, and every password that must not.

use super::*;

const STRONG: &str = "correct horse battery";
const SALT: [u8; 16] = [7; 16];

/// Made by Node.js 20 with `scryptSync(password.normalize("NFKC"), salt, 64,
/// { N: 16384, r: 16, p: 1 })`, the salt being 32 hex digits taken as text.
const BETTER_AUTH: &str = "8f14e45fceea167a5a36dedd4bea2543:\
    b95ffe61df147c71bbc77fa5aac384b80e22e324e7292a2f47d43744bd4c5416\
    34eb16c576ecb528dc65f2668c111bb0a366b09f873274aa2bf4326046bc705f";

fn judged(password: &str, known: [&str; 2]) -> Result<(), Problem> {
    NewPassword::parse(password)?.judged(known)
}

fn refused(password: &str) -> Option<Problem> {
    judged(password, ["ada@example.com", "Ada Lovelace"]).err()
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
fn no_password_is_too_much_to_judge() {
    // Neighbors on a keyboard, and words of one letter.
    for part in ["fi", "x3", "15", "a", "a i ", "aeiou", "qazwsx", "\u{fb01}"] {
        let runs = [8, 10, 20, 21, 33, 39, 40, 41, 60].map(|count| part.repeat(count));
        for run in runs.iter().filter(|run| run.chars().count() <= 60) {
            assert_eq!(refused(&format!("{run}pQ7#xz!w")), None, "{run}");
        }
    }
}

#[test]
fn what_is_known_of_a_person_is_no_password() {
    for password in ["ada@example.com", " ADA@Example.com ", "Ada Lovelace", "ada lovelace"] {
        assert!(matches!(refused(password), Some(Problem::Refused { .. })), "{password}");
    }
}

#[test]
fn our_hashes_are_bcrypt_with_cost_12() {
    let stored = hash(STRONG, SALT, COST);
    assert!(stored.expose().starts_with("$2b$12$"), "{}", stored.expose());
    assert_eq!(stored.expose().len(), 60);
    assert!(verify(STRONG, Some(&stored), COST));
    assert!(!verify("correct horse batterY", Some(&stored), COST));
}

#[test]
fn nothing_of_a_long_password_is_ignored() {
    let bytes_72 = "x".repeat(72);
    let stored = hash(&bytes_72, SALT, COST);
    assert!(stored.expose().starts_with("$2b$12$"));
    assert!(verify(&bytes_72, Some(&stored), COST));
    // bcrypt alone would take this for the same.
    assert!(!verify(&format!("{bytes_72}y"), Some(&stored), COST));

    let bytes_73 = format!("{bytes_72}y");
    let stored = hash(&bytes_73, SALT, COST);
    assert!(stored.expose().starts_with("sha384:$2b$12$"));
    assert!(verify(&bytes_73, Some(&stored), COST));
    assert!(!verify(&format!("{bytes_72}z"), Some(&stored), COST));
    assert!(!verify(&bytes_72, Some(&stored), COST));
}

#[test]
fn a_nul_does_not_end_a_password() {
    let stored = hash("abcdefgh\0one", SALT, COST);
    assert!(verify("abcdefgh\0one", Some(&stored), COST));
    assert!(!verify("abcdefgh\0two", Some(&stored), COST));
    assert!(!verify("abcdefgh", Some(&stored), COST));
    // bcrypt alone would take these two for the same.
    let stored = hash("abcdefgh", SALT, COST);
    assert!(!verify("abcdefgh\0abcdefgh", Some(&stored), COST));
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
        assert!(verify(STRONG, Some(&stored), COST), "{}", stored.expose());
        assert!(!verify("something else", Some(&stored), COST), "{}", stored.expose());
    }
}

#[test]
fn a_better_auth_hash_is_verified() {
    let stored = Secret::new(BETTER_AUTH.to_owned());
    let compare = |password: &str| compare(password, Some(&stored), COST);
    assert_eq!(compare("pa\u{fb03}ng w\u{f6}rd"), Verdict::Outdated);
    // The same letters, typed on another keyboard.
    assert_eq!(compare("paffing wo\u{308}rd"), Verdict::Outdated);
    assert_eq!(compare("paffing word"), Verdict::Wrong);
}

/// Spellings of one password: as one keyboard types it, and as others do.
const SPELLINGS: [&str; 5] = [
    "p\u{e4}ssw\u{f6}rd of\u{fb01}ce 12",
    "pa\u{308}sswo\u{308}rd office 12",
    "p\u{e4}ssw\u{f6}rd\u{a0}office\u{a0}12",
    "\u{ff50}\u{e4}ssw\u{f6}rd office \u{ff11}\u{ff12}",
    "pa\u{308}ssw\u{f6}rd o\u{fb03}ce 12",
];

#[test]
fn the_same_password_works_on_every_keyboard() {
    for made_with in SPELLINGS {
        let stored = hash(made_with, SALT, 4);
        for typed in SPELLINGS {
            let found = compare(typed, Some(&stored), 4);
            assert_eq!(found, Verdict::Right, "{typed:?} of {made_with:?}");
        }
        let other = "passwort office 12";
        assert_eq!(compare(other, Some(&stored), 4), Verdict::Wrong);
        assert_eq!(compare(&made_with.to_uppercase(), Some(&stored), 4), Verdict::Wrong);
    }
    // A longer one, of which bcrypt gets a digest.
    let [one, other] = [SPELLINGS[0], SPELLINGS[1]].map(|spelling| spelling.repeat(4));
    let stored = hash(&one, SALT, 4);
    assert!(stored.expose().starts_with("sha384:"));
    assert_eq!(compare(&other, Some(&stored), 4), Verdict::Right);
    assert_eq!(compare(&one.repeat(2), Some(&stored), 4), Verdict::Wrong);
}

#[test]
fn a_password_that_another_system_hashed_as_it_was_typed_works_too() {
    let typed = SPELLINGS[1];
    let argon2 = {
        use argon2::password_hash::{PasswordHasher, phc::Salt};
        let salt = Salt::from_b64("c2FsdHNhbHRzYWx0").expect("this is a salt");
        let hash = Argon2::default().hash_password_with_salt(typed.as_bytes(), &salt);
        hash.expect("the parameters are the defaults").to_string()
    };
    // One of them looks like ours, and is to be made anew all the same.
    let bcrypt = [4, 5]
        .map(|cost| bcrypt::hash_with_salt(typed, cost, SALT).expect("it is a cost").to_string());
    for stored in bcrypt.into_iter().chain([argon2]) {
        let stored = Secret::new(stored);
        assert_eq!(compare(typed, Some(&stored), 4), Verdict::Outdated, "{}", stored.expose());
        // Of what they have in common that system knew nothing.
        assert_eq!(compare(SPELLINGS[0], Some(&stored), 4), Verdict::Wrong);
    }
}

#[test]
fn a_password_is_compared_as_often_for_nobody_as_for_anybody() {
    for (password, expected) in [(STRONG, 1), ("w\u{f6}rd", 1), ("wo\u{308}rd", 2), ("\u{fb01}", 2)]
    {
        assert_eq!(looks(password), expected, "{password:?}");
    }
}

#[test]
fn a_password_is_judged_as_it_is_kept() {
    // Full width; what is kept is the commonest of all.
    let wide = "\u{ff50}\u{ff41}\u{ff53}\u{ff53}\u{ff57}\u{ff4f}\u{ff52}\u{ff44}";
    assert!(matches!(refused(wide), Some(Problem::Refused { .. })));
    let address = "ada\u{ff20}example.com";
    assert!(matches!(refused(address), Some(Problem::Refused { .. })));
    let known = ["ada@xn--exmple-cua.com", "\u{ff21}da Lovelace"];
    for password in ["Ada@Exa\u{308}mple.com", "\u{ff21}da Lovelace"] {
        let judged = judged(password, known);
        assert!(matches!(judged, Err(Problem::Refused { .. })), "{password}");
    }
    let kept = NewPassword::parse(SPELLINGS[1]).expect("it is good");
    assert_eq!(kept.secret().expose(), "p\u{e4}ssw\u{f6}rd office 12");
}

#[test]
fn the_length_of_a_password_is_that_of_what_was_typed() {
    // Eight characters that are four when kept.
    assert_eq!(refused("u\u{308}x\u{323}k\u{301}j\u{30c}"), None);
    // Seven that would be eight.
    assert_eq!(refused("pQ#xz!\u{fb01}"), Some(Problem::TooShort { min: 8 }));
    let most = format!("{}pQ7#xz!w", "\u{fb01}".repeat(60));
    assert_eq!(refused(&most), None);
    // Not longer than typed, and longer than any when kept.
    let more = format!("{}pQ7#xz!w", "\u{fdfa}".repeat(8));
    assert_eq!(refused(&more), Some(Problem::TooLong { max: 128 }));
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
        &nobody(COST),
    ] {
        assert!(!verify("", Some(&Secret::new(stored.to_owned())), COST), "{stored:?}");
    }
    assert!(!verify("", Some(&Secret::new(format!("salt:{}", "0".repeat(128)))), COST));
    assert!(!verify(STRONG, None, COST));
}

#[test]
fn nobody_costs_as_much_as_anybody() {
    // The same algorithm and factor; the time itself is too noisy for a test.
    for cost in [4, COST] {
        let nobody: bcrypt::HashParts = nobody(cost).parse().expect("it is a bcrypt hash");
        assert_eq!(nobody.get_cost(), cost);
        assert_eq!(nobody.to_string()[..7], hash(STRONG, SALT, cost).expose()[..7]);
    }
}

#[test]
fn a_hash_of_ours_is_told_from_what_was_imported() {
    let is_ours = |text: &str| is_ours(&Secret::new(text.to_owned()), COST);
    assert!(is_ours(hash(STRONG, SALT, COST).expose()));
    assert!(is_ours(hash(&"x".repeat(73), SALT, COST).expose()));
    for imported in ["$2b$10$x", "$2a$12$x", "$2y$12$x", "$argon2id$v=19$x", BETTER_AUTH, ""] {
        assert!(!is_ours(imported), "{imported}");
    }
}

#[test]
fn a_password_is_judged_by_what_is_known() {
    let new = NewPassword::parse("ada@example.com").expect("it is long enough");
    assert!(new.judged(["ada@example.com", ""]).is_err());
    assert_eq!(new.judged(["bob@example.com", "Bob"]), Ok(()));
}
