//! Other programs on the same engine that update containers: two at once work against each other.

use phoenix_plan::image::ImageReference;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{World, ports::EngineError};

/// A container that updates others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OtherUpdater {
    /// The container's name.
    pub container: String,
    /// What it runs.
    pub program: Program,
}

/// A program that updates containers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Program {
    /// Watchtower, whoever keeps it.
    Watchtower,
    /// What's up Docker? with a trigger that updates.
    Wud,
    /// Drydock with a trigger that updates.
    Drydock,
    /// Ouroboros.
    Ouroboros,
    /// Tugtainer.
    Tugtainer,
}

/// Watchtower's label on itself.
const WATCHTOWER_LABEL: &str = "com.centurylinklabs.watchtower";

impl Program {
    /// What its makers call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Watchtower => "Watchtower",
            Self::Wud => "What's up Docker?",
            Self::Drydock => "Drydock",
            Self::Ouroboros => "Ouroboros",
            Self::Tugtainer => "Tugtainer",
        }
    }

    /// By the container's image, wherever it is published, or by the label that it gives itself.
    fn of(listed: &Value) -> Option<Self> {
        if listed["Labels"][WATCHTOWER_LABEL].as_str() == Some("true") {
            return Some(Self::Watchtower);
        }
        let image = ImageReference::parse(listed["Image"].as_str()?).ok()?;
        match image.repository.rsplit('/').next()? {
            "watchtower" => Some(Self::Watchtower),
            "wud" | "whats-up-docker" => Some(Self::Wud),
            "drydock" => Some(Self::Drydock),
            "ouroboros" => Some(Self::Ouroboros),
            "tugtainer" => Some(Self::Tugtainer),
            _ => None,
        }
    }

    /// Whether it updates anything as it was started; some only tell unless asked to do more.
    fn acts(self, inspect: &Value) -> bool {
        let texts = |list: &Value| -> Vec<String> {
            let items = list.as_array().into_iter().flatten();
            items.filter_map(|item| item.as_str().map(str::to_lowercase)).collect()
        };
        let arguments = texts(&inspect["Args"]);
        let environment = texts(&inspect["Config"]["Env"]);
        let says = |key: &str, argument: &str| {
            let by_argument =
                arguments.iter().any(|it| it == argument || *it == format!("{argument}=true"));
            let by_variable = ["true", "1"].map(|value| format!("{key}={value}"));
            by_argument || environment.iter().any(|it| by_variable.contains(it))
        };
        match self {
            Self::Watchtower => !says("watchtower_monitor_only", "--monitor-only"),
            Self::Ouroboros => !says("monitor_only", "--monitor-only"),
            Self::Wud => environment.iter().any(|it| it.starts_with("wud_trigger_docker")),
            Self::Drydock => environment.iter().any(|it| {
                it.starts_with("dd_trigger_docker") || it.starts_with("dd_action_docker")
            }),
            Self::Tugtainer => true,
        }
    }
}

/// Those that run on the engine.
pub async fn find(world: &World) -> Result<Vec<OtherUpdater>, EngineError> {
    let mut found = Vec::new();
    for listed in world.engine.list_containers(None).await? {
        let runs = listed["State"].as_str() == Some("running");
        let Some(program) = Program::of(&listed).filter(|_| runs) else { continue };
        let Some(id) = listed["Id"].as_str() else { continue };
        let Some(inspect) = world.engine.inspect_container(id).await? else { continue };
        if program.acts(&inspect) {
            let name = inspect["Name"].as_str().unwrap_or(id).trim_start_matches('/').to_owned();
            found.push(OtherUpdater { container: name, program });
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn program(image: &str) -> Option<Program> {
        Program::of(&json!({ "Image": image, "Labels": {} }))
    }

    #[test]
    fn an_updater_is_known_by_its_image_wherever_it_is_published() {
        assert_eq!(program("containrrr/watchtower"), Some(Program::Watchtower));
        assert_eq!(program("ghcr.io/nicholas-fedor/watchtower:1.12"), Some(Program::Watchtower));
        assert_eq!(program("getwud/wud:8"), Some(Program::Wud));
        assert_eq!(program("pyouroboros/ouroboros"), Some(Program::Ouroboros));
        assert_eq!(program("nginx"), None);
    }

    #[test]
    fn watchtower_is_known_by_its_label_under_any_image() {
        let listed = json!({ "Image": "mine", "Labels": { WATCHTOWER_LABEL: "true" } });
        assert_eq!(Program::of(&listed), Some(Program::Watchtower));
    }

    #[test]
    fn one_that_only_tells_is_no_updater() {
        let with = |arguments: &[&str], environment: &[&str]| json!({ "Args": arguments, "Config": { "Env": environment } });
        assert!(Program::Watchtower.acts(&with(&["--interval", "300"], &[])));
        assert!(!Program::Watchtower.acts(&with(&["--monitor-only"], &[])));
        assert!(!Program::Watchtower.acts(&with(&[], &["WATCHTOWER_MONITOR_ONLY=true"])));
        assert!(!Program::Wud.acts(&with(&[], &["WUD_TRIGGER_SMTP_GMAIL_HOST=x"])));
        assert!(Program::Wud.acts(&with(&[], &["WUD_TRIGGER_DOCKER_LOCAL_PRUNE=true"])));
    }
}
