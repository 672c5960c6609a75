use std::{
    fs,
    io::ErrorKind,
    sync::atomic::{AtomicI64, Ordering},
};

use jiff::Timestamp;

use super::*;

/// Every look at it is a second later.
#[derive(Default)]
struct TickingClock(AtomicI64);

impl Clock for TickingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.fetch_add(1, Ordering::Relaxed)).unwrap()
    }

    fn fresh_id(&self) -> String {
        "00000000".to_owned()
    }
}

struct Place {
    dir: tempfile::TempDir,
    backup: FileBackup,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(TickingClock::default());
        let backup = FileBackup::at(&dir.path().join("state"), dir.path(), clock);
        Self { dir, backup }
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.dir.path().join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.dir.path().join(name)).unwrap()
    }

    async fn save(&self, files: &[&str]) -> Result<Option<String>, BackupError> {
        let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
        self.backup.save("shop/web", "1.0", &files).await
    }
}

#[tokio::test]
async fn a_restore_puts_back_only_what_differs() {
    let place = Place::new();
    place.write("a.json", "a");
    place.write("b.json", "b");
    let id = place.save(&["~/a.json", "~/b.json"]).await.unwrap().unwrap();
    place.write("b.json", "changed");
    let restored = place.backup.restore(&id).await.unwrap();
    assert_eq!(restored, [place.dir.path().join("b.json").display().to_string()]);
    assert_eq!(place.read("b.json"), "b");
}

#[tokio::test]
async fn the_copy_that_users_expect_stands_beside_the_original() {
    let place = Place::new();
    place.write("phoenix.json", "before");
    place.save(&["~/phoenix.json"]).await.unwrap();
    assert_eq!(place.read("phoenix.json.pre-update"), "before");
}

#[tokio::test]
async fn without_files_there_is_no_backup() {
    let place = Place::new();
    assert_eq!(place.save(&["~/absent.json"]).await.unwrap(), None);
}

#[tokio::test]
async fn a_file_that_did_not_exist_then_is_left_alone() {
    let place = Place::new();
    place.write("a.json", "a");
    let id = place.save(&["~/a.json", "~/later.json"]).await.unwrap().unwrap();
    place.write("later.json", "written since");
    assert!(place.backup.restore(&id).await.unwrap().is_empty());
    assert_eq!(place.read("later.json"), "written since");
}

#[tokio::test]
async fn a_deleted_file_comes_back() {
    let place = Place::new();
    place.write("a.json", "a");
    let id = place.save(&["~/a.json"]).await.unwrap().unwrap();
    fs::remove_file(place.dir.path().join("a.json")).unwrap();
    place.backup.restore(&id).await.unwrap();
    assert_eq!(place.read("a.json"), "a");
}

#[cfg(unix)]
#[tokio::test]
async fn mode_and_symbolic_link_survive_a_restore() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = Place::new();
    place.write("real.json", "a");
    let real = place.dir.path().join("real.json");
    fs::set_permissions(&real, PermissionsExt::from_mode(0o640)).unwrap();
    symlink(&real, place.dir.path().join("link.json")).unwrap();
    let id = place.save(&["~/link.json"]).await.unwrap().unwrap();
    place.write("real.json", "b");
    place.backup.restore(&id).await.unwrap();
    assert!(place.dir.path().join("link.json").is_symlink());
    assert_eq!(place.read("real.json"), "a");
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
}

#[cfg(unix)]
#[tokio::test]
async fn the_copies_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    place.write("a.json", "secret");
    let id = place.save(&["~/a.json"]).await.unwrap().unwrap();
    let dir = place.dir.path().join("state/backups").join(id);
    for path in [dir.join("file-0"), dir.join("manifest.json")] {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(fs::metadata(&dir).unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn a_folder_is_refused_and_nothing_is_copied() {
    let place = Place::new();
    place.write("a.json", "a");
    fs::create_dir(place.dir.path().join("folder")).unwrap();
    let error = place.save(&["~/a.json", "~/folder"]).await.unwrap_err();
    assert!(error.path.ends_with("folder") && error.source.to_string().contains("a folder"));
    assert!(!place.dir.path().join("a.json.pre-update").exists());
}

#[tokio::test]
async fn a_file_beyond_the_limit_is_refused() {
    let place = Place::new();
    let file = fs::File::create(place.dir.path().join("big")).unwrap();
    file.set_len(LARGEST_BYTES + 1).unwrap();
    let error = place.save(&["~/big"]).await.unwrap_err();
    assert!(error.source.to_string().contains("16 MiB"), "{}", error.source);
}

#[tokio::test]
async fn a_spoilt_copy_is_noticed_before_any_file_is_touched() {
    let place = Place::new();
    place.write("a.json", "a");
    place.write("b.json", "b");
    let id = place.save(&["~/a.json", "~/b.json"]).await.unwrap().unwrap();
    place.write("a.json", "new");
    place.write(&format!("state/backups/{id}/file-1"), "spoilt");
    let error = place.backup.restore(&id).await.unwrap_err();
    assert_eq!(error.source.kind(), ErrorKind::InvalidData);
    assert_eq!(place.read("a.json"), "new");
}

#[tokio::test]
async fn the_newest_ten_are_kept_and_each_has_its_own_id() {
    let place = Place::new();
    place.write("a.json", "a");
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..12 {
        ids.insert(place.save(&["~/a.json"]).await.unwrap().unwrap());
    }
    let kept = fs::read_dir(place.dir.path().join("state/backups/shop.web")).unwrap().count();
    assert_eq!(kept, KEPT);
    assert_eq!(ids.len(), 12);
}

#[tokio::test]
async fn an_id_that_leads_elsewhere_is_refused() {
    let place = Place::new();
    for id in ["", "a", "../x", "a/../b", "/etc/passwd", "a/b/c"] {
        assert!(place.backup.restore(id).await.is_err(), "{id:?} was accepted");
    }
}
