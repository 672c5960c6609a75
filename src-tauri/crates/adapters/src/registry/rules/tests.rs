use serde_json::json;

use super::*;

fn rules(registry: &str, rule: RegistryRule) -> Rules {
    Rules { written: [(registry.to_owned(), rule)].into(), ..Rules::default() }
}

/// The addresses that are asked, with a mark where certificates are not checked.
fn asked(rules: &Rules, registry: &str) -> Vec<String> {
    let endpoints = rules.endpoints(registry, &[]);
    let text = |it: &Endpoint| match it.trust {
        Trust::Checked(_) => it.base.to_string(),
        Trust::Unchecked => format!("{} unchecked", it.base),
    };
    endpoints.iter().map(text).collect()
}

#[test]
fn only_this_machine_is_asked_without_tls() {
    for registry in ["localhost:5000", "127.3.4.5:5000", "[::1]:5000"] {
        let first = &Rules::default().endpoints(registry, &[])[0];
        assert_eq!(first.base.scheme(), "http", "{registry}");
    }
    for registry in
        ["ghcr.io", "192.168.1.2:5000", "localhost.example.com", "127.0.0.1.example.com"]
    {
        assert_eq!(asked(&Rules::default(), registry), [format!("https://{registry}/")]);
    }
}

#[test]
fn an_insecure_registry_is_asked_over_unchecked_tls_and_then_without() {
    let insecure = RegistryRule { insecure: Some(true), ..RegistryRule::default() };
    assert_eq!(
        asked(&rules("lan:5000", insecure), "lan:5000"),
        ["https://lan:5000/ unchecked", "http://lan:5000/ unchecked"]
    );
    let engine = EngineRules::read(&json!({ "RegistryConfig": {
        "IndexConfigs": { "lan:5000": { "Secure": false } } } }));
    let rules = Rules { engine, ..Rules::default() };
    assert_eq!(asked(&rules, "lan:5000").len(), 2);
    assert_eq!(asked(&rules, "lan:5001"), ["https://lan:5001/"]);
}

#[test]
fn who_says_that_it_is_secure_or_names_an_authority_gets_tls_only() {
    let ca = RegistryRule { ca: Some("/ca.pem".into()), ..RegistryRule::default() };
    let secure = RegistryRule { insecure: Some(false), ..RegistryRule::default() };
    for rule in [ca, secure] {
        let rules = rules("127.0.0.1:5000", rule);
        assert_eq!(asked(&rules, "127.0.0.1:5000"), ["https://127.0.0.1:5000/"]);
    }
}

#[test]
fn mirrors_are_asked_first_ours_before_the_engines() {
    let mirror =
        RegistryRule { mirror: Some("https://mine.example".into()), ..RegistryRule::default() };
    let engine = EngineRules::read(&json!({ "RegistryConfig": {
        "Mirrors": ["http://theirs.example:5000/"] } }));
    let rules = Rules { engine, ..rules("docker.io", mirror) };
    let expected =
        ["https://mine.example/", "http://theirs.example:5000/", "https://registry-1.docker.io/"];
    assert_eq!(asked(&rules, "docker.io"), expected);
    assert_eq!(asked(&rules, "ghcr.io"), ["https://ghcr.io/"]);
}

#[test]
fn certificates_in_dockers_folders_are_found_by_host_and_port() {
    let folder = tempfile::tempdir().unwrap();
    let of_host = folder.path().join("lan.example:5000");
    std::fs::create_dir(&of_host).unwrap();
    for name in ["b.crt", "a.crt", "client.key"] {
        std::fs::write(of_host.join(name), "").unwrap();
    }
    let rules = Rules { certificates: vec![folder.path().to_owned()], ..Rules::default() };
    let expected = Trust::Checked(vec![of_host.join("a.crt"), of_host.join("b.crt")]);
    assert_eq!(rules.endpoints("lan.example:5000", &[])[0].trust, expected);
    assert_eq!(rules.endpoints("lan.example", &[])[0].trust, Trust::Checked(Vec::new()));
}

#[test]
fn what_is_no_host_has_no_endpoint() {
    assert_eq!(Rules::default().endpoints("user@evil.example", &[]), []);
}
