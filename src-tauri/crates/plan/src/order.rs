//! In which order services are updated: what others stand on comes first.

mod needs;

use std::collections::{BTreeMap, BTreeSet};

use crate::{observed::Container, service::ServiceId};

pub use needs::{Need, NeedKind, Needed, needs_of};

/// A service to put into the order.
#[derive(Debug, Clone, Copy)]
pub struct Ranked<'a> {
    /// The service.
    pub service: &'a ServiceId,
    /// Its containers.
    pub containers: &'a [Container],
    /// What it needs besides, as settings and labels name it: `depends_on`.
    pub depends_on: &'a [String],
}

/// An order, and what had to be overlooked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Every service once; each after those that it needs.
    pub services: Vec<ServiceId>,
    /// Services that need each other, around in a circle. Each begins with the one that goes first.
    pub cycles: Vec<Cycle>,
}

/// Services each of which needs the next, and the last the first.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} need each other in a circle; {} is updated first", around(.0), first(.0))]
pub struct Cycle(pub Vec<ServiceId>);

/// Puts services into an order that depends on nothing but the services: among equals by name.
/// Circles are broken where the first name is, and named.
pub fn order(services: &[Ranked<'_>]) -> Order {
    let mut open = needs_between(services);
    let mut order = Order { services: Vec::new(), cycles: Vec::new() };
    while !open.is_empty() {
        let ready = open.iter().find(|(_, needs)| needs.is_empty()).map(|(it, _)| (*it).clone());
        if let Some(next) = ready {
            open.remove(&next);
            for needs in open.values_mut() {
                needs.remove(&next);
            }
            order.services.push(next);
            continue;
        }
        let circle = circle(&open);
        if let [first, second, ..] = circle.as_slice()
            && let Some(needs) = open.get_mut(first)
        {
            needs.remove(second);
        }
        order.cycles.push(Cycle(circle));
    }
    order
}

/// Whether a service needs another one.
pub fn needs(service: &Ranked<'_>, other: &Ranked<'_>) -> bool {
    let written = service.depends_on.iter().map(|name| needs::named(service.service, name));
    let seen = service.containers.iter().flat_map(needs_of);
    service.service != other.service && written.chain(seen).any(|need| need.means(other))
}

type Open<'a> = BTreeMap<&'a ServiceId, BTreeSet<ServiceId>>;

/// What each service needs of the others; itself, and what is not among them, counts for nothing.
fn needs_between<'a>(services: &[Ranked<'a>]) -> Open<'a> {
    let mut open = Open::new();
    for ranked in services {
        let written = ranked.depends_on.iter().map(|name| needs::named(ranked.service, name));
        let seen = ranked.containers.iter().flat_map(needs_of);
        let needs = open.entry(ranked.service).or_default();
        for need in written.chain(seen) {
            needs.extend(services.iter().filter(|it| need.means(it)).map(|it| it.service.clone()));
        }
        needs.remove(ranked.service);
    }
    open
}

/// A circle among services none of which is ready, from its first name on.
fn circle(open: &Open<'_>) -> Vec<ServiceId> {
    let mut path: Vec<&ServiceId> = Vec::new();
    let mut at = open.keys().next().copied();
    while let Some(service) = at {
        if let Some(begin) = path.iter().position(|seen| *seen == service) {
            let around = path.split_off(begin);
            let first = around.iter().enumerate().min_by_key(|(_, name)| **name);
            let first = first.map_or(0, |(index, _)| index);
            let (before, after) = around.split_at(first);
            return after.iter().chain(before).map(|service| (*service).clone()).collect();
        }
        path.push(service);
        at = open.get(service).and_then(BTreeSet::first);
    }
    path.into_iter().cloned().collect()
}

fn around(services: &[ServiceId]) -> String {
    let names: Vec<_> = services.iter().map(ToString::to_string).collect();
    names.join(", ")
}

fn first(services: &[ServiceId]) -> String {
    services.first().map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests;
