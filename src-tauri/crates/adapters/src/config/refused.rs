//! Why a schedule, a window or a template cannot be read, as sentences of a closed set.

use phoenix_engine::wording::{Wording, wording};
use phoenix_plan::{
    schedule::{BadCron, BadWindow, CronField},
    tags::BadPattern,
};

use crate::channels::{UnknownPlaceholder, placeholders};

/// Of a cron expression.
pub fn cron(error: &BadCron) -> Wording {
    let worded = match error {
        BadCron::BareNumber(number) => wording!("trouble.cron.number", "{number}", number),
        BadCron::UnknownWord(word) => wording!("trouble.cron.word", "{word}", word),
        BadCron::FieldCount { text, count } => {
            wording!("trouble.cron.fields", "{text}: {count}", text, count)
        }
        BadCron::TimeZone(text) => wording!("trouble.cron.time_zone", "{text}", text),
        BadCron::Field { field, written } => {
            let remedy = field_remedy(*field);
            wording!("trouble.cron.field", "{written}: {remedy}", written, remedy)
        }
        BadCron::Never(text) => wording!("trouble.cron.never", "{text}", text),
    };
    Wording { text: error.to_string(), ..worded }
}

/// What can be written in a field, and which one it is.
fn field_remedy(field: CronField) -> Wording {
    let code = match field {
        CronField::Second => "trouble.cron.second",
        CronField::Minute => "trouble.cron.minute",
        CronField::Hour => "trouble.cron.hour",
        CronField::DayOfMonth => "trouble.cron.day_of_month",
        CronField::Month => "trouble.cron.month",
        CronField::DayOfWeek => "trouble.cron.day_of_week",
    };
    Wording { code, blanks: Vec::new(), text: format!("{field}: {}", field.remedy()) }
}

/// Of a maintenance window.
pub fn window(error: &BadWindow) -> Wording {
    let worded = match error {
        BadWindow::Day(text) => wording!("trouble.window.day", "{text}", text),
        BadWindow::Time(text) => wording!("trouble.window.time", "{text}", text),
        BadWindow::Empty(text) => wording!("trouble.window.empty", "{text}", text),
        BadWindow::Shape(text) => wording!("trouble.window.shape", "{text}", text),
    };
    Wording { text: error.to_string(), ..worded }
}

/// Of a pattern for tags.
pub fn pattern(error: &BadPattern) -> Wording {
    let why = &error.why;
    wording!("help.config.pattern", "write a regular expression: {why}", why)
}

/// Of a channel's template.
pub(super) fn template(error: &UnknownPlaceholder) -> Wording {
    let (name, known) = (error.name.as_str(), placeholders());
    let worded = wording!("trouble.template", "{name}: {known}", name, known);
    Wording { text: error.to_string(), ..worded }
}
