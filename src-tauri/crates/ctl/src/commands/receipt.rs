//! `phoenixctl receipt`.

use phoenix_plan::{journal::JournalId, receipt::Receipt, service::ServiceId};

use crate::{
    failure::{Exit, Failure},
    output::Output,
    scope::Scope,
    words,
};

pub(crate) fn run(scope: &Scope, wanted: Option<&str>, output: Output) -> Result<Exit, Failure> {
    let receipts = scope.world.state.receipts(None)?;
    let found = receipts.into_iter().find(|receipt| match wanted {
        None => true,
        Some(text) => is_id(receipt, text) || is_service(receipt, text),
    });
    let Some(receipt) = found else {
        return Err(Failure::usage(match wanted {
            Some(text) => {
                format!("there is no receipt of \"{text}\": 'phoenixctl history' lists them")
            }
            None => "there is no receipt yet: nothing was updated".to_owned(),
        }));
    };
    let receipt = scope.world.state.receipt(&receipt.id)?.unwrap_or(receipt);
    output.result(&words::receipt(&receipt), &receipt);
    Ok(Exit::Done)
}

fn is_id(receipt: &Receipt, text: &str) -> bool {
    JournalId::parse(text).is_ok_and(|id| id == receipt.id)
}

fn is_service(receipt: &Receipt, text: &str) -> bool {
    ServiceId::parse(text).is_ok_and(|service| service == receipt.service)
}
