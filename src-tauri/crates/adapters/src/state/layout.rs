//! The layout of the state folder: brought up to date once, when an early one is opened.

use std::{fs, io, path::Path};

use phoenix_engine::ports::{LockError, StateError};
use phoenix_plan::{journal::Event, service::ServiceId};

use super::{durable, failed, journals, lock};

/// Holds the number of the layout that the folder has.
const MARK: &str = "layout";
/// Since this one, each service has a file name of its own.
const CURRENT: &str = "2\n";

/// Gives services with a dot in their container's name the files that are theirs: before layout 2
/// they shared them with a compose service (`shop.web` with `shop/web`). Every step is one rename,
/// and one that is done is not found again, so a crash in between does no harm. Where an old
/// program is at work just now, nothing is moved until the next start.
pub(super) fn bring_up_to_date(root: &Path) -> Result<(), StateError> {
    let mark = root.join(MARK);
    if fs::read_to_string(&mark).is_ok_and(|known| known == CURRENT) {
        return Ok(());
    }
    let dir = root.join("journals");
    for folder in durable::children(&dir).map_err(failed("list", &dir))? {
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.contains('.') && !separate(root, &folder, name)? {
            return Ok(());
        }
    }
    durable::replace(&mark, CURRENT.as_bytes(), None).map_err(failed("write", &mark))
}

/// Moves what is another service's out of a folder; `false` where somebody is at work in it.
fn separate(root: &Path, folder: &Path, name: &str) -> Result<bool, StateError> {
    let mut strangers = Vec::new();
    let mut has_own = false;
    for path in durable::files_ending(folder, "jsonl").map_err(failed("list", folder))? {
        match service_of(&path) {
            Some(service) if service.file_name() != name => strangers.push((path, service)),
            Some(_) | None => has_own = true,
        }
    }
    let Some((_, service)) = strangers.first() else { return Ok(true) };
    let lock_path = root.join("locks").join(format!("{name}.lock"));
    let _lock = match lock::acquire(&lock_path, service, "moving its files") {
        Ok(lock) => lock,
        Err(LockError::Busy { .. }) => return Ok(false),
        Err(LockError::State(error)) => return Err(error),
    };
    // A record that two services have written into stays with the compose service.
    if !has_own {
        let record = |name: &str| root.join("records").join(format!("{name}.json"));
        let (old, new) = (record(name), record(&service.file_name()));
        if !new.exists() {
            rename(&old, &new)?;
        }
    }
    for (path, service) in &strangers {
        let home = root.join("journals").join(service.file_name());
        durable::make_private_dir(&home).map_err(failed("create", &home))?;
        if let Some(file) = path.file_name() {
            rename(path, &home.join(file))?;
        }
    }
    Ok(true)
}

/// The service of a journal, which its first line names.
fn service_of(path: &Path) -> Option<ServiceId> {
    match journals::first_entry(path)?.event {
        Event::Planned { plan } => Some(plan.service),
        Event::Started { .. }
        | Event::Succeeded { .. }
        | Event::HookEnded { .. }
        | Event::Failed { .. }
        | Event::Unnecessary { .. }
        | Event::Resumed
        | Event::Cancelled { .. }
        | Event::UndoStarted { .. }
        | Event::Undone { .. }
        | Event::UndoFailed { .. }
        | Event::Finished { .. } => None,
    }
}

fn rename(old: &Path, new: &Path) -> Result<(), StateError> {
    match fs::rename(old, new) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        moved => moved
            .and_then(|()| new.parent().map_or(Ok(()), durable::sync_dir))
            .map_err(failed("move", old)),
    }
}

#[cfg(test)]
mod tests;
