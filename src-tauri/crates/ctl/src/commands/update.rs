//! `phoenixctl update`.

use phoenix_engine::operate::{Aim, Ended, Operation};
use phoenix_plan::{policy::Policy, service::ServiceId};
use tokio_util::sync::CancellationToken;

use super::{
    compose_edit::{Beside, Wish},
    notes,
};
use crate::{
    arguments,
    consent::{Asking, Refusal},
    failure::{Exit, Failure},
    output::Output,
    progress::Teller,
    results::{Concluded, Results},
    scope::Scope,
    signals,
};

pub(crate) async fn run(
    scope: &Scope,
    arguments: &arguments::Update,
    output: Output,
) -> Result<Exit, Failure> {
    let services = scope.services(arguments.service.as_deref()).await?;
    if arguments.to.is_some() && services.len() > 1 {
        return Err(Failure::usage("--to needs a SERVICE: several are watched"));
    }
    let aim = arguments.to.clone().map_or(Aim::Newest, Aim::To);
    let mut worst = Exit::Done;
    let mut results = Results::default();
    for service in services {
        let wish = wish(arguments, &service);
        let beside = Beside::look(&scope.world, &service, wish).await?;
        let mut policy = scope.settings.policy_for(&service);
        policy.strategy = arguments.strategy.map(Into::into).or(policy.strategy);
        policy.monitor = arguments.monitor.or(policy.monitor);
        policy.accept_unhealthy |= arguments.accept_unhealthy;
        policy.compose_hash = beside.hash();
        if !arguments.agreement.dry_run {
            beside.show(output);
        }
        let session = Session::new(scope, &service, policy, arguments.agreement, output);
        let ended = session.operation().update(&aim).await.map_err(Failure::from);
        let concluded = match ended.and_then(|ended| session.concluded(ended)) {
            Ok(concluded) => beside.remark(&concluded).await.map(|remark| (concluded, remark)),
            Err(failure) => Err(failure),
        };
        let exit = match concluded {
            Ok((concluded, remark)) => {
                let notes = notes::of(scope, &concluded).await;
                let exit = results.add_with(concluded, remark);
                results.remark_last(notes);
                exit
            }
            // What was done before is told all the same.
            Err(failure) => results.add_failure(failure),
        };
        worst = worst.max(exit);
        if session.was_cancelled() {
            break;
        }
    }
    results.print(output);
    Ok(worst)
}

/// A compose file that states another release than the one that runs would undo the update.
fn wish(arguments: &arguments::Update, service: &ServiceId) -> Wish {
    match (&arguments.to, service, arguments.edit_compose) {
        (Some(to), ServiceId::Compose { .. }, edit) => Wish::ToTag { to: to.clone(), edit },
        (_, _, true) => Wish::ToSwitch,
        (_, _, false) => Wish::Stay,
    }
}

/// One operation on one service, with everything it borrows.
pub(crate) struct Session<'a> {
    scope: &'a Scope,
    service: &'a ServiceId,
    policy: Policy,
    raw_ports: Vec<u16>,
    teller: Teller,
    asking: Asking,
    cancel: CancellationToken,
    _listening: signals::Listening,
}

impl<'a> Session<'a> {
    pub(crate) fn new(
        scope: &'a Scope,
        service: &'a ServiceId,
        policy: Policy,
        agreement: arguments::Agreement,
        output: Output,
    ) -> Self {
        let cancel = CancellationToken::new();
        Self {
            raw_ports: scope.settings.raw_ports_for(service),
            teller: Teller::new(output),
            asking: Asking::new(agreement, output),
            _listening: signals::listen(&cancel),
            cancel,
            scope,
            service,
            policy,
        }
    }

    pub(crate) fn operation(&self) -> Operation<'_> {
        Operation {
            world: &self.scope.world,
            service: self.service,
            policy: &self.policy,
            raw_ports: &self.raw_ports,
            progress: &self.teller,
            consent: &self.asking,
            cancel: &self.cancel,
        }
    }

    /// Whether a signal asked for the end.
    pub(crate) fn was_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    pub(crate) fn concluded(&self, ended: Ended) -> Result<Concluded, Failure> {
        match ended {
            Ended::Receipt(receipt) => Ok(Concluded::Receipt(receipt)),
            Ended::Declined => match self.asking.refusal() {
                Refusal::DryRun(plan) => Ok(Concluded::Shown(plan)),
                Refusal::Declined => Err(Failure {
                    code: Exit::NotUpdated,
                    message: "you said no: nothing was changed".to_owned(),
                }),
                Refusal::NobodyToAsk => Err(Failure::usage(format!(
                    "clients of {} would notice this, and nobody can be asked: add --yes to agree \
                     (--dry-run shows what would happen). Nothing was changed",
                    self.service
                ))),
            },
        }
    }
}
