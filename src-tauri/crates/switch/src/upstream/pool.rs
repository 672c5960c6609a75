//! Idle HTTP/1 connections to one port of one backend. Only requests that may be repeated ride
//! them, because the app may be closing any of them this very moment.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::Line;
use crate::routing::lock;

const IDLE_AT_MOST: usize = 64;
const IDLE_FOR: Duration = Duration::from_secs(30);

/// The idle connections, most recently used last.
#[derive(Debug, Default)]
pub(crate) struct IdleLines {
    lines: Mutex<Vec<(Instant, Line)>>,
}

impl IdleLines {
    /// The most recently used connection that is alive.
    pub(crate) fn take(&self) -> Option<Line> {
        let mut lines = lock(&self.lines);
        lines.retain(|(_, line)| !line.is_closed());
        let index = lines.iter().rposition(|(_, line)| line.is_ready())?;
        Some(lines.remove(index).1)
    }

    /// Puts a connection back after its answer has ended.
    pub(crate) fn put(&self, line: Line) {
        let mut lines = lock(&self.lines);
        if line.is_closed() {
            return;
        }
        if lines.len() >= IDLE_AT_MOST {
            lines.remove(0);
        }
        lines.push((Instant::now(), line));
    }

    /// Drops what the app has closed and what has been idle for too long.
    pub(crate) fn prune(&self) {
        lock(&self.lines).retain(|(since, line)| !line.is_closed() && since.elapsed() < IDLE_FOR);
    }

    /// Drops all.
    pub(crate) fn clear(&self) {
        lock(&self.lines).clear();
    }
}
