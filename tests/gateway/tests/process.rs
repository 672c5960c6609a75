//! The program itself: commands, exits, signals, lock, execution log, migration.

#![expect(clippy::unwrap_used, reason = "what a test cannot set up, fails it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};

const PROGRAM: &str = env!("CARGO_BIN_EXE_phoenix-demo-gateway");

fn phoenix(arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.env_clear().args(arguments).env("PHOENIX_HOST", "127.0.0.1").env("PHOENIX_PORT", "0");
    command.envs(environment.iter().copied());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn output(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    phoenix(arguments, environment).output().unwrap()
}

/// A gateway that runs until its drop.
struct Gateway {
    child: Child,
    address: String,
}

impl Gateway {
    fn start(environment: &[(&str, &str)]) -> Self {
        let mut child = phoenix(&["serve"], environment).spawn().unwrap();
        let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines().map(Result::unwrap);
        let listening =
            |line: String| Some(line.split_once("listens on ")?.1.split(' ').next()?.to_owned());
        let address = { lines }.find_map(listening).unwrap();
        Self { child, address }
    }

    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn echo(&self, id: &str) -> String {
        self.ask(&format!(
            "POST /api/echo HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-request-id: {id}\r\ncontent-length: 0\r\n\r\n"
        ))
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _reaped_already = self.child.wait();
    }
}

#[test]
fn the_version_is_printed_as_the_phoenix_prints_it() {
    let printed = output(&["--version"], &[("PHOENIX_VERSION", "1.2.3")]);
    assert_eq!(printed.stdout, b"phoenix 1.2.3\n");
    let printed = output(&["--version", "--version-of", "2.0.0"], &[]);
    assert_eq!(printed.stdout, b"phoenix 2.0.0\n");
}

#[test]
fn health_fails_where_nobody_listens_and_succeeds_on_a_healthy_gateway() {
    let gateway = Gateway::start(&[]);
    let port = gateway.address.rsplit(':').next().unwrap();
    assert!(output(&["health"], &[("PHOENIX_PORT", port)]).status.success());
    assert_eq!(output(&["health"], &[]).status.code(), Some(1));
}

#[test]
fn health_fails_on_a_gateway_that_is_never_healthy() {
    let gateway = Gateway::start(&[("PHOENIX_FAULT", "never-healthy")]);
    let port = gateway.address.rsplit(':').next().unwrap();
    let asked = output(&["health"], &[("PHOENIX_PORT", port)]);
    assert_eq!(asked.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&asked.stdout).contains("\"status\":\"starting\""));
}

#[test]
fn sigterm_ends_it_with_zero() {
    let mut gateway = Gateway::start(&[]);
    gateway.signal(Signal::TERM);
    assert_eq!(gateway.child.wait().unwrap().code(), Some(0));
}

#[test]
fn an_ignored_sigterm_leaves_it_serving() {
    let gateway = Gateway::start(&[("PHOENIX_FAULT", "ignore-sigterm")]);
    gateway.signal(Signal::TERM);
    assert!(gateway.echo("a").contains("\"executions\":1"));
}

#[test]
fn faults_choose_the_exit_code() {
    for (fault, code) in [("exit:7", 7), ("crash-loop:1", 1), ("exit-after:10:3", 3)] {
        let ended = output(&["serve"], &[("PHOENIX_FAULT", fault)]);
        assert_eq!(ended.status.code(), Some(code), "{fault}");
        assert!(!ended.stderr.is_empty(), "{fault} says why");
    }
}

#[test]
fn a_second_instance_on_the_same_lock_is_refused_until_the_first_has_ended() {
    let folder = tempfile::tempdir().unwrap();
    let lock = folder.path().join("lock");
    let lock = [("PHOENIX_LOCK", lock.to_str().unwrap())];
    let mut first = Gateway::start(&lock);
    let second = output(&["serve"], &lock);
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&second.stderr).contains("another instance holds"));
    first.child.kill().unwrap();
    first.child.wait().unwrap();
    Gateway::start(&lock);
}

#[test]
fn two_generations_write_one_execution_log() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let path = log.to_str().unwrap();
    for version in ["1.0.0", "1.1.0"] {
        let gateway = Gateway::start(&[("PHOENIX_EXEC_LOG", path), ("PHOENIX_VERSION", version)]);
        gateway.echo("same");
    }
    let text = std::fs::read_to_string(&log).unwrap();
    let words: Vec<Vec<&str>> =
        text.lines().map(|line| line.split(' ').take(2).collect()).collect();
    assert_eq!(words, [["same", "1.0.0"], ["same", "1.1.0"]]);
}

#[test]
fn a_migration_adds_its_version_and_keeps_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("phoenix.json");
    std::fs::write(&config, r#"{"token":"t"}"#).unwrap();
    let path = config.to_str().unwrap();
    Gateway::start(&[
        ("PHOENIX_CONFIG", path),
        ("PHOENIX_MIGRATE", "1"),
        ("PHOENIX_VERSION", "1.1.0"),
    ]);
    let text = std::fs::read_to_string(&config).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json, serde_json::json!({ "token": "t", "migrated_to": "1.1.0" }));
}

#[test]
fn a_taken_port_is_named() {
    let gateway = Gateway::start(&[]);
    let port = gateway.address.rsplit(':').next().unwrap();
    let second = output(&["serve"], &[("PHOENIX_PORT", port)]);
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&second.stderr).contains(port));
}

/// The kernel keeps what has arrived, and throws away what a reset finds on its way.
#[test]
#[expect(clippy::disallowed_methods, reason = "a slow reader is what this is about")]
fn a_reset_takes_no_answer_away_from_a_slow_reader() {
    let gateway = Gateway::start(&[("PHOENIX_FAULT", "reset-after-answer")]);
    let mut stream = TcpStream::connect(&gateway.address).unwrap();
    stream.write_all(b"GET /bytes?n=300000 HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    let mut answer = Vec::new();
    let ended = stream.read_to_end(&mut answer);
    let body = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    assert_eq!(answer.len() - body, 300_000);
    assert_eq!(ended.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
}
