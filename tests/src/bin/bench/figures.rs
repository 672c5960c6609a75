//! Figures by name, and a table with one column an engine.

use std::fmt::Write;

use serde::Serialize;

/// What was measured on one engine, in the order of measuring.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    engine: String,
    figures: Vec<Figure>,
}

#[derive(Debug, Serialize)]
struct Figure {
    part: String,
    name: String,
    value: String,
    /// What DESIGN or the issue promises, where it does.
    promise: String,
}

impl Figures {
    /// None yet.
    pub(crate) fn new(engine: &str) -> Self {
        Self { engine: engine.to_owned(), figures: Vec::new() }
    }

    /// Adds one.
    #[expect(clippy::needless_pass_by_value, reason = "callers hand over numbers and fresh text")]
    pub(crate) fn add(
        &mut self,
        part: &str,
        name: impl Into<String>,
        value: impl ToString,
        promise: &str,
    ) {
        self.figures.push(Figure {
            part: part.to_owned(),
            name: name.into(),
            value: value.to_string(),
            promise: promise.to_owned(),
        });
    }

    /// A part that could not be measured, and why.
    pub(crate) fn missing(&mut self, part: &str, why: &str) {
        let why = why.lines().next().unwrap_or_default().to_owned();
        self.add(part, "not measured", why, "");
    }
}

/// The middle one of some durations in milliseconds; 0 of none.
pub(crate) fn median(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// All figures side by side. A figure that only one engine has stands in its column alone.
pub(crate) fn table(columns: &[Figures]) -> String {
    let mut text = String::new();
    let mut rows: Vec<&Figure> = Vec::new();
    for figure in columns.iter().flat_map(|column| &column.figures) {
        if !rows.iter().any(|row| (&row.part, &row.name) == (&figure.part, &figure.name)) {
            rows.push(figure);
        }
    }
    let width = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0).max(8);
    let heads = columns.iter().map(|column| format!("{:<24}", column.engine));
    let _ = write!(text, "\n{:<width$}  {}promise", "", heads.collect::<String>());
    let mut part = "";
    for row in rows {
        if part != row.part {
            part = &row.part;
            let _ = write!(text, "\n{part}");
        }
        let cells = columns.iter().map(|column| {
            let found =
                column.figures.iter().find(|one| one.part == row.part && one.name == row.name);
            format!("{:<24}", found.map_or("", |one| one.value.as_str()))
        });
        let line = format!("{:<width$}  {}{}", row.name, cells.collect::<String>(), row.promise);
        let _ = write!(text, "\n  {}", line.trim_end());
    }
    text
}
