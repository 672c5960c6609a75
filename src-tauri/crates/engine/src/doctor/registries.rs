//! Whether the registries answer, and how much they still give.

use std::collections::BTreeMap;

use phoenix_plan::image::ImageReference;

use super::{Check, Remedy, Subject, Topic};
use crate::{
    World,
    ports::{Quota, RegistryError},
    wording::{Wording, wording},
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
        Ok(_) => Check::good(subject, answers(host, quota)),
        // An image that is not there is the service's matter; the registry has answered.
        Err(RegistryError::NotFound { .. }) => {
            let reference = reference.familiar();
            let finding = wording!(
                "found.registry.has_none",
                "{host} answers, and has no {reference}",
                host,
                reference
            );
            Check::good(subject, finding)
        }
        Err(error) => {
            let reference = reference.familiar();
            let remedy = wording!(
                "help.registry",
                "'docker pull {reference}' tells whether Docker gets on with it; \
                 [registries.\"{host}\"] in config.toml says how it is reached",
                reference,
                host
            );
            Check::bad(subject, Wording::from(&error), Remedy::by_hand(remedy))
        }
    }
}

fn answers(host: &str, quota: Option<Quota>) -> Wording {
    let (remaining, limit) = quota.map_or((None, None), |quota| (quota.remaining, quota.limit));
    match (remaining, limit) {
        (Some(remaining), Some(limit)) => wording!(
            "found.registry.left_of",
            "{host} answers; {remaining} of {limit} pulls are left",
            host,
            remaining,
            limit
        ),
        (Some(remaining), None) => wording!(
            "found.registry.left",
            "{host} answers; {remaining} pulls are left",
            host,
            remaining
        ),
        (None, _) => wording!("found.registry.answers", "{host} answers", host),
    }
}
