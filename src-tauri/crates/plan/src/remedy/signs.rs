//! Words by which programs and kernels say what is wrong.

use super::Remedy;

/// Lines beyond this are looked at only this far.
const LINE_BYTES: usize = 4_096;

/// Words in lower case, and what they mean; the more telling first.
const SIGNS: [(&[&str], Remedy); 11] = [
    (&["exec format error"], Remedy::WrongArchitecture),
    (&["no space left on device"], Remedy::DiskFull),
    (&["read-only file system", "erofs"], Remedy::ReadOnly),
    (&["address already in use", "eaddrinuse", "port is already allocated"], Remedy::AddressInUse),
    (
        &[
            "out of memory",
            "outofmemoryerror",
            "heap limit",
            "cannot allocate memory",
            "memory allocation of",
        ],
        Remedy::MoreMemory,
    ),
    (&["permission denied", "eacces", "operation not permitted"], Remedy::Permissions),
    (
        &[
            "migration",
            "schema version",
            "incompatible with server",
            "database files are incompatible",
            "newer version of",
            "downgrade",
        ],
        Remedy::Migration,
    ),
    (
        &[
            "invalid config",
            "configuration error",
            "config error",
            "unknown key",
            "unknown field",
            "unknown option",
            "unrecognized option",
            "failed to parse config",
            "error parsing config",
            "invalid configuration",
        ],
        Remedy::Configuration,
    ),
    (
        &["error while loading shared libraries", "cannot find module", "modulenotfounderror"],
        Remedy::MissingFile,
    ),
    (
        &[
            "econnrefused",
            "enotfound",
            "no such host",
            "could not translate host name",
            "connection refused",
        ],
        Remedy::Dependency,
    ),
    (&["no such file or directory", "enoent"], Remedy::MissingFile),
];

/// What the log says, the last sign first: what was said last is nearest to the end.
pub(super) fn in_log(log: &[String]) -> Option<Remedy> {
    log.iter().rev().find_map(|line| in_line(line))
}

/// The engine's words when it could not start a container.
pub(super) fn in_start_error(message: &str) -> Option<Remedy> {
    let text = lower(message);
    if has(&text, &["executable file not found", "no such file or directory"])
        && text.contains("exec")
    {
        return Some(Remedy::CommandMissing { program: quoted_program(message) });
    }
    if text.contains("permission denied") && text.contains("exec") {
        return Some(Remedy::CommandNotExecutable);
    }
    in_line(message)
}

/// A check whose program is not there: the engine's `exec` says 126 or 127 with words of its own, a
/// shell says `not found`, often with another exit code (`curl … || exit 1`).
pub(super) fn missing_check_program(exit_code: i64, output: &str) -> Option<Remedy> {
    let text = lower(output);
    if has(&text, &["executable file not found", "no such file or directory"])
        && text.contains("exec")
    {
        return Some(Remedy::CheckProgramMissing { program: quoted_program(output) });
    }
    let shell = output.lines().find_map(program_not_found);
    if shell.is_some() || matches!(exit_code, 126 | 127) {
        return Some(Remedy::CheckProgramMissing { program: shell });
    }
    None
}

/// Whether a check's output says that nobody listens.
pub(super) fn is_refused(output: &str) -> bool {
    let text = lower(output);
    has(&text, &["refused", "couldn't connect", "could not connect", "failed to connect"])
}

/// Whether the log says that the application is up.
pub(super) fn says_it_listens(log: &[String]) -> bool {
    log.iter().any(|line| {
        has(
            &lower(line),
            &["listening on", "listening at", "listening ", "server started", "serving on"],
        )
    })
}

fn in_line(line: &str) -> Option<Remedy> {
    let text = lower(line);
    if let Some(program) = program_not_found(line) {
        return Some(Remedy::CommandMissing { program: Some(program) });
    }
    if let Some(remedy) = missing_setting(line, &text) {
        return Some(remedy);
    }
    let unhappy =
        has(&text, &["error", "fail", "fatal", "panic", "require", "must", "cannot", "not "]);
    SIGNS.into_iter().find_map(|(words, remedy)| {
        // "migration" is also what programs say when all is well
        let plain = remedy != Remedy::Migration || unhappy;
        (plain && has(&text, words)).then_some(remedy)
    })
}

/// `sh: curl: not found`, `sh: line 1: curl: command not found`, `curl: not found`.
fn program_not_found(line: &str) -> Option<String> {
    let before = line
        .trim_end()
        .strip_suffix(": not found")
        .or_else(|| line.trim_end().strip_suffix(": command not found"))?;
    let program = before.rsplit(": ").next()?.trim();
    is_program(program).then(|| program.to_owned())
}

/// `exec: "curl": executable file not found in $PATH`
fn quoted_program(text: &str) -> Option<String> {
    let program = text.split("exec: \"").nth(1)?.split('"').next()?;
    is_program(program).then(|| program.to_owned())
}

fn is_program(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "/._-+".contains(c))
}

/// A line that says that an environment variable or a secret is missing; its name is the word in
/// capitals. Values are never quoted.
fn missing_setting(line: &str, text: &str) -> Option<Remedy> {
    const MISSING: [&str; 6] =
        ["not set", "is required", "must be set", "missing", "is undefined", "is empty"];
    const SETTING: [&str; 6] =
        ["environment variable", "env var", "secret", "api key", "api_key", "token"];
    if !has(text, &MISSING) {
        return None;
    }
    let name = line
        .split(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'))
        .find(|word| word.contains('_') && word.starts_with(|c: char| c.is_ascii_uppercase()))
        .filter(|word| word.len() <= 128)
        .map(str::to_owned);
    (name.is_some() || has(text, &SETTING)).then_some(Remedy::MissingSetting { name })
}

fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

fn lower(text: &str) -> String {
    let mut end = text.len().min(LINE_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_ascii_lowercase()
}
