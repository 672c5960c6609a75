//! The few query parameters that the routes take.

/// The value of `name` in `query` (`a=1&b=2`), not percent-decoded.
pub(crate) fn value<'query>(query: Option<&'query str>, name: &str) -> Option<&'query str> {
    query?
        .split('&')
        .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name))
        .map(|(_, value)| value)
}

/// A number between 0 and `most`; `fallback` when absent or not a number.
pub(crate) fn number(query: Option<&str>, name: &str, fallback: u64, most: u64) -> u64 {
    value(query, name).and_then(|text| text.parse().ok()).unwrap_or(fallback).min(most)
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_number_is_read_and_bounded() {
        assert_eq!(number(Some("a=1&ms=8000"), "ms", 5, 600), 600);
        assert_eq!(number(Some("a=1&ms=80"), "ms", 5, 600), 80);
        assert_eq!(number(Some("ms=x"), "ms", 5, 600), 5);
        assert_eq!(number(None, "ms", 5, 600), 5);
    }
}
