use super::*;
use crate::policy::{Hook, HookCommand};

fn wishes(labels: &[(&str, &str)]) -> LabelWishes {
    let labels = labels.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned()));
    LabelWishes::of(&labels.collect())
}

fn remarks(labels: &[(&str, &str)]) -> Vec<String> {
    wishes(labels).remarks.iter().map(ToString::to_string).collect()
}

#[test]
fn watchtowers_labels_are_read() {
    let wishes = wishes(&[
        ("com.centurylinklabs.watchtower.enable", "true"),
        ("com.centurylinklabs.watchtower.monitor-only", "true"),
        ("com.centurylinklabs.watchtower.depends-on", "/db, cache,"),
        ("com.centurylinklabs.watchtower.cooldown-delay", "3d"),
        ("com.centurylinklabs.watchtower.lifecycle.pre-update", "/backup.sh && sync"),
        ("com.centurylinklabs.watchtower.lifecycle.pre-update-timeout", "5"),
        ("com.centurylinklabs.watchtower.lifecycle.post-check", "true"),
    ]);
    assert_eq!((wishes.watch, wishes.updates), (Some(true), Some(UpdateMode::Notify)));
    assert_eq!(wishes.depends_on.unwrap(), ["db", "cache"]);
    assert_eq!(wishes.min_age, Some(Duration::from_hours(72)));
    let shell =
        |command: &str| HookCommand::Exec(["sh", "-c", command].map(str::to_owned).to_vec());
    let five = Duration::from_mins(5);
    let backup = Hook { run: shell("/backup.sh && sync"), timeout: five };
    assert_eq!(wishes.hooks.pre_update, Some(backup));
    assert_eq!(wishes.hooks.post_check, Some(Hook { run: shell("true"), timeout: Hook::TIMEOUT }));
    assert!(wishes.remarks.is_empty(), "{:?}", wishes.remarks);
}

#[test]
fn a_scope_is_kept_for_whoever_moves_in_and_named() {
    let label = "com.centurylinklabs.watchtower.scope";
    let found = wishes(&[(label, "home")]);
    assert_eq!(found.scope.as_deref(), Some("home"));
    assert_eq!(found.remarks.len(), 1);
    assert_eq!(wishes(&[(label, "none")]), LabelWishes::default());
}

#[test]
fn what_watchtower_would_not_pull_is_left_to_the_user() {
    let wishes = wishes(&[
        ("com.centurylinklabs.watchtower.no-pull", "true"),
        ("com.centurylinklabs.watchtower.monitor-only", "true"),
    ]);
    assert_eq!(wishes.updates, Some(UpdateMode::Manual));
}

#[test]
fn wuds_labels_are_read() {
    let wishes = wishes(&[
        ("wud.watch", "true"),
        ("wud.tag.include", r"^\d+\.\d+$"),
        ("wud.tag.exclude", "rc"),
        ("wud.link.template", "https://example.com/notes"),
    ]);
    assert_eq!((wishes.watch, wishes.follow), (Some(true), Some(Follow::Major)));
    assert_eq!(wishes.include.unwrap().as_str(), r"^\d+\.\d+$");
    assert_eq!(wishes.exclude.unwrap().as_str(), "rc");
    assert_eq!(wishes.changelog.as_deref(), Some("https://example.com/notes"));
}

#[test]
fn diuns_labels_are_read() {
    let wishes = wishes(&[
        ("diun.enable", "true"),
        ("diun.watch_repo", "true"),
        ("diun.include_tags", r"^1\.;^2\."),
        ("diun.exclude_tags", "rc"),
    ]);
    assert_eq!((wishes.watch, wishes.follow), (Some(true), Some(Follow::Major)));
    let include = wishes.include.unwrap();
    assert!(include.is_in("1.2") && include.is_in("2.0") && !include.is_in("3.0"));
}

#[test]
fn a_service_that_watchtower_leaves_alone_and_diun_watches_is_only_told_of() {
    let wishes =
        wishes(&[("com.centurylinklabs.watchtower.enable", "false"), ("diun.enable", "true")]);
    assert_eq!((wishes.watch, wishes.updates), (Some(true), Some(UpdateMode::Notify)));
}

#[test]
fn a_service_that_every_tool_leaves_alone_is_not_watched() {
    let wishes = wishes(&[("wud.watch", "false"), ("diun.enable", "false")]);
    assert_eq!((wishes.watch, wishes.updates), (Some(false), None));
}

#[test]
fn what_is_not_obeyed_is_named() {
    insta::assert_snapshot!(remarks(&[
        ("com.centurylinklabs.watchtower.enable", "yes please"),
        ("com.centurylinklabs.watchtower.stop-signal", "SIGHUP"),
        ("com.centurylinklabs.watchtower.lifecycle.pre-update-timeout", "soon"),
        ("com.centurylinklabs.watchtower.something-new", "1"),
        ("com.centurylinklabs.watchtower.cooldown-delay", "a while"),
        ("wud.tag.include", "^(?!rc)"),
        ("wud.tag.transform", "x => y"),
        ("wud.trigger.include", "smtp"),
        ("wud.link.template", "https://example.com/v${major}"),
        ("diun.notify_on", "new"),
        ("diun.metadata.team", "web"),
        ("diun.hub_link", "https://me:secret@example.com/"),
        ("diun.exclude_tags", "(;rc"),
        ("org.example.other", "1"),
    ])
    .join("\n"), @r##"
    the label com.centurylinklabs.watchtower.enable is not obeyed: "yes please" is no answer; write true or false
    the label com.centurylinklabs.watchtower.cooldown-delay is not obeyed: "a while" is no time; write one such as 24h or 3d
    the label com.centurylinklabs.watchtower.lifecycle.pre-update-timeout is not obeyed: "soon" is no number of minutes; 1 is used
    the label com.centurylinklabs.watchtower.stop-signal is not obeyed: a container is stopped with its own signal; write stop_signal in its compose file
    the label com.centurylinklabs.watchtower.something-new is not obeyed: it is not known here
    the label wud.tag.include is not obeyed: "^(?!rc)" is no regular expression: look-around is not supported; say what may not be found with exclude
    the label wud.link.template is not obeyed: write a whole https address, without a password or parts of the version
    the label wud.tag.transform is not obeyed: tags are compared as they are; pick them with tags.include
    the label wud.trigger.include is not obeyed: who is told is written in [channels], what is done in updates
    the label diun.exclude_tags is not obeyed: "(" is no regular expression: found open group without closing ')'
    the label diun.hub_link is not obeyed: write a whole https address, without a password or parts of the version
    the label diun.notify_on is not obeyed: what is newer than what runs is told once, the newest tag
    the label diun.metadata.team is not obeyed: services are shown by their own names
    "##);
}

#[test]
fn wishes_go_over_a_policy_and_leave_what_they_do_not_mention() {
    let mut policy = Policy { pinned: true, updates: UpdateMode::Auto, ..Policy::default() };
    wishes(&[("wud.tag.include", "^1"), (DEPENDS_ON, "db,b/cache")]).apply(&mut policy);
    assert_eq!((policy.pinned, policy.updates), (true, UpdateMode::Auto));
    assert_eq!(policy.depends_on, ["db", "b/cache"]);
    assert_eq!(policy.tags.follow, Follow::Major);
}

#[test]
fn without_labels_nothing_is_wished() {
    assert_eq!(wishes(&[]), LabelWishes::default());
}
