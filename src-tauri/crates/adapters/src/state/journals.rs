//! Journals as lines of JSON. A line counts once its line feed is written; what follows the last
//! line feed was torn by a crash and was never promised to anybody.

use std::{
    fs, io,
    io::{BufRead, Write},
    path::{Path, PathBuf},
};

use phoenix_engine::ports::StateError;
use phoenix_plan::{
    journal::{Entry, Event, JournalId},
    service::ServiceId,
};

use super::{durable, failed};

/// All journals, one folder a service.
#[derive(Debug)]
pub(super) struct Journals {
    dir: PathBuf,
}

impl Journals {
    pub(super) const fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    /// Appends one line with one write and waits for the disk. The first entry of a journal is its
    /// plan, which names the service; it appears whole or not at all.
    pub(super) fn append(&self, journal: &JournalId, entry: &Entry) -> Result<(), StateError> {
        let known = self.find(journal)?;
        let path = known.clone().unwrap_or_else(|| self.dir.join(format!("{journal}.jsonl")));
        let mut line = serde_json::to_vec(entry)
            .map_err(|error| failed("append to", &path)(io::Error::other(error)))?;
        line.push(b'\n');
        match (known, &entry.event) {
            (Some(path), _) => append_line(&path, &line).map_err(failed("append to", &path)),
            (None, Event::Planned { plan }) => self.begin(journal, &plan.service, &line),
            (None, _) => {
                let why = "a journal begins with its plan, and this one does not exist";
                Err(failed("append to", &path)(io::Error::new(io::ErrorKind::NotFound, why)))
            }
        }
    }

    pub(super) fn entries(&self, journal: &JournalId) -> Result<Vec<Entry>, StateError> {
        match self.find(journal)? {
            Some(path) => match read(&path)? {
                Reading::Whole(entries) => Ok(entries),
                Reading::Spoilt { why, .. } => Err(spoilt(&path, &why)),
            },
            None => Err(failed("read", &self.dir.join(format!("{journal}.jsonl")))(
                io::Error::new(io::ErrorKind::NotFound, "there is no such journal"),
            )),
        }
    }

    /// Journals of a service without an end, oldest first. One that is spoilt and whose update
    /// came to its end all the same is set aside as `….jsonl.corrupt`; any other one that is
    /// spoilt is an error, because what it does not tell decides what serves.
    pub(super) fn unfinished(&self, service: &ServiceId) -> Result<Vec<JournalId>, StateError> {
        let dir = self.dir.join(service.file_name());
        let mut open = Vec::new();
        for (path, id) in journals_in(&dir)? {
            match read(&path)? {
                Reading::Whole(entries) => open.extend(open_one(&entries, id)),
                Reading::Spoilt { why, is_finished: true, .. } => set_aside(&path, &why)?,
                Reading::Spoilt { why, is_finished: false, .. } => {
                    return Err(spoilt(&path, &why));
                }
            }
        }
        Ok(open.into_iter().filter(|(of, _)| of == service).map(|(_, id)| id).collect())
    }

    /// Services with a journal without an end; one that is spoilt hides no other.
    pub(super) fn unfinished_services(&self) -> Result<Vec<ServiceId>, StateError> {
        let mut services = Vec::new();
        for dir in durable::children(&self.dir).map_err(failed("list", &self.dir))? {
            for (path, id) in journals_in(&dir)? {
                let before = match read(&path)? {
                    Reading::Whole(entries) => entries,
                    Reading::Spoilt { is_finished: true, .. } => continue,
                    Reading::Spoilt { before, why, is_finished: false } => {
                        tracing::warn!(path = %path.display(), why, "a journal is spoilt");
                        before
                    }
                };
                services.extend(open_one(&before, id).map(|(service, _)| service));
            }
        }
        services.sort();
        services.dedup();
        Ok(services)
    }

    /// Removes the journal of an update that came to its end. `false`: it did not, and the journal
    /// stays.
    pub(super) fn remove_finished(&self, journal: &JournalId) -> Result<bool, StateError> {
        let Some(path) = self.find(journal)? else { return Ok(true) };
        let is_finished = match read(&path)? {
            Reading::Whole(entries) => is_finished(&entries),
            Reading::Spoilt { is_finished, .. } => is_finished,
        };
        if is_finished {
            fs::remove_file(&path).map_err(failed("remove", &path))?;
        }
        Ok(is_finished)
    }

    fn begin(
        &self,
        journal: &JournalId,
        service: &ServiceId,
        line: &[u8],
    ) -> Result<(), StateError> {
        let dir = self.dir.join(service.file_name());
        durable::make_private_dir(&dir)
            .and_then(|()| durable::sync_dir(&self.dir))
            .map_err(failed("create", &dir))?;
        let path = dir.join(format!("{journal}.jsonl"));
        durable::create(&path, line).map_err(failed("create", &path))
    }

    fn find(&self, journal: &JournalId) -> Result<Option<PathBuf>, StateError> {
        let folders = durable::children(&self.dir).map_err(failed("list", &self.dir))?;
        let name = format!("{journal}.jsonl");
        Ok(folders.into_iter().map(|dir| dir.join(&name)).find(|path| path.is_file()))
    }
}

/// What a journal's file holds.
enum Reading {
    /// Every line makes sense.
    Whole(Vec<Entry>),
    /// One does not, so that those after it cannot be trusted.
    Spoilt {
        /// The entries before it.
        before: Vec<Entry>,
        /// Which line, and why.
        why: String,
        /// Whether the last line says all the same that the update came to its end.
        is_finished: bool,
    },
}

/// The journals of a folder with their files, oldest first.
fn journals_in(dir: &Path) -> Result<Vec<(PathBuf, JournalId)>, StateError> {
    let files = durable::files_ending(dir, "jsonl").map_err(failed("list", dir))?;
    let named = |path: PathBuf| {
        let id = JournalId::parse(path.file_stem()?.to_str()?).ok()?;
        Some((path, id))
    };
    Ok(files.into_iter().filter_map(named).collect())
}

/// The service of a journal without an end. A journal without one whole line never began.
fn open_one(entries: &[Entry], id: JournalId) -> Option<(ServiceId, JournalId)> {
    match entries.first() {
        Some(Entry { event: Event::Planned { plan }, .. }) if !is_finished(entries) => {
            Some((plan.service.clone(), id))
        }
        Some(_) | None => None,
    }
}

fn is_finished(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| matches!(entry.event, Event::Finished { .. }))
}

/// The first entry, where it makes sense.
pub(super) fn first_entry(path: &Path) -> Option<Entry> {
    let mut line = Vec::new();
    io::BufReader::new(fs::File::open(path).ok()?).read_until(b'\n', &mut line).ok()?;
    serde_json::from_slice(&line).ok()
}

fn read(path: &Path) -> Result<Reading, StateError> {
    let bytes = fs::read(path).map_err(failed("read", path))?;
    let whole = &bytes[..whole_length(&bytes)];
    let lines: Vec<&[u8]> =
        whole.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let mut before = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        match serde_json::from_slice::<Entry>(line) {
            Ok(entry) => before.push(entry),
            Err(error) => {
                let last = lines.last().and_then(|line| serde_json::from_slice::<Entry>(line).ok());
                let is_finished = is_finished(&before) || last.is_some_and(|it| is_finished(&[it]));
                let why = format!("line {} is no journal entry ({error})", index + 1);
                return Ok(Reading::Spoilt { before, why, is_finished });
            }
        }
    }
    Ok(Reading::Whole(before))
}

/// What is spoilt is kept for whoever wants to look at it, and read by nobody else.
fn set_aside(path: &Path, why: &str) -> Result<(), StateError> {
    let aside = path.with_extension("jsonl.corrupt");
    fs::rename(path, &aside).map_err(failed("move", path))?;
    tracing::warn!(path = %aside.display(), why,
        "a journal is spoilt; its update came to its end, so it is set aside");
    Ok(())
}

fn spoilt(path: &Path, why: &str) -> StateError {
    let why = format!(
        "{why}; the lines after it cannot be trusted: look which containers run with 'docker ps \
         -a', then move this file away"
    );
    failed("read", path)(io::Error::new(io::ErrorKind::InvalidData, why))
}

/// How many bytes belong to whole lines. A torn line has no line feed yet, or holds the zero bytes
/// of a block that never reached the disk (JSON escapes them, so they cannot be meant).
fn whole_length(bytes: &[u8]) -> usize {
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let last = bytes[..end.saturating_sub(1)].iter().rposition(|byte| *byte == b'\n');
    let last = last.map_or(0, |at| at + 1);
    if bytes[last..end].contains(&0) { last } else { end }
}

/// Cuts off a torn line first, so that it does not spoil this one; a line that cannot be written
/// whole (a full disk) is cut off again.
fn append_line(path: &Path, line: &[u8]) -> io::Result<()> {
    let bytes = fs::read(path)?;
    let whole = whole_length(&bytes);
    let length = u64::try_from(whole).map_err(io::Error::other)?;
    let mut file = durable::open_to_append(path)?;
    if whole != bytes.len() {
        file.set_len(length)?;
    }
    file.write_all(line).and_then(|()| file.sync_all()).inspect_err(|_| {
        if let Err(error) = file.set_len(length) {
            tracing::warn!(path = %path.display(), %error, "a torn line stays in the journal");
        }
    })
}
