//! Receipts, their plots in files of their own, and how many of them are kept.

use std::path::{Path, PathBuf};

use phoenix_engine::ports::{ServiceRecord, StateError};
use phoenix_plan::{
    journal::JournalId,
    receipt::{Plot, Receipt},
    service::ServiceId,
};

use super::{durable, failed, journals::Journals, read_json, write_json};

/// How many receipts are kept of each service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Receipts, each some kilobytes with its journal.
    pub receipts: usize,
    /// Plots, each up to 330 kilobytes; an older receipt keeps its numbers.
    pub plots: usize,
}

impl Default for Keep {
    fn default() -> Self {
        Self { receipts: 200, plots: 20 }
    }
}

/// All receipts: `receipts/<id>.json`, and `plots/<id>.json` where there is a plot.
#[derive(Debug)]
pub(super) struct Receipts {
    receipts: PathBuf,
    plots: PathBuf,
}

impl Receipts {
    pub(super) fn new(root: &Path) -> Self {
        Self { receipts: root.join("receipts"), plots: root.join("plots") }
    }

    /// The plot first: what is durable then is a receipt without one, or all of it.
    pub(super) fn save(&self, receipt: &Receipt) -> Result<(), StateError> {
        if let Some(plot) = &receipt.plot {
            write_json(&self.plot_path(&receipt.id), plot)?;
        }
        write_json(&self.path(&receipt.id), &receipt.clone().without_plot())
    }

    /// One receipt with its plot. A plot that cannot be read is left out, with a warning.
    pub(super) fn one(&self, id: &JournalId) -> Result<Option<Receipt>, StateError> {
        let Some(mut receipt) = read_json::<Receipt>(&self.path(id))? else { return Ok(None) };
        if receipt.plot.is_none() {
            let plot = read_json::<Plot>(&self.plot_path(id)).unwrap_or_else(|error| {
                tracing::warn!(path = error.path, cause = %error.source, "a plot cannot be read");
                None
            });
            receipt.plot = plot;
        }
        Ok(Some(receipt))
    }

    /// All of a service, or of all services, newest first; a receipt that cannot be read is left
    /// out, with a warning that names its file. Those of early versions still hold their plot.
    pub(super) fn all(&self, service: Option<&ServiceId>) -> Result<Vec<Receipt>, StateError> {
        let mut receipts = Vec::new();
        let files = durable::files_ending(&self.receipts, "json");
        for path in files.map_err(failed("list", &self.receipts))? {
            match read_json::<Receipt>(&path) {
                Ok(Some(receipt)) => receipts.push(receipt),
                Ok(None) => {}
                Err(error) => tracing::warn!(path = error.path, cause = %error.source,
                    "a receipt cannot be read and is left out of the history"),
            }
        }
        receipts.retain(|receipt| service.is_none_or(|wanted| *wanted == receipt.service));
        receipts.sort_by(|a, b| (b.started_at, &b.id).cmp(&(a.started_at, &a.id)));
        Ok(receipts)
    }

    /// Removes what is beyond `keep`: plots first, then receipts with their finished journals. A
    /// receipt goes last, so that the next sweep finds what a crash has left over. What a kept
    /// release came from stays, and so does everything of an unfinished update.
    pub(super) fn sweep(
        &self,
        service: &ServiceId,
        keep: Keep,
        record: &ServiceRecord,
        journals: &Journals,
    ) -> Result<(), StateError> {
        let receipts = self.all(Some(service))?;
        for receipt in receipts.iter().skip(keep.plots) {
            if receipt.plot.is_some() {
                write_json(&self.path(&receipt.id), &receipt.clone().without_plot())?;
            }
            remove(&self.plot_path(&receipt.id))?;
        }
        let is_needed = |receipt: &Receipt| {
            let from = receipt.from.image_id.as_ref();
            from.is_some() && record.kept.iter().any(|kept| kept.release.image_id.as_ref() == from)
        };
        for receipt in receipts.iter().skip(keep.receipts).filter(|it| !is_needed(it)) {
            if journals.remove_finished(&receipt.id)? {
                remove(&self.path(&receipt.id))?;
            }
        }
        Ok(())
    }

    fn path(&self, id: &JournalId) -> PathBuf {
        self.receipts.join(format!("{id}.json"))
    }

    fn plot_path(&self, id: &JournalId) -> PathBuf {
        self.plots.join(format!("{id}.json"))
    }
}

/// Removes a file; one that is gone already was removed before a crash.
fn remove(path: &Path) -> Result<(), StateError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(failed("remove", path)(error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests;
