//! What a hook said, fit to be kept.

use crate::image::without_secrets;

/// Shorter values are words that occur by chance.
const SHORTEST_SECRET: usize = 6;
/// What stands in place of a secret.
const HIDDEN: &str = "••••••";

/// Output without secrets: the values of these variables (`NAME=value`) whose names look like
/// secrets, and what gives itself away by its form (`--password x`, `TOKEN=x`, `https://u:p@host`).
/// Control characters other than line feeds are dropped.
pub fn masked<'v>(output: &str, variables: impl IntoIterator<Item = &'v str>) -> String {
    let mut shown: String =
        output.chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()).collect();
    let mut secrets: Vec<&str> = variables
        .into_iter()
        .filter_map(|variable| variable.split_once('='))
        .filter(|(name, value)| crate::image::looks_secret(name) && value.len() >= SHORTEST_SECRET)
        .map(|(_, value)| value)
        .collect();
    // A secret that holds another one goes first.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    for secret in secrets {
        shown = shown.replace(secret, HIDDEN);
    }
    shown.split_inclusive('\n').map(without_secrets).collect()
}
