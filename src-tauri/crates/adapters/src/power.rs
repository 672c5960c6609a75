//! What the machine runs on, and what its connection costs. Nothing is watched: it is asked at the
//! moment at which something would be installed by itself.
//!
//! Linux: `/sys/class/power_supply` (ABI `sysfs-class-power`) and `NetworkManager` over D-Bus.
//! Elsewhere both are unknown, which hinders nothing.

#[cfg(target_os = "linux")]
mod network_manager;
#[cfg(target_os = "linux")]
mod sysfs;

use phoenix_engine::controller::Power;

/// Asks the machine. Takes at most two seconds.
#[cfg(target_os = "linux")]
pub async fn power() -> Power {
    let battery = sysfs::battery(std::path::Path::new(sysfs::ROOT));
    Power {
        on_battery: battery.as_ref().is_some_and(|battery| battery.discharging),
        percent: battery.map(|battery| battery.percent),
        metered: network_manager::metered().await,
    }
}

/// Asks the machine.
#[cfg(not(target_os = "linux"))]
pub async fn power() -> Power {
    Power::default()
}
