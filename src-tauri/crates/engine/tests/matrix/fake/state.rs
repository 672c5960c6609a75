//! What must survive.

use phoenix_engine::ports::{LockError, ServiceLock, ServiceRecord, StateError, StateStore};
use phoenix_plan::{
    journal::{Entry, Event, JournalId},
    receipt::Receipt,
    service::ServiceId,
};

use super::{Fake, Things};

struct Held;

impl ServiceLock for Held {
    fn announce(&self, _activity: &str) {}
}

fn full() -> StateError {
    let source = std::io::Error::from(std::io::ErrorKind::StorageFull);
    StateError { action: "write", path: "journal".to_owned(), source }
}

impl Things {
    pub(crate) fn unfinished_journals(&self) -> Vec<&String> {
        let open = self.journals.iter().filter(|(_, entries)| {
            !entries.iter().any(|entry| matches!(entry.event, Event::Finished { .. }))
        });
        open.map(|(id, _)| id).collect()
    }
}

impl StateStore for Fake {
    fn lock(&self, _: &ServiceId, _: &str) -> Result<Box<dyn ServiceLock>, LockError> {
        Ok(Box::new(Held))
    }

    fn append(&self, journal: &JournalId, entry: &Entry) -> Result<(), StateError> {
        self.call_now(&format!("append {:?}", Named(&entry.event)), full, |things| {
            things.journals.entry(journal.to_string()).or_default().push(entry.clone());
            Ok(())
        })
    }

    fn entries(&self, journal: &JournalId) -> Result<Vec<Entry>, StateError> {
        Ok(self.things().journals.get(journal.as_str()).cloned().unwrap_or_default())
    }

    fn unfinished(&self, _: &ServiceId) -> Result<Vec<JournalId>, StateError> {
        let things = self.things();
        let ids = things.unfinished_journals();
        Ok(ids.into_iter().filter_map(|id| JournalId::parse(id).ok()).collect())
    }

    fn unfinished_services(&self) -> Result<Vec<ServiceId>, StateError> {
        let things = self.things();
        let open = things.unfinished_journals().into_iter();
        let plans = open.filter_map(|id| {
            let Event::Planned { plan } = &things.journals[id].first()?.event else { return None };
            Some(plan.service.clone())
        });
        Ok(plans.collect())
    }

    fn save_receipt(&self, receipt: &Receipt) -> Result<(), StateError> {
        self.call_now("save receipt", full, |things| {
            things.receipts.retain(|known| known.id != receipt.id);
            things.receipts.push(receipt.clone());
            Ok(())
        })
    }

    fn receipts(&self, _: Option<&ServiceId>) -> Result<Vec<Receipt>, StateError> {
        Ok(self.things().receipts.iter().rev().cloned().collect())
    }

    fn receipt(&self, id: &JournalId) -> Result<Option<Receipt>, StateError> {
        Ok(self.things().receipts.iter().find(|receipt| receipt.id == *id).cloned())
    }

    fn record(&self, service: &ServiceId) -> Result<ServiceRecord, StateError> {
        Ok(self.things().records.get(&service.to_string()).cloned().unwrap_or_default())
    }

    fn save_record(&self, service: &ServiceId, record: &ServiceRecord) -> Result<(), StateError> {
        self.call_now("save record", full, |things| {
            things.records.insert(service.to_string(), record.clone());
            Ok(())
        })
    }
}

/// An event without the plan in it.
struct Named<'a>(&'a Event);

impl std::fmt::Debug for Named<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Event::Planned { .. } = self.0 { f.write_str("Planned") } else { self.0.fmt(f) }
    }
}
