//! The head of an answer: read and judged.

use crate::failure::{Failure, FailureClass};
use crate::script::Expected;

const MOST_HEADERS: usize = 64;
const MOST_HEAD_BYTES: usize = 64 * 1024;

/// What the head says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: u16,
    /// The app's own header; absent from answers that somebody before the app made.
    pub(super) version: Option<String>,
    pub(super) retry_after: bool,
    pub(super) close: bool,
    pub(super) framing: Framing,
}

/// Where the body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Empty,
    Length(u64),
    Chunked,
    UntilEnd,
}

/// The head at the beginning of `bytes` and its length; `None` when it is not whole yet.
pub(super) fn parse(bytes: &[u8], expected: &Expected) -> Result<Option<(Head, usize)>, Failure> {
    let malformed = |detail: String| Failure::new(FailureClass::Malformed, detail);
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut answer = httparse::Response::new(&mut headers);
    let length = match answer.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) if bytes.len() > MOST_HEAD_BYTES => {
            return Err(malformed("a head of more than 64 KiB".to_owned()));
        }
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(error) => return Err(malformed(format!("head: {error}"))),
    };
    let value = |name: &str| {
        let header = answer.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        header.map(|header| String::from_utf8_lossy(header.value).trim().to_ascii_lowercase())
    };
    let status = answer.code.unwrap_or(0);
    let close = value("connection").is_some_and(|value| value.contains("close"));
    let framing = if *expected == Expected::HeadOnly || status < 200 || [204, 304].contains(&status)
    {
        Framing::Empty
    } else if value("transfer-encoding").is_some_and(|value| value.ends_with("chunked")) {
        Framing::Chunked
    } else if let Some(length) = value("content-length") {
        let length = length.parse().map_err(|_| malformed(format!("content-length {length:?}")))?;
        Framing::Length(length)
    } else {
        Framing::UntilEnd
    };
    let version = value("x-phoenix-version");
    let retry_after = value("retry-after").is_some();
    let close = close || answer.version == Some(0);
    Ok(Some((Head { status, version, retry_after, close, framing }, length)))
}

impl Head {
    /// Is this the status that was asked for; if not, who made it?
    pub(super) fn judge(&self, expected: &Expected) -> Result<(), Failure> {
        let wanted = if *expected == Expected::Unchanged { 304 } else { 200 };
        judge_status(self.status, wanted, self.version.as_deref(), self.retry_after)
    }
}

/// The verdict on a status, from who signed the answer.
pub(crate) fn judge_status(
    status: u16,
    wanted: u16,
    version: Option<&str>,
    retry_after: bool,
) -> Result<(), Failure> {
    let class = match (status, version) {
        (status, _) if status == wanted => return Ok(()),
        (500.., Some(_)) => FailureClass::AppError,
        (503, None) if retry_after => FailureClass::HoldExpired,
        (500.., None) => FailureClass::SwitchError,
        (_, _) => FailureClass::WrongStatus,
    };
    let by = version
        .map_or_else(|| "not signed by the app".to_owned(), |version| format!("by {version}"));
    Err(Failure::new(class, format!("{status} {by}, wanted {wanted}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(status: u16, version: Option<&str>, retry_after: bool) -> Option<FailureClass> {
        judge_status(status, 200, version, retry_after).err().map(|failure| failure.class)
    }

    #[test]
    fn a_5xx_is_blamed_on_who_made_it() {
        assert_eq!(class(200, None, false), None);
        assert_eq!(class(500, Some("1.0.0"), false), Some(FailureClass::AppError));
        assert_eq!(class(502, None, false), Some(FailureClass::SwitchError));
        assert_eq!(class(503, None, true), Some(FailureClass::HoldExpired));
        assert_eq!(class(503, Some("1.0.0"), true), Some(FailureClass::AppError));
        assert_eq!(class(404, Some("1.0.0"), false), Some(FailureClass::WrongStatus));
    }

    #[test]
    fn a_304_has_no_body_whatever_its_length_says() {
        let bytes = b"HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n";
        let (head, length) = parse(bytes, &Expected::Unchanged).unwrap().unwrap();
        assert_eq!((head.framing, length), (Framing::Empty, bytes.len()));
    }
}
