//! What the window sees: plain values in camel case, made from the engine's. The window holds no
//! truth of its own; TypeScript's types are generated from these.
//!
//! Units: `…Ms` milliseconds, `…Bytes` bytes, times as RFC 3339 text. Numbers are JSON numbers.

mod activity;
mod details;
mod doctor;
mod plan;
mod receipt;
mod said;
mod service;
mod settings;

use serde::Serialize;
use specta::Type;

pub use activity::{Activity, Phase, Pull, StepProgress, StepState};
pub use details::{Details, Generation, HealthCheck, HealthOutput, Switch};
pub use doctor::{Check, CheckState, Remedy};
pub use plan::{
    Aim, Because, Changes, Compose, ImageChange, Plan, Preview, ReleaseNote, Stall, Step,
};
pub use receipt::{
    Failure, History, Mark, Plot, Probe, Receipt, Requests, Tick, Timings, WebSockets,
};
pub use said::{Parameter, Said};
pub use service::{Finding, Health, Held, Release, Service, Standing, Watchable, WhyHeld};
pub use settings::{
    Autostart, Follow, Language, MessageChannel, Schedule, ServiceSettings, SettingChange,
    Settings, Updates, ZoomStep,
};

/// Everything that the window shows at once; the rest is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The container engine.
    pub engine: Engine,
    /// The watched services, those that need attention first.
    pub services: Vec<Service>,
    /// Whether nothing is updated by itself and nothing is announced.
    pub paused: bool,
    /// When checks come next, at most three.
    pub next_checks: Vec<String>,
    /// Other programs that update containers here, with their containers: `Watchtower (tower)`.
    pub other_updaters: Vec<String>,
    /// What is wrong with `config.toml`; the settings before it stay in force.
    pub config_error: Option<Said>,
    /// `en` or `fr`.
    pub language: String,
    /// Set while the program waits for an update's end before it quits.
    pub quitting: bool,
    /// The program's version.
    pub version: String,
    /// Whether the desktop shows our tray icon.
    pub tray_shown: bool,
}

/// The container engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Engine {
    /// Being looked for.
    Connecting,
    /// It answers.
    Connected {
        /// Where.
        endpoint: String,
        /// Its version.
        version: String,
    },
    /// Nobody answers; it is tried again by itself.
    Away {
        /// Why.
        reason: Said,
        /// Since when.
        since: String,
    },
}

/// Where the window should go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "page", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Page {
    /// The list.
    Services,
    /// A service.
    Service {
        /// Which.
        service: String,
    },
    /// The plan of an update of a service, to be agreed to.
    Plan {
        /// Which service.
        service: String,
        /// What for.
        aim: Aim,
    },
    /// A receipt.
    Receipt {
        /// Of which service.
        service: String,
        /// Its ID.
        receipt: String,
    },
    /// The settings.
    Settings,
    /// The check-list.
    Doctor,
}
