//! Carries one operation out, owning everything that it needs.

use std::{sync::Arc, time::Duration};

use phoenix_plan::{
    policy::Policy,
    receipt::{Outcome, Receipt},
    service::ServiceId,
    step::{Plan, Purpose},
};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::{
    Agreed, Aim, Preview, RequestError,
    activity::Told,
    consent::{Agreement, Remembering},
    reporter::Reporter,
};
use crate::{
    World, compose_edit, in_a_sentence,
    operate::{self, Ended, Operation, OperationError, close_breaker},
    ports::{ComposeOffer, Progress, Silent},
};

/// How long the process that watches an update may take to clean up after it was turned around.
const WARM_PATIENCE: Duration = Duration::from_mins(1);

/// One operation on one service.
pub(super) struct Work {
    pub(super) world: World,
    pub(super) service: ServiceId,
    pub(super) policy: Policy,
    pub(super) raw_ports: Vec<u16>,
    pub(super) turn: Arc<Semaphore>,
}

/// Who agreed, and to what.
pub(super) enum AgreedTo {
    /// A person, to this.
    Person(Agreed),
    /// The policy, to what clients do not notice, and only to this release.
    Only { release: String },
}

/// How it ended.
pub(super) enum Conclusion {
    /// With receipts; an interrupted update that was brought to its end has one, too. `trouble` is
    /// what went wrong beside it.
    Receipts { receipts: Vec<Receipt>, trouble: Option<String> },
    /// A person has to agree first.
    ConsentNeeded,
    /// Something else is offered by now than what was to be installed.
    Superseded,
    /// It could not be tried.
    Failed(String),
}

impl Aim {
    pub(super) const fn purpose(&self) -> Purpose {
        match self {
            Self::Update(_) => Purpose::Update,
            Self::Rollback(_) => Purpose::Rollback,
            Self::Adopt => Purpose::Adopt,
            Self::Release => Purpose::Release,
        }
    }
}

impl Work {
    /// What would be done.
    pub(super) async fn preview(self, aim: Aim) -> Result<Preview, RequestError> {
        let _turn = self.turn.acquire().await;
        let consent = Remembering::new(Agreement::ShowOnly, |_| {});
        let cancel = CancellationToken::new();
        let ended = run(&self.operation(&Silent, &consent, &cancel), &aim).await;
        match (ended, consent.into_plan()) {
            (_, Some(plan)) => Ok(Preview::Go(Box::new(plan))),
            (Ok(Ended::Receipt(receipt)), None) => Ok(match receipt.outcome {
                Outcome::Unchanged => Preview::UpToDate,
                Outcome::Held
                | Outcome::Updated
                | Outcome::RolledBack
                | Outcome::Failed
                | Outcome::Stuck => {
                    let Receipt { reason, why, .. } = *receipt;
                    Preview::Held { reason, why }
                }
            }),
            (Ok(Ended::Declined), None) => Ok(Preview::UpToDate),
            (Err(error), None) => Err(RequestError::Failed(in_a_sentence(&error))),
        }
    }

    /// Does it.
    pub(super) async fn carry_out(
        mut self,
        aim: Aim,
        agreed: AgreedTo,
        reporter: Reporter,
        cancel: CancellationToken,
    ) -> Conclusion {
        let turn = Arc::clone(&self.turn);
        let _turn = turn.acquire().await;
        let by_person = matches!(agreed, AgreedTo::Person(_));
        let (agreement, agreed) = match agreed {
            AgreedTo::Only { release } => {
                let only = Some(release);
                let agreement = if self.policy.may_interrupt {
                    Agreement::Noticed { only }
                } else {
                    Agreement::Unnoticed { only }
                };
                (agreement, Agreed::default())
            }
            AgreedTo::Person(agreed) if agreed.noticed || self.policy.may_interrupt => {
                (Agreement::Given, agreed)
            }
            AgreedTo::Person(agreed) => (Agreement::Unnoticed { only: None }, agreed),
        };
        if by_person && matches!(aim, Aim::Update(_)) {
            // A person who tries again wants it tried again.
            if let Err(error) = close_breaker(&self.world, &self.service) {
                reporter.tell(Told::Note(in_a_sentence(&error)));
            }
        }
        let edit = self.edit(&aim, agreed, &reporter).await;
        self.policy.compose_hash = edit.as_ref().and_then(|edit| edit.hash.clone());
        if matches!(aim, Aim::Rollback(_)) {
            self.policy.compose_hash = compose_edit::standing(&self.world, &self.service).await;
        }
        let reporter = Arc::new(reporter);
        let teller = Arc::clone(&reporter);
        let consent = Remembering::new(agreement, move |plan: &Plan| {
            teller.tell(Told::Planned(Box::new(plan.clone())));
        });
        match run(&self.operation(&*reporter, &consent, &cancel), &aim).await {
            Ok(Ended::Receipt(receipt)) => {
                let edit = edit.filter(|edit| is_due(&aim, &receipt, edit));
                let unwritten = edit.and_then(|edit| compose_edit::write(&self.world, &edit).err());
                Conclusion::Receipts {
                    receipts: vec![*receipt],
                    trouble: unwritten.map(|error| in_a_sentence(&error)),
                }
            }
            Ok(Ended::Declined) if consent.was_superseded() => Conclusion::Superseded,
            Ok(Ended::Declined) => Conclusion::ConsentNeeded,
            Err(error) => Conclusion::Failed(in_a_sentence(&error)),
        }
    }

    /// Brings an interrupted update to its end.
    pub(super) async fn settle(self, reporter: Reporter) -> Conclusion {
        let _turn = self.turn.acquire().await;
        let consent = Remembering::new(Agreement::ShowOnly, |_| {});
        let cancel = CancellationToken::new();
        match self.operation(&reporter, &consent, &cancel).settle().await {
            Ok(receipts) => Conclusion::Receipts { receipts, trouble: None },
            // Another process is at it: then it is not interrupted.
            Err(OperationError::Lock(_)) => {
                Conclusion::Receipts { receipts: Vec::new(), trouble: None }
            }
            Err(error) => Conclusion::Failed(in_a_sentence(&error)),
        }
    }

    /// The edit of the compose file that goes with it. Without one it goes on all the same.
    async fn edit(&self, aim: &Aim, agreed: Agreed, reporter: &Reporter) -> Option<ComposeOffer> {
        let (world, service) = (&self.world, &self.service);
        let offer = match aim {
            Aim::Adopt if agreed.edit_compose => compose_edit::offer(world, service).await,
            Aim::Update(Some(to)) if agreed.edit_compose => {
                match compose_edit::is_adopted(world, service).await {
                    Ok(adopted) => compose_edit::offer_image(world, service, to, !adopted).await,
                    Err(error) => Err(error.into()),
                }
            }
            Aim::Update(_) if agreed.edit_compose => {
                match compose_edit::is_adopted(world, service).await {
                    Ok(false) => compose_edit::offer(world, service).await,
                    Ok(true) => Ok(None),
                    Err(error) => Err(error.into()),
                }
            }
            Aim::Release => compose_edit::offer_back(world, service).await,
            Aim::Adopt | Aim::Update(_) | Aim::Rollback(_) => Ok(None),
        };
        offer.unwrap_or_else(|error| {
            reporter.tell(Told::Note(in_a_sentence(&error)));
            None
        })
    }

    fn operation<'a>(
        &'a self,
        progress: &'a dyn Progress,
        consent: &'a Remembering,
        cancel: &'a CancellationToken,
    ) -> Operation<'a> {
        Operation {
            world: &self.world,
            service: &self.service,
            policy: &self.policy,
            raw_ports: &self.raw_ports,
            progress,
            consent,
            cancel,
        }
    }
}

fn is_due(aim: &Aim, receipt: &Receipt, edit: &ComposeOffer) -> bool {
    match aim {
        Aim::Update(Some(_)) => compose_edit::is_due_for_image(receipt, edit),
        Aim::Update(None) | Aim::Rollback(_) | Aim::Adopt | Aim::Release => {
            compose_edit::is_due(receipt)
        }
    }
}

async fn run(operation: &Operation<'_>, aim: &Aim) -> Result<Ended, OperationError> {
    match aim {
        Aim::Update(to) => {
            let to = to.clone().map_or(operate::Aim::Newest, operate::Aim::To);
            operation.update(&to).await
        }
        Aim::Rollback(to) => {
            if to.is_none()
                && let Some(warm) = operation.warm_rollback(WARM_PATIENCE).await?
                && let Some(receipt) = warm.receipt
            {
                return Ok(Ended::Receipt(Box::new(receipt)));
            }
            operation.rollback(to.as_deref()).await
        }
        Aim::Adopt => operation.adopt().await,
        Aim::Release => operation.release().await,
    }
}
