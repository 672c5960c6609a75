use std::fs;

use super::*;
use crate::config::edit::file::change_and;

const AUTO: Change =
    Change::Service { scope: Scope::Defaults, key: ServiceChange::Updates(Some(UpdateMode::Auto)) };

#[test]
fn a_file_that_is_missing_is_made_with_its_folder() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("new/config.toml");
    let settings = change_in(&path, &[AUTO]).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "[defaults]\nupdates = \"auto\"\n");
    assert_eq!(settings.policy_for(&service("web")).updates, UpdateMode::Auto);
}

#[test]
fn a_file_that_cannot_be_used_is_refused_with_its_own_error_and_untouched() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    fs::write(&path, "\n[defaults\n").unwrap();
    let error = change_in(&path, &[AUTO]).unwrap_err();
    assert!(matches!(error, ConfigError::Syntax { line: 2, .. }), "{error:?}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "\n[defaults\n");
}

#[test]
fn a_change_that_cannot_be_leaves_the_file_and_nothing_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    fs::write(&path, "# mine\n").unwrap();
    let bad = Change::CheckEvery(Some(Duration::from_secs(1)));
    let error = change_in(&path, &[AUTO, bad]).unwrap_err();
    assert!(error.to_string().contains("from 10m to 30d"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "# mine\n");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn somebody_elses_edit_in_between_is_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    for before in [Some("# mine\n"), None] {
        let _ = fs::remove_file(&path);
        if let Some(text) = before {
            fs::write(&path, text).unwrap();
        }
        let theirs = || fs::write(&path, "# theirs\n").unwrap();
        let error = change_and(&path, &[AUTO], theirs).unwrap_err();
        assert!(matches!(error, ConfigError::ChangedMeanwhile { .. }), "{error:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "# theirs\n");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_the_real_file_keeps_its_mode() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (dir, dotfiles) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (path, real) = (dir.path().join("config.toml"), dotfiles.path().join("phoenix.toml"));
    fs::write(&real, "# mine\n").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&real, &path).unwrap();
    change_in(&path, &[AUTO]).unwrap();
    assert!(path.symlink_metadata().unwrap().is_symlink());
    assert!(fs::read_to_string(&real).unwrap().contains("auto"));
    assert_eq!(real.metadata().unwrap().permissions().mode() & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    std::os::unix::fs::symlink(dir.path().join("gone"), &path).unwrap();
    let error = change_in(&path, &[AUTO]).unwrap_err();
    assert!(matches!(error, ConfigError::Unwritable { .. }), "{error:?}");
    assert!(path.symlink_metadata().unwrap().is_symlink());
}
