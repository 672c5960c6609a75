//! Is this body the right one? Answered piece by piece, in bounded memory.

use crate::failure::{Failure, FailureClass};
use crate::script::Expected;

/// More than any small answer and all events of a stream.
const MOST_KEPT: usize = 64 * 1024;

/// A body on its way.
#[derive(Debug)]
pub(crate) struct BodyCheck<'script> {
    expected: &'script Expected,
    length: u64,
    kept: Vec<u8>,
    wrong_at: Option<u64>,
}

impl<'script> BodyCheck<'script> {
    pub(crate) fn new(expected: &'script Expected) -> Self {
        Self { expected, length: 0, kept: Vec::new(), wrong_at: None }
    }

    pub(crate) fn piece(&mut self, piece: &[u8]) {
        if let Expected::Pattern { .. } = self.expected {
            for (offset, byte) in (self.length..).zip(piece) {
                if u64::from(*byte) != offset % 251 {
                    self.wrong_at.get_or_insert(offset);
                }
            }
        } else if self.kept.len() < MOST_KEPT {
            self.kept.extend_from_slice(piece);
        }
        self.length += piece.len() as u64;
    }

    /// The verdict on the whole body.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let wrong = |detail: String| Err(Failure::new(FailureClass::WrongBody, detail));
        match self.expected {
            Expected::Pattern { bytes } => match self.wrong_at {
                Some(offset) => wrong(format!("byte {offset} is wrong")),
                None if self.length != *bytes => {
                    wrong(format!("{} bytes instead of {bytes}", self.length))
                }
                None => Ok(()),
            },
            Expected::Executed { id, bytes } => executed(&self.json()?, id, *bytes),
            Expected::Received { bytes, fnv1a64 } => {
                let json = self.json()?;
                let same = json["bytes"] == *bytes && json["fnv1a64"] == format!("{fnv1a64:016x}");
                if same {
                    Ok(())
                } else {
                    wrong(format!("sent {bytes} {fnv1a64:016x}, answered {json}"))
                }
            }
            Expected::Events { count } => self.events(*count),
            Expected::Slept { ms } => {
                let json = self.json()?;
                if json["slept_ms"] == *ms {
                    Ok(())
                } else {
                    wrong(format!("asked {ms} ms, answered {json}"))
                }
            }
            Expected::Unchanged | Expected::HeadOnly if self.length == 0 => Ok(()),
            Expected::Unchanged | Expected::HeadOnly => {
                wrong(format!("{} bytes where none belong", self.length))
            }
        }
    }

    fn json(&self) -> Result<serde_json::Value, Failure> {
        serde_json::from_slice(&self.kept)
            .map_err(|error| Failure::new(FailureClass::WrongBody, format!("not JSON: {error}")))
    }

    fn events(&self, count: u64) -> Result<(), Failure> {
        let text = String::from_utf8_lossy(&self.kept);
        let in_order = (0..count).eq(text
            .lines()
            .filter_map(|line| line.strip_prefix("id: "))
            .map_while(|id| id.parse::<u64>().ok()));
        if in_order && text.ends_with(&format!("event: end\ndata: {count}\n\n")) {
            return Ok(());
        }
        let seen = text.matches("\n\n").count();
        Err(Failure::new(
            FailureClass::WrongBody,
            format!("{seen} events, not {count} in order and an end"),
        ))
    }
}

fn executed(json: &serde_json::Value, id: &str, bytes: u64) -> Result<(), Failure> {
    if json["id"] != id || json["bytes"] != bytes {
        let detail = format!("sent {id} with {bytes} bytes, answered {json}");
        return Err(Failure::new(FailureClass::WrongBody, detail));
    }
    match json["executions"].as_u64() {
        Some(1) => Ok(()),
        Some(count) => {
            let detail = format!("{id} was executed {count} times");
            Err(Failure::new(FailureClass::DuplicateExecution, detail))
        }
        None => Err(Failure::new(FailureClass::WrongBody, format!("no count in {json}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(expected: &Expected, pieces: &[&[u8]]) -> Option<FailureClass> {
        let mut check = BodyCheck::new(expected);
        for piece in pieces {
            check.piece(piece);
        }
        check.finish().err().map(|failure| failure.class)
    }

    #[test]
    fn a_pattern_is_right_over_several_pieces_and_wrong_when_a_byte_or_the_length_is() {
        let pattern = Expected::Pattern { bytes: 4 };
        assert_eq!(verdict(&pattern, &[&[0, 1], &[2, 3]]), None);
        assert_eq!(verdict(&pattern, &[&[0, 1], &[2, 4]]), Some(FailureClass::WrongBody));
        assert_eq!(verdict(&pattern, &[&[0, 1, 2]]), Some(FailureClass::WrongBody));
    }

    #[test]
    fn a_second_execution_is_told_from_a_wrong_answer() {
        let once = Expected::Executed { id: "a".to_owned(), bytes: 1 };
        assert_eq!(verdict(&once, &[br#"{"id":"a","bytes":1,"executions":1}"#]), None);
        let twice: &[u8] = br#"{"id":"a","bytes":1,"executions":2}"#;
        assert_eq!(verdict(&once, &[twice]), Some(FailureClass::DuplicateExecution));
        let other: &[u8] = br#"{"id":"b","bytes":1,"executions":1}"#;
        assert_eq!(verdict(&once, &[other]), Some(FailureClass::WrongBody));
    }

    #[test]
    fn events_need_their_order_and_their_end() {
        let events = Expected::Events { count: 2 };
        let end: &[u8] = b"event: end\ndata: 2\n\n";
        assert_eq!(verdict(&events, &[b"id: 0\ndata: x\n\nid: 1\ndata: x\n\n", end]), None);
        assert_eq!(verdict(&events, &[b"id: 0\ndata: x\n\n", end]), Some(FailureClass::WrongBody));
        assert_eq!(
            verdict(&events, &[b"id: 0\ndata: x\n\nid: 1\ndata: x\n\n"]),
            Some(FailureClass::WrongBody)
        );
    }
}
