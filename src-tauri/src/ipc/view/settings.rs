//! The settings as the window shows and changes them.

use serde::{Deserialize, Serialize};
use specta::Type;

/// The settings in force.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// Where `config.toml` is.
    pub file: String,
    /// The engine's address; absent means the one that Docker's own rules lead to.
    pub engine: Option<String>,
    /// Whether notifications are shown.
    pub notifications: bool,
    /// The language.
    pub language: Language,
    /// Time between two checks, as people write it; absent means never by itself.
    pub check_every: Option<String>,
    /// Start at login.
    pub autostart: Autostart,
    /// What holds for services that say nothing else.
    pub defaults: ServiceSettings,
    /// What each watched service's own table says, every default filled in.
    pub services: Vec<ServiceSettings>,
}

/// Start at login, as the system has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Autostart {
    /// The entry exists.
    On,
    /// It does not.
    Off,
    /// It cannot be told.
    Unknown {
        /// Why not.
        reason: String,
    },
}

/// The language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Language {
    /// The system's.
    System,
    /// English.
    En,
    /// French.
    Fr,
}

/// What happens when there is something newer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Updates {
    /// It is shown.
    Manual,
    /// It is announced.
    Notify,
    /// It is installed.
    Auto,
}

/// One service's settings.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ServiceSettings {
    /// Which service; absent for the defaults.
    pub service: Option<String>,
    /// What happens when there is something newer.
    pub updates: Updates,
    /// A strategy that the user insists on.
    pub strategy: Option<String>,
    /// How long a new release is watched, as people write it.
    pub monitor: Option<String>,
    /// How many superseded releases stay.
    pub keep_releases: u32,
}

/// One change. Absent means: back to the default.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
#[serde(tag = "set", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SettingChange {
    /// The engine's address.
    Engine {
        /// `unix:///…`, `tcp://…`.
        address: Option<String>,
    },
    /// Notifications.
    Notifications {
        /// Shown or not.
        on: bool,
    },
    /// The language.
    Language {
        /// Which.
        language: Language,
    },
    /// Time between two checks.
    CheckEvery {
        /// `6h`; absent means never by itself.
        every: Option<String>,
    },
    /// Start at login.
    Autostart {
        /// Yes or no.
        on: bool,
    },
    /// What happens when there is something newer.
    Updates {
        /// Which service; absent for the defaults.
        service: Option<String>,
        /// What.
        mode: Option<Updates>,
    },
    /// The strategy.
    Strategy {
        /// Which service; absent for the defaults.
        service: Option<String>,
        /// `overlap`, `hold` or `recreate`.
        strategy: Option<String>,
    },
    /// The monitor window.
    Monitor {
        /// Which service; absent for the defaults.
        service: Option<String>,
        /// `60s`.
        window: Option<String>,
    },
    /// Kept releases.
    KeepReleases {
        /// Which service; absent for the defaults.
        service: Option<String>,
        /// 1 to 10.
        count: Option<u32>,
    },
}
