//! Every sentence that the program makes where it finds something has its words.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use phoenix_engine::wording::wording;

use super::*;

/// Where the sentences are made, and the rooms of the catalogues that are theirs.
const SOURCES: [&str; 11] = [
    "../engine/src/doctor",
    "../engine/src/wording",
    "../engine/src/compose_edit.rs",
    "src/config",
    "src/config/edit",
    "src/config/fragment",
    "src/compose/error.rs",
    "src/compose/offer.rs",
    "src/compose/offer_image.rs",
    "../../src/ipc/commands",
    "../../src/ipc/made/settings",
];
const ROOMS: [&str; 3] = ["found.", "help.", "trouble."];

#[test]
fn what_the_program_finds_is_in_the_catalogues_and_nothing_else_is() {
    let made = made();
    assert!(made.len() > 90, "only {} sentences are found in the sources", made.len());
    for words in [Words::English, Words::French] {
        let theirs = |key: &&String| ROOMS.iter().any(|room| key.starts_with(room));
        let known: Vec<&String> = words.catalogue().keys().filter(theirs).collect();
        let codes: Vec<&String> = made.keys().collect();
        assert_eq!(known, codes);
    }
}

#[test]
fn the_window_says_a_finding_as_the_terminal_does() {
    for (code, text) in made() {
        let Some(text) = text.filter(|_| !code.starts_with("trouble.")) else { continue };
        assert_eq!(Words::English.catalogue()[&code], text, "{code}");
    }
}

#[test]
fn an_amount_and_a_size_are_written_as_the_language_does() {
    let blanks = vec![
        ("free_bytes", Blank::Amount(212_000_000_000)),
        ("path", Blank::Text("/var/lib/docker".to_owned())),
    ];
    let wording = Wording { code: "found.disk.free", blanks, text: "212 GB free".to_owned() };
    let said = worded(&wording).in_words(Words::French);
    assert_eq!(said.replace('\u{a0}', " "), "212 Go libres dans /var/lib/docker");
}

#[test]
fn a_sentence_within_a_sentence_is_in_the_same_language() {
    let key = "monitor";
    let remedy = wording!("help.config.meant", "did you mean \"{key}\"?", key);
    let (place, key) = ("config.toml:3", "montior");
    let wording =
        wording!("trouble.config.unknown", "{place}: {key}; {remedy}", place, key, remedy);
    let said = worded(&wording).in_words(Words::French).replace('\u{a0}', " ");
    let french =
        "config.toml:3 : \"montior\" n’est pas un réglage ici ; vouliez-vous dire \"monitor\" ?";
    assert_eq!(said, french);
}

#[test]
fn why_a_registry_gave_no_answer_has_its_words() {
    let all = [
        NoAnswer::Network,
        NoAnswer::Credentials,
        NoAnswer::AskedTooOften,
        NoAnswer::Deferred,
        NoAnswer::Vetoed,
    ];
    for (because, words) in all.iter().flat_map(|it| [(it, Words::English), (it, Words::French)]) {
        let said = no_answer(*because, "in English").in_words(words);
        assert_ne!(said, "in English", "{because:?} in {words:?}");
    }
}

/// The codes in the sources; with their English where that stands beside the code.
fn made() -> BTreeMap<String, Option<String>> {
    let mut made = BTreeMap::new();
    for source in SOURCES {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(source);
        let files: Vec<PathBuf> = if source.is_dir() {
            fs::read_dir(source).unwrap().map(|file| file.unwrap().path()).collect()
        } else {
            vec![source]
        };
        for file in files {
            if file.extension().is_some_and(|extension| extension == "rs")
                && !file.ends_with("tests.rs")
            {
                read(&fs::read_to_string(&file).unwrap(), &mut made);
            }
        }
    }
    made
}

fn read(source: &str, made: &mut BTreeMap<String, Option<String>>) {
    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut rest = source;
    while let Some((before, after)) = rest.split_once('"') {
        let end = end_of_text(after);
        let (text, left) = after.split_at(end);
        if ROOMS.iter().any(|room| text.starts_with(room)) {
            let is_whole = before.trim_end().ends_with("wording!(");
            let english = is_whole.then(|| left[1..].split_once('"')).flatten();
            let english = english.map(|(_, english)| plain(&english[..end_of_text(english)]));
            made.insert(text.to_owned(), english);
        }
        rest = &left[1..];
    }
}

/// Where a literal ends whose begin is cut off.
fn end_of_text(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_end = |at: &usize| bytes[*at] == b'"' && (*at == 0 || bytes[at - 1] != b'\\');
    (0..bytes.len()).find(is_end).expect("a literal ends")
}

/// A literal as the compiler reads it.
fn plain(literal: &str) -> String {
    let mut lines = literal.split("\\\n");
    let first = lines.next().unwrap_or_default().to_owned();
    let whole = lines.fold(first, |whole, line| whole + line.trim_start());
    whole.replace("\\\"", "\"").replace("{{", "{").replace("}}", "}")
}
