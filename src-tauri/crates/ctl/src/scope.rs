//! What a command is about: the settings, the world, the services.

use phoenix_adapters::{
    assemble,
    config::{self, Settings},
};
use phoenix_engine::{World, observe::find_service};
use phoenix_plan::service::ServiceId;

use crate::failure::Failure;

/// Settings and world of one run.
pub(crate) struct Scope {
    pub(crate) settings: Settings,
    pub(crate) world: World,
}

impl Scope {
    pub(crate) async fn open() -> Result<Self, Failure> {
        let settings = config::load()?;
        let world = assemble::world(&settings).await?;
        Ok(Self { settings, world })
    }

    /// The named service, or all watched ones that exist.
    pub(crate) async fn services(&self, name: Option<&str>) -> Result<Vec<ServiceId>, Failure> {
        if let Some(name) = name {
            return Ok(vec![self.service(name).await?]);
        }
        let mut found = Vec::new();
        for watched in self.settings.services() {
            if let Some(service) = find_service(&self.world, &watched.to_string()).await?
                && !found.contains(&service)
            {
                found.push(service);
            }
        }
        if found.is_empty() {
            return Err(nothing_to_watch());
        }
        Ok(found)
    }

    pub(crate) async fn service(&self, name: &str) -> Result<ServiceId, Failure> {
        find_service(&self.world, name).await?.ok_or_else(|| {
            Failure::usage(format!(
                "there is no container or compose service \"{name}\". 'docker ps -a' lists what \
                 there is; a compose service is written project/service"
            ))
        })
    }
}

/// None of the watched services exists.
pub(crate) fn nothing_to_watch() -> Failure {
    Failure::usage(
        "nothing to watch: there is no container phoenix-gateway, and config.toml names no other \
         that exists. Name a container, or add [services.\"NAME\"] to config.toml",
    )
}
