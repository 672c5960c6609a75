//! What load to make, and its bounds.

use std::net::SocketAddr;
use std::time::Duration;

use crate::kind::Kind;

/// A load: where, how much of each kind, how fast, how far.
#[derive(Debug, Clone)]
pub struct LoadPlan {
    /// Base addresses of this machine; connections are spread over them in turn.
    pub addresses: Vec<SocketAddr>,
    /// How many of each kind.
    pub mix: Mix,
    /// Pauses between the requests of one connection.
    pub think: Think,
    /// Bounds in time and count.
    pub limits: Limits,
    /// Threads of the load's own runtime.
    pub threads: usize,
}

/// How many clients of each kind run at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mix {
    /// L1 connections.
    pub keep_alive: u16,
    /// L2 connections.
    pub race: u16,
    /// L3 connections.
    pub post: u16,
    /// L4 connections.
    pub upload: u16,
    /// L5 probers *per address*.
    pub probe: u16,
    /// L6 WebSocket connections.
    pub websocket: u16,
    /// L7 streams, half of them server-sent events.
    pub stream: u16,
    /// L8 requests at once.
    pub slow: u16,
    /// L9 connections of 8 streams each.
    pub h2c: u16,
    /// L10 connections.
    pub special: u16,
}

/// A pause chosen evenly between two bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The shortest.
    pub min: Duration,
    /// The longest.
    pub max: Duration,
}

/// Pauses after an answer, per kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Think {
    /// L1.
    pub keep_alive: Span,
    /// L2: half to one and a half times the app's keep-alive timeout.
    pub race: Span,
    /// L3.
    pub post: Span,
    /// L5: between the end of one probe and the next connection.
    pub probe: Span,
    /// L6: between two echoes.
    pub websocket: Span,
    /// L9 and L10.
    pub other: Span,
    /// How long an L4 body takes.
    pub upload: Duration,
    /// How long an L7 stream takes.
    pub stream: Duration,
    /// How long an L8 answer takes.
    pub slow: Duration,
}

/// Bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest time to connect.
    pub connect: Duration,
    /// Longest time that an answer may be held beyond what the request asks for.
    pub hold: Duration,
    /// After `hold`, how much longer an answer is awaited before it is a timeout.
    pub patience: Duration,
    /// The load ends by itself after this time.
    pub duration: Duration,
    /// The load ends by itself after this many requests.
    pub requests: u64,
    /// How long requests in flight may take after the stop; what is longer is not counted.
    pub finish: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            hold: Duration::from_secs(30),
            patience: Duration::from_secs(10),
            duration: Duration::from_hours(1),
            requests: 20_000_000,
            finish: Duration::from_secs(15),
        }
    }
}

impl Span {
    /// Between two numbers of milliseconds.
    pub const fn ms(min: u64, max: u64) -> Self {
        Self { min: Duration::from_millis(min), max: Duration::from_millis(max) }
    }
}

impl Think {
    const fn with(keep_alive: Span, post: Span, probe: Span) -> Self {
        Self {
            keep_alive,
            race: Span::ms(50, 150),
            post,
            probe,
            websocket: Span::ms(50, 50),
            other: Span::ms(20, 40),
            upload: Duration::from_secs(3),
            stream: Duration::from_secs(10),
            slow: Duration::from_secs(8),
        }
    }
}

impl LoadPlan {
    /// The common load of the acceptance tests, all kinds, scaled so that two cores are not
    /// saturated by client, proxy and app together: about 1,500 to 2,500 requests per second.
    pub fn mixed(addresses: Vec<SocketAddr>) -> Self {
        let mix = Mix {
            keep_alive: 8,
            race: 16,
            post: 6,
            upload: 4,
            probe: 1,
            websocket: 20,
            stream: 4,
            slow: 2,
            h2c: 0,
            special: 2,
        };
        Self::new(addresses, mix, Think::with(Span::ms(8, 12), Span::ms(10, 15), Span::ms(2, 3)))
    }

    /// A load for demonstrations: every kind, a few hundred requests per second.
    pub fn gentle(addresses: Vec<SocketAddr>) -> Self {
        let mix = Mix {
            keep_alive: 4,
            race: 4,
            post: 2,
            upload: 1,
            probe: 1,
            websocket: 5,
            stream: 2,
            slow: 1,
            h2c: 0,
            special: 1,
        };
        let mut think = Think::with(Span::ms(15, 25), Span::ms(20, 40), Span::ms(8, 12));
        (think.stream, think.slow) = (Duration::from_secs(5), Duration::from_secs(4));
        Self::new(addresses, mix, think)
    }

    /// The common load in full: L1 without thinking. It saturates a small machine.
    pub fn full(addresses: Vec<SocketAddr>) -> Self {
        let mix = Mix {
            keep_alive: 32,
            race: 32,
            post: 16,
            upload: 4,
            probe: 1,
            websocket: 20,
            stream: 4,
            slow: 2,
            h2c: 4,
            special: 4,
        };
        Self::new(addresses, mix, Think::with(Span::ms(0, 0), Span::ms(0, 0), Span::ms(1, 2)))
    }

    /// Exactly this mix, with the pauses of [`LoadPlan::mixed`].
    pub fn only(addresses: Vec<SocketAddr>, mix: Mix) -> Self {
        Self { mix, ..Self::mixed(addresses) }
    }

    /// L2 and L3 think half to one and a half times this long: they meet the app's idle close.
    #[must_use]
    pub fn racing(mut self, keep_alive_timeout: Duration) -> Self {
        let span = Span { min: keep_alive_timeout / 2, max: keep_alive_timeout * 3 / 2 };
        (self.think.race, self.think.post) = (span, span);
        self
    }

    /// Ends by itself after this time.
    #[must_use]
    pub fn lasting(mut self, duration: Duration) -> Self {
        self.limits.duration = duration;
        self
    }

    fn new(addresses: Vec<SocketAddr>, mix: Mix, think: Think) -> Self {
        Self { addresses, mix, think, limits: Limits::default(), threads: 2 }
    }

    pub(crate) fn count(&self, kind: Kind) -> usize {
        let mix = self.mix;
        usize::from(match kind {
            Kind::KeepAlive => mix.keep_alive,
            Kind::Race => mix.race,
            Kind::Post => mix.post,
            Kind::Upload => mix.upload,
            Kind::Probe => return usize::from(mix.probe) * self.addresses.len(),
            Kind::Websocket => mix.websocket,
            Kind::Stream => mix.stream,
            Kind::Slow => mix.slow,
            Kind::H2c => mix.h2c,
            Kind::Special => mix.special,
        })
    }

    pub(crate) fn pause(&self, kind: Kind) -> Span {
        match kind {
            Kind::KeepAlive => self.think.keep_alive,
            Kind::Race => self.think.race,
            Kind::Post => self.think.post,
            Kind::Probe => self.think.probe,
            Kind::Websocket => self.think.websocket,
            Kind::Upload | Kind::Stream | Kind::Slow | Kind::H2c | Kind::Special => {
                self.think.other
            }
        }
    }
}
