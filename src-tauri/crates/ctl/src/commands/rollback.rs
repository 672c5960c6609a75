//! `phoenixctl rollback`: at once while the update is being watched, else from what was kept.

use std::time::Duration;

use phoenix_engine::compose_edit;
use phoenix_plan::receipt::Outcome;

use super::update::Session;
use crate::{
    arguments,
    failure::{Exit, Failure},
    output::{Output, write_err},
    results::{Concluded, Results},
    scope::Scope,
};

/// How long the process that watches the update may take to put everything back.
const PATIENCE: Duration = Duration::from_secs(90);

pub(crate) async fn run(
    scope: &Scope,
    arguments: &arguments::Rollback,
    output: Output,
) -> Result<Exit, Failure> {
    let services = scope.services(arguments.service.as_deref()).await?;
    let [service] = services.as_slice() else {
        return Err(Failure::usage("a rollback needs a SERVICE: several are watched"));
    };
    let mut policy = scope.settings.policy_for(service);
    let session = Session::new(scope, service, policy.clone(), arguments.agreement, output);
    if arguments.to.is_none()
        && !arguments.agreement.dry_run
        && let Some(warm) = session.operation().warm_rollback(PATIENCE).await?
    {
        if output.wants_progress() {
            write_err(&format!("traffic was back after {} ms", warm.routed_after.as_millis()));
        }
        let Some(receipt) = warm.receipt else {
            return Err(Failure {
                code: Exit::NeedsAttention,
                message: format!(
                    "traffic is back on the old release, but the process that watched the update \
                     of {service} has not cleaned up yet: see 'phoenixctl status {service}'"
                ),
            });
        };
        // Here, going back is what was asked for.
        let exit = match receipt.outcome {
            Outcome::RolledBack | Outcome::Failed => Exit::Done,
            Outcome::Updated | Outcome::Unchanged | Outcome::Held => Exit::NotUpdated,
            Outcome::Stuck => Exit::NeedsAttention,
        };
        let mut results = Results::default();
        results.add(Concluded::Receipt(receipt.into()));
        results.print(output);
        return Ok(exit);
    }
    drop(session);
    // Asking compose takes a moment that a bad release's traffic does not have to wait for, above.
    policy.compose_hash = compose_edit::standing(&scope.world, service).await;
    let session = Session::new(scope, service, policy, arguments.agreement, output);
    let ended = session.operation().rollback(arguments.to.as_deref()).await?;
    let mut results = Results::default();
    let exit = results.add(session.concluded(ended)?);
    results.print(output);
    Ok(exit)
}
