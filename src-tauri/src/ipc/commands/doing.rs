//! Commands that change something.

use phoenix_engine::{controller::Agreed, doctor::RemedyAction, wording::wording};

use super::{Answer, service_of};
use crate::{
    desk::Desk,
    ipc::{ErrorCode, IpcError, view::Aim},
};

/// Asks the registries now, about one service or all.
pub async fn check_now(desk: &Desk, service: Option<String>) -> Answer<()> {
    let service = service.as_deref().map(service_of).transpose()?;
    desk.controller.check(service);
    Ok(())
}

/// Begins it. `agreed` says that a person saw a plan that clients will notice and agreed.
/// Progress and outcome are told by the snapshot.
pub async fn carry_out(
    desk: &Desk,
    service: String,
    aim: Aim,
    agreed: bool,
    edit_compose: bool,
) -> Answer<()> {
    let agreed = Agreed { noticed: agreed, edit_compose };
    desk.controller.begin(service_of(&service)?, aim.into(), agreed).await?;
    Ok(())
}

/// Cancels what is being done, while there is a way back.
pub async fn cancel(desk: &Desk, service: String) -> Answer<()> {
    Ok(desk.controller.cancel(service_of(&service)?).await?)
}

/// Does not offer what was found any more, or offers it again.
pub async fn skip(desk: &Desk, service: String, skip: bool) -> Answer<()> {
    Ok(desk.controller.skip(service_of(&service)?, skip).await?)
}

/// Announces nothing about this service for some hours; 0 ends that.
pub async fn snooze(desk: &Desk, service: String, hours: u32) -> Answer<()> {
    Ok(desk.controller.snooze(service_of(&service)?, hours).await?)
}

/// Pauses or resumes everything that happens by itself.
pub async fn set_paused(desk: &Desk, paused: bool) -> Answer<()> {
    Ok(desk.controller.set_paused(paused).await?)
}

/// The newest receipt of this service was looked at, or its trouble was read.
pub async fn seen(desk: &Desk, service: String) -> Answer<()> {
    Ok(desk.controller.seen(service_of(&service)?).await?)
}

/// Does what a line of the last check-list offers.
pub async fn remedy(desk: &Desk, action: u32) -> Answer<()> {
    match desk.remedy(action) {
        Some(RemedyAction::StartContainer(name)) => {
            Ok(desk.world()?.engine.start_container(&name).await?)
        }
        Some(RemedyAction::Adopt(service)) => {
            let agreed = Agreed::default();
            let aim = phoenix_engine::controller::Aim::Adopt;
            desk.controller.begin(service, aim, agreed).await?;
            Ok(())
        }
        Some(RemedyAction::Resume(service)) => Ok(desk.controller.settle(service).await?),
        None => {
            let changed =
                wording!("trouble.request.list_changed", "the check-list has changed: check again");
            Err(IpcError::worded(ErrorCode::NotFound, &changed))
        }
    }
}

/// Ends the program; an update under way is brought to its end first.
pub async fn quit(desk: &Desk) -> Answer<()> {
    desk.quit();
    Ok(())
}
