//! `[schedule]`.

use std::time::Duration;

use jiff::tz::TimeZone;
use phoenix_engine::wording::wording;
use phoenix_plan::schedule::Cron;

use super::super::{
    ConfigError,
    reader::{Found, Reader, whole_number},
    refused,
};

/// `[schedule]`.
#[derive(Debug, Default)]
pub(in crate::config) struct ScheduleFragment {
    pub(in crate::config) when: Option<When>,
    pub(in crate::config) time_zone: Option<TimeZone>,
    pub(in crate::config) jitter: Option<Duration>,
    pub(in crate::config) battery_above: Option<u8>,
    pub(in crate::config) metered: Option<bool>,
    pub(in crate::config) at_once: Option<usize>,
}

/// `every` or `cron`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::config) enum When {
    Every(Every),
    Cron(Cron),
}

/// How often to check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::config) enum Every {
    Never,
    Each(Duration),
}

/// Instead of a duration.
pub(in crate::config) const NEVER: &str = "never";

pub(super) fn read(mut keys: Reader<'_>) -> Result<ScheduleFragment, ConfigError> {
    let (every_key, cron_key) = (keys.take("every"), keys.take("cron"));
    let when = match (every_key, cron_key) {
        (Some(_), Some(found)) => {
            return Err(found.bad(wording!(
                "help.config.every_or_cron",
                "either every or cron says when; remove one of them"
            )));
        }
        (Some(found), None) => Some(When::Every(every(&found)?)),
        (None, Some(found)) => Some(When::Cron(cron(&found)?)),
        (None, None) => None,
    };
    let fragment = ScheduleFragment {
        when,
        time_zone: keys.take("time_zone").map(|it| time_zone(&it)).transpose()?,
        jitter: keys.take("jitter").map(|it| it.duration("0s", "6h")).transpose()?,
        battery_above: keys.take("battery_above").map(|it| percent(&it)).transpose()?,
        metered: keys.take("metered").map(|it| it.flag()).transpose()?,
        at_once: keys.take("at_once").map(|it| at_once(&it)).transpose()?,
    };
    keys.finish().map(|()| fragment)
}

fn every(found: &Found<'_>) -> Result<Every, ConfigError> {
    if found.text().is_ok_and(|text| text == NEVER) {
        return Ok(Every::Never);
    }
    found.duration("10m", "30d").map(Every::Each).map_err(|_| {
        found.bad(wording!(
            "help.config.every",
            "write a duration such as \"6h\", from 10m to 30d, or \"never\""
        ))
    })
}

fn cron(found: &Found<'_>) -> Result<Cron, ConfigError> {
    let text = found.text().map_err(|_| {
        found.bad(wording!("help.config.cron", "write fields in quotes, \"0 4 * * *\""))
    })?;
    Cron::parse(text).map_err(|error| found.bad(refused::cron(&error)))
}

fn time_zone(found: &Found<'_>) -> Result<TimeZone, ConfigError> {
    TimeZone::get(found.text()?).map_err(|_| {
        found.bad(wording!(
            "help.config.time_zone",
            "no such time zone is known; write one such as \"Europe/Paris\", or \"UTC\""
        ))
    })
}

fn percent(found: &Found<'_>) -> Result<u8, ConfigError> {
    u8::try_from(found.number(0..101)?).map_err(|_| found.bad(whole_number(0, 100)))
}

fn at_once(found: &Found<'_>) -> Result<usize, ConfigError> {
    usize::try_from(found.number(1..33)?).map_err(|_| found.bad(whole_number(1, 32)))
}
