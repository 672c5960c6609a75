//! Watchtower's flags: their names, their variables, and what they come to here.

use super::{Command, NotUnderstood, Remark};

/// A flag of Watchtower's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flag {
    Schedule,
    Interval,
    RunOnce,
    TimeZone,
    Cleanup,
    IncludeStopped,
    IncludeRestarting,
    MonitorOnly,
    NoRestart,
    LabelEnable,
    Disable,
    Scope,
    NotificationUrl,
    /// One that has no place in our settings, by its place in [`OTHERS`].
    Other(usize),
}

/// How a flag is written.
struct Written {
    flag: Flag,
    long: &'static str,
    letter: Option<char>,
    variable: &'static str,
    takes_value: bool,
}

const fn value(
    flag: Flag,
    long: &'static str,
    letter: Option<char>,
    variable: &'static str,
) -> Written {
    Written { flag, long, letter, variable, takes_value: true }
}

const fn switch(
    flag: Flag,
    long: &'static str,
    letter: Option<char>,
    variable: &'static str,
) -> Written {
    Written { flag, long, letter, variable, takes_value: false }
}

/// Those that have a counterpart.
const KNOWN: [Written; 13] = [
    value(Flag::Schedule, "schedule", Some('s'), "WATCHTOWER_SCHEDULE"),
    value(Flag::Interval, "interval", Some('i'), "WATCHTOWER_POLL_INTERVAL"),
    switch(Flag::RunOnce, "run-once", Some('R'), "WATCHTOWER_RUN_ONCE"),
    value(Flag::TimeZone, "tz", None, "TZ"),
    switch(Flag::Cleanup, "cleanup", Some('c'), "WATCHTOWER_CLEANUP"),
    switch(Flag::IncludeStopped, "include-stopped", Some('S'), "WATCHTOWER_INCLUDE_STOPPED"),
    switch(Flag::IncludeRestarting, "include-restarting", None, "WATCHTOWER_INCLUDE_RESTARTING"),
    switch(Flag::MonitorOnly, "monitor-only", Some('m'), "WATCHTOWER_MONITOR_ONLY"),
    switch(Flag::NoRestart, "no-restart", None, "WATCHTOWER_NO_RESTART"),
    switch(Flag::LabelEnable, "label-enable", Some('e'), "WATCHTOWER_LABEL_ENABLE"),
    value(Flag::Disable, "disable-containers", Some('x'), "WATCHTOWER_DISABLE_CONTAINERS"),
    value(Flag::Scope, "scope", None, "WATCHTOWER_SCOPE"),
    value(Flag::NotificationUrl, "notification-url", None, "WATCHTOWER_NOTIFICATION_URL"),
];

/// Those that have none: long name, letter, variable, whether a value follows, what to know.
type Other = (&'static str, Option<char>, &'static str, bool, &'static str);

const OTHERS: [Other; 27] = [
    ("debug", Some('d'), "WATCHTOWER_DEBUG", false, ""),
    ("trace", None, "WATCHTOWER_TRACE", false, ""),
    ("log-level", None, "WATCHTOWER_LOG_LEVEL", true, ""),
    ("log-format", Some('l'), "WATCHTOWER_LOG_FORMAT", true, ""),
    ("no-color", None, "NO_COLOR", false, ""),
    ("porcelain", Some('P'), "WATCHTOWER_PORCELAIN", true, ""),
    ("health-check", None, "", false, ""),
    ("no-startup-message", None, "WATCHTOWER_NO_STARTUP_MESSAGE", false, ""),
    ("api-version", Some('a'), "DOCKER_API_VERSION", true, ""),
    ("label-take-precedence", None, "WATCHTOWER_LABEL_TAKE_PRECEDENCE", false, ""),
    ("host", Some('H'), "DOCKER_HOST", true, HOST),
    ("tlsverify", Some('v'), "DOCKER_TLS_VERIFY", false, HOST),
    ("rolling-restart", None, "WATCHTOWER_ROLLING_RESTART", false, ROLLING),
    ("stop-timeout", Some('t'), "WATCHTOWER_TIMEOUT", true, STOP),
    ("enable-lifecycle-hooks", None, "WATCHTOWER_LIFECYCLE_HOOKS", false, HOOKS),
    ("no-pull", None, "WATCHTOWER_NO_PULL", false, NO_PULL),
    ("remove-volumes", None, "WATCHTOWER_REMOVE_VOLUMES", false, VOLUMES),
    ("revive-stopped", None, "WATCHTOWER_REVIVE_STOPPED", false, REVIVE),
    ("warn-on-head-failure", None, "WATCHTOWER_WARN_ON_HEAD_FAILURE", true, HEAD),
    ("http-api-update", None, "WATCHTOWER_HTTP_API_UPDATE", false, HTTP),
    ("http-api-metrics", None, "WATCHTOWER_HTTP_API_METRICS", false, HTTP),
    ("http-api-token", None, "WATCHTOWER_HTTP_API_TOKEN", true, HTTP),
    ("http-api-periodic-polls", None, "WATCHTOWER_HTTP_API_PERIODIC_POLLS", false, HTTP),
    ("notifications", Some('n'), "WATCHTOWER_NOTIFICATIONS", true, CHANNEL),
    ("notification-report", None, "WATCHTOWER_NOTIFICATION_REPORT", false, CHANNEL),
    ("notification-template", None, "WATCHTOWER_NOTIFICATION_TEMPLATE", true, CHANNEL),
    ("notifications-level", None, "WATCHTOWER_NOTIFICATIONS_LEVEL", true, CHANNEL),
];

const HOST: &str = "name another engine with engine = \"…\" in config.toml, or with DOCKER_HOST";
const ROLLING: &str = "updates are done one at a time already (at_once = 1 of [schedule])";
const STOP: &str = "a container has its own time to stop: stop_grace_period in its compose file";
const HOOKS: &str = "the lifecycle labels of containers are obeyed without being switched on";
const NO_PULL: &str = "there is no mode that installs only what was pulled by hand; leave such a \
    service to 'phoenixctl update', with updates = \"manual\"";
const VOLUMES: &str = "volumes are never removed";
const REVIVE: &str = "a stopped container is updated and left stopped";
const HEAD: &str = "a registry that does not answer is a finding of its own, and shown";
const HTTP: &str = "there is no HTTP interface; 'phoenixctl update' and 'phoenixctl status --json' \
    do this";
const CHANNEL: &str = "add a [channels.NAME] table to config.toml for what Watchtower sent";

/// Watchtower's old notification flags, all of the same kind.
const NOTIFICATION: &str = "notification-";

/// The flag of a long name.
pub(super) fn by_name(name: &str) -> Option<Flag> {
    let known = KNOWN.iter().find(|known| known.long == name && known.flag != Flag::TimeZone);
    let other = || OTHERS.iter().position(|other| other.0 == name).map(Flag::Other);
    let generic = || {
        let place = OTHERS.iter().position(|other| other.0 == "notifications");
        place.filter(|_| name.starts_with(NOTIFICATION)).map(Flag::Other)
    };
    known.map(|known| known.flag).or_else(other).or_else(generic)
}

/// The flag of a letter.
pub(super) fn by_letter(letter: char) -> Option<Flag> {
    let known = KNOWN.iter().find(|known| known.letter == Some(letter)).map(|known| known.flag);
    known.or_else(|| OTHERS.iter().position(|it| it.1 == Some(letter)).map(Flag::Other))
}

impl Flag {
    /// As it is written on a command line.
    pub(super) fn name(self) -> String {
        if self == Self::TimeZone {
            return "TZ".to_owned();
        }
        let long = self.other().map(|other| other.0);
        let long = long.or_else(|| self.written().map(|written| written.long));
        format!("--{}", long.unwrap_or_default())
    }

    pub(super) fn takes_value(self) -> bool {
        let other = self.other().map(|other| other.3);
        other.or_else(|| self.written().map(|written| written.takes_value)).unwrap_or_default()
    }

    fn other(self) -> Option<&'static Other> {
        if let Self::Other(place) = self { OTHERS.get(place) } else { None }
    }

    fn written(self) -> Option<&'static Written> {
        KNOWN.iter().find(|known| known.flag == self)
    }
}

/// What was said, on the command line or, where that is silent, by the environment.
pub(super) struct Said(Vec<(Flag, String)>);

impl Said {
    pub(super) fn by(command: &Command) -> Result<Self, NotUnderstood> {
        let mut said = command.flags.clone();
        let variables = KNOWN.iter().map(|known| (known.flag, known.variable));
        let others = OTHERS.iter().enumerate().map(|(place, it)| (Flag::Other(place), it.2));
        for (flag, variable) in variables.chain(others) {
            let told = said.iter().any(|(other, _)| *other == flag);
            if let Some(value) = command.environment.get(variable).filter(|_| !told) {
                said.push((flag, value.clone()));
            }
        }
        let mail = |name: &String| name.starts_with("WATCHTOWER_NOTIFICATION_");
        if command.environment.keys().any(mail)
            && let Some(place) = OTHERS.iter().position(|other| other.0 == "notifications")
        {
            said.push((Flag::Other(place), String::new()));
        }
        for (flag, value) in &said {
            if !flag.takes_value() && flag_of(value).is_none() {
                return Err(NotUnderstood::BadValue { flag: flag.name(), what: "true or false" });
            }
        }
        Ok(Self(said))
    }

    /// Whether a flag without a value is set. The last word counts, as on a command line.
    pub(super) fn has(&self, flag: Flag) -> bool {
        self.text(flag).and_then(flag_of).unwrap_or(false)
    }

    pub(super) fn text(&self, flag: Flag) -> Option<&str> {
        let found = self.0.iter().rev().find(|(other, _)| *other == flag);
        found.map(|(_, value)| value.as_str())
    }

    /// What has another counterpart than a key of its own, or none; each once.
    pub(super) fn remarks(&self) -> Vec<Remark> {
        let mut remarks: Vec<Remark> = Vec::new();
        for (flag, _) in &self.0 {
            let text = self.text_about(*flag);
            let remark = text.map(|text| Remark { about: flag.name(), text });
            remarks.extend(remark.filter(|remark| !remarks.contains(remark)));
        }
        remarks
    }

    fn text_about(&self, flag: Flag) -> Option<String> {
        let is_set = flag.takes_value() || self.has(flag);
        let text = match flag {
            Flag::Other(place) => OTHERS[place].4.to_owned(),
            Flag::RunOnce => "one round is 'phoenixctl watch --once'".to_owned(),
            Flag::NoRestart => "taken as: tell what is new, install nothing".to_owned(),
            Flag::NotificationUrl => channel(self.text(flag).unwrap_or_default()),
            Flag::Schedule
            | Flag::Interval
            | Flag::TimeZone
            | Flag::Cleanup
            | Flag::IncludeStopped
            | Flag::IncludeRestarting
            | Flag::MonitorOnly
            | Flag::LabelEnable
            | Flag::Disable
            | Flag::Scope => String::new(),
        };
        (is_set && !text.is_empty()).then_some(text)
    }
}

/// Shoutrrr's addresses hold secrets: only their kind is said.
fn channel(url: &str) -> String {
    let scheme = url.split(['+', ':']).next().unwrap_or_default();
    let kind = match scheme {
        "smtp" | "ntfy" | "discord" | "slack" | "telegram" | "gotify" => scheme,
        _ => "webhook",
    };
    format!("add a [channels.NAME] table with kind = \"{kind}\" to config.toml")
}

/// As Go's `strconv.ParseBool` reads one; an empty variable is none.
fn flag_of(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "" | "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}
