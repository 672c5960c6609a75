//! `config.json` in `DOCKER_CONFIG` or `~/.docker`.

use std::{io, path::PathBuf};

use async_trait::async_trait;

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
}

#[async_trait]
impl CredentialSource for DockerConfig {
    async fn credential(&self, key: &str) -> Result<Option<Credential>, CredentialError> {
        let Some(file) = self.file() else { return Ok(None) };
        let broken = |message: String| CredentialError::Config { file: file.clone(), message };
        let text = match tokio::fs::read(&file).await {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(broken(error.to_string())),
        };
        if text.trim_ascii().is_empty() {
            return Ok(None);
        }
        let entries: Entries = serde_json::from_slice(&text).map_err(|error| {
            // its own words quote what stands there, which may be a secret
            broken(format!("line {} is no JSON, or not what Docker writes", error.line()))
        })?;
        if let Some(name) = entries.helper(key) {
            let home = etcetera::home_dir().ok();
            let folders = helper::search_path(std::env::var_os("PATH").as_deref(), home.as_deref());
            let helped = helper::ask(&name, &file, &folders, key, helper::LIMIT).await?;
            if helped.is_some() {
                return Ok(helped);
            }
        }
        entries.entry(key).map_err(|BadEntry(key)| CredentialError::Entry { file, key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(text: &str) -> Result<Option<Credential>, CredentialError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.json"), text).unwrap();
        DockerConfig::in_folder(folder.path().to_owned()).credential("r.example").await
    }

    #[tokio::test]
    async fn without_a_config_everybody_is_anonymous() {
        let folder = tempfile::tempdir().unwrap();
        let config = DockerConfig::in_folder(folder.path().to_owned());
        assert_eq!(config.credential("r.example").await, Ok(None));
        assert_eq!(read(" \n").await, Ok(None));
    }

    #[tokio::test]
    async fn a_broken_config_names_file_and_line_and_keeps_secrets() {
        let error = read("{\n \"auths\": { \"r.example\": \"hunter2\" } }").await.unwrap_err();
        let text = error.to_string();
        assert!(text.contains("config.json cannot be read: line 2"), "{text}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }

    #[tokio::test]
    async fn an_entry_that_is_none_names_the_way_out() {
        let error = read(r#"{ "auths": { "r.example": { "auth": "hunter2!" } } }"#).await;
        let text = error.unwrap_err().to_string();
        assert!(text.ends_with("is not understood; run docker login r.example"), "{text}");
    }
}
