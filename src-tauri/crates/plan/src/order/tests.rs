use serde_json::json;

use super::*;
use crate::observed::compose_labels;

fn id(text: &str) -> ServiceId {
    ServiceId::parse(text).unwrap()
}

/// Services with what they need, in the words of the settings.
fn ordered(services: &[(&str, &[&str])]) -> Order {
    let owned: Vec<(ServiceId, Vec<String>)> = services
        .iter()
        .map(|(name, needs)| (id(name), needs.iter().map(|it| (*it).to_owned()).collect()))
        .collect();
    let ranked = owned
        .iter()
        .map(|(service, needs)| Ranked { service, containers: &[], depends_on: needs })
        .collect::<Vec<_>>();
    order(&ranked)
}

fn names(order: &Order) -> Vec<String> {
    order.services.iter().map(ToString::to_string).collect()
}

fn container(name: &str, host: &serde_json::Value, labels: &serde_json::Value) -> Container {
    Container::from_inspect(&json!({
        "Id": format!("id-of-{name}"), "Name": format!("/{name}"), "Image": "sha256:1",
        "Config": { "Image": "app:1", "Labels": labels }, "HostConfig": host,
    }))
    .unwrap()
}

/// Two containers of which the second needs the first.
fn with(host: &serde_json::Value, labels: &serde_json::Value) -> Vec<String> {
    let (under, above) = (container("z", &json!({}), &json!({})), container("a", host, labels));
    let (z, a) = (under.service(), above.service());
    let (under, above) = ([under], [above]);
    names(&order(&[
        Ranked { service: &a, containers: &above, depends_on: &[] },
        Ranked { service: &z, containers: &under, depends_on: &[] },
    ]))
}

#[test]
fn what_is_needed_comes_first_and_equals_by_name() {
    let order = ordered(&[
        ("shop/web", &["api", "cache"]),
        ("shop/api", &["db"]),
        ("shop/db", &[]),
        ("shop/cache", &[]),
        ("lone", &[]),
    ]);
    assert_eq!(names(&order), ["lone", "shop/cache", "shop/db", "shop/api", "shop/web"]);
    assert!(order.cycles.is_empty());
}

#[test]
fn links_and_joined_namespaces_are_needs() {
    for host in [
        json!({ "Links": ["/z:/a/alias"] }),
        json!({ "NetworkMode": "container:z" }),
        json!({ "NetworkMode": "container:id-of-z" }),
        json!({ "IpcMode": "container:id-of-z" }),
        json!({ "PidMode": "container:z" }),
        json!({ "VolumesFrom": ["z:ro"] }),
    ] {
        assert_eq!(with(&host, &json!({})), ["z", "a"], "{host}");
    }
    assert_eq!(with(&json!({ "NetworkMode": "bridge" }), &json!({})), ["a", "z"]);
}

#[test]
fn composes_label_names_services_of_its_project() {
    let labels = |service: &str, needs: &str| {
        json!({ "com.docker.compose.project": "shop", "com.docker.compose.service": service,
            "com.docker.compose.depends_on": needs })
    };
    let web = container("shop-a-1", &json!({}), &labels("a", "z:service_healthy:true,gone:x:y"));
    let db = container("shop-z-1", &json!({}), &labels("z", ""));
    let (a, z) = (web.service(), db.service());
    let (web, db) = ([web], [db]);
    let order = order(&[
        Ranked { service: &a, containers: &web, depends_on: &[] },
        Ranked { service: &z, containers: &db, depends_on: &[] },
    ]);
    assert_eq!(names(&order), ["shop/z", "shop/a"]);
}

/// What Docker Engine 28 says of containers that compose 2.40 made with `depends_on`,
/// `network_mode: service:`, `pid: service:`, `ipc: service:`, `links` and `volumes_from`.
#[test]
fn what_compose_makes_of_its_words_is_understood() {
    let documents = include_str!("tests/compose-2.40.json");
    let documents: Vec<serde_json::Value> = serde_json::from_str(documents).unwrap();
    let containers = documents.iter().map(|raw| [Container::from_inspect(raw).unwrap()]);
    let services: Vec<_> = containers.map(|one| (one[0].service(), one)).collect();
    let of = |without_labels: bool| {
        let mut services = services.clone();
        for (_, containers) in services.iter_mut().filter(|_| without_labels) {
            containers[0].labels.remove(compose_labels::DEPENDS_ON);
        }
        let ranked = services.iter();
        let ranked =
            ranked.map(|(service, containers)| Ranked { service, containers, depends_on: &[] });
        names(&order(&ranked.collect::<Vec<_>>())).join(" ")
    };
    let expected =
        "shop/y-cache shop/z-db shop/a-web shop/b-side shop/c-pid shop/d-link shop/e-vol";
    assert_eq!(of(false), expected);
    // All but depends_on alone stands in the description, too.
    let expected =
        "shop/a-web shop/y-cache shop/z-db shop/b-side shop/c-pid shop/d-link shop/e-vol";
    assert_eq!(of(true), expected);
}

#[test]
fn the_settings_name_a_service_of_another_project_or_a_container() {
    assert_eq!(names(&ordered(&[("a/web", &["b/db"]), ("b/db", &[])])), ["b/db", "a/web"]);
    assert_eq!(names(&ordered(&[("a/web", &["proxy"]), ("proxy", &[])])), ["proxy", "a/web"]);
    assert_eq!(names(&ordered(&[("a", &["nothing here"])])), ["a"]);
}

#[test]
fn a_circle_is_broken_and_named() {
    let order = ordered(&[("c", &["a"]), ("b", &["c"]), ("a", &["b"]), ("d", &["a"])]);
    assert_eq!(names(&order), ["a", "c", "b", "d"]);
    let said: Vec<_> = order.cycles.iter().map(ToString::to_string).collect();
    assert_eq!(said, ["a, b, c need each other in a circle; a is updated first"]);
}

#[test]
fn breaking_one_circle_keeps_all_other_needs() {
    let order = ordered(&[("a", &["b", "c"]), ("b", &["a"]), ("c", &["d"]), ("d", &["c"])]);
    assert_eq!(names(&order), ["c", "a", "b", "d"]);
    assert_eq!(order.cycles.len(), 2);
}

#[test]
fn a_service_that_needs_itself_is_no_circle() {
    let order = ordered(&[("a", &["a"])]);
    assert_eq!((names(&order).len(), order.cycles.len()), (1, 0));
}

proptest::proptest! {
    #[test]
    fn every_service_comes_once_and_after_its_needs_unless_a_circle_is_named(
        needs in proptest::collection::vec(proptest::collection::vec(0..9usize, 0..4), 9),
    ) {
        let named: Vec<String> = (0..9).map(|n| format!("s{n}")).collect();
        let lists: Vec<Vec<&str>> =
            needs.iter().map(|list| list.iter().map(|n| named[*n].as_str()).collect()).collect();
        let services: Vec<(&str, &[&str])> =
            named.iter().zip(&lists).map(|(name, list)| (name.as_str(), list.as_slice())).collect();
        let order = ordered(&services);
        let place = |name: &str| order.services.iter().position(|it| *it == id(name)).unwrap();
        assert_eq!(order.services.len(), 9);
        for (name, list) in &services {
            for need in *list {
                let in_circle = order.cycles.iter().any(|it| it.0.contains(&id(name)));
                assert!(name == need || place(need) < place(name) || in_circle, "{name} {need}");
            }
        }
        let mut turned = services.clone();
        turned.reverse();
        assert_eq!(ordered(&turned), order);
    }
}
