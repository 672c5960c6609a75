use serde_json::json;

use super::*;

fn container(name: &str, image: &str, check: &str) -> Container {
    Container::from_inspect(&json!({
        "Id": "c1", "Name": name, "Image": "sha256:1", "State": { "Running": true },
        "Config": { "Image": image, "Healthcheck": { "Test": ["CMD-SHELL", check] } },
    }))
    .unwrap()
}

fn ports(container_ports: &[u16]) -> Vec<PortBinding> {
    let binding = |port: &u16| PortBinding {
        host_ip: String::new(),
        host_port: *port,
        container_port: *port,
        protocol: "tcp".to_owned(),
    };
    container_ports.iter().map(binding).collect()
}

#[test]
fn a_configured_path_is_asked_at_the_main_port() {
    let policy = Policy { probe_path: Some("ready".to_owned()), ..Policy::default() };
    let probe = http_probe(&container("/web", "web:1", "true"), &ports(&[443, 8080]), &policy);
    let expected = HttpProbe { path: "/ready".to_owned(), port: 8080, demand: Demand::Healthy };
    assert_eq!(probe, Some(expected));
}

#[test]
fn a_configured_path_may_name_its_port() {
    for wish in [":9000/ready", "http://localhost:9000/ready"] {
        let policy = Policy { probe_path: Some(wish.to_owned()), ..Policy::default() };
        let probe = http_probe(&container("/web", "web:1", "true"), &ports(&[80]), &policy);
        assert_eq!(probe.map(|probe| probe.port), Some(9000), "{wish}");
    }
}

#[test]
fn the_phoenix_gateway_is_known_without_any_setting() {
    for (name, image, port) in [
        ("/phoenix-gateway", "x:1", 18789),
        ("/gw", "127.0.0.1:5000/phoenix/gateway:latest", 8080),
        ("/gw", "other:1", 18789),
    ] {
        let probe =
            http_probe(&container(name, image, "true"), &ports(&[port]), &Policy::default());
        let probe = probe.map(|probe| (probe.path, probe.port, probe.demand));
        assert_eq!(
            probe,
            Some(("/api/health".to_owned(), port, Demand::Healthy)),
            "{name} {image}"
        );
    }
}

#[test]
fn the_address_of_the_health_check_needs_only_an_answer() {
    let web = container("/web", "web:1", "curl -f http://localhost:8080/up || exit 1");
    let probe = http_probe(&web, &ports(&[8080]), &Policy::default()).unwrap();
    assert_eq!((probe.path.as_str(), probe.demand), ("/up", Demand::Answer));
}

#[test]
fn an_address_behind_a_port_that_is_not_published_is_not_asked() {
    let web = container("/web", "web:1", "curl -f http://localhost:9090/up || exit 1");
    assert_eq!(http_probe(&web, &ports(&[8080]), &Policy::default()), None);
}

#[test]
fn the_main_port_is_a_usual_one_before_the_lowest() {
    assert_eq!(main_port(&ports(&[25, 443, 8080])), Some(8080));
    assert_eq!(main_port(&ports(&[5432, 443])), Some(443));
    assert_eq!(main_port(&[]), None);
}
