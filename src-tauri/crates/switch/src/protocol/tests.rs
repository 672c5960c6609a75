use super::*;

fn commands() -> Vec<Command> {
    let backend = Backend { generation: "g2".into(), hosts: vec!["web-2".into(), "web".into()] };
    let generation = || "g1".to_owned();
    let confirm = Some(Confirmation { within_ms: 60_000, otherwise: OnTimeout::Revert });
    let commit = |confirm, expect_revision| Command::Commit {
        route: Route { backends: vec![backend.clone()] },
        confirm,
        keep_holding: true,
        expect_revision,
    };
    let preview = |path| {
        let backend = backend.clone();
        Command::Preview(Preview { backend, port: 80, path, timeout_ms: 500 })
    };
    vec![
        Command::Hello,
        Command::Status,
        Command::Timeline,
        preview(Some("/api/health".into())),
        preview(None),
        Command::Hold { limit_ms: u64::MAX },
        Command::Resume,
        commit(confirm, Some(7)),
        commit(None, None),
        Command::Confirm { revision: 8 },
        Command::Revert,
        Command::Drain { generation: generation(), deadline_ms: 1 },
        Command::CloseUpgraded { generation: generation(), grace_ms: 2 },
        Command::Forget { generation: generation() },
    ]
}

fn outcomes() -> Vec<Outcome> {
    let route = Route::default();
    let confirmation = Confirmation { within_ms: 1, otherwise: OnTimeout::Keep };
    let previous = route.clone();
    let unconfirmed = Some(Unconfirmed { confirmation, remaining_ms: 1, previous });
    let routed = Routed { revision: 3, route, unconfirmed, holding: true };
    let latency = LatencyHistogram { buckets: vec![0, 4] };
    let counters = Counters { requests: 4, latency, ..Counters::default() };
    let generation = GenerationStatus {
        generation: "g".into(),
        in_flight: 1,
        upgraded: 2,
        counters: counters.clone(),
    };
    let status = Status {
        routed: routed.clone(),
        generations: vec![generation],
        listeners: vec![ListenerStatus { port: 80, mode: "auto".into() }],
        held_now: 1,
        client_connections: 2,
        unrouted: counters,
        uptime_ms: 3,
        state_warning: Some("torn".into()),
    };
    let previewed =
        Previewed { status: Some(200), body: "ok".into(), answered: true, error: None, took_us: 9 };
    vec![
        Outcome::Hello(Hello { protocol: PROTOCOL_VERSION, version: "1".into() }),
        Outcome::Status(Box::new(status)),
        Outcome::Timeline(Timeline { age_ms: 5, tick_ms: 100, ticks: vec![Tick::default()] }),
        Outcome::Previewed(previewed),
        Outcome::Routed(routed),
        Outcome::Drained(Drained { in_flight: 0, upgraded: 1, took_ms: 2 }),
        Outcome::Done,
        Outcome::Failed(Failure { code: ErrorCode::NotDurable, message: "full".into() }),
    ]
}

#[test]
fn every_command_survives_its_line() {
    for command in commands() {
        let request = Request { id: u64::MAX, command };
        let line = serde_json::to_string(&request).unwrap();
        assert!(!line.contains('\n'));
        assert_eq!(serde_json::from_str::<Request>(&line).unwrap(), request, "{line}");
    }
}

#[test]
fn every_outcome_survives_its_line() {
    for outcome in outcomes() {
        let reply = Reply { id: 1, outcome };
        let line = serde_json::to_string(&reply).unwrap();
        assert_eq!(serde_json::from_str::<Reply>(&line).unwrap(), reply, "{line}");
    }
}

#[test]
fn what_may_be_absent_may_be_left_out() {
    let line = r#"{"id":1,"command":"commit","route":{"backends":[]},"keep_holding":false}"#;
    assert!(serde_json::from_str::<Request>(line).is_ok());
}

#[test]
fn an_unknown_field_is_refused() {
    let line = r#"{"id":1,"command":"hold","limit_ms":5,"limit_s":5}"#;
    assert!(serde_json::from_str::<Request>(line).is_err());
}
