//! The loop beside the window: snapshots are rendered, touches and notices are answered.

use phoenix_adapters::config;
use phoenix_engine::controller::{Agreed, Aim, Notice};
use phoenix_plan::service::ServiceId;
use tauri::{AppHandle, Manager as _};
use tauri_specta::Event as _;
use tokio::sync::mpsc::UnboundedReceiver;

use super::{open_later, quit};
use crate::{
    desk::Desk,
    ipc::{SnapshotChanged, made, view::Page},
    notify::{self, Response},
    tray::{Act, Shown, Touch, Tray},
    window,
};

/// "Later" on a notification means tomorrow.
const LATER_HOURS: u32 = 24;

/// Runs as long as the program does.
pub(super) async fn run(
    app: AppHandle,
    tray: Option<Tray>,
    mut touches: UnboundedReceiver<Touch>,
    mut notices: UnboundedReceiver<Notice>,
) {
    let desk = app.state::<Desk>();
    let mut snapshots = desk.controller.snapshots();
    let mut shown = None;
    loop {
        render(&app, tray.as_ref(), &mut shown).await;
        tokio::select! {
            changed = snapshots.changed() => if changed.is_err() { return },
            () = desk.changed() => {}
            Some(touch) = touches.recv() => touched(&app, touch),
            Some(notice) = notices.recv() => told(&app, &notice),
            else => return,
        }
    }
}

/// Draws only what differs: panels redraw a menu each time they are told of one.
async fn render(app: &AppHandle, tray: Option<&Tray>, shown: &mut Option<Shown>) {
    let desk = app.state::<Desk>();
    let (snapshot, words) = (desk.controller.snapshot(), desk.words());
    if app.get_webview_window(window::LABEL).is_some() {
        let view = made::snapshot(&snapshot, words, desk.is_tray_shown());
        if let Err(error) = SnapshotChanged(view).emit(app) {
            tracing::warn!(%error, "the window was not told");
        }
    }
    let now = Shown::of(&snapshot, words);
    if shown.as_ref() != Some(&now) {
        if let Some(tray) = tray {
            draw(app, tray, now.clone()).await;
        }
        *shown = Some(now);
    }
}

#[cfg(target_os = "linux")]
async fn draw(_app: &AppHandle, tray: &Tray, shown: Shown) {
    tray.update(shown).await;
}

#[cfg(not(target_os = "linux"))]
async fn draw(app: &AppHandle, tray: &Tray, shown: Shown) {
    let tray = tray.clone();
    let drawn = on_main_thread(app, move |_app| tray.update(&shown)).await;
    if let Err(error) = drawn {
        tracing::warn!(%error, "the tray icon was not drawn");
    }
}

/// macOS lets only the main thread touch a tray icon.
#[cfg(not(target_os = "linux"))]
pub(super) async fn on_main_thread<T: Send + 'static>(
    app: &AppHandle,
    act: impl FnOnce(&AppHandle) -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    let (reply, answer) = tokio::sync::oneshot::channel();
    let handle = app.clone();
    app.run_on_main_thread(move || {
        // Whoever asked may have gone meanwhile.
        let _gone = reply.send(act(&handle));
    })?;
    answer.await?
}

fn touched(app: &AppHandle, touch: Touch) {
    match touch {
        Touch::Clicked { at } => open_later(app, Page::Services, at),
        Touch::Shown(shown) => {
            app.state::<Desk>().set_tray_shown(shown);
            tracing::info!(shown, "tray icon");
        }
        Touch::Chose(act) => chosen(app, act),
    }
}

fn chosen(app: &AppHandle, act: Act) {
    let controller = app.state::<Desk>().controller.clone();
    match act {
        Act::Show(service) => {
            open_later(app, Page::Service { service: service.to_string() }, None);
        }
        Act::Update(service) => begin(app, service, Aim::Update(None)),
        Act::RollBack(service) => begin(app, service, Aim::Rollback(None)),
        Act::Cancel(service) => {
            tauri::async_runtime::spawn(async move {
                if let Err(error) = controller.cancel(service).await {
                    tracing::info!(%error, "not cancelled");
                }
            });
        }
        Act::CheckNow => controller.check(None),
        Act::Pause(paused) => {
            tauri::async_runtime::spawn(async move {
                if let Err(error) = controller.set_paused(paused).await {
                    tracing::warn!(%error, "not kept");
                }
            });
        }
        Act::Open => open_later(app, Page::Services, None),
        Act::Quit => quit(app),
    }
}

/// Begins what clients will not notice at once; for anything else the plan is shown first.
fn begin(app: &AppHandle, service: ServiceId, aim: Aim) {
    let (app, controller) = (app.clone(), app.state::<Desk>().controller.clone());
    tauri::async_runtime::spawn(async move {
        let begun = controller.begin(service.clone(), aim, Agreed::default()).await;
        if let Err(error) = begun {
            tracing::info!(%error, "not begun");
            open_later(&app, Page::Service { service: service.to_string() }, None);
        }
    });
}

fn told(app: &AppHandle, notice: &Notice) {
    if let Notice::ConsentNeeded { service, aim } = notice {
        let page = Page::Plan { service: service.to_string(), aim: aim.into() };
        open_later(app, page, None);
        return;
    }
    let desk = app.state::<Desk>();
    let wanted = config::load().is_ok_and(|settings| settings.notifications());
    let Some(announcement) = notify::announcement(notice, desk.words()) else { return };
    if !wanted && !notify::is_always_shown(notice) {
        return;
    }
    let app = app.clone();
    notify::show(announcement, move |response| answered(&app, response));
}

fn answered(app: &AppHandle, response: Response) {
    let controller = app.state::<Desk>().controller.clone();
    match response {
        Response::Open(page) => open_later(app, page, None),
        Response::Begin(service, aim) => begin(app, service, aim),
        Response::Later(service) => {
            tauri::async_runtime::spawn(async move {
                if let Err(error) = controller.snooze(service, LATER_HOURS).await {
                    tracing::warn!(%error, "not kept");
                }
            });
        }
        Response::Skip(service) => {
            tauri::async_runtime::spawn(async move {
                if let Err(error) = controller.skip(service, true).await {
                    tracing::warn!(%error, "not kept");
                }
            });
        }
    }
}
