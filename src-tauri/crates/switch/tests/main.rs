//! The real switch, in process, between real TCP clients and backends on loopback.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test that meets something unexpected is to fail"
)]

mod control;
mod crash;
mod descriptors;
mod flip;
mod hold;
mod hostile;
mod http2;
mod state;
mod stop;
mod streams;
mod support;
mod tcp;
mod websocket;
