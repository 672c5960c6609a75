//! The loop beside the window: snapshots are rendered, touches and notices are answered.

use super::{App, Ears};
use crate::{
    ipc::{Told, made, view::Page},
    notify::{self, Announcement, Response, Urgency},
    tray::{Act, Shown, Touch, Tray},
};
use phoenix_adapters::config;
use phoenix_engine::controller::{Agreed, Aim, Notice};
use phoenix_plan::service::ServiceId;
use tokio::runtime::Handle;

/// "Later" on a notification means tomorrow.
const LATER_HOURS: u32 = 24;

/// Runs as long as the program does.
pub(super) async fn run(app: App, tray: Option<Tray>, mut ears: Ears) {
    let mut snapshots = app.desk.controller.snapshots();
    let mut shown = None;
    loop {
        render(&app, tray.as_ref(), &mut shown).await;
        tokio::select! {
            changed = snapshots.changed() => if changed.is_err() { return },
            () = app.desk.changed() => app.window.zoom(app.desk.zoom_percent()),
            Some(touch) = ears.touches.recv() => touched(&app, touch),
            Some(notice) = ears.notices.recv() => told(&app, &notice),
            Some(_crashed) = ears.crashes.recv() => crashed(&app),
            else => return,
        }
    }
}

/// Draws only what differs: panels redraw a menu each time they are told of one.
async fn render(app: &App, tray: Option<&Tray>, shown: &mut Option<Shown>) {
    let desk = &app.desk;
    let (snapshot, words) = (desk.controller.snapshot(), desk.words());
    if app.window.is_open() {
        let view = made::snapshot(&snapshot, words, desk.is_tray_shown());
        app.window.tell(&Told::SnapshotChanged(Box::new(view)));
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
async fn draw(_app: &App, tray: &Tray, shown: Shown) {
    tray.update(shown).await;
}

#[cfg(not(target_os = "linux"))]
async fn draw(app: &App, tray: &Tray, shown: Shown) {
    let tray = tray.clone();
    let drawn = on_main_thread(app, move |_app| tray.update(&shown)).await;
    if let Err(error) = drawn {
        tracing::warn!(%error, "the tray icon was not drawn");
    }
}

/// macOS lets only the main thread touch a tray icon.
#[cfg(not(target_os = "linux"))]
pub(super) async fn on_main_thread<T: Send + 'static>(
    app: &App,
    act: impl FnOnce(&tauri::AppHandle) -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    let (reply, answer) = tokio::sync::oneshot::channel();
    let handle = app.handle.clone();
    app.handle.run_on_main_thread(move || {
        // Whoever asked may have gone meanwhile.
        let _gone = reply.send(act(&handle));
    })?;
    answer.await?
}

fn touched(app: &App, touch: Touch) {
    match touch {
        Touch::Clicked { at } => app.open(Page::Services, at),
        Touch::Shown(shown) => {
            app.desk.set_tray_shown(shown);
            tracing::info!(shown, "tray icon");
        }
        Touch::Chose(act) => chosen(app, act),
    }
}

fn chosen(app: &App, act: Act) {
    let controller = app.desk.controller.clone();
    match act {
        Act::Show(service) => {
            app.open(Page::Service { service: service.to_string() }, None);
        }
        Act::Update(service) => begin(app, service, Aim::Update(None)),
        Act::RollBack(service) => begin(app, service, Aim::Rollback(None)),
        Act::Cancel(service) => {
            tokio::spawn(async move {
                if let Err(error) = controller.cancel(service).await {
                    tracing::info!(%error, "not cancelled");
                }
            });
        }
        Act::CheckNow => controller.check(None),
        Act::Pause(paused) => {
            tokio::spawn(async move {
                if let Err(error) = controller.set_paused(paused).await {
                    tracing::warn!(%error, "not kept");
                }
            });
        }
        Act::Open => app.open(Page::Services, None),
        Act::Quit => app.desk.quit(),
    }
}

/// Begins what clients will not notice at once; for anything else the plan is shown first.
fn begin(app: &App, service: ServiceId, aim: Aim) {
    let (app, controller) = (app.clone(), app.desk.controller.clone());
    tokio::spawn(async move {
        let begun = controller.begin(service.clone(), aim, Agreed::default()).await;
        if let Err(error) = begun {
            tracing::info!(%error, "not begun");
            app.open(Page::Service { service: service.to_string() }, None);
        }
    });
}

fn told(app: &App, notice: &Notice) {
    if let Notice::ConsentNeeded { service, aim } = notice {
        let page = Page::Plan { service: service.to_string(), aim: aim.into() };
        app.open(page, None);
        return;
    }
    let wanted = config::load().is_ok_and(|settings| settings.notifications());
    let Some(announcement) = notify::announcement(notice, app.desk.words()) else { return };
    if !wanted && !notify::is_always_shown(notice) {
        return;
    }
    show(app, announcement);
}

/// The window is gone and nobody closed it: without a word it would look like a click that missed.
fn crashed(app: &App) {
    let words = app.desk.words();
    let announcement = Announcement {
        title: words.say("notice.window.title"),
        body: words.say("notice.window.body"),
        otherwise: Response::Open(Page::Services),
        buttons: Vec::new(),
        urgency: Urgency::Normal,
    };
    show(app, announcement);
}

/// The answer comes in a thread of the notification's own.
fn show(app: &App, announcement: Announcement) {
    let (app, runtime) = (app.clone(), Handle::current());
    notify::show(announcement, move |response| {
        let _within = runtime.enter();
        answered(&app, response);
    });
}

fn answered(app: &App, response: Response) {
    let controller = app.desk.controller.clone();
    match response {
        Response::Open(page) => app.open(page, None),
        Response::Begin(service, aim) => begin(app, service, aim),
        Response::Later(service) => {
            tokio::spawn(async move {
                if let Err(error) = controller.snooze(service, LATER_HOURS).await {
                    tracing::warn!(%error, "not kept");
                }
            });
        }
        Response::Skip(service) => {
            tokio::spawn(async move {
                if let Err(error) = controller.skip(service, true).await {
                    tracing::warn!(%error, "not kept");
                }
            });
        }
    }
}
