//! Small, hardened, and idle when nothing happens (DESIGN §5).

use phoenix_tests::{
    Context, Result, Scene,
    bollard::{models::ContainerInspectResponse, query_parameters::TopOptionsBuilder},
    on_each_engine,
};

use super::switch_name;
use crate::overlap::adopted;

const LARGEST_IMAGE_BYTES: i64 = 8_000_000;
const LARGEST_IDLE_KIB: u64 = 15 * 1024;

#[test]
fn the_switchs_container_can_do_nothing_but_relay() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "hardened").await?;
        let gateway = adopted(&scene).await?;
        let switch = scene.inspect(&switch_name(&gateway)).await?;
        hardened(switch).context("the switch's container has lost a limit")?;
        scene.finish().await
    });
}

#[test]
fn the_switch_is_small_on_disk_and_in_memory() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "small").await?;
        let gateway = adopted(&scene).await?;
        let switch = switch_name(&gateway);
        let image = scene.inspect(&switch).await?.image.context("it has an image")?;
        let bytes = scene.docker().inspect_image(&image).await?.size.context("it has a size")?;
        let idle = resident_kib(&scene, &switch).await?;
        println!("Engine {}: switch image {bytes} bytes, {idle} KiB idle", engine.version);
        assert!(bytes <= LARGEST_IMAGE_BYTES, "{bytes} bytes");
        assert!(idle <= LARGEST_IDLE_KIB, "{idle} KiB");
        scene.finish().await
    });
}

fn hardened(switch: ContainerInspectResponse) -> Result<()> {
    let config = switch.config.context("it has a configuration")?;
    let host = switch.host_config.context("it has host settings")?;
    assert_eq!(host.readonly_rootfs, Some(true));
    assert_eq!(host.cap_drop, Some(vec!["ALL".to_owned()]));
    assert!(host.cap_add.unwrap_or_default().is_empty());
    assert_eq!(host.privileged, Some(false));
    let options = host.security_opt.unwrap_or_default();
    assert!(options.iter().any(|one| one.starts_with("no-new-privileges")), "{options:?}");
    assert!(host.memory.is_some_and(|bytes| bytes > 0 && bytes <= 256 * 1024 * 1024));
    assert_eq!(host.memory_swap, host.memory, "no swap beyond it");
    assert!(host.pids_limit.is_some_and(|limit| limit > 0 && limit <= 512));
    let user = config.user.unwrap_or_default();
    assert!(!user.is_empty() && !user.starts_with('0') && !user.starts_with("root"), "{user:?}");
    assert_ne!(host.network_mode.as_deref(), Some("host"));
    let mounts = switch.mounts.unwrap_or_default();
    let seen: Vec<_> = mounts.iter().filter_map(|mount| mount.destination.as_deref()).collect();
    assert_eq!(seen, ["/state"], "nothing of the host, least of all the engine's socket");
    let restart = host.restart_policy.and_then(|policy| policy.name);
    assert_eq!(restart.map(|name| name.to_string()).as_deref(), Some("unless-stopped"));
    Ok(())
}

/// Resident memory of all the container's processes, as `docker top` tells.
pub(super) async fn resident_kib(scene: &Scene, container: &str) -> Result<u64> {
    let options = TopOptionsBuilder::default().ps_args("-o pid,rss").build();
    let processes = scene.docker().top_processes(container, Some(options)).await?;
    let rows = processes.processes.unwrap_or_default();
    let resident = rows.iter().filter_map(|row| row.get(1)?.trim().parse::<u64>().ok());
    let sum = resident.sum();
    phoenix_tests::ensure!(sum > 0, "docker top says nothing: {rows:?}");
    Ok(sum)
}
