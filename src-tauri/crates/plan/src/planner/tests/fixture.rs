//! A service to plan for.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use super::super::{Basis, Candidate, Decision, Destination, KeptMember, Space, naming, update};
use crate::{
    image::{ImageReference, Release},
    observed::{Container, Member, Observed, ObservedSwitch},
    policy::{ComposeDeploy, Policy},
    route::Routed,
    service::ServiceId,
    step::{Dropped, Plan},
    strategy::Strategy,
};

pub(super) struct Fixture {
    pub(super) observed: Observed,
    pub(super) from: Release,
    pub(super) tagged: Option<String>,
    pub(super) policy: Policy,
    pub(super) bad: Vec<(String, String)>,
    pub(super) kept_releases: Vec<Dropped>,
    pub(super) space: Option<Space>,
}

impl Fixture {
    pub(super) fn new(replicas: usize, adopted: bool, volume: bool) -> Self {
        let service = ServiceId::parse(if replicas > 1 { "shop/web" } else { "web" }).unwrap();
        let network = naming::switch_name(&service);
        let members: Vec<Member> = (0..replicas)
            .map(|index| Member {
                container: container(replicas, index, adopted, volume),
                generation: adopted.then(|| naming::generation("0000aaaa", index)),
            })
            .collect();
        let backends = members.iter().filter_map(|member| {
            let generation = member.generation.as_ref()?;
            Some(naming::backend(generation))
        });
        let switch = adopted.then(|| ObservedSwitch {
            container_id: "switch".to_owned(),
            network,
            ports: container(replicas, 0, false, volume).ports,
            routed: Some(Routed { backends: backends.collect(), ..Routed::default() }),
        });
        Self {
            observed: Observed { service, members, switch, compose: None, dependents: Vec::new() },
            from: Release {
                image: "app:latest".to_owned(),
                digest: Some("sha256:d1".to_owned()),
                image_id: Some("sha256:1111111111111111".to_owned()),
                version: Some("1.0.0".to_owned()),
            },
            tagged: Some("sha256:1111111111111111".to_owned()),
            policy: Policy::default(),
            bad: Vec::new(),
            kept_releases: Vec::new(),
            space: None,
        }
    }

    pub(super) fn strategy(mut self, strategy: Strategy) -> Self {
        self.policy.strategy = Some(strategy);
        self
    }

    pub(super) fn compose(mut self, deploy: ComposeDeploy) -> Self {
        self.observed.compose = Some(deploy);
        self
    }

    pub(super) fn basis(&self) -> Basis<'_> {
        Basis {
            observed: &self.observed,
            from: &self.from,
            tagged: self.tagged.as_deref(),
            policy: &self.policy,
            bad_digests: &self.bad,
            raw_ports: &[],
            kept: &self.kept_releases,
            space: self.space,
            platform: "linux/amd64",
            probe: None,
            now: Timestamp::UNIX_EPOCH,
            fresh: "0000bbbb",
        }
    }

    pub(super) fn updated(&self) -> Decision {
        update(&self.basis(), &candidate())
    }

    pub(super) fn kept(&self, parked: bool, generation: bool) -> Destination {
        let members = self.observed.members.iter().enumerate().map(|(index, _)| KeptMember {
            id: format!("kept{index}"),
            parked_as: parked.then(|| format!("web-phoenix-g0000cccc-{index}")),
            generation: generation.then(|| naming::generation("0000cccc", index)),
            joins: Vec::new(),
        });
        Destination {
            release: Release {
                image: "app:latest".to_owned(),
                digest: Some("sha256:d0".to_owned()),
                image_id: Some("sha256:0000000000000000".to_owned()),
                version: Some("0.9.0".to_owned()),
            },
            pin: "phoenix-tray/keep/web:0000000000000000".to_owned(),
            members: members.collect(),
            backup: None,
        }
    }
}

pub(super) fn plan(decision: Decision) -> Plan {
    match decision {
        Decision::Go(plan) => *plan,
        other => panic!("{other:?}"),
    }
}

pub(super) fn candidate() -> Candidate {
    Candidate {
        reference: ImageReference::parse("app:latest").unwrap(),
        digest: Some(format!("sha256:{}", "2".repeat(64))),
        image_id: None,
        version: Some("1.1.0".to_owned()),
        asked_for: false,
    }
}

fn container(replicas: usize, index: usize, adopted: bool, volume: bool) -> Container {
    let name = if replicas > 1 { format!("shop-web-{}", index + 1) } else { "web".to_owned() };
    let mounts = if volume {
        json!([{ "Type": "volume", "Name": "d", "Destination": "/data", "RW": true }])
    } else {
        json!([])
    };
    let ports = if adopted {
        json!({})
    } else {
        json!({ "80/tcp": [{ "HostIp": "", "HostPort": (8080 + index).to_string() }] })
    };
    let raw = json!({
        "Id": format!("old{index}"), "Name": format!("/{name}"),
        "Image": "sha256:1111111111111111", "State": { "Running": true },
        "Config": { "Image": "app:latest" },
        "HostConfig": { "NetworkMode": "bridge", "PortBindings": ports },
        "NetworkSettings": { "Networks": { "bridge": {} } }, "Mounts": mounts
    });
    let mut container = Container::from_inspect(&raw).unwrap();
    container.stop_timeout = Duration::from_secs(10);
    container
}
