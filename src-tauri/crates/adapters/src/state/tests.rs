use std::{
    fs,
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
};

use jiff::Timestamp;
use phoenix_engine::ports::BadDigest;
use phoenix_plan::{
    image::Release,
    receipt::Outcome,
    step::{Plan, Purpose},
};

use super::*;

pub(super) struct Place {
    dir: tempfile::TempDir,
    pub(super) store: FileStore,
}

impl Place {
    pub(super) fn keeping(keep: Keep) -> Self {
        let Self { dir, store } = Self::new();
        Self { dir, store: store.keeping(keep) }
    }

    pub(super) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = FileStore::at(&dir.path().join("state"), &dir.path().join("home")).unwrap();
        Self { dir, store }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join("state").join(name)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("home/update.log")).unwrap()
    }

    pub(super) fn begin(&self, id: &str, service: &str) -> JournalId {
        let id = JournalId::parse(id).unwrap();
        self.store.append(&id, &planned(&id, service)).unwrap();
        id
    }
}

pub(super) fn service(name: &str) -> ServiceId {
    ServiceId::parse(name).unwrap()
}

pub(super) fn entry(event: Event) -> Entry {
    Entry { at: Timestamp::UNIX_EPOCH, event }
}

fn planned(id: &JournalId, service: &str) -> Entry {
    let release = |version: &str| serde_json::json!({ "image": "a", "digest": null, "image_id": null, "version": version });
    let plan: Plan = serde_json::from_value(serde_json::json!({
        "id": id.as_str(), "service": service, "purpose": "update",
        "choice": { "strategy": "overlap", "reason": { "because": "nothing_shared" } },
        "from": release("1.0"), "to": release("1.1"), "stall": { "kind": "none" },
        "witness": null, "probe": null, "switch": null, "steps": [], "no_return": 0, "was_unhealthy": false,
    }))
    .unwrap();
    entry(Event::Planned { plan: Box::new(plan) })
}

pub(super) fn receipt(id: &str, of: &str, second: i64) -> Receipt {
    Receipt::not_begun(
        JournalId::parse(id).unwrap(),
        service(of),
        Purpose::Update,
        Outcome::Failed,
        "it did not become healthy".to_owned(),
        Release { version: Some("1.0".to_owned()), ..Release::default() },
        Release { version: Some("1.1".to_owned()), ..Release::default() },
        Timestamp::from_second(second).unwrap(),
    )
}

#[test]
fn a_journal_reads_back_in_order() {
    let place = Place::new();
    let id = place.begin("one", "shop/web");
    place.store.append(&id, &entry(Event::Started { step: 0 })).unwrap();
    let entries = place.store.entries(&id).unwrap();
    assert_eq!(entries, [planned(&id, "shop/web"), entry(Event::Started { step: 0 })]);
}

#[test]
fn a_torn_last_line_is_dropped_and_does_not_spoil_the_next() {
    let place = Place::new();
    let id = place.begin("one", "web");
    let path = place.path("journals/web/one.jsonl");
    let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(b"{\"at\":\"1970-01-01T0").unwrap();
    assert_eq!(place.store.entries(&id).unwrap().len(), 1);
    place.store.append(&id, &entry(Event::Undone { step: 0 })).unwrap();
    assert_eq!(place.store.entries(&id).unwrap()[1], entry(Event::Undone { step: 0 }));
}

#[test]
fn a_block_that_never_reached_the_disk_counts_as_torn() {
    let place = Place::new();
    let id = place.begin("one", "web");
    let path = place.path("journals/web/one.jsonl");
    let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(b"\0\0\0\0\"}\n").unwrap();
    assert_eq!(place.store.entries(&id).unwrap().len(), 1);
}

#[test]
fn a_torn_line_in_the_middle_is_named() {
    let place = Place::new();
    let id = place.begin("one", "web");
    let path = place.path("journals/web/one.jsonl");
    let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(b"{\"at\":\"19\n").unwrap();
    place.store.append(&id, &entry(Event::Undone { step: 0 })).unwrap();
    let error = place.store.entries(&id).unwrap_err();
    assert!(error.path.ends_with("web/one.jsonl"), "{}", error.path);
    assert!(error.source.to_string().starts_with("line 2 "), "{}", error.source);
}

fn spoil(place: &Place, file: &str, after: &str) {
    let mut file = fs::OpenOptions::new().append(true).open(place.path(file)).unwrap();
    writeln!(file, "no entry\n{after}").unwrap();
}

#[test]
fn a_spoilt_journal_of_a_finished_update_is_set_aside() {
    let place = Place::new();
    place.begin("one", "web");
    let end = entry(Event::Finished { outcome: Outcome::Updated });
    spoil(&place, "journals/web/one.jsonl", &serde_json::to_string(&end).unwrap());
    assert_eq!(place.store.unfinished(&service("web")).unwrap(), []);
    assert!(place.path("journals/web/one.jsonl.corrupt").exists());
}

#[test]
fn a_spoilt_journal_of_an_unfinished_update_is_named_and_stays() {
    let place = Place::new();
    place.begin("one", "web");
    spoil(&place, "journals/web/one.jsonl", "");
    let error = place.store.unfinished(&service("web")).unwrap_err();
    assert!(error.path.ends_with("web/one.jsonl"), "{}", error.path);
    assert_eq!(error.source.kind(), std::io::ErrorKind::InvalidData);
    assert!(place.path("journals/web/one.jsonl").exists());
}

#[test]
fn a_spoilt_journal_hides_no_other_services_interrupted_update() {
    let place = Place::new();
    place.begin("one", "web");
    spoil(&place, "journals/web/one.jsonl", "");
    place.begin("two", "db");
    assert_eq!(place.store.unfinished_services().unwrap(), [service("db"), service("web")]);
}

#[test]
fn a_journal_begins_with_its_plan() {
    let place = Place::new();
    let id = JournalId::parse("one").unwrap();
    assert!(place.store.append(&id, &entry(Event::Undone { step: 0 })).is_err());
    assert!(place.store.entries(&id).is_err());
}

#[test]
fn only_a_journal_without_an_end_is_unfinished() {
    let place = Place::new();
    let first = place.begin("1", "web");
    let second = place.begin("2", "web");
    let third = place.begin("3", "web");
    place.begin("4", "shop/web");
    place.store.append(&second, &entry(Event::Finished { outcome: Outcome::Updated })).unwrap();
    assert_eq!(place.store.unfinished(&service("web")).unwrap(), [first, third]);
    assert_eq!(place.store.unfinished_services().unwrap(), [service("web"), service("shop/web")]);
}

#[test]
fn services_whose_files_share_a_name_are_told_apart() {
    let place = Place::new();
    place.begin("1", "shop/web");
    assert!(place.store.unfinished(&service("shop.web")).unwrap().is_empty());
}

#[test]
fn receipts_come_newest_first_and_by_service() {
    let place = Place::new();
    for (id, of, second) in [("a", "web", 1), ("b", "db", 3), ("c", "web", 2)] {
        place.store.save_receipt(&receipt(id, of, second)).unwrap();
    }
    let ids = |service: Option<&ServiceId>| -> Vec<String> {
        let receipts = place.store.receipts(service).unwrap();
        receipts.iter().map(|receipt| receipt.id.to_string()).collect()
    };
    assert_eq!(ids(None), ["b", "c", "a"]);
    assert_eq!(ids(Some(&service("web"))), ["c", "a"]);
}

#[test]
fn a_spoilt_receipt_does_not_hide_the_others() {
    let place = Place::new();
    place.store.save_receipt(&receipt("a", "web", 1)).unwrap();
    fs::write(place.path("receipts/b.json"), "{").unwrap();
    assert_eq!(place.store.receipts(None).unwrap().len(), 1);
}

#[test]
fn the_log_tells_begin_and_end_in_words() {
    let place = Place::new();
    place.begin("one", "web");
    place.store.save_receipt(&receipt("one", "web", 0)).unwrap();
    let log = place.log();
    let lines: Vec<_> = log.lines().collect();
    assert!(lines[0].ends_with(" web: update 1.0 → 1.1 begins (overlap)"), "{log}");
    let ended = " web: NOT UPDATED: 1.0 keeps serving: it did not become healthy.";
    assert!(lines[1].ends_with(ended), "{log}");
}

#[test]
fn a_log_that_cannot_be_written_fails_no_update() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("home"), "a file in the way").unwrap();
    let store = FileStore::at(&dir.path().join("state"), &dir.path().join("home")).unwrap();
    store.save_receipt(&receipt("a", "web", 1)).unwrap();
    assert_eq!(store.receipts(None).unwrap().len(), 1);
}

#[test]
fn what_is_known_of_a_service_survives() {
    let place = Place::new();
    let web = service("shop/web");
    assert_eq!(place.store.record(&web).unwrap(), ServiceRecord::default());
    let bad = BadDigest {
        digest: "sha256:1".to_owned(),
        reason: "it exits".to_owned(),
        at: Timestamp::UNIX_EPOCH,
    };
    let record = ServiceRecord { bad_digests: vec![bad], ..ServiceRecord::default() };
    place.store.save_record(&web, &record).unwrap();
    assert_eq!(place.store.record(&web).unwrap(), record);
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let place = Place::new();
    fs::remove_dir(place.path("records")).unwrap();
    fs::write(place.path("records"), "").unwrap();
    let error = place.store.save_record(&service("web"), &ServiceRecord::default()).unwrap_err();
    assert!(error.path.ends_with("records/web.json"), "{}", error.path);
}

#[cfg(unix)]
#[test]
fn everything_is_private_to_the_user() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    place.begin("one", "web");
    place.store.save_receipt(&receipt("one", "web", 0)).unwrap();
    place.store.save_record(&service("web"), &ServiceRecord::default()).unwrap();
    let _lock = place.store.lock(&service("web"), "testing").unwrap();
    let mode = |name| fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777;
    for dir in ["", "journals", "journals/web", "receipts", "plots", "records", "locks"] {
        assert_eq!(mode(dir), 0o700, "{dir}");
    }
    let files =
        ["journals/web/one.jsonl", "receipts/one.json", "records/web.json", "locks/web.lock"];
    for file in files {
        assert_eq!(mode(file), 0o600, "{file}");
    }
}

#[test]
fn a_second_comer_learns_who_is_at_it_and_with_what() {
    let place = Place::new();
    let held =
        place.store.lock(&service("web"), "pulling the new image, which takes long").unwrap();
    held.announce("watching");
    let Err(LockError::Busy { pid, activity, .. }) = place.store.lock(&service("web"), "x") else {
        panic!("two hold one lock")
    };
    assert_eq!((pid, activity.as_str()), (std::process::id(), "watching"));
    drop(held);
    assert!(place.store.lock(&service("web"), "x").is_ok());
}

#[test]
fn one_services_lock_leaves_the_others_free() {
    let place = Place::new();
    let _web = place.store.lock(&service("web"), "x").unwrap();
    assert!(place.store.lock(&service("db"), "x").is_ok());
}

/// Takes a lock in the process that [`a_lock_dies_with_its_process`] starts, and waits to be
/// killed; does nothing in an ordinary run.
#[test]
fn hold_a_lock_for_another_process() {
    let Some(root) = std::env::var_os("PHOENIX_TEST_LOCK_IN") else { return };
    let store = FileStore::at(Path::new(&root), Path::new(&root)).unwrap();
    let _lock = store.lock(&service("web"), "holding").unwrap();
    println!("\nheld");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
}

#[test]
fn a_lock_dies_with_its_process() {
    let place = Place::new();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["hold_a_lock_for_another_process", "--nocapture"])
        .env("PHOENIX_TEST_LOCK_IN", place.dir.path().join("state"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    assert!(output.lines().any(|line| line.unwrap() == "held"), "the child took no lock");
    let busy = place.store.lock(&service("web"), "x").err();
    child.kill().unwrap();
    child.wait().unwrap();
    let Some(LockError::Busy { pid, activity, .. }) = busy else { panic!("{busy:?}") };
    assert_eq!((pid, activity.as_str()), (child.id(), "holding"));
    assert!(place.store.lock(&service("web"), "x").is_ok());
}
