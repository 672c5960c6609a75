//! The contract of the command line: texts, one JSON document, exit codes, consent.

use std::{collections::BTreeSet, fs};

use phoenix_tests::{
    ContainerSpec, CtlOutcome, GatewayImage, Result, Running, Scene, ensure, on_each_engine,
};
use serde_json::Value;

use crate::{
    overlap::{adopted, version},
    trouble::{on_its_own, picture},
};

const COMMANDS: [&str; 10] = [
    "status", "check", "update", "rollback", "history", "adopt", "release", "doctor", "receipt",
    "switch",
];

/// Every field that the contract of the receipt names, below its object.
const RECEIPT: [(&str, &[&str]); 6] = [
    (
        "",
        &[
            "id",
            "service",
            "outcome",
            "reason",
            "strategy",
            "strategy_reason",
            "from",
            "to",
            "requests",
            "websockets",
            "probe",
            "timings_ms",
            "started_at",
            "finished_at",
        ],
    ),
    ("/from", &["image", "digest", "image_id", "version"]),
    (
        "/requests",
        &[
            "total",
            "failed",
            "held",
            "retried",
            "longest_stall_ms",
            "app_5xx_before",
            "app_5xx_after",
        ],
    ),
    ("/websockets", &["carried", "closed_by_app", "closed_by_switch", "cut"]),
    ("/probe", &["ok", "failed", "longest_gap_ms"]),
    ("/timings_ms", &["pull", "create", "ready", "switch", "drain", "monitor", "total"]),
];

#[test]
fn every_command_answers_in_words_and_as_one_document_before_and_after_an_update() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "words").await?;
        let gateway = adopted(&scene).await?;
        let name = gateway.name.as_str();
        for (command, code) in [
            ("status", 0),
            ("check", 0),
            ("history", 0),
            ("switch", 0),
            ("doctor", 0),
            ("receipt", 0),
            ("update", 0),
            ("rollback", 1),
            ("adopt", 1),
        ] {
            both(&scene, command, name, code).await?;
        }
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let offer = both(&scene, "check", name, 10).await?;
        ensure!(offer["services"][0].to_string().contains("1.1.0"), "{offer}");
        let update = scene.ctl(["update", name, "--monitor", "1s", "--json"]).await?;
        let receipt = update.expect_success()?.json()?;
        has_the_contracts_fields(&receipt);

        let status = both(&scene, "status", name, 0).await?;
        ensure!(status["services"][0]["running"]["version"] == "1.1.0", "{status}");
        ensure!(status["services"][0]["roll_back_to"]["version"] == "1.0.0", "{status}");
        both(&scene, "check", name, 0).await?;
        let mut last = both(&scene, "receipt", name, 0).await?;
        let by_id = receipt["id"].as_str().unwrap_or_default();
        ensure!(both(&scene, "receipt", by_id, 0).await? == last);
        // Whoever asks for one receipt gets the plot with it.
        let plot = last.as_object_mut().and_then(|receipt| receipt.remove("plot"));
        ensure!(plot.is_some_and(|plot| plot["ticks"].is_array()), "no plot: {last:#}");
        ensure!(last == receipt, "the stored receipt differs: {last:#}");
        let history = both(&scene, "history", name, 0).await?;
        ensure!(history["updates"][0] == receipt, "{history:#}");
        both(&scene, "switch", name, 0).await?;
        both(&scene, "doctor", name, 0).await?;
        let back = scene.ctl(["rollback", name, "--json"]).await?.expect_success()?.json()?;
        has_the_contracts_fields(&back);
        let released = scene.ctl(["release", name, "--yes", "--json"]).await?;
        has_the_contracts_fields(&released.expect_success()?.json()?);
        scene.finish().await
    });
}

/// Runs it in words and with `--json`; both end with `code`.
async fn both(scene: &Scene, command: &str, service: &str, code: i32) -> Result<Value> {
    let words = scene.ctl([command, service]).await?.expect_code(code)?;
    ensure!(!words.stdout.trim().is_empty(), "{command} says nothing: {words:?}");
    ensure!(serde_json::from_str::<Value>(&words.stdout).is_err(), "no words: {words:?}");
    let document = scene.ctl([command, service, "--json"]).await?.expect_code(code)?;
    ensure!(document.stderr.is_empty(), "{command} --json talks beside: {document:?}");
    document.json()
}

fn has_the_contracts_fields(receipt: &Value) {
    for (place, wanted) in RECEIPT {
        let object = receipt.pointer(place).and_then(Value::as_object).cloned().unwrap_or_default();
        let found: BTreeSet<&str> = object.keys().map(String::as_str).collect();
        let missing: Vec<_> = wanted.iter().filter(|field| !found.contains(**field)).collect();
        assert!(missing.is_empty(), "{place} lacks {missing:?}: {receipt:#}");
    }
}

#[test]
fn a_dry_run_shows_the_plan_and_changes_nothing() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "dry").await?;
        let gateway = on_its_own(&scene).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let before = picture(&scene).await?;
        for command in ["adopt", "update"] {
            let words = scene.ctl([command, &gateway.name, "--dry-run"]).await?.expect_success()?;
            assert!(words.stdout.contains("COMMIT"), "{words:?}");
            let plan = scene.ctl([command, &gateway.name, "--dry-run", "--json"]).await?;
            assert!(plan.expect_success()?.json()?["steps"].is_array());
        }
        assert_eq!(before, picture(&scene).await?);
        scene.finish().await
    });
}

#[test]
fn what_clients_would_notice_needs_consent_where_nobody_can_be_asked() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "consent").await?;
        let gateway = on_its_own(&scene).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let before = picture(&scene).await?;
        for command in ["adopt", "update"] {
            let words = scene.ctl([command, &gateway.name]).await?.expect_code(2)?;
            assert!(words.stderr.contains("--yes"), "{words:?}");
            let document = scene.ctl([command, &gateway.name, "--json"]).await?.expect_code(2)?;
            assert_eq!(document.json()?["error"]["code"], "usage");
        }
        assert_eq!(before, picture(&scene).await?);
        assert_eq!(version(&gateway).await?, "1.0.0");
        scene.finish().await
    });
}

#[test]
fn piped_and_quiet_it_says_no_more_than_results() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "quiet").await?;
        let gateway = adopted(&scene).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let piped = scene.ctl(["update", &gateway.name, "--monitor", "1s"]).await?;
        let piped = piped.expect_success()?;
        let escapes = |outcome: &CtlOutcome| {
            outcome.stdout.contains('\x1b') || outcome.stderr.contains('\x1b')
        };
        assert!(!escapes(&piped), "it paints into a pipe: {piped:?}");
        let quiet = scene.ctl(["rollback", &gateway.name, "--quiet"]).await?.expect_success()?;
        assert_eq!(quiet.stderr, "", "{quiet:?}");
        assert!(!quiet.stdout.is_empty());
        scene.finish().await
    });
}

#[test]
fn wrong_usage_ends_with_2_and_one_document() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "usage").await?;
        for command in COMMANDS {
            let unknown = scene.ctl([command, "no-such-service", "--json"]).await?;
            let code = if command == "doctor" { 1 } else { 2 };
            let document = unknown.expect_code(code)?.json()?;
            assert!(document.to_string().contains("no-such-service"), "{command}: {document}");
            let help = scene.ctl([command, "--help"]).await?.expect_success()?;
            assert!(help.stdout.contains("Usage: phoenixctl"), "{command}: {help:?}");
        }
        let help = scene.ctl(["--help"]).await?.expect_success()?;
        for word in COMMANDS.into_iter().chain(["Exit codes"]) {
            assert!(help.stdout.contains(word), "{word} is not helped with: {help:?}");
        }
        for wrong in [["update", "--monitor=soon"], ["frobnicate", "now"], ["update", "--wat"]] {
            let ended = scene.ctl(wrong).await?.expect_code(2)?;
            assert!(!ended.stderr.is_empty() && ended.stdout.is_empty(), "{ended:?}");
            let ended = scene.ctl([wrong[0], wrong[1], "--json"]).await?.expect_code(2)?;
            assert_eq!(ended.json()?["error"]["code"], "usage");
        }
        scene.finish().await
    });
}

#[test]
fn settings_that_make_no_sense_are_named_with_file_line_and_remedy() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "settings").await?;
        let gateway = scene_without_release(&scene).await?;
        let before = picture(&scene).await?;
        let file = scene.config_dir().join("config.toml");
        for (text, line, remedy) in [
            ("[defaults]\nmonitr = \"5s\"\n", 2, "did you mean \\\"monitor\\\"?"),
            ("[defaults]\n\nmonitor = \"soon\"\n", 3, "write a duration such as"),
            ("[defaults\n", 1, ""),
            ("colour = \"red\"\n", 1, "known here"),
        ] {
            fs::write(&file, text)?;
            for command in COMMANDS {
                let said = scene.ctl([command, &gateway.name, "--json"]).await?.expect_code(2)?;
                let place = format!("{}:{line}", file.display());
                assert!(said.stdout.contains(&place), "{command} does not say {place}: {said:?}");
                assert!(said.stdout.contains(remedy), "{command} has no remedy: {said:?}");
                said.json()?;
            }
        }
        assert_eq!(before, picture(&scene).await?);
        scene.finish().await
    });
}

async fn scene_without_release(scene: &Scene) -> Result<Running> {
    scene.publish(&GatewayImage::new("1.0.0")).await?;
    scene.run(ContainerSpec::new("gateway")).await
}

#[test]
fn several_services_are_told_of_in_one_document() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "several").await?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let mut settings = String::new();
        for part in ["one", "two"] {
            let container = scene.run(ContainerSpec::new(part)).await?;
            settings.extend(["[services.\"", &container.name, "\"]\n"]);
        }
        fs::write(scene.config_dir().join("config.toml"), settings)?;
        for command in ["status", "check", "switch"] {
            let found = scene.ctl([command, "--json"]).await?.expect_success()?.json()?;
            assert_eq!(found["services"].as_array().map(Vec::len), Some(2), "{command}: {found}");
        }
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let plans = scene.ctl(["update", "--dry-run", "--json"]).await?.expect_success()?.json()?;
        assert_eq!(plans.as_array().map(Vec::len), Some(2), "{plans}");
        let refused = scene.ctl(["update", "--json"]).await?.expect_code(2)?;
        refused.json()?;
        scene.finish().await
    });
}
