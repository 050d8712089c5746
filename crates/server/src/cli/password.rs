//! Passwords come from the terminal, unseen, or from standard input; never
//! from an argument, which every user of the machine can read.

use std::io::{self, Read};

use rondo_domain::Secret;

use super::Failure;

/// More than any password we accept; whoever sends more sent the wrong file.
const MAX_BYTES: u64 = 4096;

/// Reads a new password: from standard input, or twice from the terminal.
pub(super) fn read_new(from_stdin: bool) -> Result<Secret<String>, Failure> {
    if from_stdin {
        return read_stdin(&mut io::stdin().lock());
    }
    let password = prompt("New password: ")?;
    if password != prompt("The same again: ")? {
        return Err(Failure::failed("the two passwords differ, nothing was changed"));
    }
    Ok(password)
}

fn prompt(text: &str) -> Result<Secret<String>, Failure> {
    rpassword::prompt_password(text).map(Secret::new).map_err(|_| Failure::Usage {
        message: "there is no terminal to ask for the password".to_owned(),
        hint: "`--password-stdin` reads it from standard input",
    })
}

/// The first and only line. Its end is not part of the password, whatever the
/// system that wrote it ends lines with.
fn read_stdin(stdin: &mut impl Read) -> Result<Secret<String>, Failure> {
    let mut text = String::new();
    stdin.take(MAX_BYTES).read_to_string(&mut text)?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() || line.contains('\n') {
        return Err(Failure::Usage {
            message: "standard input must hold the password on one line".to_owned(),
            hint: "printf %s \"$PASSWORD\" | rondo user add ada@example.com --password-stdin",
        });
    }
    Ok(Secret::new(line.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_one_line_without_its_end() {
        for (text, expected) in [
            ("correct horse", Some("correct horse")),
            (" correct horse \n", Some(" correct horse ")),
            ("correct horse\r\n", Some("correct horse")),
            ("", None),
            ("\n", None),
            ("one\ntwo\n", None),
        ] {
            let read = read_stdin(&mut text.as_bytes()).ok();
            assert_eq!(read.map(|password| password.expose().clone()).as_deref(), expected);
        }
    }
}
