use super::*;

fn receipt() -> Receipt {
    Receipt::not_begun(
        JournalId::new(Timestamp::UNIX_EPOCH, "00000001"),
        ServiceId::Container("web".to_owned()),
        Purpose::Update,
        Outcome::Updated,
        "the release serves".to_owned(),
        Release::default(),
        Release::default(),
        Timestamp::UNIX_EPOCH,
    )
}

fn plot() -> Plot {
    let tick = PlotTick { requests: 3, failed: 1, slowest_us: 250 };
    let mark = PlotMark { at_ms: 40, moment: Moment::Switched };
    Plot { began_at: Timestamp::UNIX_EPOCH, tick_ms: 100, ticks: vec![tick], marks: vec![mark] }
}

#[test]
fn a_receipt_from_before_there_were_plots_is_still_read() {
    let document = serde_json::to_value(receipt()).unwrap();
    assert!(document.get("plot").is_none(), "{document}");
    assert_eq!(serde_json::from_value::<Receipt>(document).unwrap(), receipt());
}

#[test]
fn a_plot_is_kept_and_can_be_left_out() {
    let full = Receipt { plot: Some(plot()), ..receipt() };
    let document = serde_json::to_value(&full).unwrap();
    assert_eq!(serde_json::from_value::<Receipt>(document).unwrap(), full);
    assert_eq!(full.without_plot(), receipt());
}
