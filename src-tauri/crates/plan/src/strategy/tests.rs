use serde_json::{Value, json};

use super::*;

fn container(change: impl FnOnce(&mut Value)) -> Container {
    let mut raw = json!({
        "Id": "c1", "Name": "/web", "Image": "sha256:1", "State": { "Running": true },
        "Config": { "Image": "app:1" },
        "HostConfig": { "NetworkMode": "default",
            "PortBindings": { "80/tcp": [{ "HostIp": "", "HostPort": "8080" }] } },
        "NetworkSettings": { "Networks": {} }, "Mounts": []
    });
    change(&mut raw);
    Container::from_inspect(&raw).unwrap()
}

fn chosen(order: Option<Order>, wish: Option<Strategy>, change: impl FnOnce(&mut Value)) -> String {
    let container = container(change);
    let Choice { strategy, reason } = choose(&container, &container.ports, order, wish);
    format!("{strategy}: {reason}")
}

fn volume(raw: &mut Value) {
    raw["Mounts"] = json!([{ "Type": "volume", "Name": "d", "Destination": "/data", "RW": true }]);
}

fn address(raw: &mut Value) {
    raw["NetworkSettings"]["Networks"]["n"] =
        json!({ "IPAMConfig": { "IPv4Address": "172.30.0.9" } });
}

#[test]
fn a_service_that_shares_nothing_overlaps() {
    assert_eq!(
        chosen(None, None, |_| ()),
        "overlap: nothing is shared that two containers could break"
    );
}

#[test]
fn a_writable_volume_means_hold() {
    assert_eq!(chosen(None, None, volume), "hold: two containers would write to /data at once");
}

#[test]
fn start_first_overlaps_in_spite_of_a_writable_volume() {
    assert_eq!(
        chosen(Some(Order::StartFirst), None, volume),
        "overlap: the compose file says order: start-first"
    );
}

#[test]
fn stop_first_means_hold() {
    assert_eq!(
        chosen(Some(Order::StopFirst), None, |_| ()),
        "hold: the compose file says order: stop-first"
    );
}

#[test]
fn a_fixed_address_cannot_overlap_even_with_start_first() {
    assert_eq!(
        chosen(Some(Order::StartFirst), None, address),
        "hold: its address is fixed, so two containers cannot run at once"
    );
}

#[test]
fn a_wish_for_overlap_does_not_make_a_fixed_address_free() {
    assert!(chosen(None, Some(Strategy::Overlap), address).starts_with("hold"));
}

#[test]
fn a_wish_beats_stop_first() {
    assert_eq!(
        chosen(Some(Order::StopFirst), Some(Strategy::Overlap), |_| ()),
        "overlap: you asked for it"
    );
}

#[test]
fn host_networking_is_recreated_whatever_is_wished() {
    let host = |raw: &mut Value| raw["HostConfig"]["NetworkMode"] = json!("host");
    assert!(chosen(None, Some(Strategy::Overlap), host).starts_with("recreate"));
}

#[test]
fn a_udp_port_is_recreated() {
    let udp = |raw: &mut Value| {
        raw["HostConfig"]["PortBindings"]["53/udp"] = json!([{ "HostPort": "53" }]);
    };
    assert_eq!(
        chosen(None, None, udp),
        "recreate: it publishes a udp port, and a switch carries TCP only"
    );
}

#[test]
fn without_a_port_it_is_recreated() {
    let none = |raw: &mut Value| raw["HostConfig"]["PortBindings"] = json!({});
    assert_eq!(chosen(None, None, none), "recreate: it publishes no TCP port");
}

#[test]
fn every_reason_can_be_written_into_a_journal_and_read_back() {
    let text = || "x".to_owned();
    let reasons = [
        StrategyReason::Chosen,
        StrategyReason::StartFirst,
        StrategyReason::StopFirst,
        StrategyReason::NetworkMode(text()),
        StrategyReason::NoTcpPort,
        StrategyReason::OtherProtocol(text()),
        StrategyReason::StaticAddress,
        StrategyReason::FixedMac,
        StrategyReason::Devices,
        StrategyReason::SharedWritableVolume(text()),
        StrategyReason::NothingShared,
    ];
    for reason in reasons {
        let written = serde_json::to_string(&reason).unwrap();
        assert_eq!(serde_json::from_str::<StrategyReason>(&written).unwrap(), reason, "{written}");
    }
}
