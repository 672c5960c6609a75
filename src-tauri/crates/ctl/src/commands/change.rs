//! `phoenixctl adopt` and `phoenixctl release`.

use super::{
    compose_edit::{Beside, Wish},
    update::Session,
};
use crate::{
    arguments,
    failure::{Exit, Failure},
    output::Output,
    results::Results,
    scope::Scope,
};

/// Behind a switch.
pub(crate) async fn adopt(
    scope: &Scope,
    arguments: &arguments::Adopt,
    output: Output,
) -> Result<Exit, Failure> {
    let wish = if arguments.edit_compose { Wish::ToSwitch } else { Wish::Stay };
    run(scope, &arguments.change, What::Adopt, wish, output).await
}

/// The port back.
pub(crate) async fn release(
    scope: &Scope,
    arguments: &arguments::Change,
    output: Output,
) -> Result<Exit, Failure> {
    run(scope, arguments, What::Release, Wish::Back, output).await
}

/// Which of the two.
#[derive(Debug, Clone, Copy)]
enum What {
    Adopt,
    Release,
}

async fn run(
    scope: &Scope,
    arguments: &arguments::Change,
    what: What,
    wish: Wish,
    output: Output,
) -> Result<Exit, Failure> {
    let service = scope.service(&arguments.service).await?;
    let beside = Beside::look(&scope.world, &service, wish).await?;
    let mut policy = scope.settings.policy_for(&service);
    policy.strategy = arguments.strategy.map(Into::into).or(policy.strategy);
    policy.compose_hash = beside.hash();
    if !arguments.agreement.dry_run {
        beside.show(output);
    }
    let session = Session::new(scope, &service, policy, arguments.agreement, output);
    let operation = session.operation();
    let ended = match what {
        What::Adopt => operation.adopt().await?,
        What::Release => operation.release().await?,
    };
    let concluded = session.concluded(ended)?;
    let remark = beside.remark(&concluded).await?;
    let mut results = Results::default();
    let exit = results.add_with(concluded, remark);
    results.print(output);
    Ok(exit)
}
