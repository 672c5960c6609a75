//! The faults that can be ordered, as values; `usage.txt` says what each one does.

use std::str::FromStr;
use std::time::Duration;

/// One fault. Times named `after` count from the moment the gateway became ready.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// 503 on every route for this long.
    SlowStart(Duration),
    /// Does not listen for this long.
    SlowListen(Duration),
    /// Health stays 503.
    NeverHealthy,
    /// Health never answers.
    HangHealth,
    /// Health is 404.
    NoHealthRoute,
    /// Health turns 503.
    SickAfter(Duration),
    /// Exits at start with this code.
    Exit(u8),
    /// Exits later with this code.
    ExitAfter(Duration, u8),
    /// Takes this many mebibytes, then exits 137.
    OutOfMemoryAfter(Duration, u64),
    /// This many of 1,000 answers are 500.
    ErrorsAfter(Duration, u64),
    /// Every answer takes this much longer.
    SlowAfter(Duration, Duration),
    /// Closes connections idle for this long since an answer.
    IdleClose(Duration),
    /// Resets each connection after its first answer.
    ResetAfterAnswer,
    /// Goes on serving after SIGTERM.
    IgnoreSigterm,
    /// Ends every `/ws` without a close frame.
    NoWebsocketClose,
    /// Times named `after` count from the first executed echo instead.
    SinceTraffic,
}

/// A fault that is not known or lacks an argument.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a fault; `phoenix help` lists them")]
pub struct FaultError(pub String);

/// All faults of one instance.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Faults(pub Vec<Fault>);

/// What the health route does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Health {
    Healthy,
    Starting,
    Unhealthy,
    Hangs,
    Absent,
}

/// How the process ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doom {
    Exit { after: Duration, code: u8 },
    OutOfMemory { after: Duration, mebibytes: u64 },
}

impl FromStr for Faults {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        text.split(',')
            .map(str::trim)
            .filter(|one| !one.is_empty())
            .map(|one| fault(one).ok_or_else(|| FaultError(one.to_owned())))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl Faults {
    /// Whether this very fault was ordered.
    pub(crate) fn has(&self, fault: &Fault) -> bool {
        self.0.contains(fault)
    }

    /// When the gateway is ready, counted from its start; and before that, whether it listens.
    pub(crate) fn ready_after(&self) -> Duration {
        self.find(|fault| if let Fault::SlowStart(time) = fault { Some(*time) } else { None })
            .unwrap_or_default()
    }

    pub(crate) fn listen_after(&self) -> Duration {
        self.find(|fault| if let Fault::SlowListen(time) = fault { Some(*time) } else { None })
            .unwrap_or_default()
    }

    pub(crate) fn idle_close(&self) -> Option<Duration> {
        self.find(|fault| if let Fault::IdleClose(time) = fault { Some(*time) } else { None })
    }

    pub(crate) fn exit_at_start(&self) -> Option<u8> {
        self.find(|fault| if let Fault::Exit(code) = fault { Some(*code) } else { None })
    }

    pub(crate) fn doom(&self) -> Option<Doom> {
        self.find(|fault| match *fault {
            Fault::ExitAfter(after, code) => Some(Doom::Exit { after, code }),
            Fault::OutOfMemoryAfter(after, mebibytes) => {
                Some(Doom::OutOfMemory { after, mebibytes })
            }
            Fault::SlowStart(_)
            | Fault::SlowListen(_)
            | Fault::NeverHealthy
            | Fault::HangHealth
            | Fault::NoHealthRoute
            | Fault::SickAfter(_)
            | Fault::Exit(_)
            | Fault::ErrorsAfter(..)
            | Fault::SlowAfter(..)
            | Fault::IdleClose(_)
            | Fault::ResetAfterAnswer
            | Fault::IgnoreSigterm
            | Fault::NoWebsocketClose
            | Fault::SinceTraffic => None,
        })
    }

    /// What the health route does; `ready_for` is `None` before the gateway is ready.
    pub(crate) fn health(&self, ready_for: Option<Duration>) -> Health {
        let sick_after = self
            .find(|fault| if let Fault::SickAfter(after) = fault { Some(*after) } else { None });
        match (ready_for, sick_after) {
            _ if self.has(&Fault::NoHealthRoute) => Health::Absent,
            _ if self.has(&Fault::HangHealth) => Health::Hangs,
            _ if self.has(&Fault::NeverHealthy) => Health::Starting,
            (None, _) => Health::Starting,
            (Some(since), Some(after)) if since >= after => Health::Unhealthy,
            (Some(_), _) => Health::Healthy,
        }
    }

    /// Whether the `nth` answer (from 0) since errors began is an error.
    pub(crate) fn is_error(&self, ready_for: Duration, nth: impl FnOnce() -> u64) -> bool {
        let share = self.find(|fault| {
            if let Fault::ErrorsAfter(after, share) = *fault { Some((after, share)) } else { None }
        });
        let share = share.filter(|(after, _)| ready_for >= *after).map(|(_, share)| share);
        share.is_some_and(|share| {
            let nth = nth();
            (nth + 1) * share / 1000 > nth * share / 1000
        })
    }

    /// How much longer an answer takes.
    pub(crate) fn delay(&self, ready_for: Duration) -> Option<Duration> {
        let slow = self.find(|fault| {
            if let Fault::SlowAfter(after, delay) = *fault { Some((after, delay)) } else { None }
        });
        slow.filter(|(after, _)| ready_for >= *after).map(|(_, delay)| delay)
    }

    fn find<Found>(&self, pick: impl Fn(&Fault) -> Option<Found>) -> Option<Found> {
        self.0.iter().find_map(pick)
    }
}

fn fault(text: &str) -> Option<Fault> {
    let mut words = text.split(':');
    let name = words.next()?;
    let mut word = || words.next();
    let fault = match name {
        "slow-start" => Fault::SlowStart(milliseconds(word()?)?),
        "slow-listen" => Fault::SlowListen(milliseconds(word()?)?),
        "never-healthy" => Fault::NeverHealthy,
        "hang-health" => Fault::HangHealth,
        "no-health-route" => Fault::NoHealthRoute,
        "sick-after" => Fault::SickAfter(milliseconds(word()?)?),
        "exit" => Fault::Exit(word()?.parse().ok()?),
        "exit-after" => Fault::ExitAfter(milliseconds(word()?)?, word()?.parse().ok()?),
        "crash-loop" => Fault::ExitAfter(milliseconds(word().unwrap_or("300"))?, 1),
        "oom-after" => Fault::OutOfMemoryAfter(milliseconds(word()?)?, word()?.parse().ok()?),
        "errors-after" => Fault::ErrorsAfter(milliseconds(word()?)?, per_mille(word()?)?),
        "slow-after" => Fault::SlowAfter(milliseconds(word()?)?, milliseconds(word()?)?),
        "idle-close" => Fault::IdleClose(milliseconds(word()?)?),
        "reset-after-answer" => Fault::ResetAfterAnswer,
        "ignore-sigterm" => Fault::IgnoreSigterm,
        "no-ws-close" => Fault::NoWebsocketClose,
        "since-traffic" => Fault::SinceTraffic,
        _ => return None,
    };
    words.next().is_none().then_some(fault)
}

fn milliseconds(text: &str) -> Option<Duration> {
    text.parse().ok().map(Duration::from_millis)
}

/// `0.2` as 200, exactly: the digits are read, not a float.
fn per_mille(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = part.chars().chain("000".chars()).take(3).collect();
    let share = whole.parse::<u64>().ok()?.checked_mul(1000)? + digits.parse::<u64>().ok()?;
    (share <= 1000).then_some(share)
}

#[cfg(test)]
#[path = "fault_tests.rs"]
mod tests;
