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

#[test]
fn durations_are_written_as_the_window_writes_them() {
    let said = [31, 1_000, 2_149, 48_000, 60_000, 200_000].map(|ms| Words::English.duration(ms));
    let plain = said.map(|text| text.replace('\u{a0}', " "));
    assert_eq!(plain, ["31 ms", "1 s", "2.1 s", "48 s", "1 min", "3 min 20 s"]);
    assert_eq!(Words::French.duration(2_100), "2,1\u{a0}s");
}

#[test]
fn sizes_are_written_as_the_window_writes_them() {
    let said = [12, 1_000, 12_410_000, 840_000_000, 1_200_000_000].map(|b| Words::English.bytes(b));
    let plain = said.map(|text| text.replace('\u{a0}', " "));
    assert_eq!(plain, ["12 B", "1 kB", "12.4 MB", "840 MB", "1.2 GB"]);
    assert_eq!(Words::French.bytes(1_200_000_000), "1,2\u{a0}Go");
}
