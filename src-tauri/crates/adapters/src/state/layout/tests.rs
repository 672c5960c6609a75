use std::fs;

use phoenix_engine::ports::StateStore;

use super::{
    super::tests::{Place, service},
    *,
};

/// As an early version left it: both services in the folder `shop.web`.
fn early(services: &[&str]) -> Place {
    let place = Place::new();
    for (number, name) in services.iter().enumerate() {
        place.begin(&number.to_string(), name);
        let own = place.path("journals").join(service(name).file_name());
        let shared = place.path("journals/shop.web");
        fs::create_dir_all(&shared).unwrap();
        let file = format!("{number}.jsonl");
        fs::rename(own.join(&file), shared.join(&file)).unwrap();
    }
    fs::remove_file(place.path(MARK)).unwrap();
    fs::write(place.path("records/shop.web.json"), "{}").unwrap();
    place
}

fn exists(place: &Place, name: &str) -> bool {
    place.path(name).exists()
}

#[test]
fn a_new_folder_is_marked_at_once() {
    assert_eq!(fs::read_to_string(Place::new().path(MARK)).unwrap(), CURRENT);
}

#[test]
fn a_container_with_a_dot_gets_the_files_that_were_its_own() {
    let place = early(&["shop.web"]);
    bring_up_to_date(&place.path("")).unwrap();
    assert!(exists(&place, "journals/shop%2Eweb/0.jsonl"));
    assert!(exists(&place, "records/shop%2Eweb.json"));
    assert_eq!(place.store.unfinished(&service("shop.web")).unwrap().len(), 1);
}

#[test]
fn shared_journals_are_told_apart_and_a_shared_record_stays_with_compose() {
    let place = early(&["shop.web", "shop/web"]);
    bring_up_to_date(&place.path("")).unwrap();
    assert!(exists(&place, "journals/shop%2Eweb/0.jsonl"));
    assert!(exists(&place, "journals/shop.web/1.jsonl"));
    assert!(exists(&place, "records/shop.web.json"));
    assert!(!exists(&place, "records/shop%2Eweb.json"));
}

#[test]
fn a_compose_service_keeps_its_files() {
    let place = early(&["shop/web"]);
    bring_up_to_date(&place.path("")).unwrap();
    assert!(exists(&place, "journals/shop.web/0.jsonl"));
    assert!(exists(&place, "records/shop.web.json"));
}

#[test]
fn nothing_is_moved_while_somebody_is_at_work() {
    let place = early(&["shop.web"]);
    let lock = place.path("locks/shop.web.lock");
    let held = lock::acquire(&lock, &service("shop.web"), "an update").unwrap();
    bring_up_to_date(&place.path("")).unwrap();
    assert!(exists(&place, "journals/shop.web/0.jsonl") && !exists(&place, MARK));
    drop(held);
    bring_up_to_date(&place.path("")).unwrap();
    assert!(exists(&place, "journals/shop%2Eweb/0.jsonl") && exists(&place, MARK));
}
