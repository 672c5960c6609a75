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
