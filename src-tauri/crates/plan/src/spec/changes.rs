//! What is announced to be different, and why.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{CreateOptions, PublishedPorts, form::Form, joins};

/// One announced difference between the old container and the new one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Where, as a path into the configuration: `/Config/Env/PATH`.
    pub path: String,
    /// The old value; null where there was none.
    pub from: Value,
    /// The new value; null where there will be none.
    pub to: Value,
    /// Why.
    pub cause: ChangeCause,
}

/// Why something is different on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeCause {
    /// The image itself.
    Image,
    /// The old image's default was in force, now the new image's is.
    ImageDefault,
    /// The switch takes the published ports, or gives them back.
    Ports,
    /// The switch's network is joined or left.
    SwitchNetwork,
    /// A container that it names is exchanged, too.
    Successor,
    /// Compose compares this label with the image.
    ComposeLabel,
    /// Compose compares this label with its file, which is edited right after.
    ComposeHash,
    /// An anonymous volume stays mounted, now by its name.
    KeptVolume,
    /// The new image declares a volume that the old one did not.
    FreshVolume,
    /// The engine's API does not know the field.
    UnknownToEngine,
}

/// What stands for the name that the engine will give to a fresh volume.
pub(super) const FRESH: &str = "(new)";

/// What decides whether a difference is on purpose.
pub(super) struct Context<'a> {
    pub(super) options: &'a CreateOptions,
    pub(super) old_defaults: &'a Form,
    pub(super) new_defaults: &'a Form,
    pub(super) unknown_to_engine: &'a [String],
}

/// Both values of every path where two forms differ; null where a form has none.
pub(super) fn differences<'a>(
    old: &'a Form,
    new: &'a Form,
) -> impl Iterator<Item = (String, Value, Value)> + use<'a> {
    let gone = old.keys().filter(|path| !new.contains_key(*path));
    let mut paths: Vec<&String> = new.keys().chain(gone).collect();
    paths.sort();
    let value = |form: &Form, path: &str| form.get(path).cloned().unwrap_or_default();
    paths
        .into_iter()
        .map(move |path| (path.clone(), value(old, path), value(new, path)))
        .filter(|(_, from, to)| from != to)
}

/// The differences that are on purpose. Others are left out, so that the comparison after the
/// create call finds them.
pub(super) fn announced(old: &Form, expected: &Form, context: &Context<'_>) -> Vec<Change> {
    differences(old, expected)
        .filter_map(|(path, from, to)| {
            let cause = context.cause(&path, &from, &to)?;
            Some(Change { path, from, to, cause })
        })
        .collect()
}

impl Context<'_> {
    /// A cause only where the difference is exactly what that cause brings about.
    fn cause(&self, path: &str, from: &Value, to: &Value) -> Option<ChangeCause> {
        let default = |form: &Form| form.get(path).cloned().unwrap_or_default();
        let moves_ports = !matches!(self.options.ports, PublishedPorts::Keep);
        let cause = match path {
            "/Image" | "/Config/Image" => ChangeCause::Image,
            "/Config/Labels/com.docker.compose.image" => ChangeCause::ComposeLabel,
            "/Config/Labels/com.docker.compose.config-hash"
                if self.options.compose_hash.is_some() =>
            {
                ChangeCause::ComposeHash
            }
            _ if default(self.old_defaults) == *from && default(self.new_defaults) == *to => {
                ChangeCause::ImageDefault
            }
            _ if moves_ports && path.starts_with("/HostConfig/PortBindings/") => ChangeCause::Ports,
            "/HostConfig/PublishAllPorts" if moves_ports => ChangeCause::Ports,
            _ if joins::names(path, from, &self.options.joins) => ChangeCause::Successor,
            _ if self.is_switch_network(path) => ChangeCause::SwitchNetwork,
            _ if from.is_null() && path.starts_with("/HostConfig/Mounts/") => {
                ChangeCause::KeptVolume
            }
            _ if path.starts_with("/Mounted/") && to["Source"] == FRESH => ChangeCause::FreshVolume,
            _ if self.unknown_to_engine.iter().any(|field| path.starts_with(field.as_str())) => {
                ChangeCause::UnknownToEngine
            }
            _ => return None,
        };
        Some(cause)
    }

    fn is_switch_network(&self, path: &str) -> bool {
        let attached = self.options.attach.iter().map(|attachment| &attachment.network);
        path.strip_prefix("/Networks/").is_some_and(|rest| {
            attached.chain(&self.options.detach).any(|network| {
                rest.strip_prefix(network.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        })
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.trim_start_matches('/');
        match self.cause {
            ChangeCause::Image => {
                write!(f, "image: {} → {}", Shown(self, &self.from), Shown(self, &self.to))
            }
            ChangeCause::ImageDefault => write!(
                f,
                "{path} follows the new image: {} → {}",
                Shown(self, &self.from),
                Shown(self, &self.to)
            ),
            ChangeCause::Ports => write!(f, "{path} changes hands with the switch"),
            ChangeCause::SwitchNetwork => write!(f, "{path} belongs to the switch"),
            ChangeCause::Successor => write!(f, "{path} names the successor"),
            ChangeCause::ComposeLabel => {
                f.write_str("compose's note of the image is brought up to date")
            }
            ChangeCause::ComposeHash => {
                f.write_str("compose's note of its file is that of the edited file")
            }
            ChangeCause::KeptVolume => {
                write!(f, "{path} is kept by its name: {}", Shown(self, &self.to))
            }
            ChangeCause::FreshVolume => write!(f, "{path} is a new volume of the new image"),
            ChangeCause::UnknownToEngine => {
                write!(f, "{path} is unknown to this engine and left out")
            }
        }
    }
}

/// A value for people; an environment variable may be a secret and is never shown.
struct Shown<'a>(&'a Change, &'a Value);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            Value::Null => f.write_str("nothing"),
            _ if super::fidelity::is_secret(&self.0.path) => f.write_str("(not shown)"),
            Value::String(text) => f.write_str(text),
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                write!(f, "{}", self.1)
            }
        }
    }
}
