use proptest::prelude::*;

use super::*;

const REPOSITORY: [&str; 30] = [
    "latest",
    "stable",
    "1",
    "1.26",
    "1.27",
    "1.28",
    "2.0",
    "1.27.2",
    "1.27.3",
    "1.27.4",
    "1.28.0",
    "2.0.0",
    "1.28.0-rc.1",
    "1.28.0-beta1",
    "v1.28.0",
    "1.27.4-alpine",
    "1.28.0-alpine",
    "1.28.0-alpine3.20",
    "1.28.0-alpine3.21",
    "1.27.3-alpine3.20",
    "2024.12.1",
    "2025.1.0",
    "20241101",
    "20250101",
    "2024-11-07",
    "2025-01-02",
    "sha-1a2b3c4",
    "0f1e2d3c",
    "1.27.4-perl",
    "1.27.3.1",
];

fn rules(follow: Follow) -> TagRules {
    TagRules { follow, ..TagRules::default() }
}

fn of(current: &str, rules: &TagRules) -> String {
    let found = newer(current, REPOSITORY, rules);
    if found.is_empty() { "nothing".to_owned() } else { found.join(" ") }
}

#[test]
fn each_tag_moves_within_its_family_only() {
    let lines: Vec<String> = [
        "1.27.3",
        "1.27",
        "1",
        "v1.27.0",
        "1.27.3-alpine",
        "1.27.3-alpine3.20",
        "2024.12.1",
        "20241101",
        "2024-11-07",
        "latest",
        "sha-0000001",
        "1.28.0-rc.1",
        "2.0.0",
        "1.27.3.0",
    ]
    .iter()
    .map(|current| format!("{current} -> {}", of(current, &rules(Follow::Major))))
    .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    1.27.3 -> 1.27.4 1.28.0 2.0.0
    1.27 -> 1.28 2.0
    1 -> nothing
    v1.27.0 -> v1.28.0
    1.27.3-alpine -> 1.27.4-alpine 1.28.0-alpine
    1.27.3-alpine3.20 -> 1.28.0-alpine3.20 1.28.0-alpine3.21
    2024.12.1 -> 2025.1.0
    20241101 -> 20250101
    2024-11-07 -> 2025-01-02
    latest -> nothing
    sha-0000001 -> nothing
    1.28.0-rc.1 -> 1.28.0 2.0.0
    2.0.0 -> nothing
    1.27.3.0 -> 1.27.3.1
    ");
}

#[test]
fn follow_says_how_far_the_numbers_may_move() {
    let lines: Vec<String> = [Follow::None, Follow::Patch, Follow::Minor, Follow::Major]
        .map(|follow| format!("{follow:?} -> {}", of("1.27.2", &rules(follow))))
        .to_vec();
    insta::assert_snapshot!(lines.join("\n"), @r"
    None -> nothing
    Patch -> 1.27.3 1.27.4
    Minor -> 1.27.3 1.27.4 1.28.0
    Major -> 1.27.3 1.27.4 1.28.0 2.0.0
    ");
}

#[test]
fn prereleases_come_only_when_asked_for_and_before_their_release() {
    let asked = TagRules { prereleases: true, ..rules(Follow::Minor) };
    assert_eq!(of("1.27.4", &asked), "1.28.0-beta1 1.28.0-rc.1 1.28.0");
    assert_eq!(of("1.27.4", &rules(Follow::Minor)), "1.28.0");
}

#[test]
fn patterns_let_through_and_hold_back() {
    let picked = TagRules {
        include: Some(Pattern::parse(r"^1\.").unwrap()),
        exclude: Some(Pattern::parse(r"\.4$").unwrap()),
        ..rules(Follow::Major)
    };
    assert_eq!(of("1.27.2", &picked), "1.27.3 1.28.0");
}

#[test]
fn words_of_prereleases_are_known_in_every_spelling() {
    for tag in [
        "1.0.0-rc.1",
        "1.0.0-rc1",
        "1.0.0rc1",
        "1.0.0-beta",
        "1.0.0b2",
        "3.13.0a5-slim",
        "2.0-alpha.3-alpine",
        "1.0.0-SNAPSHOT",
        "1.0-dev",
        "8.0.0-preview.6",
        "v2.0.0-nightly",
    ] {
        assert!(TagVersion::parse(tag).unwrap().is_prerelease(), "{tag}");
    }
    for tag in ["1.0.0", "1.0.0-alpine", "1.0-bookworm", "1.0-arm64", "5.1.0-ls45", "1.0-a"] {
        assert!(!TagVersion::parse(tag).unwrap().is_prerelease(), "{tag}");
    }
}

#[test]
fn what_is_no_version_has_nothing_newer() {
    for tag in ["latest", "bookworm", "", "sha-1234567", "0f1e2d3", "main-1a2b3c4d", "git-12"] {
        assert_eq!(TagVersion::parse(tag), None, "{tag}");
    }
}

#[test]
fn a_rebuild_of_the_same_version_is_newer() {
    let tags = ["5.1.0-ls44", "5.1.0-ls45", "5.1.0-ls100", "5.2.0-ls1"];
    assert_eq!(newer("5.1.0-ls45", tags, &rules(Follow::Patch)), ["5.1.0-ls100"]);
    let dated = ["RELEASE.2024-11-07T00-52-20Z", "RELEASE.2025-02-18T16-25-55Z"];
    assert_eq!(newest(dated[0], dated, &rules(Follow::Patch)), Some(dated[1]));
}

#[test]
fn a_commit_in_a_suffix_is_not_compared() {
    let tags = ["1.41.0.8994-f2c27da23", "1.41.0.8994-a1c27da23", "1.41.1.9057-af5eaea7a"];
    assert_eq!(newer(tags[0], tags, &rules(Follow::Major)), [tags[2]]);
    let described = ["v1.2.3-4-gabc1234", "v1.2.3-5-g1234abc"];
    assert_eq!(newest(described[0], described, &rules(Follow::Patch)), Some(described[1]));
}

/// The newest of a repository, however far it is; the first one is the current one.
#[test]
fn repositories_as_they_are_found_in_the_wild() {
    for (tags, expected) in [
        ("16.4 16.5 17rc1 17beta3 17.0 17 16.6-alpine 16.6-bookworm latest", "17.0"),
        ("16 17rc1 17 16.4 17-alpine 20240926", "17"),
        ("16-alpine 17-alpine 17-alpine3.20 17", "17-alpine"),
        ("v3.1.2 v3.2.0-rc2 v3.1.6 3.2.0 v3.1.6-windowsservercore-ltsc2022", "v3.1.6"),
        ("11.2.0 11.2.0-security-01 11.3.0-ubuntu 11.2.2 11.3.0-76537", "11.2.2"),
        ("11.2.0-security-01 11.2.0-security-02 11.2.2", "11.2.0-security-02"),
        ("29.0.7-fpm-alpine 30.0.1-fpm-alpine 30.0.1-fpm 30.0.2-apache", "30.0.1-fpm-alpine"),
        ("21.0.4_7-jre 21.0.5_11-jre 21.0.5_11-jdk 23.0.1_11-jre", "23.0.1_11-jre"),
        ("1.23.13-debian 1.23.15-debian 2.0.0-beta.0 1.23.15", "1.23.15-debian"),
        ("10 11 2024110405 20241104.5 1730700000", "11"),
        ("2024110405 2024111800 20241118 11", "2024111800"),
        ("20241104.5 20241104.6 10.10 20241105.1", "20241105.1"),
        ("24.04 24.10 noble-20241118 latest", "24.10"),
        ("noble-20240605 noble-20241118 24.10 jammy-20241201", "noble-20241118"),
        ("2024.11 2024.12 3.5 2025.1.1 202501", "2024.12"),
        ("202411 202501 20250101 300000", "202501"),
        ("version-6.4.0 version-6.4.1 6.5.0 v6.5.0", "version-6.4.1"),
        ("5.1.0-ls45 5.1.0-ls50 5.2.0-ls1 5.2.0-r0-ls1 amd64-5.3.0-ls9", "5.2.0-ls1"),
        ("2.0.0-beta.1 2.0.0-beta.2 1.9.9 2.0.0", "2.0.0"),
        ("latest 1.0 2.0", ""),
    ] {
        let tags: Vec<&str> = tags.split(' ').collect();
        let found = newest(tags[0], tags.iter().copied(), &rules(Follow::Major));
        assert_eq!(found.unwrap_or_default(), expected, "{}", tags[0]);
    }
}

#[test]
fn a_pattern_that_does_not_compile_says_why() {
    let error = Pattern::parse("(1").unwrap_err();
    assert!(error.to_string().contains("\"(1\" is no regular expression: "), "{error}");
    let error = Pattern::parse("^(?!.*rc)").unwrap_err();
    assert!(error.why.contains("say what may not be found with exclude"), "{error}");
}

fn tag() -> impl Strategy<Value = String> {
    let number = 0..40u32;
    let suffix = prop::sample::select(vec!["", "", "", "-alpine", "-rc1", "-alpine3.20", "-ls7"]);
    let prefix = prop::sample::select(vec!["", "", "v"]);
    (prefix, prop::collection::vec(number, 1..4), suffix).prop_map(|(prefix, numbers, suffix)| {
        let numbers: Vec<_> = numbers.iter().map(ToString::to_string).collect();
        format!("{prefix}{}{suffix}", numbers.join("."))
    })
}

proptest! {
    #[test]
    fn nothing_is_ever_a_downgrade(
        current in tag(), tags in prop::collection::vec(tag(), 0..30), prereleases: bool,
    ) {
        let rules = TagRules { prereleases, ..rules(Follow::Major) };
        for found in newer(&current, tags.iter().map(String::as_str), &rules) {
            let back = newer(found, [current.as_str()], &TagRules { prereleases: true, ..rules.clone() });
            prop_assert!(back.is_empty(), "{current} to {found} and back");
        }
    }

    #[test]
    fn a_narrower_rule_finds_no_more(current in tag(), tags in prop::collection::vec(tag(), 0..30)) {
        let found = |follow| newer(&current, tags.iter().map(String::as_str), &rules(follow));
        let (patch, minor, major) =
            (found(Follow::Patch), found(Follow::Minor), found(Follow::Major));
        prop_assert!(found(Follow::None).is_empty());
        prop_assert!(patch.iter().all(|tag| minor.contains(tag)));
        prop_assert!(minor.iter().all(|tag| major.contains(tag)));
    }

    #[test]
    fn the_order_of_the_list_changes_nothing(
        current in tag(), mut tags in prop::collection::vec(tag(), 0..30),
    ) {
        let one = newest(&current, tags.iter().map(String::as_str), &rules(Follow::Major))
            .map(TagVersion::parse);
        tags.reverse();
        let other = newest(&current, tags.iter().map(String::as_str), &rules(Follow::Major))
            .map(TagVersion::parse);
        prop_assert_eq!(one, other);
    }

    #[test]
    fn no_tag_breaks_the_parser(tag in "[a-zA-Z0-9_][a-zA-Z0-9._-]{0,40}") {
        let _read = TagVersion::parse(&tag);
    }
}
