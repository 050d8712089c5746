//! Which hashes of passwords can be checked here.

use argon2::password_hash::phc::PasswordHash;

use crate::auth::password::is_affordable;

/// How many hex digits a key of Better Auth's has.
const KEY_DIGITS: usize = 128;

/// Whether a login could be checked against this hash: Better Auth's own
/// (scrypt), bcrypt, or argon2id, and none so dear that a few logins would stop
/// the server. The other half of this is [`crate::auth::password`], which does
/// the checking.
pub(super) fn is_known(hash: &str) -> bool {
    is_scrypt(hash) || ((is_bcrypt(hash) || is_argon2id(hash)) && is_affordable(hash))
}

/// `salt:key`, both in hex.
fn is_scrypt(hash: &str) -> bool {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    hash.split_once(':').is_some_and(|(salt, key)| {
        !salt.is_empty() && is_hex(salt) && key.len() == KEY_DIGITS && is_hex(key)
    })
}

/// `$2b$12$` and 53 characters more.
fn is_bcrypt(hash: &str) -> bool {
    let bytes = hash.as_bytes();
    let is_ours = |byte: &u8| byte.is_ascii_alphanumeric() || b"./".contains(byte);
    bytes.len() == 60
        && matches!(bytes[..4], [b'$', b'2', b'a' | b'b' | b'x' | b'y', b'$'])
        && bytes[4..6].iter().all(u8::is_ascii_digit)
        && bytes[6] == b'$'
        && bytes[7..].iter().all(is_ours)
}

/// `$argon2id$v=19$m=…,t=…,p=…$salt$hash`
fn is_argon2id(hash: &str) -> bool {
    hash.starts_with("$argon2id$")
        && PasswordHash::new(hash).is_ok_and(|read| read.salt.is_some() && read.hash.is_some())
}

#[cfg(test)]
mod tests {
    use argon2::{
        Argon2,
        password_hash::{PasswordHasher, phc::Salt},
    };
    use rondo_domain::Secret;

    use super::*;
    use crate::auth::password;

    const PASSWORD: &str = "correct horse battery";

    /// Made by Better Auth 1.7.7 itself.
    const BETTER_AUTH: &str = "4e69bff9f4278b88ae7f973aa5c5bc17:\
        1e96746dc5e1841d384874409ae19d5f756493c9aa7a1733bd5908ba1f29c10e\
        256267ff136fa31bcc41068864bf93ef1766734daa36e6e139b6bc99838d4f9d";

    #[test]
    fn what_is_known_can_be_checked() {
        let salt = Salt::from_b64("c2FsdHNhbHRzYWx0").expect("this is a salt");
        let argon2 = Argon2::default().hash_password_with_salt(PASSWORD.as_bytes(), &salt);
        let argon2 = argon2.expect("the parameters are the defaults").to_string();
        let bcrypt = bcrypt::hash_with_salt(PASSWORD, 4, [7; 16]).expect("4 is a cost");
        let php = bcrypt.format_for_version(bcrypt::Version::TwoY);
        for hash in [BETTER_AUTH, &argon2, &bcrypt.to_string(), &php] {
            assert!(is_known(hash), "{hash}");
            let stored = Secret::new(hash.to_owned());
            assert!(password::verify(PASSWORD, Some(&stored), 4), "{hash}");
            assert!(!password::verify("correct horse batterz", Some(&stored), 4), "{hash}");
        }
    }

    #[test]
    fn a_hash_that_would_stop_the_server_is_neither_brought_nor_checked() {
        let argon2 =
            |cost: &str| format!("$argon2id$v=19${cost}$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA");
        let bcrypt = |cost: u32| format!("$2b${cost:02}${}", "a".repeat(53));
        for fair in [argon2("m=262144,t=10,p=16"), argon2("m=19456,t=2,p=1"), bcrypt(15)] {
            assert!(is_known(&fair), "{fair}");
        }
        for dear in [
            argon2("m=262145,t=2,p=1"),
            argon2("m=4294967295,t=1,p=1"),
            argon2("m=19456,t=11,p=1"),
            argon2("m=19456,t=4294967295,p=1"),
            argon2("m=19456,t=2,p=17"),
            bcrypt(16),
            bcrypt(31),
        ] {
            assert!(!is_known(&dear), "{dear}");
            // It would take minutes, or all memory.
            assert!(!password::verify(PASSWORD, Some(&Secret::new(dear)), 4));
        }
    }

    #[test]
    fn anything_else_is_not_known() {
        let key = "0".repeat(KEY_DIGITS);
        for hash in [
            "",
            "correct horse battery",
            "5f4dcc3b5aa765d61d8327deb882cf99",
            "$pbkdf2-sha256$i=600000$c2FsdA$a2V5",
            "$argon2i$v=19$m=16,t=2,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=16,t=2,p=1$c2FsdHNhbHQ",
            "$2b$12$tooshort",
            &format!(":{key}"),
            &format!("salt:{key}"),
            &format!("00:{key}0"),
            &format!("00:{}g", &key[1..]),
        ] {
            assert!(!is_known(hash), "{hash}");
        }
    }
}
