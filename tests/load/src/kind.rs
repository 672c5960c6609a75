//! The kinds of load.

use serde::{Deserialize, Serialize};

/// One kind of load, named L1 to L10 in the acceptance tests for zero downtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// L1: GET on kept connections.
    KeepAlive,
    /// L2: GET on kept connections, thinking about as long as the app keeps idle ones.
    Race,
    /// L3: POST with a unique id, 512 bytes; the app counts executions.
    Post,
    /// L4: a body of 1 MiB sent slowly.
    Upload,
    /// L5: a new connection for each request, per address.
    Probe,
    /// L6: a WebSocket that echoes sequence numbers.
    Websocket,
    /// L7: server-sent events and chunked bodies that take their time.
    Stream,
    /// L8: a request that the app answers late.
    Slow,
    /// L9: streams over HTTP/2 with prior knowledge.
    H2c,
    /// L10: `Expect: 100-continue`, HEAD, 304, a pipelined pair.
    Special,
}

impl Kind {
    /// All kinds, L1 to L10.
    pub const ALL: [Self; 10] = [
        Self::KeepAlive,
        Self::Race,
        Self::Post,
        Self::Upload,
        Self::Probe,
        Self::Websocket,
        Self::Stream,
        Self::Slow,
        Self::H2c,
        Self::Special,
    ];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::KeepAlive => "L1 keep-alive",
            Self::Race => "L2 race",
            Self::Post => "L3 post",
            Self::Upload => "L4 upload",
            Self::Probe => "L5 probe",
            Self::Websocket => "L6 websocket",
            Self::Stream => "L7 stream",
            Self::Slow => "L8 slow",
            Self::H2c => "L9 h2c",
            Self::Special => "L10 special",
        }
    }
}
