//! The session bus: waiting for names and for the tray's host.

use anyhow::{Context, Result};
use futures_util::StreamExt;
use zbus::{
    Connection, connection,
    fdo::DBusProxy,
    names::{BusName, WellKnownName},
};

use super::START_BOUND;
use crate::wait::within;

/// Where tray icons are announced.
#[zbus::proxy(
    interface = "org.kde.StatusNotifierWatcher",
    default_service = "org.kde.StatusNotifierWatcher",
    default_path = "/StatusNotifierWatcher",
    gen_blocking = false
)]
pub(super) trait Watcher {
    #[zbus(property(emits_changed_signal = "false"))]
    fn is_status_notifier_host_registered(&self) -> zbus::Result<bool>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn registered_status_notifier_items(&self) -> zbus::Result<Vec<String>>;
    #[zbus(signal)]
    fn status_notifier_item_registered(&self, item: &str) -> zbus::Result<()>;
    #[zbus(signal)]
    fn status_notifier_host_registered(&self) -> zbus::Result<()>;
}

pub(super) async fn connect(address: &str) -> Result<Connection> {
    let building = connection::Builder::address(address)?.build();
    within("the session bus", START_BOUND, async { Ok(building.await?) }).await
}

/// Waits until somebody owns `name`.
pub(super) async fn name_is_owned(bus: &Connection, name: &str) -> Result<()> {
    let wanted = WellKnownName::try_from(name)?;
    within(&format!("an owner of {name}"), START_BOUND, async {
        let daemon = DBusProxy::new(bus).await?;
        let mut changes = daemon.receive_name_owner_changed_with_args(&[(0, name)]).await?;
        while !daemon.name_has_owner(BusName::from(wanted.clone())).await? {
            changes.next().await.context("the bus is gone")?;
        }
        Ok(())
    })
    .await
}

/// Waits until a panel shows tray icons.
pub(super) async fn tray_host_is_there(bus: &Connection) -> Result<()> {
    name_is_owned(bus, "org.kde.StatusNotifierWatcher").await?;
    within("a host of tray icons", START_BOUND, async {
        let watcher = WatcherProxy::new(bus).await?;
        let mut hosts = watcher.receive_status_notifier_host_registered().await?;
        while !watcher.is_status_notifier_host_registered().await? {
            hosts.next().await.context("the bus is gone")?;
        }
        Ok(())
    })
    .await
}
