//! The lines of `rondo doctor`, written as the checks end.

use super::super::{
    Failure,
    output::{harmless, say},
};

/// How many checks ended how.
#[derive(Default)]
pub(super) struct Report {
    passed: usize,
    warnings: usize,
    failures: usize,
}

impl Report {
    pub(super) fn ok(&mut self, subject: &str, text: &str) -> Result<(), Failure> {
        self.passed += 1;
        line("ok", subject, text, "")
    }

    pub(super) fn warn(&mut self, subject: &str, text: &str, hint: &str) -> Result<(), Failure> {
        self.warnings += 1;
        line("warn", subject, text, hint)
    }

    pub(super) fn fail(&mut self, subject: &str, text: &str, hint: &str) -> Result<(), Failure> {
        self.failures += 1;
        line("fail", subject, text, hint)
    }

    /// Sums up; a failed check is a failed command.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let Self { passed, warnings, failures } = self;
        let (failed, warned) = (counted(failures, "failure"), counted(warnings, "warning"));
        say(format_args!("\n{passed} ok, {warned}, {failed}"))?;
        if failures == 0 { Ok(()) } else { Err(Failure::Told) }
    }
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

fn line(verdict: &str, subject: &str, text: &str, hint: &str) -> Result<(), Failure> {
    say(format_args!("  {verdict:<5} {subject:<14} {}", harmless(text)))?;
    if hint.is_empty() {
        return Ok(());
    }
    say(format_args!("  {:<5} {:<14} hint: {hint}", "", ""))
}
