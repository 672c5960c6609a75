use std::{os::unix::fs::PermissionsExt, time::Instant};

use super::*;

/// A folder with a helper that is this shell script.
fn helper(script: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("docker-credential-x");
    // written under another name: a program that is still open for writing cannot be run
    let draft = folder.path().join("draft");
    std::fs::write(&draft, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&draft, PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::rename(&draft, &program).unwrap();
    folder
}

async fn asked(
    folder: &tempfile::TempDir,
    limit: Duration,
) -> Result<Option<Credential>, CredentialError> {
    let setting = "credsStore".to_owned();
    let name = HelperName { suffix: "x".to_owned(), setting };
    let folders = search_path(Some(folder.path().as_os_str()), None);
    ask(&name, Path::new("/home/me/.docker/config.json"), &folders, "r.example", limit).await
}

#[tokio::test]
async fn a_helper_is_asked_for_the_server() {
    let folder = helper(
        r#"[ "$1" = get ] && read -r server && printf '{"ServerURL":"%s","Username":"me","Secret":"to %s"}' "$server" "$server""#,
    );
    let expected =
        Credential::Password { user: "me".to_owned(), password: "to r.example".to_owned() };
    assert_eq!(asked(&folder, LIMIT).await, Ok(Some(expected)));
}

#[tokio::test]
async fn a_helper_can_give_an_identity_token() {
    let folder = helper(r#"echo '{"Username":"<token>","Secret":"t"}'"#);
    assert_eq!(asked(&folder, LIMIT).await, Ok(Some(Credential::IdentityToken("t".to_owned()))));
}

#[tokio::test]
async fn a_helper_without_an_entry_means_anonymous() {
    let folder = helper("echo 'credentials not found in native keychain'; exit 1");
    assert_eq!(asked(&folder, LIMIT).await, Ok(None));
}

#[tokio::test]
async fn a_helper_that_is_not_installed_is_named_with_its_setting() {
    let empty = tempfile::tempdir().unwrap();
    let error = asked(&empty, LIMIT).await.unwrap_err().to_string();
    let expected = "docker-credential-x, which credsStore in /home/me/.docker/config.json names, \
                    is not installed where programs are looked for";
    assert_eq!(error, expected);
}

#[tokio::test]
async fn what_a_broken_helper_printed_is_not_repeated() {
    for script in ["echo hunter2; echo hunter2 >&2; exit 3", "echo hunter2"] {
        let error = asked(&helper(script), LIMIT).await.unwrap_err();
        assert!(matches!(error, CredentialError::HelperFailed { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
}

#[tokio::test]
async fn a_helper_that_hangs_is_killed_with_all_it_started() {
    let folder = helper("sleep 600 & echo $! > \"$(dirname \"$0\")/pid\"; wait");
    let begun = Instant::now();
    let error = asked(&folder, Duration::from_secs(2)).await.unwrap_err();
    assert!(matches!(error, CredentialError::HelperHangs { .. }), "{error:?}");
    assert!(begun.elapsed() < Duration::from_mins(5));
    let pid: i32 =
        std::fs::read_to_string(folder.path().join("pid")).unwrap().trim().parse().unwrap();
    let is_gone = || {
        let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        state.is_empty() || state.contains(") Z ")
    };
    let gone = async {
        while !is_gone() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), gone).await.expect("the helper's child ended");
}

#[test]
fn helpers_are_found_from_a_desktop_that_sets_no_path() {
    let folders = search_path(Some(OsStr::new("/usr/bin:relative")), Some(Path::new("/home/me")));
    assert_eq!(folders[0], Path::new("/usr/bin"));
    for folder in ["/usr/local/bin", "/opt/homebrew/bin", "/snap/bin", "/home/me/.docker/bin"] {
        assert!(folders.contains(&PathBuf::from(folder)), "{folder}");
    }
    assert!(!folders.contains(&PathBuf::from("relative")));
}
