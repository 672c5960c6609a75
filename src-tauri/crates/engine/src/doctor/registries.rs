//! Whether the registries answer, and how much they still give.

use std::collections::BTreeMap;

use phoenix_plan::image::ImageReference;

use super::{Check, Remedy, Subject, Topic};
use crate::{
    World, in_a_sentence,
    ports::{Quota, RegistryError},
};

/// Asks each registry once, for the first of its images that is watched.
pub(super) async fn checks(world: &World, references: &[ImageReference]) -> Vec<Check> {
    let mut hosts: BTreeMap<&str, &ImageReference> = BTreeMap::new();
    for reference in references {
        hosts.entry(reference.registry.as_str()).or_insert(reference);
    }
    world.registry.person_asks();
    let mut checks = Vec::new();
    for (host, reference) in hosts {
        let answer = world.registry.digest(reference).await;
        checks.push(judged(host, reference, answer, world.registry.quota(host)));
    }
    checks
}

fn judged(
    host: &str,
    reference: &ImageReference,
    answer: Result<String, RegistryError>,
    quota: Option<Quota>,
) -> Check {
    let subject = Subject::machine(Topic::Registry);
    match answer {
        Ok(_) => Check::good(subject, format!("{host} answers{}", left(quota))),
        // An image that is not there is the service's matter; the registry has answered.
        Err(RegistryError::NotFound { .. }) => {
            Check::good(subject, format!("{host} answers, and has no {}", reference.familiar()))
        }
        Err(error) => {
            let remedy = Remedy::by_hand(format!(
                "'docker pull {}' tells whether Docker gets on with it; [registries.\"{host}\"] in \
                 config.toml says how it is reached",
                reference.familiar()
            ));
            Check::bad(subject, in_a_sentence(&error), remedy)
        }
    }
}

fn left(quota: Option<Quota>) -> String {
    let Some(quota) = quota else { return String::new() };
    match (quota.remaining, quota.limit) {
        (Some(remaining), Some(limit)) => format!("; {remaining} of {limit} pulls are left"),
        (Some(remaining), None) => format!("; {remaining} pulls are left"),
        (None, _) => String::new(),
    }
}
