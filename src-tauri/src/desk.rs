//! What the commands of the window work with: the controller, and what was shown last.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use phoenix_adapters::{
    channels::Channels,
    config::{self, Settings},
    state::places,
};
use phoenix_engine::{
    World,
    controller::{Handle, RequestError},
    doctor::RemedyAction,
    in_a_sentence,
};
use phoenix_plan::service::ServiceId;
use tokio::sync::{Notify, watch};

use crate::{
    autostart::StartAtLogin,
    ipc::{ErrorCode, IpcError, view::Page},
    window::Hearing,
    words::Words,
};

/// An operation that takes longer than this is taken up at the next start instead.
const QUIT_WITHIN: Duration = Duration::from_mins(15);
/// What channels could not send by then is logged as lost.
const TOLD_WITHIN: Duration = Duration::from_secs(10);

/// Shared by all commands.
pub struct Desk {
    /// The controller.
    pub controller: Handle,
    /// What is told beyond the desktop.
    pub channels: Arc<Channels>,
    /// The system's entry for a start at login.
    pub start_at_login: Box<dyn StartAtLogin>,
    /// Whether the program is to end.
    over: watch::Sender<bool>,
    /// Whether the desktop shows the tray icon.
    tray_shown: AtomicBool,
    words: Mutex<Words>,
    /// The size of what the window shows.
    zoom_percent: AtomicU32,
    /// Something is to be shown anew that is not in the controller's snapshot.
    shown_anew: Notify,
    /// Release notes that a preview named: nothing else is opened in a browser.
    notes: Mutex<BTreeMap<ServiceId, String>>,
    /// What the buttons of the last check-list do.
    remedies: Mutex<Vec<RemedyAction>>,
    /// When the window that is open was asked for, until it was painted.
    asked_at: Mutex<Option<Instant>>,
    /// Whether its page hears what it is told.
    hearing: Mutex<Hearing>,
}

impl Desk {
    /// A desk around a controller.
    pub fn new(
        controller: Handle,
        channels: Arc<Channels>,
        start_at_login: Box<dyn StartAtLogin>,
    ) -> Self {
        let settings = config::load().unwrap_or_default();
        Self {
            controller,
            channels,
            start_at_login,
            over: watch::Sender::new(false),
            tray_shown: AtomicBool::new(false),
            words: Mutex::new(spoken(&settings)),
            zoom_percent: AtomicU32::new(settings.zoom_percent()),
            shown_anew: Notify::new(),
            notes: Mutex::default(),
            remedies: Mutex::default(),
            asked_at: Mutex::default(),
            hearing: Mutex::default(),
        }
    }

    /// The language in force.
    pub fn words(&self) -> Words {
        *held(&self.words)
    }

    /// The size of what the window shows, in percent.
    pub fn zoom_percent(&self) -> u32 {
        self.zoom_percent.load(Ordering::Relaxed)
    }

    /// The settings changed: language, size, policies, engine, notifications.
    pub fn settings_changed(&self) {
        let settings = config::load().unwrap_or_default();
        *held(&self.words) = spoken(&settings);
        self.zoom_percent.store(settings.zoom_percent(), Ordering::Relaxed);
        self.shown_anew.notify_one();
        self.controller.reload();
    }

    /// Ends the program once no operation is under way any more. Within a runtime only.
    pub fn quit(&self) {
        let (controller, over) = (self.controller.clone(), self.over.clone());
        let channels = Arc::clone(&self.channels);
        tokio::spawn(async move {
            if tokio::time::timeout(QUIT_WITHIN, controller.quit()).await.is_err() {
                tracing::error!(
                    "an operation did not end; its journal is taken up at the next start"
                );
            }
            channels.close(TOLD_WITHIN).await;
            over.send_replace(true);
        });
    }

    /// Waits until the program is to end.
    pub async fn over(&self) {
        // The sender is here: it cannot have gone.
        let mut over = self.over.subscribe();
        let _sent = over.wait_for(|over| *over).await;
    }

    /// Waits until language, size or tray changed.
    pub async fn changed(&self) {
        self.shown_anew.notified().await;
    }

    /// Whether the desktop shows the tray icon.
    pub fn is_tray_shown(&self) -> bool {
        self.tray_shown.load(Ordering::Relaxed)
    }

    /// The desktop began or ceased to show the tray icon.
    pub fn set_tray_shown(&self, shown: bool) {
        self.tray_shown.store(shown, Ordering::Relaxed);
        self.shown_anew.notify_one();
    }

    /// A window was asked for that is not open yet.
    pub fn window_asked(&self) {
        *held(&self.asked_at) = Some(Instant::now());
        *held(&self.hearing) = Hearing::default();
    }

    /// A page is wanted of the window that is open: answers what it is to be told now.
    pub fn navigates(&self, page: Page) -> Option<Page> {
        held(&self.hearing).wants(page)
    }

    /// The window's page listens from now on: answers the page that was wanted meanwhile.
    pub fn listens(&self) -> Option<Page> {
        held(&self.hearing).begins()
    }

    /// How long it took until the window was painted for the first time.
    pub fn painted(&self) -> Option<Duration> {
        held(&self.asked_at).take().map(|asked| asked.elapsed())
    }

    /// The outside world, while the engine answers.
    pub fn world(&self) -> Result<World, IpcError> {
        self.controller.world().ok_or_else(|| RequestError::EngineAway.into())
    }

    /// Remembers the release notes of a service's update.
    pub fn remember_notes(&self, service: &ServiceId, url: Option<String>) {
        let mut notes = held(&self.notes);
        match url {
            Some(url) => notes.insert(service.clone(), url),
            None => notes.remove(service),
        };
    }

    /// The release notes of a service's update.
    pub fn notes(&self, service: &ServiceId) -> Option<String> {
        held(&self.notes).get(service).cloned()
    }

    /// Remembers what the buttons of a check-list do.
    pub fn remember_remedies(&self, actions: Vec<RemedyAction>) {
        *held(&self.remedies) = actions;
    }

    /// What a button of the last check-list does.
    pub fn remedy(&self, number: u32) -> Option<RemedyAction> {
        let number = usize::try_from(number).ok()?;
        held(&self.remedies).get(number).cloned()
    }
}

/// Where `config.toml` is.
pub fn config_file() -> Result<PathBuf, IpcError> {
    let folder = places::config_dir()
        .map_err(|error| IpcError::new(ErrorCode::Config, in_a_sentence(&error)))?;
    Ok(folder.join(config::FILE_NAME))
}

/// The language that the settings and the system ask for.
fn spoken(settings: &Settings) -> Words {
    Words::wanted(settings.language(), sys_locale::get_locale().as_deref())
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
