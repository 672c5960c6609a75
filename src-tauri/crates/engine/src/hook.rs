//! One of the user's own commands, run where it belongs.

use phoenix_plan::{
    hooks::{HookReport, masked},
    policy::{Hook, HookCommand, HookEvent},
};

use crate::{World, ports::HookRun};

/// Runs a hook; its output is kept without secrets.
pub(crate) async fn run(
    world: &World,
    moment: HookEvent,
    hook: &Hook,
    container_id: &str,
    variables: &[(String, String)],
) -> HookReport {
    let HookRun { ended, output } = match &hook.run {
        HookCommand::Exec(command) => {
            world.hooks.exec(container_id, command, variables, hook.timeout).await
        }
        HookCommand::Host(command) => world.hooks.host(command, variables, hook.timeout).await,
    };
    let inspect = if output.is_empty() || container_id.is_empty() {
        None
    } else {
        world.engine.inspect_container(container_id).await.ok().flatten()
    };
    let own = inspect.as_ref().and_then(|inspect| inspect["Config"]["Env"].as_array());
    let own = own.into_iter().flatten().filter_map(serde_json::Value::as_str);
    HookReport { moment, ended, output: masked(&output, own) }
}
