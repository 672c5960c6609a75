//! Whether a service answers where its clients ask, and who has its port if it does not run.

use std::time::Duration;

use phoenix_plan::{
    observed::{Container, ContainerState, Observed, PortBinding},
    policy::Policy,
    probe::http_probe,
    service::ServiceId,
};
use serde_json::Value;

use super::{Check, Remedy, Subject, Topic};
use crate::{
    ports::ProbeTarget,
    wording::{Wording, wording},
};

/// Bound on one question.
const ASK_WITHIN: Duration = Duration::from_secs(5);

/// What to ask at the host, and of which container; `None` where nothing is published over TCP.
pub(super) fn target(observed: &Observed, policy: &Policy) -> Option<ProbeTarget> {
    let container = &observed.members.first()?.container;
    let ports = match &observed.switch {
        Some(switch) => switch.ports.clone(),
        None => container.ports.clone(),
    };
    let probe = http_probe(container, &ports, policy);
    let is_asked =
        |port: &&PortBinding| probe.as_ref().is_none_or(|probe| probe.port == port.container_port);
    let tcp = ports.iter().filter(|port| port.is_tcp() && port.host_port != 0);
    let port = tcp.clone().find(is_asked).or_else(|| tcp.clone().next())?;
    let path = probe.filter(|probe| probe.port == port.container_port).map(|probe| probe.path);
    Some(ProbeTarget { address: address(port), path, every: ASK_WITHIN, timeout: ASK_WITHIN })
}

fn address(port: &PortBinding) -> String {
    match port.host_ip.as_str() {
        "" | "0.0.0.0" => format!("127.0.0.1:{}", port.host_port),
        "::" => format!("[::1]:{}", port.host_port),
        v6 if v6.contains(':') => format!("[{v6}]:{}", port.host_port),
        v4 => format!("{v4}:{}", port.host_port),
    }
}

/// What the answer means.
pub(super) fn judged(
    observed: &Observed,
    target: &ProbeTarget,
    answer: Result<Option<u16>, String>,
) -> Check {
    let subject = Subject::of(&observed.service, Topic::Answers);
    let place = format!("{}{}", target.address, target.path.as_deref().unwrap_or_default());
    let name = observed.members.first().map_or("", |member| member.container.name.as_str());
    let logs =
        Remedy::by_hand(wording!("help.logs", "'docker logs --tail 50 {name}' says more", name));
    match answer {
        Ok(None) => Check::good(
            subject,
            wording!("found.answers.accepts", "{place} accepts connections", place),
        ),
        Ok(Some(status @ 200..400)) => Check::good(subject, answers(&place, status)),
        Ok(Some(status @ 400..500)) => {
            let remedy = Remedy::by_hand(wording!(
                "help.probe_path",
                "probe_path in config.toml names the path that tells whether it is well"
            ));
            Check::advice(subject, answers(&place, status), remedy)
        }
        Ok(Some(status)) => Check::bad(subject, answers(&place, status), logs),
        Err(reason) => {
            let finding = wording!(
                "found.answers.silent",
                "{place} does not answer: {reason}",
                place,
                reason
            );
            Check::bad(subject, finding, logs)
        }
    }
}

fn answers(place: &str, status: u16) -> Wording {
    wording!("found.answers.status", "{place} answers {status}", place, status)
}

/// Who has the ports of a container that does not run.
pub(super) fn taken_ports(
    service: &ServiceId,
    container: &Container,
    listed: &[Value],
) -> Vec<Check> {
    let ContainerState::Stopped { .. } = container.state else { return Vec::new() };
    let conflicts = container.ports.iter().filter_map(|port| {
        let holder = listed.iter().find(|other| holds(other, port))?;
        let name = holder["Names"][0].as_str()?.trim_start_matches('/');
        let (port, own) = (port.host_port, &container.name);
        let finding = wording!(
            "found.port.taken",
            "port {port} is taken by the container {name}",
            port,
            name
        );
        let remedy = Remedy::by_hand(wording!(
            "help.port",
            "'docker stop {name}' frees it; or publish {own} at another port",
            name,
            own
        ));
        Some(Check::bad(Subject::of(service, Topic::Port), finding, remedy))
    });
    conflicts.collect()
}

fn holds(listed: &Value, port: &PortBinding) -> bool {
    let runs = listed["State"].as_str() == Some("running");
    let ports = listed["Ports"].as_array().into_iter().flatten();
    let is_same = |it: &Value| {
        it["PublicPort"].as_u64() == Some(u64::from(port.host_port))
            && it["Type"].as_str() == Some(port.protocol.as_str())
    };
    runs && port.host_port != 0 && ports.into_iter().any(is_same)
}
