//! The log into which all generations on one volume write what they executed.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use serde::{Deserialize, Serialize};

/// What an execution log says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionLog {
    /// Executions.
    pub total: u64,
    /// Different ids.
    pub unique: u64,
    /// Executions beyond the first of an id, over all generations.
    pub duplicates: u64,
    /// The first ids executed more than once, at most 20.
    pub examples: Vec<String>,
    /// Executions by version.
    pub by_version: BTreeMap<String, u64>,
}

/// Reads the log of `PHOENIX_EXEC_LOG` (`ID VERSION INSTANCE UNIX_MS` per line).
///
/// # Errors
/// A file that cannot be read.
pub fn read_execution_log(path: &Path) -> io::Result<ExecutionLog> {
    let mut ids = HashSet::new();
    let mut log = ExecutionLog {
        total: 0,
        unique: 0,
        duplicates: 0,
        examples: Vec::new(),
        by_version: BTreeMap::new(),
    };
    for line in BufReader::new(std::fs::File::open(path)?).lines() {
        let line = line?;
        let mut words = line.split(' ');
        let (id, version) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        log.total += 1;
        *log.by_version.entry(version.to_owned()).or_insert(0) += 1;
        if !ids.insert(id.to_owned()) {
            log.duplicates += 1;
            if log.examples.len() < 20 {
                log.examples.push(id.to_owned());
            }
        }
    }
    log.unique = ids.len() as u64;
    Ok(log)
}

#[cfg(test)]
mod tests {
    use super::read_execution_log;

    #[test]
    fn an_id_executed_by_two_generations_is_a_duplicate() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "a 1.0.0 x 1\nb 1.0.0 x 2\na 1.1.0 y 3\n").unwrap();
        let log = read_execution_log(file.path()).unwrap();
        assert_eq!((log.total, log.unique, log.duplicates), (3, 2, 1));
        assert_eq!(log.examples, ["a"]);
        assert_eq!(log.by_version["1.0.0"], 2);
    }
}
