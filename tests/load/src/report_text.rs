//! The report as a table for people.

use std::fmt::{self, Display, Formatter};

use crate::report::{LatencyReport, Report};

impl Display for Report {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "{} requests in {:.1} s, {} failed ({} beyond the app's own 5xx)",
            self.requests,
            Seconds(self.elapsed_ms),
            self.failed(),
            self.failed_beyond_app()
        )?;
        writeln!(
            out,
            "  longest gap {} ms at {:.1} s; {}",
            self.longest_gap.longest_ms,
            Seconds(self.longest_gap.at_ms),
            self.latency
        )?;
        for (address, gap) in &self.probe_gaps {
            writeln!(
                out,
                "  new connections to {address}: longest gap {} ms at {:.1} s",
                gap.longest_ms,
                Seconds(gap.at_ms)
            )?;
        }
        kinds(self, out)?;
        for (version, seen) in &self.versions {
            writeln!(
                out,
                "  version {version}: {} answers, {:.1} s to {:.1} s",
                seen.answers,
                Seconds(seen.first_ms),
                Seconds(seen.last_ms)
            )?;
        }
        let executions = &self.executions;
        writeln!(
            out,
            "  executed once: {} answered, {} executed more than once",
            executions.answered, executions.duplicates
        )?;
        let sockets = &self.websockets;
        write!(
            out,
            "  websockets: {} opened, {} echoes, {} cut",
            sockets.opened, sockets.echoes, sockets.cut
        )?;
        for (code, count) in &sockets.closed {
            write!(out, ", {count} closed with {code}")?;
        }
        writeln!(out)?;
        segments(self, out)?;
        failures(self, out)
    }
}

fn kinds(report: &Report, out: &mut Formatter<'_>) -> fmt::Result {
    for (kind, seen) in &report.kinds {
        let failed: u64 = seen.failures.values().sum();
        writeln!(
            out,
            "  {:<14}{:>9} requests {failed:>6} failed  {}",
            kind.name(),
            seen.requests,
            seen.latency
        )?;
    }
    Ok(())
}

fn segments(report: &Report, out: &mut Formatter<'_>) -> fmt::Result {
    for segment in report.segments.iter().filter(|_| report.segments.len() > 1) {
        writeln!(
            out,
            "  from {:<22}{:>7.1} s {:>9} requests {:>6} failed, longest gap {} ms, {}",
            segment.label,
            Seconds(segment.at_ms),
            segment.requests,
            segment.failures,
            segment.longest_gap.longest_ms,
            segment.latency
        )?;
    }
    Ok(())
}

fn failures(report: &Report, out: &mut Formatter<'_>) -> fmt::Result {
    for (class, failure) in &report.failures {
        writeln!(out, "  FAILED {class:?}: {}", failure.count)?;
        for example in &failure.examples {
            writeln!(
                out,
                "    {:.3} s {} {}: {}",
                Seconds(example.at_ms),
                example.kind.name(),
                example.address,
                example.detail
            )?;
        }
    }
    Ok(())
}

impl Display for LatencyReport {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let Self { p50_us, p99_us, max_us } = *self;
        write!(
            out,
            "p50 {:.2} p99 {:.2} max {:.2} ms",
            Seconds(p50_us),
            Seconds(p99_us),
            Seconds(max_us)
        )
    }
}

/// A thousandth of a number, with as many places as asked for.
struct Seconds(u64);

impl Display for Seconds {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let digits = match out.precision().unwrap_or(3) {
            0 => format!("{}", self.0 / 1000),
            1 => format!("{}.{}", self.0 / 1000, self.0 % 1000 / 100),
            2 => format!("{}.{:02}", self.0 / 1000, self.0 % 1000 / 10),
            _ => format!("{}.{:03}", self.0 / 1000, self.0 % 1000),
        };
        match out.width() {
            Some(width) => write!(out, "{digits:>width$}"),
            None => out.write_str(&digits),
        }
    }
}
