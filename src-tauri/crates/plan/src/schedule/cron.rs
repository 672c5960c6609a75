//! Cron expressions: five fields as crontab(5), or six with the seconds first, as Watchtower.
//!
//! By the clock on the wall, with daylight saving time as Vixie cron has it. A fixed time that the
//! clock skips runs once, when the clock has skipped it; one that the clock repeats runs once, the
//! first time. What runs at every minute or every hour just goes on.

use std::fmt;

use croner::parser::{CronParser, Year};
use jiff::{Zoned, civil::DateTime};

/// A cron expression that has a next time.
#[derive(Debug, Clone)]
pub struct Cron {
    text: String,
    /// Boxed: it is large, and most schedules are intervals.
    pattern: Box<croner::Cron>,
}

/// A field of a cron expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CronField {
    /// 0 to 59; only in expressions of six fields.
    Second,
    /// 0 to 59.
    Minute,
    /// 0 to 23.
    Hour,
    /// 1 to 31.
    DayOfMonth,
    /// 1 to 12, or JAN to DEC.
    Month,
    /// 0 to 7, or SUN to SAT; 0 and 7 are Sunday.
    DayOfWeek,
}

/// Text that is no cron expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCron {
    /// One number: crontab has no such thing.
    #[error(
        "\"{0}\" alone says neither minute nor hour; write every = \"{0}h\" for every {0} hours, \
         or \"0 {0} * * *\" for {0} o'clock each day"
    )]
    BareNumber(String),
    /// A word after `@` that cron does not know.
    #[error(
        "\"{0}\" is no word of cron; write @hourly, @daily, @midnight, @weekly, @monthly, \
         @yearly, or fields such as \"0 4 * * *\""
    )]
    UnknownWord(String),
    /// Neither five nor six fields.
    #[error(
        "\"{text}\" has {count} fields; write five (minute hour day-of-month month day-of-week, \
         \"0 4 * * *\"), or six with the seconds first (\"0 0 4 * * *\")"
    )]
    FieldCount {
        /// What was written.
        text: String,
        /// How many fields it has.
        count: usize,
    },
    /// `TZ=…` or `CRON_TZ=…` before the fields.
    #[error("\"{0}\" names a time zone; write it as time_zone, and here only the fields")]
    TimeZone(String),
    /// A field that does not work.
    #[error("the {field} \"{written}\" does not work; write {}", field.remedy())]
    Field {
        /// Which one.
        field: CronField,
        /// What was written.
        written: String,
    },
    /// A date that no calendar has.
    #[error("\"{0}\" never comes: no month that it names has such a day; write another date")]
    Never(String),
}

const FIELDS: [CronField; 6] = [
    CronField::Second,
    CronField::Minute,
    CronField::Hour,
    CronField::DayOfMonth,
    CronField::Month,
    CronField::DayOfWeek,
];

/// crontab(5), "Extensions", and robfig/cron, which Watchtower uses.
const WORDS: [(&str, &str); 7] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// Where the search for a first time begins; eight years later every date has come.
const CALENDAR: DateTime = DateTime::constant(2000, 1, 1, 0, 0, 0, 0);

impl Cron {
    /// Reads five or six fields, or a word such as `@daily`. Quotes around them mean nothing.
    pub fn parse(text: &str) -> Result<Self, BadCron> {
        let bare = unquoted(text);
        let fields: Vec<&str> = of_word(bare)?.split_whitespace().collect();
        match fields.as_slice() {
            [number] if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                return Err(BadCron::BareNumber((*number).to_owned()));
            }
            [zone, ..] if zone.contains("TZ=") => {
                return Err(BadCron::TimeZone((*zone).to_owned()));
            }
            [_, _, _, _, _] | [_, _, _, _, _, _] => {}
            other => {
                return Err(BadCron::FieldCount { text: bare.to_owned(), count: other.len() });
            }
        }
        for (field, written) in FIELDS[FIELDS.len() - fields.len()..].iter().zip(&fields) {
            if !field.accepts(written) {
                return Err(BadCron::Field { field: *field, written: (*written).to_owned() });
            }
        }
        let never = || BadCron::Never(bare.to_owned());
        let pattern = read(&fields.join(" ")).ok_or_else(never)?;
        pattern.find_next_occurrence(&CALENDAR, true).map_err(|_| never())?;
        Ok(Self { text: bare.to_owned(), pattern: Box::new(pattern) })
    }

    /// The first time after a moment, in that moment's time zone; `None` beyond the year 5000.
    pub fn next(&self, after: &Zoned) -> Option<Zoned> {
        let found = self.pattern.find_next_occurrence(after, false).ok();
        // Where the clock skips a whole day, the library gives up after two hours.
        found.or_else(|| {
            let shown = self.pattern.find_next_occurrence(&after.datetime(), false).ok()?;
            shown.to_zoned(after.time_zone().clone()).ok()
        })
    }
}

impl CronField {
    /// What can be written here.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Second | Self::Minute => "0 to 59, or *, 0-29, */10, 0,30",
            Self::Hour => "0 to 23, or *, 1-5, */6, 4,16",
            Self::DayOfMonth => "1 to 31, or *, 1-7, */2, 1,15, L for the last",
            Self::Month => "1 to 12 or JAN to DEC, or *, 1-6, */3, JAN,JUL",
            Self::DayOfWeek => "0 to 7 or SUN to SAT (0 and 7 are Sunday), or *, MON-FRI, SAT,SUN",
        }
    }

    /// Whether this field alone can be read.
    fn accepts(self, written: &str) -> bool {
        let names: &[&str] = match self {
            Self::Second | Self::Minute | Self::Hour | Self::DayOfMonth => &[],
            Self::Month => &MONTHS,
            Self::DayOfWeek => &DAYS,
        };
        let words = written.split(|c: char| !c.is_ascii_alphabetic());
        let known = |word: &str| {
            let plain = word.is_empty() || matches!(word, "L" | "W" | "LW" | "l" | "w" | "lw");
            plain || names.iter().any(|name| name.eq_ignore_ascii_case(word))
        };
        let fields = FIELDS.map(|field| if field == self { written } else { "*" });
        !written.split(',').any(str::is_empty)
            && words.into_iter().all(known)
            && read(&fields.join(" ")).is_some()
    }
}

impl fmt::Display for CronField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::DayOfMonth => "day of month",
            Self::Month => "month",
            Self::DayOfWeek => "day of week",
        })
    }
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Cron {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Cron {}

/// Without the blanks and quotes around it.
pub(super) fn unquoted(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''))
}

fn of_word(bare: &str) -> Result<&str, BadCron> {
    if !bare.starts_with('@') {
        return Ok(bare);
    }
    let found = WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(bare));
    found.map(|(_, fields)| *fields).ok_or_else(|| BadCron::UnknownWord(bare.to_owned()))
}

fn read(fields: &str) -> Option<croner::Cron> {
    CronParser::builder().year(Year::Disallowed).build().parse(fields).ok()
}
