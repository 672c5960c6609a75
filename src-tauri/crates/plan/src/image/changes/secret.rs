//! What must not be shown: values of names that look like secrets, passwords in addresses.

/// What stands in place of a secret.
pub(super) const HIDDEN: &str = "••••••";

/// Anywhere in a name.
const ANYWHERE: [&str; 9] = [
    "SECRET",
    "TOKEN",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "CREDENTIAL",
    "APIKEY",
    "PRIVATE",
    "SIGNATURE",
];

/// As one of a name's words.
const WORDS: [&str; 9] = ["KEY", "KEYS", "PASS", "PWD", "PW", "AUTH", "DSN", "SALT", "COOKIE"];

/// Whether a name (of a variable, an option, a query parameter) is one that secrets go by. Rather
/// too often than too seldom; but `PWD` alone is a folder.
pub(crate) fn looks_secret(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let words =
        || upper.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let is_folder = matches!(upper.as_str(), "PWD" | "OLDPWD");
    !is_folder
        && (ANYWHERE.iter().any(|part| upper.contains(part))
            || words().any(|word| WORDS.contains(&word) || word.ends_with("KEY")))
}

/// A text without the secrets that its form gives away: user and password in an address, and the
/// value in `NAME=value` and `--name value` where the name looks like a secret.
pub(crate) fn without(text: &str) -> String {
    let mut shown = String::new();
    let mut after_option = false;
    let mut open_quote = None;
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        if let Some(quote) = open_quote {
            open_quote = (!word.ends_with(quote)).then_some(quote);
            continue;
        }
        let bare = word.trim_start_matches(QUOTES);
        let value = match bare.split_once('=') {
            Some((name, value)) if looks_secret(name) => Some((format!("{name}="), value)),
            None if after_option && !bare.starts_with('-') => Some((String::new(), bare)),
            Some(_) | None => None,
        };
        match value {
            Some((before, value)) if !value.is_empty() => {
                shown.push_str(&before);
                shown.push_str(HIDDEN);
                open_quote = left_open(word);
            }
            Some(_) | None => shown.push_str(&without_user(word)),
        }
        after_option = bare.starts_with('-') && !bare.contains('=') && looks_secret(bare);
        shown.push_str(&piece[word.len()..]);
    }
    shown
}

const QUOTES: [char; 2] = ['\'', '"'];

/// The quote that a word opens and does not close: the secret goes on in the next word.
fn left_open(word: &str) -> Option<char> {
    QUOTES.into_iter().find(|quote| word.matches(*quote).count() % 2 == 1)
}

/// An address without user and password: `postgres://u:p@db/x` is `postgres://db/x`.
pub(crate) fn without_user(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}
