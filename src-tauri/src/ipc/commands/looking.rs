//! Commands that only look.

use phoenix_adapters::{config, doctor::ThisMachine, state::FileStore};
use phoenix_engine::{
    compose_edit, controller,
    details::details as details_of,
    doctor::{Examination, examine},
    observe::all_services,
    ports::{ServiceRecord, Silent},
    sheet,
};
use phoenix_plan::{image::Release, journal::JournalId, service::ServiceId, step};

use super::{Answer, service_of};
use crate::{
    desk::Desk,
    ipc::{
        ErrorCode, IpcError, made,
        view::{Aim, Check, Details, History, Preview, Receipt, Snapshot, Watchable},
    },
};

/// Everything that is shown at once.
pub async fn snapshot(desk: &Desk) -> Answer<Snapshot> {
    Ok(made::snapshot(&desk.controller.snapshot(), desk.words(), desk.is_tray_shown()))
}

/// What would be done.
pub async fn preview(desk: &Desk, service: String, aim: Aim) -> Answer<Preview> {
    let service = service_of(&service)?;
    let to = aim.to().map(str::to_owned);
    let plan = match desk.controller.preview(service.clone(), aim.into()).await? {
        controller::Preview::UpToDate => return Ok(Preview::UpToDate),
        controller::Preview::Held { reason, why } => {
            return Ok(Preview::Held { reason: made::reason(&reason, why.as_ref()) });
        }
        controller::Preview::Go(plan) => plan,
    };
    let world = desk.world()?;
    let facts = world.engine.facts().await?;
    let sheet = match plan.purpose {
        step::Purpose::Update | step::Purpose::Rollback => {
            // Settings that cannot be read are told by themselves.
            let settings = config::load().unwrap_or_default();
            sheet::of(&world, &facts, &settings, &plan).await
        }
        step::Purpose::Adopt | step::Purpose::Release => None,
    };
    let shown = made::plan(&plan);
    let offer = match (plan.purpose, to) {
        (step::Purpose::Update, Some(to)) => {
            made::compose(compose_edit::offer_image(&world, &service, &to, shown.adopts).await)
        }
        (step::Purpose::Update | step::Purpose::Adopt, _) if shown.adopts => {
            made::compose(compose_edit::offer(&world, &service).await)
        }
        (step::Purpose::Release, _) => {
            made::compose(compose_edit::offer_back(&world, &service).await)
        }
        (step::Purpose::Update | step::Purpose::Adopt | step::Purpose::Rollback, _) => None,
    };
    desk.remember_notes(&service, sheet.as_ref().and_then(|sheet| sheet.notes_url.clone()));
    Ok(Preview::Go {
        plan: Box::new(shown),
        changes: sheet.as_ref().map(made::changes),
        compose: offer,
    })
}

/// Receipts of a page of the history.
const PAGE: usize = 20;

/// Receipts, newest first, without their plots: the first page, or the one after the receipt
/// `after`, which a page before named.
pub async fn history(
    desk: &Desk,
    service: Option<String>,
    after: Option<String>,
) -> Answer<History> {
    let world = desk.world()?;
    let service = service.as_deref().map(service_of).transpose()?;
    let all = world.state.receipts(service.as_ref())?;
    let (page, next) = made::page(all, after.as_deref(), PAGE);
    let shown = page.into_iter().map(|receipt| {
        let kept = kept(world.state.record(&receipt.service).unwrap_or_default());
        made::receipt(&receipt, &kept)
    });
    Ok(History { receipts: shown.collect(), next })
}

/// One receipt with its plot.
pub async fn receipt(desk: &Desk, service: String, id: String) -> Answer<Receipt> {
    let world = desk.world()?;
    let service = service_of(&service)?;
    let known = JournalId::parse(&id).ok().map(|id| world.state.receipt(&id)).transpose()?;
    let found = known.flatten().filter(|receipt| receipt.service == service);
    let found = found.ok_or_else(|| {
        IpcError::new(ErrorCode::NotFound, format!("there is no receipt {id} of {service}"))
    })?;
    let kept = kept(world.state.record(&service).unwrap_or_default());
    Ok(made::receipt(&found, &kept))
}

/// Health check, its outputs, the switch's counters, the last log lines.
pub async fn details(desk: &Desk, service: String) -> Answer<Details> {
    let service = service_of(&service)?;
    let found = details_of(&desk.world()?, &service).await?;
    Ok(made::details(&service, found))
}

/// The engine's services, watched or not.
pub async fn watchable(desk: &Desk) -> Answer<Vec<Watchable>> {
    let world = desk.world()?;
    let snapshot = desk.controller.snapshot();
    let raws = world.engine.list_containers(None).await?;
    let services = all_services(&world).await?;
    let shown = services.into_iter().map(|service| Watchable {
        watched: snapshot.service(&service).is_some(),
        ..made::watchable(&service, &raws)
    });
    Ok(shown.collect())
}

/// The check-list.
pub async fn doctor(desk: &Desk) -> Answer<Vec<Check>> {
    let world = desk.world()?;
    let snapshot = desk.controller.snapshot();
    let services: Vec<ServiceId> =
        snapshot.services.iter().map(|service| service.id.clone()).collect();
    // That they cannot be read is told by the snapshot.
    let settings = config::load().unwrap_or_default();
    let known = FileStore::open()?.watch_state().unwrap_or_default();
    let examination = Examination {
        world: &world,
        machine: &ThisMachine,
        wishes: &settings,
        known: &known,
        services: &services,
    };
    let found = examine(&examination, &Silent).await;
    let (checks, actions) = made::checks(&found);
    desk.remember_remedies(actions);
    Ok(checks)
}

fn kept(record: ServiceRecord) -> Vec<Release> {
    record.kept.into_iter().map(|kept| kept.release).collect()
}
