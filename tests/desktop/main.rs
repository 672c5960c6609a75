//! The desktop application as a person meets it: tray, notifications and window on a real desktop,
//! against real engines.

mod harness;
mod notifications;
mod package;
#[expect(dead_code, reason = "the scenarios make it hang, too")]
#[path = "../scenarios/trouble/proxy.rs"]
mod proxy;
mod support;
mod tray;
mod window;
