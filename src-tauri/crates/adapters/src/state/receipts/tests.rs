use std::fs;

use jiff::Timestamp;
use phoenix_engine::ports::{KeptRelease, StateStore};
use phoenix_plan::{
    image::Release,
    journal::Event,
    receipt::{Outcome, PlotTick},
};

use super::{
    super::tests::{Place, entry, receipt, service},
    *,
};

const KEEP: Keep = Keep { receipts: 3, plots: 2 };

fn plot() -> Plot {
    let ticks = vec![PlotTick { requests: 1, failed: 0, slowest_us: 9 }];
    Plot { began_at: Timestamp::UNIX_EPOCH, tick_ms: 100, ticks, marks: Vec::new() }
}

fn with_plot(id: &str, second: i64) -> Receipt {
    Receipt { plot: Some(plot()), ..receipt(id, "web", second) }
}

/// A place where `number` updates of the service came to their end.
fn after(number: i64, keep: Keep) -> Place {
    let place = Place::keeping(keep);
    for second in 0..number {
        finish(&place, &format!("r{second}"), second);
    }
    place
}

fn finish(place: &Place, name: &str, second: i64) {
    let id = place.begin(name, "web");
    place.store.save_receipt(&with_plot(name, second)).unwrap();
    place.store.append(&id, &entry(Event::Finished { outcome: Outcome::Failed })).unwrap();
}

fn names(place: &Place, folder: &str) -> Vec<String> {
    let files = durable::children(&place.path(folder)).unwrap();
    files.iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect()
}

#[test]
fn the_newest_receipts_stay_and_their_journals_go_with_the_others() {
    let place = after(5, KEEP);
    assert_eq!(names(&place, "receipts"), ["r2", "r3", "r4"]);
    assert_eq!(names(&place, "journals/web"), ["r2", "r3", "r4"]);
}

#[test]
fn plots_go_earlier_and_leave_the_numbers() {
    let place = after(3, KEEP);
    let plot_of =
        |name: &str| place.store.receipt(&JournalId::parse(name).unwrap()).unwrap().unwrap().plot;
    assert_eq!(plot_of("r0"), None);
    assert_eq!([plot_of("r1"), plot_of("r2")], [Some(plot()), Some(plot())]);
}

#[test]
fn lists_are_without_plots() {
    let place = after(2, KEEP);
    assert!(place.store.receipts(None).unwrap().iter().all(|receipt| receipt.plot.is_none()));
}

#[test]
fn a_plot_inside_an_early_receipt_is_read_and_goes_in_its_turn() {
    let place = Place::keeping(KEEP);
    write_json(&place.path("receipts/old.json"), &with_plot("old", -1)).unwrap();
    let old = JournalId::parse("old").unwrap();
    assert_eq!(place.store.receipt(&old).unwrap().unwrap().plot, Some(plot()));
    finish(&place, "r0", 0);
    finish(&place, "r1", 1);
    assert_eq!(place.store.receipt(&old).unwrap().unwrap().plot, None);
}

#[test]
fn an_unfinished_update_keeps_its_receipt_and_its_journal() {
    let place = Place::keeping(KEEP);
    place.begin("r-stuck", "web");
    place.store.save_receipt(&with_plot("r-stuck", -1)).unwrap();
    for second in 0..5 {
        finish(&place, &format!("r{second}"), second);
    }
    assert!(names(&place, "receipts").contains(&"r-stuck".to_owned()));
    assert!(names(&place, "journals/web").contains(&"r-stuck".to_owned()));
}

#[test]
fn where_a_kept_release_came_from_stays() {
    let place = Place::keeping(KEEP);
    let from = Release { image_id: Some("sha256:1".to_owned()), ..Release::default() };
    let kept = KeptRelease {
        release: from.clone(),
        superseded_at: Timestamp::UNIX_EPOCH,
        pin: String::new(),
        containers: Vec::new(),
        backup: None,
    };
    let record = ServiceRecord { kept: vec![kept], ..ServiceRecord::default() };
    place.store.save_record(&service("web"), &record).unwrap();
    place.store.save_receipt(&Receipt { from, ..with_plot("needed", -1) }).unwrap();
    for second in 0..5 {
        finish(&place, &format!("r{second}"), second);
    }
    assert_eq!(names(&place, "receipts"), ["needed", "r2", "r3", "r4"]);
}

#[test]
fn what_a_crash_has_left_over_goes_with_the_next_sweep() {
    let place = after(4, Keep { receipts: 10, plots: 10 });
    fs::remove_file(place.path("journals/web/r0.jsonl")).unwrap();
    fs::remove_file(place.path("plots/r0.json")).unwrap();
    let journals = Journals::new(place.path("journals"));
    let record = ServiceRecord::default();
    let receipts = Receipts::new(&place.path(""));
    receipts.sweep(&service("web"), KEEP, &record, &journals).unwrap();
    assert_eq!(names(&place, "receipts"), ["r1", "r2", "r3"]);
}

#[test]
fn one_services_history_pushes_no_others_out() {
    let place = Place::keeping(KEEP);
    place.store.save_receipt(&receipt("db", "db", -1)).unwrap();
    for second in 0..5 {
        finish(&place, &format!("r{second}"), second);
    }
    assert!(names(&place, "receipts").contains(&"db".to_owned()));
}
