//! `config.json` in `DOCKER_CONFIG` or `~/.docker`.

use std::{
    io,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use futures_util::future::join_all;

use super::{
    Credential, CredentialError, CredentialSource,
    entries::{BadEntry, Entries},
    helper,
};

/// `config.json` in `DOCKER_CONFIG` or `~/.docker`: `credHelpers`, then `credsStore`, then `auths`.
/// Read anew for every question, so that `docker login` takes effect.
#[derive(Debug, Clone, Default)]
pub struct DockerConfig {
    folder: Option<PathBuf>,
}

impl DockerConfig {
    /// The config in another folder.
    pub const fn in_folder(folder: PathBuf) -> Self {
        Self { folder: Some(folder) }
    }

    fn file(&self) -> Option<PathBuf> {
        let folder = self.folder.clone().or_else(|| {
            let named = std::env::var_os("DOCKER_CONFIG").filter(|text| !text.is_empty());
            named.map(PathBuf::from).or_else(|| Some(etcetera::home_dir().ok()?.join(".docker")))
        });
        Some(folder?.join("config.json"))
    }

    /// Asks every helper that the config names for one of its servers; the programs, and why those
    /// that gave no answer did not. What they answer is forgotten. One config that cannot be read is
    /// named in the place of its helpers.
    pub async fn ask_helpers(&self) -> Vec<(String, Result<(), CredentialError>)> {
        let Some(file) = self.file() else { return Vec::new() };
        let entries = match read(&file).await {
            Ok(entries) => entries.unwrap_or_default(),
            Err(error) => return vec![(file.display().to_string(), Err(error))],
        };
        let folders = folders();
        let (file, folders) = (&file, &folders);
        let asked = entries.helpers().into_iter().map(|(name, server)| async move {
            let answer = helper::ask(&name, file, folders, &server, helper::LIMIT).await;
            (helper::program(&name), answer.map(drop))
        });
        join_all(asked).await
    }
}

#[async_trait]
impl CredentialSource for DockerConfig {
    async fn credential(&self, key: &str) -> Result<Option<Credential>, CredentialError> {
        let Some(file) = self.file() else { return Ok(None) };
        let Some(entries) = read(&file).await? else { return Ok(None) };
        if let Some(name) = entries.helper(key) {
            let helped = helper::ask(&name, &file, &folders(), key, helper::LIMIT).await?;
            if helped.is_some() {
                return Ok(helped);
            }
        }
        entries.entry(key).map_err(|BadEntry(key)| CredentialError::Entry { file, key })
    }
}

/// What the config says; `None` where there is none.
async fn read(file: &Path) -> Result<Option<Entries>, CredentialError> {
    let broken = |message: String| CredentialError::Config { file: file.to_owned(), message };
    let text = match tokio::fs::read(file).await {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(broken(error.to_string())),
    };
    if text.trim_ascii().is_empty() {
        return Ok(None);
    }
    let entries = serde_json::from_slice(&text).map_err(|error| {
        // its own words quote what stands there, which may be a secret
        broken(format!("line {} is no JSON, or not what Docker writes", error.line()))
    })?;
    Ok(Some(entries))
}

/// Where helpers are looked for.
fn folders() -> Vec<PathBuf> {
    let home = etcetera::home_dir().ok();
    helper::search_path(std::env::var_os("PATH").as_deref(), home.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn answer_of(text: &str) -> Result<Option<Credential>, CredentialError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.json"), text).unwrap();
        DockerConfig::in_folder(folder.path().to_owned()).credential("r.example").await
    }

    #[tokio::test]
    async fn a_helper_that_is_not_installed_is_told_without_a_registry() {
        let folder = tempfile::tempdir().unwrap();
        let text = r#"{ "credsStore": "no-such-helper" }"#;
        std::fs::write(folder.path().join("config.json"), text).unwrap();
        let asked = DockerConfig::in_folder(folder.path().to_owned()).ask_helpers().await;
        let [(program, Err(error))] = asked.as_slice() else { panic!("{asked:?}") };
        assert_eq!(program, "docker-credential-no-such-helper");
        assert!(error.to_string().contains("is not installed"), "{error}");
    }

    #[tokio::test]
    async fn without_a_config_everybody_is_anonymous() {
        let folder = tempfile::tempdir().unwrap();
        let config = DockerConfig::in_folder(folder.path().to_owned());
        assert_eq!(config.credential("r.example").await, Ok(None));
        assert_eq!(answer_of(" \n").await, Ok(None));
    }

    #[tokio::test]
    async fn a_broken_config_names_file_and_line_and_keeps_secrets() {
        let error = answer_of("{\n \"auths\": { \"r.example\": \"hunter2\" } }").await.unwrap_err();
        let text = error.to_string();
        assert!(text.contains("config.json cannot be read: line 2"), "{text}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }

    #[tokio::test]
    async fn an_entry_that_is_none_names_the_way_out() {
        let error = answer_of(r#"{ "auths": { "r.example": { "auth": "hunter2!" } } }"#).await;
        let text = error.unwrap_err().to_string();
        assert!(text.ends_with("is not understood; run docker login r.example"), "{text}");
    }
}
