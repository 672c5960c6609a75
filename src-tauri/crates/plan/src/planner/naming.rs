//! Names of everything a plan makes; derived, so that a repeated step finds its own work.

use std::collections::BTreeMap;

use crate::{route::Backend, service::ServiceId};

/// Between a container's name and the generation that it waits as.
const PARKING_INFIX: &str = "-phoenix-";

/// Label of a switch and its objects: the service they serve.
const SWITCH_SERVICE_LABEL: &str = "phoenix-tray.switch.service";

/// The name of a service's switch, its network and its volume.
pub fn switch_name(service: &ServiceId) -> String {
    format!("phoenix-switch-{}", service.slug())
}

/// The labels of a service's switch, its network and its volume.
pub fn switch_labels(service: &ServiceId) -> BTreeMap<String, String> {
    BTreeMap::from([(SWITCH_SERVICE_LABEL.to_owned(), service.to_string())])
}

/// Our tag that keeps an image from being pruned, as long as its release can be gone back to.
pub fn pin_tag(service: &ServiceId, image_id: &str) -> String {
    let hex = image_id.trim_start_matches("sha256:");
    let repository = service.slug().to_lowercase();
    format!("phoenix-tray/keep/{repository}:{}", hex.get(..16).unwrap_or(hex))
}

/// The nth generation of a plan.
pub(super) fn generation(fresh: &str, index: usize) -> String {
    format!("g{fresh}-{index}")
}

/// The backend of a generation: reached by its alias on the switch's network, which no other
/// container has. The service's own name would lead to the old container until the new one has it.
pub(super) fn backend(generation: &str) -> Backend {
    Backend { generation: generation.to_owned(), hosts: vec![generation.to_owned()] }
}

/// Where a container waits.
pub(super) fn parking_name(name: &str, generation: &str) -> String {
    format!("{}{PARKING_INFIX}{generation}", base_name(name))
}

/// What a container from before the adoption waits as: it never was a generation.
pub(super) fn before_adoption(fresh: &str, index: usize) -> String {
    format!("g{fresh}-{index}-before")
}

/// Whether a container of this name waits: a candidate before its update is confirmed, or a
/// predecessor after it. Only names that end as ours do; `home-phoenix-1` is a service's.
pub fn is_parking_name(name: &str) -> bool {
    base_name(name) != name
}

/// The name without our parking suffix.
pub(super) fn base_name(name: &str) -> &str {
    name.rsplit_once(PARKING_INFIX)
        .filter(|(base, generation)| !base.is_empty() && is_generation(generation))
        .map_or(name, |(base, _)| base)
}

/// `g01234567-0`, `g01234567-0-before`.
fn is_generation(text: &str) -> bool {
    let Some((fresh, index)) = text.strip_prefix('g').and_then(|rest| rest.split_once('-')) else {
        return false;
    };
    let index = index.strip_suffix("-before").unwrap_or(index);
    fresh.len() == 8
        && fresh.chars().all(|c| c.is_ascii_hexdigit())
        && !index.is_empty()
        && index.chars().all(|c| c.is_ascii_digit())
}
