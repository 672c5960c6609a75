//! The few fields that matter, from compose files or from the CLI's JSON (which is YAML too).

use std::{collections::BTreeMap, time::Duration};

use jiff::SignedDuration;
use phoenix_plan::policy::{ComposeDeploy, FailureAction, Order, UpdateConfig};
use serde::{Deserialize, de::IgnoredAny};
use serde_saphyr::Spanned;

use super::ComposeError;

/// A value as it was written, with its place.
type Written = Option<Spanned<String>>;

#[derive(Deserialize)]
struct Project {
    services: Option<BTreeMap<String, Option<Service>>>,
}

#[derive(Default, Deserialize)]
struct Service {
    deploy: Option<Deploy>,
    scale: Written,
    extends: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Deploy {
    replicas: Written,
    update_config: Option<Update>,
    rollback_config: Option<Update>,
}

#[derive(Default, Deserialize)]
struct Update {
    parallelism: Written,
    delay: Written,
    failure_action: Written,
    monitor: Written,
    max_failure_ratio: Written,
    order: Written,
}

/// Reads named texts, later ones over earlier ones.
pub(super) fn deploy_of(
    files: &[(&str, &str)],
    service: &str,
) -> Result<ComposeDeploy, ComposeError> {
    let mut found = false;
    let mut extends_without_deploy = false;
    let mut deploy = ComposeDeploy::default();
    for (file, text) in files {
        let project: Project = serde_saphyr::from_str(text).map_err(|e| unparsable(file, &e))?;
        let Some(section) = project.services.unwrap_or_default().remove(service) else { continue };
        found = true;
        let section = section.unwrap_or_default();
        extends_without_deploy |= section.extends.is_some() && section.deploy.is_none();
        overlay(&mut deploy, section, file)?;
    }
    if !found {
        let files = files.iter().map(|(file, _)| *file).collect::<Vec<_>>().join(", ");
        return Err(ComposeError::NoSuchService { files, service: service.to_owned() });
    }
    if extends_without_deploy && deploy == ComposeDeploy::default() {
        return Err(ComposeError::Extends { service: service.to_owned() });
    }
    Ok(deploy)
}

fn overlay(deploy: &mut ComposeDeploy, section: Service, file: &str) -> Result<(), ComposeError> {
    let place = |key| Place { file, key };
    let scale = place("scale").number(section.scale)?;
    deploy.replicas = scale.or(deploy.replicas);
    let Some(written) = section.deploy else { return Ok(()) };
    deploy.replicas = place("replicas").number(written.replicas)?.or(deploy.replicas);
    overlay_update(&mut deploy.update, written.update_config.unwrap_or_default(), file)?;
    overlay_update(&mut deploy.rollback, written.rollback_config.unwrap_or_default(), file)
}

fn overlay_update(
    config: &mut UpdateConfig,
    written: Update,
    file: &str,
) -> Result<(), ComposeError> {
    let place = |key| Place { file, key };
    *config = UpdateConfig {
        parallelism: place("parallelism").number(written.parallelism)?.or(config.parallelism),
        delay: place("delay").duration(written.delay)?.or(config.delay),
        failure_action: place("failure_action")
            .read(written.failure_action, "write continue, rollback or pause", |word| match word {
                "continue" => Some(FailureAction::Continue),
                "rollback" => Some(FailureAction::Rollback),
                "pause" => Some(FailureAction::Pause),
                _ => None,
            })?
            .or(config.failure_action),
        monitor: place("monitor").duration(written.monitor)?.or(config.monitor),
        max_failure_ratio: place("max_failure_ratio")
            .read(written.max_failure_ratio, "write a number from 0 to 1", |text| {
                text.parse().ok().filter(|ratio| (0.0..=1.0).contains(ratio))
            })?
            .or(config.max_failure_ratio),
        order: place("order")
            .read(written.order, "write start-first or stop-first", |word| match word {
                "start-first" => Some(Order::StartFirst),
                "stop-first" => Some(Order::StopFirst),
                _ => None,
            })?
            .or(config.order),
    };
    Ok(())
}

/// Where a value stands, for the complaint about it.
#[derive(Clone, Copy)]
struct Place<'a> {
    file: &'a str,
    key: &'static str,
}

impl Place<'_> {
    fn number(self, written: Written) -> Result<Option<u32>, ComposeError> {
        self.read(written, "write a whole number", |text| text.parse().ok())
    }

    fn duration(self, written: Written) -> Result<Option<Duration>, ComposeError> {
        self.read(written, "write a duration such as 10s or 1m30s", duration)
    }

    /// An interpolated value is not known without the CLI and is refused like any other bad one.
    fn read<T>(
        self,
        written: Written,
        remedy: &'static str,
        meaning: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ComposeError> {
        let Some(written) = written else { return Ok(None) };
        meaning(written.value.trim()).map(Some).ok_or_else(|| ComposeError::BadValue {
            file: self.file.to_owned(),
            line: written.referenced.line(),
            column: written.referenced.column(),
            key: self.key,
            remedy: if written.value.contains('$') {
                "it depends on a variable, which only the compose CLI replaces"
            } else {
                remedy
            },
            value: written.value,
        })
    }
}

/// Compose's form of a duration: numbers with units, largest first.
fn duration(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    text.parse::<SignedDuration>().ok().and_then(|duration| Duration::try_from(duration).ok())
}

fn unparsable(file: &str, error: &serde_saphyr::Error) -> ComposeError {
    let place = error.location();
    ComposeError::Unparsable {
        file: file.to_owned(),
        line: place.map_or(0, |place| place.line()),
        column: place.map_or(0, |place| place.column()),
        message: error.without_snippet().to_string(),
    }
}
