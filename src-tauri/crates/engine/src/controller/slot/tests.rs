use std::collections::BTreeMap;

use phoenix_plan::{journal::JournalId, receipt::Outcome, step::Purpose};

use super::*;

fn change(name: &str, labels: &[(&str, &str)]) -> ContainerChange {
    let own = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    ContainerChange {
        name: name.to_owned(),
        labels: labels.iter().map(own).collect::<BTreeMap<_, _>>(),
        action: "die".to_owned(),
    }
}

fn concerned(wished: &str, change: &ContainerChange) -> bool {
    Slot::new(ServiceId::parse(wished).unwrap()).is_concerned_by(change)
}

const SHOP: [(&str, &str); 2] =
    [("com.docker.compose.project", "shop"), ("com.docker.compose.service", "web")];

#[test]
fn a_container_concerns_the_service_of_its_name() {
    assert!(concerned("web", &change("web", &[])));
    assert!(!concerned("web", &change("web2", &[])));
    assert!(!concerned("web", &change("other", &[])));
}

#[test]
fn a_container_of_compose_concerns_its_service_whatever_its_name() {
    assert!(concerned("shop/web", &change("shop-web-3", &SHOP)));
    assert!(!concerned("shop/db", &change("shop-db-1", &SHOP)));
    assert!(!concerned("shop/web", &change("shop-web-3", &SHOP[..1])));
}

#[test]
fn a_compose_service_may_be_wished_for_by_the_name_of_its_container() {
    assert!(concerned("shop-web-1", &change("shop-web-1", &SHOP)));
}

#[test]
fn a_switch_concerns_its_service() {
    for wished in ["web", "shop/web"] {
        let name = switch_name(&ServiceId::parse(wished).unwrap());
        assert!(concerned(wished, &change(&name, &[])), "{name}");
        assert!(!concerned("other", &change(&name, &[])), "{name}");
    }
}

#[test]
fn what_was_found_is_not_newer_once_it_runs() {
    let (digest, image_id) = (Some("sha256:2".to_owned()), Some("sha256:b".to_owned()));
    let running = Release { digest, image_id, ..Release::default() };
    let newer = |digest: &str| Finding::UpdateAvailable {
        digest: digest.to_owned(),
        version: None,
        download_bytes: None,
    };
    assert_eq!(still(newer("sha256:2"), Some(&running)), Finding::UpToDate);
    assert_eq!(still(newer("sha256:3"), Some(&running)), newer("sha256:3"));
    assert_eq!(still(newer("sha256:2"), None), newer("sha256:2"));
    let pulled =
        Finding::PulledNotRunning { image_id: "sha256:b".to_owned(), digest: None, version: None };
    assert_eq!(still(pulled, Some(&running)), Finding::UpToDate);
}

fn ended_at(second: i64) -> Receipt {
    let at = Timestamp::from_second(second).unwrap();
    let id = JournalId::new(at, "00000001");
    let (service, reason) = (ServiceId::Container("web".to_owned()), String::new());
    let release = Release::default;
    let (purpose, outcome) = (Purpose::Update, Outcome::Updated);
    Receipt::not_begun(id, service, purpose, outcome, reason, release(), release(), at)
}

#[test]
fn a_look_that_began_before_an_operation_ended_does_not_take_its_receipt_away() {
    let (older, newer) = (ended_at(1), ended_at(2));
    assert_eq!(later(Some(&newer), Some(older.clone())), Some(newer.clone()));
    assert_eq!(later(Some(&newer), None), Some(newer.clone()));
    assert_eq!(later(Some(&older), Some(newer.clone())), Some(newer.clone()));
    assert_eq!(later(None, Some(newer.clone())), Some(newer));
}
