//! Files stay small, explained and finished.

use super::sources::sources;

const LONGEST_LINES: usize = 400;
const MEDIAN_LINES: usize = 150;

#[test]
fn no_source_file_is_longer_than_400_lines() {
    for source in sources() {
        let lines = source.text.lines().count();
        assert!(lines <= LONGEST_LINES, "{} has {lines} lines: split it", source.path.display());
    }
}

#[test]
fn half_of_the_source_files_have_at_most_150_lines() {
    let mut lengths: Vec<usize> =
        sources().iter().map(|source| source.text.lines().count()).collect();
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    assert!(median <= MEDIAN_LINES, "the median is {median} lines");
}

#[test]
fn nothing_is_left_to_be_done_in_a_comment() {
    // Put together, so that this file does not name what it forbids.
    let notes = [["TO", "DO"].concat(), ["FIX", "ME"].concat()];
    for source in sources() {
        for note in &notes {
            assert!(!source.text.contains(note), "{} says {note}", source.path.display());
        }
    }
}

#[test]
fn every_module_says_what_it_is() {
    for source in sources().iter().filter(|source| source.is_module()) {
        let first = source.text.lines().next().unwrap_or_default();
        let says = first.strip_prefix("//!").is_some_and(|words| words.trim().len() >= MIN_WORDS);
        assert!(says, "{} does not begin with what it is", source.path.display());
    }
}

/// The shortest sentence that can say something.
const MIN_WORDS: usize = 10;
