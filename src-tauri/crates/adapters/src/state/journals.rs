//! Journals as lines of JSON. A line counts once its line feed is written; what follows the last
//! line feed was torn by a crash and was never promised to anybody.

use std::{
    fs, io,
    io::Write,
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
            Some(path) => read(&path),
            None => Err(failed("read", &self.dir.join(format!("{journal}.jsonl")))(
                io::Error::new(io::ErrorKind::NotFound, "there is no such journal"),
            )),
        }
    }

    pub(super) fn unfinished(&self, service: &ServiceId) -> Result<Vec<JournalId>, StateError> {
        let dir = self.dir.join(service.slug());
        let open = open_journals(&dir)?;
        Ok(open.into_iter().filter(|(of, _)| of == service).map(|(_, id)| id).collect())
    }

    pub(super) fn unfinished_services(&self) -> Result<Vec<ServiceId>, StateError> {
        let mut services = Vec::new();
        for dir in durable::children(&self.dir).map_err(failed("list", &self.dir))? {
            services.extend(open_journals(&dir)?.into_iter().map(|(service, _)| service));
        }
        services.sort();
        services.dedup();
        Ok(services)
    }

    fn begin(
        &self,
        journal: &JournalId,
        service: &ServiceId,
        line: &[u8],
    ) -> Result<(), StateError> {
        let dir = self.dir.join(service.slug());
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

/// Journals of one folder without a final entry, oldest first, with their services. A journal
/// without one whole line never began.
fn open_journals(dir: &Path) -> Result<Vec<(ServiceId, JournalId)>, StateError> {
    let mut open = Vec::new();
    for path in durable::files_ending(dir, "jsonl").map_err(failed("list", dir))? {
        let id = path.file_stem().and_then(|stem| stem.to_str()).map(JournalId::parse);
        let (Some(Ok(id)), entries) = (id, read(&path)?) else { continue };
        let finished = entries.iter().any(|entry| matches!(entry.event, Event::Finished { .. }));
        if let (false, Some(Entry { event: Event::Planned { plan }, .. })) =
            (finished, entries.first())
        {
            open.push((plan.service.clone(), id));
        }
    }
    Ok(open)
}

fn read(path: &Path) -> Result<Vec<Entry>, StateError> {
    let bytes = fs::read(path).map_err(failed("read", path))?;
    let whole = &bytes[..whole_length(&bytes)];
    let lines = whole.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines
        .enumerate()
        .map(|(index, line)| {
            serde_json::from_slice(line).map_err(|error| {
                let why = format!("line {} is no journal entry ({error}); the lines after it cannot be trusted: look which containers run, then move this file away", index + 1);
                failed("read", path)(io::Error::new(io::ErrorKind::InvalidData, why))
            })
        })
        .collect()
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
