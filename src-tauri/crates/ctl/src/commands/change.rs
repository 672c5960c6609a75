//! `phoenixctl adopt` and `phoenixctl release`.

use super::update::Session;
use crate::{
    arguments,
    failure::{Exit, Failure},
    output::Output,
    results::Results,
    scope::Scope,
};

/// Which of the two.
#[derive(Debug, Clone, Copy)]
pub(crate) enum What {
    /// Behind a switch.
    Adopt,
    /// The port back.
    Release,
}

pub(crate) async fn run(
    scope: &Scope,
    arguments: &arguments::Change,
    what: What,
    output: Output,
) -> Result<Exit, Failure> {
    let service = scope.service(&arguments.service).await?;
    let mut policy = scope.settings.policy_for(&service);
    policy.strategy = arguments.strategy.map(Into::into).or(policy.strategy);
    let session = Session::new(scope, &service, policy, arguments.agreement, output);
    let operation = session.operation();
    let ended = match what {
        What::Adopt => operation.adopt().await?,
        What::Release => operation.release().await?,
    };
    let mut results = Results::default();
    let exit = results.add(session.concluded(ended)?);
    results.print(output);
    Ok(exit)
}
