//! What a person asked for.

use phoenix_plan::{service::ServiceId, step::Purpose};
use tokio::sync::oneshot;

use super::{
    super::{
        Agreed, Aim, Begun, Notice, Phase, RequestError, connection::Link, request::Request,
        slot::Slot,
    },
    Controller, Quitting,
    heard::Start,
};

/// Milliseconds of an hour, for `jiff`.
const HOUR: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);

impl Controller {
    pub(super) fn asked(&mut self, request: Request) {
        // Whoever asked may have gone meanwhile: that is all that a failed reply means.
        match request {
            Request::Check(service) => self.check(service.as_ref()),
            Request::Preview { service, aim, reply } => match self.preview_work(&service) {
                Ok(work) => {
                    let aim = self.meant(&service, aim);
                    self.tasks.spawn(async move {
                        let _gone = reply.send(work.preview(aim).await);
                    });
                }
                Err(error) => {
                    let _gone = reply.send(Err(error));
                }
            },
            Request::Begin { service, aim, agreed, reply } => {
                let _gone = reply.send(self.begin(&service, aim, agreed));
            }
            Request::Settle { service, reply } => {
                let begun = self.may_begin(&service);
                if begun.is_ok() {
                    self.start(&service, Aim::Update(None), Start::Settle);
                }
                let _gone = reply.send(begun);
            }
            Request::Cancel { service, reply } => {
                let _gone = reply.send(self.cancel(&service));
            }
            Request::Skip { service, skip, reply } => {
                let _gone = reply.send(self.skip(&service, skip));
            }
            Request::Snooze { service, hours, reply } => {
                let _gone = reply.send(self.snooze(&service, hours));
            }
            Request::Pin { service, pin, reply } => {
                let _gone = reply.send(self.pin(&service, pin));
            }
            Request::CloseBreaker { service, reply } => {
                let _gone = reply.send(self.close_breaker(&service));
            }
            Request::Pause { paused, reply } => {
                let _gone = reply.send(self.pause(paused));
            }
            Request::Seen { service, reply } => {
                let _gone = reply.send(self.seen(&service));
            }
            Request::Reload => self.reload(),
            Request::Watching { window_open } => {
                self.window_open = window_open;
                if matches!(self.link, Link::Away { .. }) && window_open {
                    self.connect();
                }
            }
            Request::Round { reply } => self.ask_for_round(reply),
            Request::Alive { reply } => {
                let _gone = reply.send(());
            }
            Request::Quit { reply } => self.quit(reply),
        }
    }

    fn preview_work(&self, service: &ServiceId) -> Result<super::super::work::Work, RequestError> {
        let slot = self.found(service)?;
        if slot.running.is_some() {
            return Err(RequestError::Busy(service.clone()));
        }
        self.work(slot).ok_or(RequestError::EngineAway)
    }

    fn begin(
        &mut self,
        service: &ServiceId,
        aim: Aim,
        agreed: Agreed,
    ) -> Result<Begun, RequestError> {
        let running = self.found(service)?.running.as_ref().map(|running| &running.activity);
        let updates = running.is_some_and(|it| it.purpose == Purpose::Update && it.can_cancel());
        if updates && aim == Aim::Rollback(None) && self.quitting.is_none() {
            return self.cancel(service).map(|()| Begun::TurnedAround);
        }
        self.may_begin(service)?;
        let aim = self.meant(service, aim);
        self.start(service, aim, Start::Asked { agreed });
        Ok(Begun::UnderWay)
    }

    /// Who asks for the update that is offered means its tag, where it has another one than what
    /// runs.
    fn meant(&self, service: &ServiceId, aim: Aim) -> Aim {
        let slot = self.found(service).ok().map(Slot::id);
        let known = slot.and_then(|service| self.memory.services.get(service));
        let offered = known.and_then(|known| known.last_check.as_ref());
        match (aim, offered.and_then(|check| check.finding.tag())) {
            (Aim::Update(None), Some(tag)) => Aim::Update(Some(tag.to_owned())),
            (aim, _) => aim,
        }
    }

    fn may_begin(&self, service: &ServiceId) -> Result<(), RequestError> {
        if self.quitting.is_some() {
            return Err(RequestError::Quitting);
        }
        if self.found(service)?.running.is_some() {
            return Err(RequestError::Busy(service.clone()));
        }
        self.world().map(|_| ()).ok_or(RequestError::EngineAway)
    }

    fn cancel(&mut self, service: &ServiceId) -> Result<(), RequestError> {
        let nothing = || RequestError::NothingToCancel(service.clone());
        let slot = self.slot(service).ok_or_else(|| RequestError::NotWatched(service.clone()))?;
        let running = slot.running.as_mut().filter(|running| running.activity.can_cancel());
        let running = running.ok_or_else(nothing)?;
        running.activity.cancelling = true;
        running.cancel.cancel();
        Ok(())
    }

    fn skip(&mut self, service: &ServiceId, skip: bool) -> Result<(), RequestError> {
        let service = self.found(service)?.id().clone();
        self.remember(&service, |watched| {
            let found = watched.last_check.as_ref().and_then(|check| check.finding.key());
            watched.skipped = found.filter(|_| skip).map(str::to_owned);
        });
        self.keep()?;
        self.reconsider(&service);
        Ok(())
    }

    fn pin(&mut self, service: &ServiceId, pin: bool) -> Result<(), RequestError> {
        let service = self.found(service)?.id().clone();
        self.remember(&service, |watched| watched.pinned = pin);
        self.keep()?;
        self.reconsider(&service);
        Ok(())
    }

    fn close_breaker(&mut self, service: &ServiceId) -> Result<(), RequestError> {
        let service = self.found(service)?.id().clone();
        let world = self.world().ok_or(RequestError::EngineAway)?;
        let closed = crate::operate::close_breaker(world, &service);
        closed.map_err(|error| RequestError::State(crate::in_a_sentence(&error)))?;
        if let Some(seen) = self.slot(&service).and_then(|slot| slot.seen.as_mut()) {
            seen.failures_in_a_row = 0;
        }
        self.reconsider(&service);
        Ok(())
    }

    fn snooze(&mut self, service: &ServiceId, hours: u32) -> Result<(), RequestError> {
        let service = self.found(service)?.id().clone();
        let pause = i32::try_from(hours).unwrap_or(i32::MAX);
        let until = self.surroundings.now().saturating_add(HOUR.saturating_mul(pause));
        let until = until.map_err(|error| RequestError::Failed(error.to_string()))?;
        self.remember(&service, |watched| {
            watched.snoozed_until = (hours > 0).then_some(until);
        });
        self.keep()?;
        self.reconsider(&service);
        Ok(())
    }

    fn seen(&mut self, service: &ServiceId) -> Result<(), RequestError> {
        let slot = self.slot(service).ok_or_else(|| RequestError::NotWatched(service.clone()))?;
        slot.trouble = None;
        let newest = slot.seen.as_ref().and_then(|seen| seen.newest.as_ref());
        let (id, newest) = (slot.id().clone(), newest.map(|receipt| receipt.id.clone()));
        if newest.is_some() {
            self.remember(&id, |watched| watched.seen_receipt = newest);
        }
        self.keep()
    }

    /// Operations that nobody notices yet are turned around; the others come to their end. Asked a
    /// second time, these are turned around, too.
    fn quit(&mut self, reply: oneshot::Sender<()>) {
        let insists = self.quitting.is_some();
        let quitting = self.quitting.get_or_insert_with(|| Quitting { replies: Vec::new() });
        quitting.replies.push(reply);
        let under_way: Vec<(ServiceId, Phase)> = self
            .slots
            .iter()
            .filter_map(|slot| {
                let running = slot.running.as_ref()?;
                Some((slot.id().clone(), running.activity.phase()))
            })
            .collect();
        for (service, phase) in under_way {
            match phase {
                Phase::Preparing | Phase::Working => drop(self.cancel(&service)),
                Phase::Watching if insists => drop(self.cancel(&service)),
                Phase::Watching | Phase::GoingBack => {}
            }
            self.surroundings.tell(Notice::QuitsAfter { service });
        }
    }

    fn found(&self, service: &ServiceId) -> Result<&Slot, RequestError> {
        let slot = self.index_of(service).and_then(|index| self.slots.get(index));
        slot.ok_or_else(|| RequestError::NotWatched(service.clone()))
    }
}
