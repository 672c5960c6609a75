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
mod move_image;
mod move_ports;
mod offer;
mod offer_image;
mod splice;
mod variable;

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use phoenix_engine::ports::{ComposeFileError, ComposeFiles, ComposeOffer, NoOffer, Written};
use phoenix_plan::{
    image::ImageReference,
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
        let Some(from) = Origin::of(container) else { return Ok(None) };
        let read = deploy(&from.files, &from.working_dir, &from.service).await;
        read.map(Some).map_err(|error| from.complaint(&error))
    }

    async fn offer_move(
        &self,
        container: &Container,
        network: &str,
    ) -> Result<Option<ComposeOffer>, NoOffer> {
        let Some(from) = Origin::of(container) else { return Ok(None) };
        let edit = |text: &str| move_ports_to_switch(text, &from.service, network);
        offer::offer(&from, container, edit).await
    }

    async fn offer_back(&self, container: &Container) -> Result<Option<ComposeOffer>, NoOffer> {
        let Some(from) = Origin::of(container) else { return Ok(None) };
        offer::offer(&from, container, |text| move_ports_back(text, &from.service)).await
    }

    async fn offer_image(
        &self,
        container: &Container,
        reference: &ImageReference,
        network: Option<&str>,
    ) -> Result<Option<ComposeOffer>, NoOffer> {
        let Some(from) = Origin::of(container) else { return Ok(None) };
        offer_image::offer_image(&from, container, reference, network).await
    }

    fn write(&self, offer: &ComposeOffer) -> Result<Written, ComposeFileError> {
        let written = write_edit(Path::new(&offer.file), &offer.made_from, &offer.new_text);
        match written {
            Ok(backup) => Ok(Written { backup: backup.display().to_string() }),
            Err(error) => Err(ComposeFileError {
                path: offer.file.clone(),
                message: phoenix_engine::in_a_sentence(&error),
            }),
        }
    }
}

/// Where compose took a container from, by its labels.
#[derive(Debug)]
struct Origin {
    files: Vec<PathBuf>,
    working_dir: PathBuf,
    service: String,
}

impl Origin {
    /// Nothing for a container that compose does not know, or whose files nobody named.
    fn of(container: &Container) -> Option<Self> {
        let ServiceId::Compose { service, .. } = container.service() else { return None };
        let label = |key: &str| container.labels.get(key).map(String::as_str).unwrap_or_default();
        let listed = label(compose_labels::CONFIG_FILES).split(',').filter(|path| !path.is_empty());
        let working_dir = PathBuf::from(label(compose_labels::WORKING_DIR));
        let files: Vec<PathBuf> = listed.map(|file| working_dir.join(file)).collect();
        (!files.is_empty()).then_some(Self { files, working_dir, service })
    }

    fn complaint(&self, error: &ComposeError) -> ComposeFileError {
        ComposeFileError { path: self.listed(), message: error.to_string() }
    }

    /// All files, for people.
    fn listed(&self) -> String {
        let shown: Vec<String> = self.files.iter().map(|file| file.display().to_string()).collect();
        shown.join(",")
    }
}

#[cfg(test)]
mod tests;
