//! The image configuration: what `docker build` would have written from a Dockerfile.

use std::time::Duration;

use serde_json::{Value, json};

use super::{GATEWAY_PORT, GatewayImage, Health};

/// The configuration JSON over layers with these uncompressed digests.
pub(super) fn configuration(image: &GatewayImage, diff_ids: &[String]) -> Value {
    let environment: Vec<String> =
        image.environment.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut config = json!({
        "Env": environment,
        "Entrypoint": [image.entrypoint, "serve"],
        "ExposedPorts": { format!("{GATEWAY_PORT}/tcp"): {} },
        "Labels": image.labels,
        "WorkingDir": "/",
    });
    if let Some(health) = &image.health {
        config["Healthcheck"] = health_check(health);
    }
    for (field, value) in &image.configured {
        config[field] = value.clone();
    }
    json!({
        "architecture": image.architecture,
        "os": "linux",
        "created": "2026-01-01T00:00:00Z",
        "config": config,
        "rootfs": { "type": "layers", "diff_ids": diff_ids },
        "history": diff_ids.iter().map(|_| json!({ "created": "2026-01-01T00:00:00Z" }))
            .collect::<Vec<_>>(),
    })
}

fn health_check(health: &Health) -> Value {
    json!({
        "Test": ["CMD", "/phoenix", "health"],
        "Interval": nanoseconds(health.interval),
        "Timeout": nanoseconds(health.timeout),
        "StartPeriod": nanoseconds(health.start_period),
        "Retries": health.retries,
    })
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).expect("health check times fit in 64 bits of nanoseconds")
}
