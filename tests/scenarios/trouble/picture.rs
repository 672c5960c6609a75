//! What a scene has on its engine, to be compared before and after.

use phoenix_tests::{Result, Scene, bollard::models::ContainerInspectResponse};

/// Every object of the scene, and of every container which one it is, since when it runs, and what
/// it publishes. Two equal pictures: nothing happened in between that anybody could notice.
pub(crate) async fn picture(scene: &Scene) -> Result<Vec<String>> {
    let mut lines = scene.leftovers().await?;
    for line in &mut lines {
        if let Some(name) = line.strip_prefix("container ").map(str::to_owned) {
            let container = scene.inspect(&name).await?;
            line.push_str(&details(&container));
        }
    }
    Ok(lines)
}

fn details(container: &ContainerInspectResponse) -> String {
    let id = container.id.clone().unwrap_or_default();
    let state = container.state.clone().unwrap_or_default();
    let ports = container.host_config.as_ref().and_then(|host| host.port_bindings.clone());
    let networks = container.network_settings.as_ref().and_then(|found| found.networks.clone());
    let mut networks: Vec<_> = networks.unwrap_or_default().into_keys().collect();
    networks.sort();
    format!(
        " {id} running {:?} since {:?} publishing {ports:?} in {networks:?}",
        state.running, state.started_at
    )
}
