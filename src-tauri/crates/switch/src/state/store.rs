//! The record on disk: a temporary file, fsync, rename, fsync of the directory; and a copy.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::record::{self, Record, VERSION};

const MAIN: &str = "route.json";
const COPY: &str = "route.good.json";

/// A directory that holds the record.
#[derive(Debug, Clone)]
pub(crate) struct StateStore {
    directory: PathBuf,
}

/// What was found at start.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The record to start with; an empty one makes every request wait.
    pub(crate) record: Record,
    /// What was wrong, for the status.
    pub(crate) warning: Option<String>,
}

/// Why a record could not be stored.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The file system refused.
    #[error("{path} could not be written ({source}); the old route stays: check the state volume")]
    Write {
        /// The file.
        path: PathBuf,
        /// The refusal.
        source: io::Error,
    },
    /// The record could not be put into JSON.
    #[error("the route could not be encoded ({0}); the old route stays")]
    Encode(#[from] serde_json::Error),
}

impl StateStore {
    /// A store in `directory`, which must exist by the time something is stored.
    pub(crate) fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// Stores the record; after `Ok` it survives a power cut.
    ///
    /// # Errors
    /// When a step failed; the old record is then still the one that would be loaded.
    pub(crate) fn store(&self, record: &Record) -> Result<(), StoreError> {
        self.replace(MAIN, &serde_json::to_vec(record)?)
    }

    /// Stores the spare copy that is used when the main file is torn.
    ///
    /// # Errors
    /// When a step failed; the main file is not touched.
    pub(crate) fn store_copy(&self, record: &Record) -> Result<(), StoreError> {
        self.replace(COPY, &serde_json::to_vec(record)?)
    }

    /// The record to start with: the main file, else the copy, else an empty one. Never fails.
    pub(crate) fn load(&self) -> Loaded {
        match (self.read(MAIN), self.read(COPY)) {
            (Found::Good(record), _) => Loaded { record, warning: None },
            (Found::Absent, Found::Absent) => Loaded { record: Record::default(), warning: None },
            (missing, Found::Good(record)) => {
                let why = missing.describe(MAIN);
                let warning = Some(format!("{why}; the last good copy is in force"));
                Loaded { record, warning }
            }
            (missing, Found::Absent | Found::Bad(_)) => {
                let why = missing.describe(MAIN);
                let warning =
                    format!("{why}, and there is no good copy; requests wait for a new route");
                Loaded { record: Record::default(), warning: Some(warning) }
            }
        }
    }

    fn read(&self, name: &str) -> Found {
        let bytes = match fs::read(self.directory.join(name)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Found::Absent,
            Err(error) => return Found::Bad(error.to_string()),
        };
        parse(&bytes).map_or_else(Found::Bad, Found::Good)
    }

    fn replace(&self, name: &str, content: &[u8]) -> Result<(), StoreError> {
        let path = self.directory.join(name);
        self.replace_file(&path, content).map_err(|source| StoreError::Write { path, source })
    }

    fn replace_file(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let temporary = path.with_extension("tmp");
        let mut file = File::create(&temporary)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&temporary, path)?;
        File::open(&self.directory)?.sync_all()
    }
}

enum Found {
    Good(Record),
    Absent,
    Bad(String),
}

impl Found {
    fn describe(&self, name: &str) -> String {
        match self {
            Self::Good(_) => format!("{name} is good"),
            Self::Absent => format!("{name} is missing"),
            Self::Bad(why) => format!("{name} is unreadable ({why})"),
        }
    }
}

fn parse(bytes: &[u8]) -> Result<Record, String> {
    let record: Record = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if record.version != VERSION {
        return Err(format!("version {} instead of {VERSION}", record.version));
    }
    record::check(&record.route).map_err(|failure| failure.message)?;
    Ok(record)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revision(revision: u64) -> Record {
        Record { revision, ..Record::default() }
    }

    fn stored() -> (tempfile::TempDir, StateStore) {
        let directory = tempfile::tempdir().unwrap();
        let store = StateStore::new(directory.path().to_owned());
        store.store(&revision(5)).unwrap();
        store.store_copy(&revision(5)).unwrap();
        (directory, store)
    }

    #[test]
    fn what_was_stored_is_loaded() {
        let (_directory, store) = stored();
        let loaded = store.load();
        assert_eq!((loaded.record, loaded.warning), (revision(5), None));
    }

    #[test]
    fn a_torn_an_empty_an_old_and_a_missing_file_give_the_last_good_copy() {
        let torn: [Option<&str>; 4] = [
            Some(r#"{"version":1,"revis"#),
            Some(""),
            Some(
                r#"{"version":0,"revision":9,"route":{"backends":[]},"unconfirmed":null,"confirmed":null}"#,
            ),
            None,
        ];
        for content in torn {
            let (directory, store) = stored();
            let main = directory.path().join(MAIN);
            match content {
                Some(content) => fs::write(main, content).unwrap(),
                None => fs::remove_file(main).unwrap(),
            }
            let loaded = store.load();
            assert_eq!(loaded.record, revision(5), "{content:?}");
            assert!(loaded.warning.is_some(), "{content:?}");
        }
    }

    #[test]
    fn without_any_good_file_the_route_is_empty_and_the_status_says_so() {
        let (directory, store) = stored();
        fs::write(directory.path().join(MAIN), "{").unwrap();
        fs::write(directory.path().join(COPY), "").unwrap();
        let loaded = store.load();
        assert_eq!(loaded.record, Record::default());
        assert!(loaded.warning.unwrap().contains("wait for a new route"));
    }

    #[test]
    fn a_first_start_is_no_reason_for_a_warning() {
        let directory = tempfile::tempdir().unwrap();
        let loaded = StateStore::new(directory.path().to_owned()).load();
        assert_eq!((loaded.record, loaded.warning), (Record::default(), None));
    }

    #[test]
    fn a_failed_write_leaves_the_old_record() {
        let (directory, store) = stored();
        fs::create_dir(directory.path().join("route.tmp")).unwrap();
        assert!(store.store(&revision(6)).is_err());
        assert_eq!(store.load().record, revision(5));
    }
}
