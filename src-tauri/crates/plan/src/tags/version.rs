//! A tag read as a version: the family it belongs to, and its place in there.

use std::cmp::Ordering;

use super::Follow;

/// A tag with numbers that mean something. Ordered within a family; across families the order is
/// arbitrary, and [`TagVersion::step_to`] says `None`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TagVersion {
    family: Family,
    numbers: Vec<u64>,
    stage: Stage,
    /// The numbers in the suffix: of `-alpine3.20` 3 and 20.
    revision: Vec<u64>,
}

/// What two tags must share to be compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Family {
    kind: Kind,
    prefix: String,
    count: usize,
    /// The suffix with `#` for each number and `~` for each hash.
    suffix: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// 1.2.3, 15
    Version,
    /// 2026.11.1, 2026.11
    Calendar,
    /// 2026-11-24
    DashedDate,
    /// 20261124, and with the time of day after it; of 202611 the digits are fewer.
    Date { digits: usize },
    /// A count of builds, or of seconds.
    Build,
}

/// Semantic Versioning 2.0.0, §11: before the release come its pre-releases.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Pre(u8, Vec<u64>),
    Released,
}

/// Words of pre-releases, and their order.
const STAGES: [(&str, u8); 14] = [
    ("canary", 0),
    ("nightly", 0),
    ("snapshot", 0),
    ("unstable", 0),
    ("edge", 0),
    ("dev", 0),
    ("alpha", 1),
    ("a", 1),
    ("beta", 2),
    ("b", 2),
    ("preview", 3),
    ("pre", 3),
    ("rc", 4),
    ("cr", 4),
];

/// Prefixes of hashes, whose digits mean nothing.
const HASHES: [&str; 4] = ["sha", "git", "commit", "pr"];

/// Between the parts of a tag.
const SEPARATORS: [char; 2] = ['-', '_'];

/// A number with so many digits counts something else than versions.
const BUILD: usize = 7;

/// Years of calendar tags.
const YEARS: std::ops::Range<u64> = 1990..2200;

impl TagVersion {
    /// Reads a tag; `None` if it has no version (`latest`, `bookworm`, a hash).
    pub fn parse(tag: &str) -> Option<Self> {
        let (prefix, rest) = tag.split_at(tag.find(|c: char| c.is_ascii_digit())?);
        let hash = prefix.trim_end_matches(['-', '_', '.']).to_ascii_lowercase();
        if HASHES.contains(&hash.as_str()) || is_hash(tag) {
            return None;
        }
        let (kind, numbers, rest) = date(rest).or_else(|| dotted(rest))?;
        let (stage, suffix) = stage(rest)?;
        let (suffix, revision) = template(&suffix)?;
        let family = Family { kind, prefix: prefix.to_owned(), count: numbers.len(), suffix };
        Some(Self { family, numbers, stage, revision })
    }

    /// Whether it is one before a release: `-rc.1`, `-beta`, `b2`.
    pub const fn is_prerelease(&self) -> bool {
        matches!(self.stage, Stage::Pre(..))
    }

    /// How far it is to a later version of the same family; `None` if that is of another family,
    /// the same, or older. Never [`Follow::None`].
    pub fn step_to(&self, other: &Self) -> Option<Follow> {
        if self.family != other.family || self.cmp(other) != Ordering::Less {
            return None;
        }
        let first = self.numbers.iter().zip(&other.numbers).position(|(old, new)| old != new);
        let levels = matches!(self.family.kind, Kind::Version | Kind::Calendar);
        Some(match first.filter(|_| levels) {
            Some(0) => Follow::Major,
            Some(1) => Follow::Minor,
            Some(_) | None => Follow::Patch,
        })
    }
}

/// A full date at the beginning, and what follows it.
fn date(text: &str) -> Option<(Kind, Vec<u64>, &str)> {
    let (digits, rest) = digits(text)?;
    let (month, rest) = self::digits(rest.strip_prefix('-')?)?;
    let (day, rest) = self::digits(rest.strip_prefix('-')?)?;
    let two = month.len() == 2 && day.len() == 2;
    is_date([digits, month, day]).filter(|_| two).map(|it| (Kind::DashedDate, it, rest))
}

fn is_date(parts: [&str; 3]) -> Option<Vec<u64>> {
    let numbers: Vec<u64> = parts.iter().map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let fits = matches!(numbers.as_slice(), [year, 1..=12, 1..=31] if YEARS.contains(year));
    fits.then_some(numbers)
}

/// Numbers with dots between them, and what follows.
fn dotted(text: &str) -> Option<(Kind, Vec<u64>, &str)> {
    let (first, mut rest) = digits(text)?;
    let mut numbers = vec![first.parse().ok()?];
    while let Some((next, after)) = rest.strip_prefix('.').and_then(digits) {
        numbers.push(next.parse().ok()?);
        rest = after;
    }
    let kind = match first.len() {
        6 | 8.. if is_stamp(first) => Kind::Date { digits: first.len() },
        BUILD.. => Kind::Build,
        _ if YEARS.contains(numbers.first()?) => Kind::Calendar,
        _ => Kind::Version,
    };
    Some((kind, numbers, rest))
}

/// Whether digits begin with a year, a month, and a day if there are so many.
fn is_stamp(digits: &str) -> bool {
    let part = |range| digits.get(range).unwrap_or("01");
    is_date([part(0..4), part(4..6), part(6..8)]).is_some()
}

/// The digits at the beginning, at least one.
fn digits(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// Takes the pre-release out of what follows the numbers; the rest is the suffix. `None` if letters
/// stick to the numbers as those of a hash do.
fn stage(rest: &str) -> Option<(Stage, String)> {
    let mut found = Stage::Released;
    let mut suffix = String::new();
    let mut separator = "";
    let mut first = true;
    for part in rest.split_inclusive(SEPARATORS) {
        let bare = part.trim_end_matches(SEPARATORS);
        match pre(bare.trim_start_matches('.')).filter(|_| found == Stage::Released) {
            Some(stage) => found = stage,
            None if first && !bare.is_empty() && !bare.starts_with(['.', 'T']) => return None,
            None if bare.is_empty() => {}
            None => {
                suffix.push_str(separator);
                suffix.push_str(bare);
            }
        }
        separator = part.get(bare.len()..).filter(|it| !it.is_empty()).unwrap_or("-");
        first = false;
    }
    Some((found, suffix))
}

/// `rc1`, `rc.1`, `beta`, `b2`.
fn pre(part: &str) -> Option<Stage> {
    let end = part.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(part.len());
    let (word, numbers) = part.split_at(end);
    let word = word.to_ascii_lowercase();
    let (name, rank) = STAGES.iter().find(|(name, _)| *name == word)?;
    if numbers.is_empty() {
        // A lone letter is a name of something else.
        return (name.len() > 1).then(|| Stage::Pre(*rank, Vec::new()));
    }
    let numbers = numbers.trim_start_matches('.').split('.').map(|it| it.parse().ok());
    Some(Stage::Pre(*rank, numbers.collect::<Option<_>>()?))
}

/// A suffix with `#` for each number and `~` for each hash, and the numbers.
fn template(suffix: &str) -> Option<(String, Vec<u64>)> {
    let (mut text, mut numbers) = (String::new(), Vec::new());
    for part in suffix.split_inclusive(SEPARATORS) {
        let mut rest = part;
        if is_hash(part) {
            rest = part.get(part.trim_end_matches(SEPARATORS).len()..).unwrap_or_default();
            text.push('~');
        }
        while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
            let (plain, tail) = rest.split_at(at);
            let (number, after) = digits(tail)?;
            text.push_str(plain);
            text.push('#');
            numbers.push(number.parse().ok()?);
            rest = after;
        }
        text.push_str(rest);
    }
    Some((text, numbers))
}

/// Whether it looks like the beginning of a Git commit's hash, in which digits are not numbers.
fn is_hash(part: &str) -> bool {
    let part = part.trim_end_matches(SEPARATORS);
    let part = part.strip_prefix('g').unwrap_or(part);
    let hex = part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let letters = part.bytes().any(|byte| byte.is_ascii_alphabetic());
    let digits = part.bytes().any(|byte| byte.is_ascii_digit());
    (7..=64).contains(&part.len()) && hex && letters && digits
}
