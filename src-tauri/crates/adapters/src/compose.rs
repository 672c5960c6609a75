//! Compose files: what they say about updates, and the edit that gives a port to the switch.
//!
//! Compose's own CLI renders the project where it is installed; otherwise the files are read
//! directly. Nothing here runs, starts or changes a container.

mod cli;
mod error;
mod file;
mod insert;
mod intended;
mod layout;
mod model;
mod move_ports;
mod splice;

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use phoenix_engine::ports::{ComposeFileError, ComposeFiles};
use phoenix_plan::{
    observed::{Container, compose_labels},
    policy::ComposeDeploy,
    service::ServiceId,
};

pub use error::{ComposeError, EditRefused};
pub use file::write_edit;
pub use move_ports::{Edit, move_ports_back, move_ports_to_switch};

/// The `deploy` section of a service, later files over earlier ones.
///
/// Fails when a file is missing, unreadable or not understood; an update may go on with the
/// defaults then, once the user was told.
pub async fn deploy(
    project_files: &[PathBuf],
    working_dir: &Path,
    service: &str,
) -> Result<ComposeDeploy, ComposeError> {
    let files: Vec<PathBuf> = project_files.iter().map(|file| working_dir.join(file)).collect();
    let texts = files.iter().map(|file| file::read(file)).collect::<Result<Vec<_>, _>>()?;
    if let Some(rendered) = cli::render(&files, working_dir).await {
        return model::deploy_of(&[("docker compose config", rendered.as_str())], service);
    }
    let shown: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let named: Vec<_> = shown.iter().zip(&texts).map(|(name, text)| (&**name, &**text)).collect();
    model::deploy_of(&named, service)
}

/// The compose files that containers name in their labels.
#[derive(Debug, Clone, Copy)]
pub struct ProjectFiles;

#[async_trait]
impl ComposeFiles for ProjectFiles {
    async fn deploy(
        &self,
        container: &Container,
    ) -> Result<Option<ComposeDeploy>, ComposeFileError> {
        let ServiceId::Compose { service: name, .. } = container.service() else {
            return Ok(None);
        };
        let label = |key: &str| container.labels.get(key).map(String::as_str).unwrap_or_default();
        let listed = label(compose_labels::CONFIG_FILES);
        let files: Vec<PathBuf> =
            listed.split(',').filter(|path| !path.is_empty()).map(PathBuf::from).collect();
        if files.is_empty() {
            return Ok(None);
        }
        let working_dir = Path::new(label(compose_labels::WORKING_DIR));
        let read = deploy(&files, working_dir, &name).await;
        read.map(Some).map_err(|error| ComposeFileError {
            path: listed.to_owned(),
            message: error.to_string(),
        })
    }
}

#[cfg(test)]
mod tests;
