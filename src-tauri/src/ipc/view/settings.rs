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
    /// The size of what the window shows, 50 to 300 percent.
    pub zoom_percent: u32,
    /// When registries are asked.
    pub schedule: Schedule,
    /// On battery, the charge below which nothing is installed by itself, 0 to 100 percent.
    pub battery_above: u8,
    /// Whether something may be installed by itself over a metered connection.
    pub metered: bool,
    /// Where messages go beside the desktop.
    pub channels: Vec<MessageChannel>,
    /// Start at login.
    pub autostart: Autostart,
    /// What holds for services that say nothing else.
    pub defaults: ServiceSettings,
    /// What each watched service's own table says, every default filled in.
    pub services: Vec<ServiceSettings>,
}

/// When registries are asked; with neither interval nor cron, never by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// Time between two checks, as people write it.
    pub every: Option<String>,
    /// Set times, as cron writes them.
    pub cron: Option<String>,
    /// The time zone that is written.
    pub zone: Option<String>,
    /// The time zone in force.
    pub zone_in_force: String,
    /// The next runs at set times, at most three.
    pub next: Vec<String>,
}

/// A place where messages go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MessageChannel {
    /// Its name in `config.toml`.
    pub name: String,
    /// `smtp`, `ntfy`, …
    pub kind: String,
    /// When a message was last accepted there.
    pub last_sent: Option<String>,
    /// Why the last message was not, without secrets.
    pub last_error: Option<String>,
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

/// How the size of what the window shows is to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ZoomStep {
    /// Larger.
    In,
    /// Smaller.
    Out,
    /// As it was made.
    Reset,
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
    /// How long a release must be known before it is installed by itself; absent means not at all.
    pub min_age: Option<String>,
    /// When something may be installed by itself, `Mon-Fri 02:00-05:00`; empty means always.
    pub windows: Vec<String>,
    /// How far the numbers of a tag may move.
    pub follow: Follow,
    /// Only tags in which this regular expression is found.
    pub include: Option<String>,
    /// No tags in which this regular expression is found.
    pub exclude: Option<String>,
    /// Whether pre-releases are wanted, too.
    pub prereleases: bool,
    /// Whether it stays at its release.
    pub pinned: bool,
    /// Whether it is updated while it is stopped, and stays so.
    pub include_stopped: bool,
}

/// How far the numbers of a tag may move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Follow {
    /// The tag stays.
    None,
    /// 1.2.3 to 1.2.9.
    Patch,
    /// 1.2.3 to 1.9.0.
    Minor,
    /// 1.2.3 to 2.0.0.
    Major,
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
    /// The size of what the window shows.
    Zoom {
        /// 50 to 300.
        percent: u32,
    },
    /// Time between two checks.
    CheckEvery {
        /// `6h`; absent means never by itself.
        every: Option<String>,
    },
    /// Set times of checks.
    Cron {
        /// `0 4 * * *`.
        cron: String,
    },
    /// The time zone of the schedule and the windows.
    TimeZone {
        /// `Europe/Paris`; absent means the system's.
        zone: Option<String>,
    },
    /// What may be installed by itself on battery.
    BatteryAbove {
        /// From this charge on, 0 to 100 percent.
        percent: u8,
    },
    /// Whether something may be installed by itself over a metered connection.
    Metered {
        /// Yes or no.
        on: bool,
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
    /// How long a release must be known before it is installed by itself.
    MinAge {
        /// Which service; absent for the defaults.
        service: Option<String>,
        /// `3d`.
        age: Option<String>,
    },
    /// When something may be installed by itself.
    Windows {
        /// Which service; absent for the defaults.
        service: Option<String>,
        /// `Mon-Fri 02:00-05:00`; none means always.
        windows: Vec<String>,
    },
    /// Newer tags.
    Follow {
        /// Which service; absent for the defaults.
        service: Option<String>,
        /// How far.
        follow: Follow,
    },
    /// Only tags in which a regular expression is found.
    Include {
        /// Which service; absent for the defaults.
        service: Option<String>,
        /// The expression.
        pattern: Option<String>,
    },
    /// No tags in which a regular expression is found.
    Exclude {
        /// Which service; absent for the defaults.
        service: Option<String>,
        /// The expression.
        pattern: Option<String>,
    },
    /// Pre-releases, too.
    Prereleases {
        /// Which service; absent for the defaults.
        service: Option<String>,
        /// Yes or no.
        on: bool,
    },
    /// Staying at a release.
    Pinned {
        /// Which service; absent for the defaults.
        service: Option<String>,
        /// Yes or no.
        on: bool,
    },
    /// Also while it is stopped.
    IncludeStopped {
        /// Which service; absent for the defaults.
        service: Option<String>,
        /// Yes or no.
        on: bool,
    },
}
