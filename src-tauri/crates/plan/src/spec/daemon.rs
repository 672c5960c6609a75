//! What the engine writes into every container by itself, and how to tell it from the user's word.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Defaults of one engine, from `GET /info`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaemonDefaults {
    /// `DefaultRuntime`.
    pub runtime: Option<String>,
    /// `LoggingDriver`.
    pub logging_driver: Option<String>,
    /// `private` with cgroup v2, `host` with v1.
    pub cgroup_namespace: Option<String>,
    /// The machine's name, which host networking writes into `Hostname`.
    pub host_name: Option<String>,
}

/// Docker's own default of `/dev/shm`, in bytes (moby `DefaultShmSize`).
const SHM_SIZE_BYTES: u64 = 64 * 1024 * 1024;

/// Every path that some engine masks by itself (moby `oci/defaults.go`, 20.10 to 29).
const MASKED: &[&str] = &[
    "/proc/acpi",
    "/proc/asound",
    "/proc/interrupts",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/sys/devices/virtual/powercap",
    "/sys/firmware",
];

/// Masked once per processor by newer engines.
const MASKED_PER_PROCESSOR: (&str, &str) = ("/sys/devices/system/cpu/cpu", "/thermal_throttle");

/// Every path that an engine makes read-only by itself (moby `oci/defaults.go`).
const READ_ONLY: &[&str] =
    &["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

impl DaemonDefaults {
    /// Reads `GET /info`.
    pub fn from_info(info: &Value) -> Self {
        let text =
            |key: &str| info[key].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let cgroup_namespace = text("CgroupVersion")
            .map(|version| if version == "1" { "host" } else { "private" }.to_owned());
        Self {
            runtime: text("DefaultRuntime"),
            logging_driver: text("LoggingDriver"),
            cgroup_namespace,
            host_name: text("Name"),
        }
    }

    /// Takes out of a `HostConfig` what the engine writes there when nobody asked for it. Kept, they
    /// would freeze one engine's defaults into every later generation.
    pub(super) fn drop_from(&self, host_config: &mut Map<String, Value>) {
        host_config.retain(|key, value| !self.is_default(key, value));
    }

    fn is_default(&self, key: &str, value: &Value) -> bool {
        let is =
            |default: &Option<String>| default.is_some() && value.as_str() == default.as_deref();
        match key {
            "MaskedPaths" => is_default_list(value, is_masked_by_default),
            "ReadonlyPaths" => is_default_list(value, |path| READ_ONLY.contains(&path)),
            "Runtime" => is(&self.runtime),
            "CgroupnsMode" => is(&self.cgroup_namespace),
            "IpcMode" => value == "private",
            "ShmSize" => value.as_u64() == Some(SHM_SIZE_BYTES),
            "OomKillDisable" => value == &json!(false),
            "Isolation" => value == "default",
            "LogConfig" => {
                let options = value["Config"].as_object();
                options.is_none_or(Map::is_empty)
                    && value["Type"].as_str() == self.logging_driver.as_deref()
            }
            _ => false,
        }
    }
}

/// An empty list is no default: it says "unmasked, on purpose".
fn is_default_list(value: &Value, is_default: impl Fn(&str) -> bool) -> bool {
    value.as_array().is_some_and(|paths| {
        !paths.is_empty() && paths.iter().all(|path| path.as_str().is_some_and(&is_default))
    })
}

fn is_masked_by_default(path: &str) -> bool {
    let (before, after) = MASKED_PER_PROCESSOR;
    let per_processor = path.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    MASKED.contains(&path)
        || per_processor.is_some_and(|number| number.chars().all(|c| c.is_ascii_digit()))
}
