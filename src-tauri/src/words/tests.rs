use super::*;

#[test]
fn every_key_is_in_both_catalogues() {
    let keys = |words: Words| words.catalogue().keys().collect::<Vec<_>>();
    assert_eq!(keys(Words::English), keys(Words::French));
}

#[test]
fn the_system_decides_where_nothing_is_chosen() {
    assert_eq!(Words::wanted(Language::System, Some("fr_CA.UTF-8")), Words::French);
    assert_eq!(Words::wanted(Language::System, Some("de_DE.UTF-8")), Words::English);
    assert_eq!(Words::wanted(Language::System, None), Words::English);
    assert_eq!(Words::wanted(Language::English, Some("fr_FR")), Words::English);
}

#[test]
fn parameters_are_filled_in() {
    let text = Words::English.fill("tray.update", &[("version", "1.1.0")]);
    assert!(text.contains("1.1.0") && !text.contains('{'), "{text}");
}

#[test]
fn thousands_are_grouped() {
    assert_eq!(Words::English.number(0), "0");
    assert_eq!(Words::English.number(12_408), "12,408");
    assert_eq!(Words::French.number(1_234_567), "1\u{202f}234\u{202f}567");
}

/// Every key that the program's own sources name.
fn named() -> Vec<String> {
    let mut keys = Vec::new();
    for (file, text) in SOURCES {
        for prefix in ["\"tray.", "\"notice."] {
            for found in text.split(prefix).skip(1) {
                let key = found.split('"').next().unwrap_or_default();
                keys.push(format!("{}{key}", prefix.trim_start_matches('"')));
            }
        }
        assert!(!keys.is_empty(), "{file} names no key");
    }
    keys
}

const SOURCES: [(&str, &str); 3] = [
    ("menu.rs", include_str!("../tray/menu.rs")),
    ("face.rs", include_str!("../tray/face.rs")),
    ("text.rs", include_str!("../notify/text.rs")),
];

#[test]
fn every_key_that_the_program_names_is_in_the_catalogue() {
    let catalogue = Words::English.catalogue();
    for key in named() {
        let known = catalogue.contains_key(&key) || catalogue.contains_key(&format!("{key}.title"));
        assert!(known, "{key} is not in the catalogue");
    }
}

#[test]
fn every_text_of_tray_and_notifications_is_used() {
    let named = named();
    let ours = Words::English.catalogue().keys();
    for key in ours.filter(|key| key.starts_with("tray.") || key.starts_with("notice.")) {
        let used = named.iter().any(|name| key == name || key.starts_with(&format!("{name}.")));
        assert!(used, "{key} is not used");
    }
}
