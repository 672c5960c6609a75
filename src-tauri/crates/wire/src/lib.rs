//! What the program and its window say to each other. Where the window is a process of its own,
//! each message is one line of JSON on the socket that the window inherits as its standard input.
//!
//! Answers and events pass as JSON that only the pages read: their types are those of the program's
//! boundary, from which TypeScript's are generated.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// JSON that is passed on as it is.
pub type Json = Box<RawValue>;

/// What the program tells its window.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum ToWindow {
    /// The first message: what to show.
    Open(Opening),
    /// Come to the front.
    Front,
    /// Show everything at this size, in percent.
    Zoom(u32),
    /// Something happened.
    Event(Event),
    /// What came of a question.
    Answer {
        /// The question's number.
        id: u64,
        /// Its answer, or the refusal.
        answer: Result<Json, Json>,
    },
}

/// What the window says to the program.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum ToProgram {
    /// A page asks for something.
    Ask(Question),
}

/// How a window begins.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Opening {
    /// The page, as the part of an address from `#` on; empty for the list.
    pub place: String,
    /// Where the tray was clicked, in physical pixels of the screen.
    pub at: Option<(i32, i32)>,
    /// The size of what it shows, in percent.
    pub zoom_percent: u32,
    /// The snapshot that the page shows before it has asked for anything.
    pub snapshot: Json,
}

/// Something that the pages listen for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Event {
    /// Its name, `snapshot-changed`.
    pub name: String,
    /// What it carries.
    pub payload: Json,
}

/// A command with its arguments.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Question {
    /// Which question of this window.
    pub id: u64,
    /// The command's name, `carry_out`.
    pub command: String,
    /// An object with an entry for each of its arguments.
    pub arguments: Json,
}

/// A message as a line, its end included.
pub fn line(message: &impl Serialize) -> serde_json::Result<String> {
    let mut line = serde_json::to_string(message)?;
    line.push('\n');
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        RawValue::from_string(text.to_owned()).unwrap()
    }

    #[test]
    fn a_refusal_arrives_as_it_was_written() {
        let refusal = ToWindow::Answer { id: 7, answer: Err(json(r#"{"code":"busy"}"#)) };
        let line = line(&refusal).unwrap();
        assert_eq!(line, "{\"Answer\":{\"id\":7,\"answer\":{\"Err\":{\"code\":\"busy\"}}}}\n");
        let ToWindow::Answer { id: 7, answer: Err(said) } = serde_json::from_str(&line).unwrap()
        else {
            panic!("another message came out: {line}");
        };
        assert_eq!(said.get(), r#"{"code":"busy"}"#);
    }

    #[test]
    fn a_message_is_one_line_whatever_is_in_it() {
        let place = "#/service/a\nb".to_owned();
        let snapshot = json("{\"text\":\"a\\nb\"}");
        let opening = Opening { place, at: Some((1, -2)), zoom_percent: 100, snapshot };
        let line = line(&ToWindow::Open(opening)).unwrap();
        assert_eq!(line.matches('\n').count(), 1);
        assert!(line.ends_with('\n'));
    }
}
