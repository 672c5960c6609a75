use super::*;

/// Every key that the program's own sources name.
fn named() -> Vec<String> {
    let mut keys = Vec::new();
    for (file, text) in SOURCES {
        for prefix in ["\"tray.", "\"notice.", "\"channel."] {
            for found in text.split(prefix).skip(1) {
                let key = found.split('"').next().unwrap_or_default();
                keys.push(format!("{}{key}", prefix.trim_start_matches('"')));
            }
        }
        assert!(!keys.is_empty(), "{file} names no key");
    }
    keys
}

const ROOMS: [&str; 3] = ["tray.", "notice.", "channel."];

const SOURCES: [(&str, &str); 6] = [
    ("menu.rs", include_str!("../tray/menu.rs")),
    ("face.rs", include_str!("../tray/face.rs")),
    ("text.rs", include_str!("../notify/text.rs")),
    ("notice.rs", include_str!("../../crates/adapters/src/words/notice.rs")),
    ("message.rs", include_str!("../../crates/adapters/src/channels/message.rs")),
    ("events.rs", include_str!("../app/events.rs")),
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
fn every_text_of_tray_notifications_and_channels_is_used() {
    let named = named();
    let ours = Words::English.catalogue().keys();
    for key in ours.filter(|key| ROOMS.iter().any(|room| key.starts_with(room))) {
        let used = named.iter().any(|name| key == name || key.starts_with(&format!("{name}.")));
        assert!(used, "{key} is not used");
    }
}
