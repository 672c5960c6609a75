//! Maintenance windows: the times of the week at which something may be installed by itself.
//!
//! A window is read off the clock on the wall: it is open whenever the clock shows a time inside.
//! So one that the clock skips stays shut that night, and one that the clock repeats opens twice.

use std::fmt;

use jiff::{
    Span, Timestamp, ToSpan, Zoned,
    civil::{Date, DateTime, Time, Weekday},
    tz::{AmbiguousOffset, TimeZone},
};
use serde::{Deserialize, Serialize};

/// Days of the week, and a time of day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Window {
    text: String,
    /// From Monday.
    days: [bool; 7],
    /// Minutes after midnight.
    from: u32,
    /// Minutes after the midnight at which the window's day began; beyond [`DAY`] it is tomorrow.
    until: u32,
}

/// Text that is no window.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadWindow {
    /// No day of the week.
    #[error("\"{0}\" is no day; write Mon, Tue, Wed, Thu, Fri, Sat, Sun, Mon-Fri, or leave it out")]
    Day(String),
    /// No time.
    #[error("\"{0}\" is no time of day; write two such as 02:00-05:00, or 22:00-06:00")]
    Time(String),
    /// Both times are the same.
    #[error("\"{0}\" ends when it begins; leave the times out for the whole day")]
    Empty(String),
    /// Nothing, or too much.
    #[error("\"{0}\" is no window; write days and times such as \"Mon-Fri 02:00-05:00\"")]
    Shape(String),
}

/// Minutes.
const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;

/// The days that are looked at for the next opening: every window has one in a week, also if the
/// clock skips the first one.
const AHEAD: i64 = 15;

const NAMES: [(&str, &str); 7] = [
    ("mon", "monday"),
    ("tue", "tuesday"),
    ("wed", "wednesday"),
    ("thu", "thursday"),
    ("fri", "friday"),
    ("sat", "saturday"),
    ("sun", "sunday"),
];

impl Window {
    /// Reads `Mon-Fri 02:00-05:00`, `Sat,Sun 22:00-06:00` (over midnight: into the next day),
    /// `Sunday` (the whole day), `02:00-05:00` (every day).
    pub fn parse(text: &str) -> Result<Self, BadWindow> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let is_time = |word: &str| word.starts_with(|first: char| first.is_ascii_digit());
        let (days, (from, until)) = match words.as_slice() {
            [times] if is_time(times) => ([true; 7], read_times(times)?),
            [days] => (read_days(days)?, (0, DAY)),
            [days, times] => (read_days(days)?, read_times(times)?),
            _ => return Err(BadWindow::Shape(text.to_owned())),
        };
        Ok(Self { text: words.join(" "), days, from, until })
    }

    /// Whether the clock shows a time inside.
    pub fn is_open(&self, now: &Zoned) -> bool {
        let minute = u32::try_from(i32::from(now.hour()) * 60 + i32::from(now.minute()));
        let minute = minute.unwrap_or_default();
        let (today, yesterday) = (now.weekday(), now.weekday().previous());
        let today = self.is_on(today) && (self.from..self.until).contains(&minute);
        today || self.is_on(yesterday) && (DAY..self.until).contains(&(minute + DAY))
    }

    fn is_on(&self, day: Weekday) -> bool {
        usize::try_from(day.to_monday_zero_offset())
            .is_ok_and(|day| self.days.get(day).is_some_and(|on| *on))
    }

    fn from(&self) -> Time {
        let (hour, minute) = (self.from / HOUR, self.from % HOUR);
        let part = |number| i8::try_from(number).unwrap_or_default();
        Time::new(part(hour), part(minute), 0, 0).unwrap_or(Time::midnight())
    }
}

/// Whether one of several windows is open; without any, it always is.
pub fn is_open(windows: &[Window], now: &Zoned) -> bool {
    windows.is_empty() || windows.iter().any(|window| window.is_open(now))
}

/// The first moment, from `now` on, at which [`is_open`] holds; `None` only at the end of the
/// calendar.
pub fn opens_at(windows: &[Window], now: &Zoned) -> Option<Zoned> {
    if is_open(windows, now) {
        return Some(now.clone());
    }
    let zone = now.time_zone();
    let horizon = now.checked_add(AHEAD.days()).map_or(Timestamp::MAX, |end| end.timestamp());
    let jumps = zone.following(now.timestamp()).map(|jump| jump.timestamp());
    let jumps = jumps.take_while(|jump| *jump <= horizon);
    let starts = (0..AHEAD).flat_map(|days| starts(windows, now.date(), days, zone));
    jumps
        .chain(starts)
        .filter(|moment| *moment >= now.timestamp())
        .map(|moment| moment.to_zoned(zone.clone()))
        .filter(|moment| is_open(windows, moment))
        .min()
}

/// When the clock shows the beginnings of windows on a day.
fn starts(windows: &[Window], today: Date, days: i64, zone: &TimeZone) -> Vec<Timestamp> {
    let Ok(day) = today.checked_add(Span::new().days(days)) else { return Vec::new() };
    let on_it = windows.iter().filter(|window| window.is_on(day.weekday()));
    on_it.flat_map(|window| moments(day.to_datetime(window.from()), zone)).collect()
}

/// When the clock shows a time: never, once, or twice. (When it skips the time, the skip itself is
/// what may open a window.)
fn moments(shown: DateTime, zone: &TimeZone) -> Vec<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(shown);
    let found = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => vec![ambiguous.unambiguous()],
        AmbiguousOffset::Gap { .. } => Vec::new(),
        AmbiguousOffset::Fold { .. } => vec![ambiguous.earlier(), ambiguous.later()],
    };
    found.into_iter().filter_map(Result::ok).collect()
}

fn read_days(text: &str) -> Result<[bool; 7], BadWindow> {
    let day = |name: &str| {
        let name = name.to_ascii_lowercase();
        let found = NAMES.iter().position(|(short, long)| name == *short || name == *long);
        found.ok_or_else(|| BadWindow::Day(text.to_owned()))
    };
    let mut days = [false; 7];
    for item in text.split(',') {
        let (first, last) = match item.split_once('-') {
            Some((first, last)) => (day(first)?, day(last)?),
            None => (day(item)?, day(item)?),
        };
        let count = (last + 7 - first) % 7;
        for offset in 0..=count {
            days[(first + offset) % 7] = true;
        }
    }
    Ok(days)
}

fn read_times(text: &str) -> Result<(u32, u32), BadWindow> {
    let bad = || BadWindow::Time(text.to_owned());
    let (from, until) = text.split_once('-').ok_or_else(bad)?;
    let (from, until) = (read_time(from).ok_or_else(bad)?, read_time(until).ok_or_else(bad)?);
    if from == DAY {
        return Err(bad());
    }
    if from == until {
        return Err(BadWindow::Empty(text.to_owned()));
    }
    Ok((from, if until < from { until + DAY } else { until }))
}

/// `24:00` is the end of a day.
fn read_time(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str| {
        let fits = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| text.parse::<u32>().ok())?
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    let time = hour * HOUR + minute;
    (minute < HOUR && time <= DAY).then_some(time)
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<String> for Window {
    type Error = BadWindow;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Window> for String {
    fn from(window: Window) -> Self {
        window.text
    }
}
