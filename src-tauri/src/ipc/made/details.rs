//! Details of a service.

use phoenix_engine::{details, ports::SwitchStatus};
use phoenix_plan::{planner::switch_name, service::ServiceId};

use super::ms;
use crate::ipc::view::{Details, Generation, HealthCheck, HealthOutput, Switch};

/// Details of a service.
pub fn details(service: &ServiceId, details: details::Details) -> Details {
    Details {
        health_check: details.health_check.map(|check| HealthCheck {
            command: check.command.join(" "),
            interval_ms: ms(check.interval),
            timeout_ms: ms(check.timeout),
            retries: check.retries,
            start_period_ms: ms(check.start_period),
        }),
        health_outputs: details
            .health_outputs
            .into_iter()
            .map(|output| HealthOutput {
                at: output.at.to_string(),
                exit_code: i32::try_from(output.exit_code).unwrap_or(i32::MAX),
                output: output.output,
            })
            .collect(),
        switch: details.switch.map(|status| switch(service, &status)),
        log: details.log,
    }
}

fn switch(service: &ServiceId, status: &SwitchStatus) -> Switch {
    let generations = status.generations.iter().map(|generation| Generation {
        name: generation.generation.clone(),
        routed: status.routed.routes(&generation.generation),
        in_flight: generation.in_flight,
        upgraded: generation.upgraded,
        requests: generation.traffic.requests,
        failed: generation.traffic.failed,
        held: generation.traffic.held,
        longest_hold_ms: generation.traffic.longest_hold_ms,
        app5xx: generation.traffic.app_5xx,
        websockets: generation.traffic.websockets_carried,
    });
    Switch {
        container: switch_name(service),
        held_now: status.held_now,
        generations: generations.collect(),
        warning: status.state_warning.clone(),
    }
}
