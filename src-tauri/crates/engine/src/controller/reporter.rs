//! Carries what an execution tells to the controller, without ever blocking it.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use phoenix_plan::service::ServiceId;
use tokio::{sync::mpsc::UnboundedSender, time::Instant};

use super::{activity::Told, run::Tick};
use crate::ports::{Progress, ProgressEvent, PullProgress};

/// Layer progress is told at most this often.
const LAYERS_EVERY: Duration = Duration::from_millis(100);

/// Tells the controller about one service's operation.
pub(super) struct Reporter {
    service: ServiceId,
    ticks: UnboundedSender<Tick>,
    told_layers: Mutex<Option<Instant>>,
}

impl Reporter {
    pub(super) const fn new(service: ServiceId, ticks: UnboundedSender<Tick>) -> Self {
        Self { service, ticks, told_layers: Mutex::new(None) }
    }

    pub(super) fn tell(&self, told: Told) {
        // Without a controller there is nobody left to tell, and the execution goes on all the same.
        let _gone = self.ticks.send(Tick::Told(self.service.clone(), told));
    }

    fn is_due(&self, complete: bool) -> bool {
        let now = Instant::now();
        let mut told = self.told_layers.lock().unwrap_or_else(PoisonError::into_inner);
        let due = complete || told.is_none_or(|at| now.duration_since(at) >= LAYERS_EVERY);
        if due {
            *told = Some(now);
        }
        due
    }
}

impl Progress for Reporter {
    fn event(&self, event: ProgressEvent<'_>) {
        self.tell(match event {
            ProgressEvent::Started(step) => Told::Started(Box::new(step.clone())),
            ProgressEvent::Succeeded(step, took) => Told::Succeeded(step.number, took),
            ProgressEvent::Failed(step, reason) => Told::Failed(step.number, reason.to_owned()),
            ProgressEvent::Undoing(step) => Told::Undoing(step.number),
            ProgressEvent::Note(note) => Told::Note(note.to_owned()),
        });
    }
}

impl PullProgress for Reporter {
    fn layers(&self, done_bytes: u64, total_bytes: u64) {
        if self.is_due(done_bytes == total_bytes) {
            self.tell(Told::Layers { done_bytes, total_bytes });
        }
    }
}
