//! Counts how often each request id was executed, in memory and in a log that generations share.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use crate::log;

/// More ids than this are counted in the total only.
const MOST_IDS: usize = 2_000_000;
/// At most this many duplicates are listed.
const MOST_DUPLICATES: usize = 100;

/// What `GET /api/executions` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionCounts {
    /// Executed requests of this instance.
    pub total: u64,
    /// Different ids among them.
    pub unique: u64,
    /// Ids executed more than once, at most 100, with their counts.
    pub duplicates: HashMap<String, u64>,
}

/// The counter of one instance.
#[derive(Debug)]
pub(crate) struct Executions {
    counted: Mutex<Counted>,
    log: Option<File>,
}

#[derive(Debug, Default)]
struct Counted {
    total: u64,
    by_id: HashMap<String, u64>,
}

impl Executions {
    pub(crate) fn open(log: Option<&Path>) -> io::Result<Self> {
        let log =
            log.map(|path| OpenOptions::new().create(true).append(true).open(path)).transpose()?;
        Ok(Self { counted: Mutex::default(), log })
    }

    /// Executes `id` once more and says how often it was executed here.
    /// A log that cannot be written is complained about.
    pub(crate) fn execute(&self, id: &str, trailer: &str) -> u64 {
        if let Some(mut log) = self.log.as_ref() {
            // One write per line: O_APPEND keeps the lines of several generations whole.
            let written = log.write_all(format!("{id} {trailer}\n").as_bytes());
            written.unwrap_or_else(|error| log::complain(&format!("execution log: {error}")));
        }
        let mut counted = self.counted.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        counted.total += 1;
        if counted.by_id.len() >= MOST_IDS && !counted.by_id.contains_key(id) {
            return 1;
        }
        let count = counted.by_id.entry(id.to_owned()).or_insert(0);
        *count += 1;
        *count
    }

    pub(crate) fn counts(&self) -> ExecutionCounts {
        let counted = self.counted.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let duplicates = counted.by_id.iter().filter(|(_, count)| **count > 1);
        ExecutionCounts {
            total: counted.total,
            unique: counted.by_id.len() as u64,
            duplicates: duplicates
                .take(MOST_DUPLICATES)
                .map(|(id, count)| (id.clone(), *count))
                .collect(),
        }
    }
}

/// The FNV-1a hash of `bytes`, continued from `state` (`None`: from the beginning).
pub fn fnv1a64(state: Option<u64>, bytes: &[u8]) -> u64 {
    let start = state.unwrap_or(0xcbf2_9ce4_8422_2325);
    bytes
        .iter()
        .fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// The byte at `offset` of what `/bytes` answers.
pub fn byte_at(offset: u64) -> u8 {
    u8::try_from(offset % 251).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Executions, fnv1a64};

    #[test]
    fn a_second_execution_of_an_id_is_counted() {
        let executions = Executions::open(None).unwrap();
        assert_eq!(executions.execute("a", ""), 1);
        assert_eq!(executions.execute("b", ""), 1);
        assert_eq!(executions.execute("a", ""), 2);
        let counts = executions.counts();
        assert_eq!((counts.total, counts.unique, counts.duplicates["a"]), (3, 2, 2));
    }

    #[test]
    fn the_checksum_is_fnv_1a() {
        assert_eq!(fnv1a64(None, b"foobar"), 0x8594_4171_f739_67e8);
        assert_eq!(fnv1a64(Some(fnv1a64(None, b"foo")), b"bar"), fnv1a64(None, b"foobar"));
    }
}
