//! The address that a health check command asks.

/// An `http://` address, taken apart as far as a probe needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Url {
    /// The host, without brackets.
    pub(super) host: String,
    /// The port, 80 where none is written.
    pub(super) port: u16,
    /// Path and query, at least `/`.
    pub(super) path: String,
}

impl Url {
    /// Reads `http://host[:port][/path][?query][#fragment]`; anything else is `None`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("http://")?;
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let path = path.split('#').next().unwrap_or_default();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
            Some(_) | None => (authority, 80),
        };
        let plain = path.chars().all(|c| c.is_ascii_graphic());
        (!host.is_empty() && !host.contains('@') && port > 0 && plain).then(|| Self {
            host: host.trim_matches(['[', ']']).to_owned(),
            port,
            path: if path.starts_with('/') { path.to_owned() } else { format!("/{path}") },
        })
    }

    fn is_loopback(&self) -> bool {
        matches!(self.host.as_str(), "localhost" | "0.0.0.0" | "::1")
            || self.host.starts_with("127.")
    }
}

/// Port and path, where the command is a plain `curl -f` or `wget` of a loopback address. Commands
/// that send credentials, a body or another method ask something that a `GET` does not.
pub(super) fn address(command: &[String]) -> Option<(u16, String)> {
    let text = command.join(" ");
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '|' | '&' | '(' | ')'))
        .filter(|word| !word.is_empty())
        .collect();
    let program = |name: &str| {
        words.iter().any(|word| word.rsplit('/').next() == Some(name) && !word.contains("://"))
    };
    let fails_on_errors = program("wget")
        || program("curl")
            && words.iter().any(|word| is_short_flag(word, 'f') || word.starts_with("--fail"));
    let asks_otherwise = words.iter().any(|word| {
        [
            "-H",
            "--header",
            "-u",
            "--user",
            "-X",
            "--request",
            "--data",
            "--post",
            "--json",
            "--cert",
        ]
        .iter()
        .any(|flag| word.starts_with(flag) && *word != "--user-agent")
            || is_short_flag(word, 'd') && program("curl")
    });
    if !fails_on_errors || asks_otherwise {
        return None;
    }
    let url = words.iter().find_map(|word| Url::parse(word).filter(Url::is_loopback))?;
    Some((url.port, url.path))
}

/// Whether a word such as `-fsS` contains a flag.
fn is_short_flag(word: &str, flag: char) -> bool {
    word.strip_prefix('-')
        .is_some_and(|flags| flags.contains(flag) && flags.chars().all(|c| c.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_shell(text: &str) -> Option<(u16, String)> {
        address(&["/bin/sh".to_owned(), "-c".to_owned(), text.to_owned()])
    }

    #[test]
    fn the_address_of_a_plain_check_is_found() {
        for text in [
            "curl -f http://localhost:18789/api/health || exit 1",
            "curl -fsS 'http://127.0.0.1:18789/api/health'",
            "wget -qO- \"http://[::1]:18789/api/health\" >/dev/null",
            "/usr/bin/curl --fail http://127.0.0.1:18789/api/health;",
        ] {
            assert_eq!(of_shell(text), Some((18789, "/api/health".to_owned())), "{text}");
        }
    }

    #[test]
    fn a_check_that_is_no_plain_get_gives_no_address() {
        for text in [
            "curl http://localhost:80/ | grep ok",
            "curl -f -H 'Authorization: x' http://localhost/",
            "curl -f -X POST http://localhost/",
            "curl -fd x http://localhost/",
            "curl -fk https://localhost/",
            "curl -f http://db:8080/",
            "curl -f http://localhost:$PORT/",
            "pg_isready -h localhost",
            "/phoenix health http://localhost/",
        ] {
            assert_eq!(of_shell(text), None, "{text}");
        }
    }

    #[test]
    fn an_address_without_port_and_path_is_complete() {
        let url = Url::parse("http://localhost?deep=1#x").unwrap();
        assert_eq!((url.port, url.path.as_str()), (80, "/?deep=1"));
    }

    #[test]
    fn an_address_with_line_breaks_or_credentials_is_refused() {
        for text in
            ["http://a/\r\nX: y", "http://user@a/", "http://a:99999/", "http://:1/", "ftp://a/"]
        {
            assert_eq!(Url::parse(text), None, "{text:?}");
        }
    }
}
