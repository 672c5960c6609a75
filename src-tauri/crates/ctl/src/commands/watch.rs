//! `phoenixctl watch`: the scheduler without a window.

mod changes;
mod hooks;
mod line;
mod log;
mod notices;
mod round;
mod server;
mod settings;
mod supervisor;

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use phoenix_adapters::{
    channels::Channels,
    config,
    state::{FileStore, Watcher, WatcherError},
};
use phoenix_engine::{
    controller::{Controller, Handle, Snapshot},
    in_a_sentence,
};
use tokio::{
    sync::{mpsc, watch},
    task::{JoinHandle, JoinSet},
    time::{Instant, sleep_until},
};

use self::{
    line::{Level, Line},
    log::Log,
    round::Tally,
    server::{Server, Told},
    settings::SettingsFile,
    supervisor::Supervisor,
};
use super::status::runs::Runs;
use crate::{
    arguments,
    failure::{Exit, Failure},
    output::Output,
    signals::{self, Signals},
};

pub(crate) use log::{is_journal, layout};

/// What others are told who watches.
const NAME: &str = "phoenixctl watch";
/// An operation that takes longer than this is taken up at the next start instead.
const STOP_WITHIN: Duration = Duration::from_mins(15);

/// How long messages that wait may take before the end.
const SEND_WITHIN: Duration = Duration::from_secs(30);

/// Runs until a signal ends it, or one round.
pub(crate) async fn run(arguments: &arguments::Watch, output: Output) -> Result<Exit, Failure> {
    config::load()?;
    let watcher = FileStore::open()?.become_watcher(NAME)?;
    let (told_in, told) = mpsc::unbounded_channel();
    let channels = Arc::new(Channels::new());
    let unread = Arc::new(config::Settings::default());
    let (controller, handle) =
        Controller::new(Arc::new(Server::new(told_in, Arc::clone(&channels))), unread);
    let watch = Watch {
        log: Log::of_process(output),
        snapshots: handle.snapshots(),
        shown: handle.snapshot(),
        program: tokio::spawn(controller.run()),
        tasks: JoinSet::new(),
        settings: SettingsFile::watch(),
        supervisor: Supervisor::of_process(),
        tally: Tally::default(),
        stops: 0,
        stop_until: None,
        handle,
        told,
        _watcher: watcher,
    };
    let ended = watch.run(arguments.once).await;
    // What was told last is still sent.
    channels.close(SEND_WITHIN).await;
    ended
}

/// Everything that a watch is made of.
struct Watch {
    log: Log,
    handle: Handle,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    shown: Arc<Snapshot>,
    told: mpsc::UnboundedReceiver<Told>,
    program: JoinHandle<()>,
    /// Requests that wait for their answers.
    tasks: JoinSet<Asked>,
    settings: SettingsFile,
    supervisor: Supervisor,
    tally: Tally,
    stops: u32,
    stop_until: Option<Instant>,
    _watcher: Watcher,
}

/// A request that was answered.
enum Asked {
    /// The controller is alive.
    Alive,
    /// One round is over.
    Round,
    /// The controller has quit.
    Quit,
}

impl Watch {
    async fn run(mut self, once: bool) -> Result<Exit, Failure> {
        let mut signals = Signals::listen();
        if once {
            self.ask(Asked::Round, |handle| async move { handle.round().await });
        } else {
            self.tell_runs();
        }
        Supervisor::ready();
        loop {
            tokio::select! {
                Ok(()) = self.snapshots.changed() => self.look(),
                Some(told) = self.told.recv() => self.tell(&told),
                asked = signals.next() => match asked {
                    signals::Asked::Stop => self.stop(),
                    signals::Asked::Reload => self.settings.changed_now(),
                },
                () = self.settings.changed() => self.reload(),
                () = self.supervisor.beat() => self.prove_alive(),
                Some(Ok(Asked::Round)) = self.tasks.join_next() => self.quit(),
                _ = &mut self.program => return Ok(self.ended(once)),
                () = at(self.stop_until) => return Err(too_slow()),
            }
        }
    }

    fn look(&mut self) {
        let now = self.snapshots.borrow_and_update().clone();
        for line in changes::between(&self.shown, &now) {
            self.log.write(&line);
        }
        self.supervisor.status(&changes::summary(&now));
        self.shown = now;
    }

    fn tell(&mut self, told: &Told) {
        match told {
            Told::Notice(notice) => {
                self.tally.count(notice);
                self.log.write(&notices::line(notice));
            }
            Told::Hook(service, report) => self.log.write(&hooks::line(service, report)),
        }
    }

    fn reload(&mut self) {
        let text = "config.toml may have changed and is read anew";
        self.log.write(&Line::new(Level::Info, "settings", text));
        self.handle.reload();
        self.tell_runs();
    }

    /// When checks come next by the settings as they are now; that they cannot be read is told by
    /// whoever reads them for good.
    fn tell_runs(&self) {
        let Ok(settings) = config::load() else { return };
        let store = FileStore::open().and_then(|store| store.watch_state());
        let (known, now) = (store.unwrap_or_default(), Timestamp::now());
        let runs = Runs::of(&settings, &known, &settings.services(), Some(NAME.to_owned()), now);
        self.log.write(&Line::new(Level::Info, "next_checks", runs.planned(now)).with(&runs));
    }

    /// The first signal ends what can be taken back and waits for the rest; the second also takes
    /// back what is only being watched.
    fn stop(&mut self) {
        self.stops += 1;
        let text = if self.stops == 1 {
            "stopping: what is under way is finished or taken back first"
        } else {
            "stopping: a new release that is still being watched is taken back"
        };
        self.log.write(&Line::new(Level::Notice, "stopping", text));
        self.quit();
    }

    fn quit(&mut self) {
        Supervisor::stopping();
        self.stop_until.get_or_insert_with(|| Instant::now() + STOP_WITHIN);
        self.ask(Asked::Quit, |handle| async move { handle.quit().await });
    }

    fn prove_alive(&mut self) {
        self.ask(Asked::Alive, |handle| async move {
            handle.alive().await;
            Supervisor::alive();
        });
    }

    fn ask<F>(&mut self, asked: Asked, request: impl FnOnce(Handle) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let request = request(self.handle.clone());
        self.tasks.spawn(async move {
            request.await;
            asked
        });
    }

    /// What the controller said last is told, too.
    fn ended(mut self, once: bool) -> Exit {
        self.look();
        while let Ok(told) = self.told.try_recv() {
            self.tell(&told);
        }
        if once && self.stops == 0 { self.tally.exit(&self.shown) } else { Exit::Done }
    }
}

async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

fn too_slow() -> Failure {
    Failure {
        code: Exit::NeedsAttention,
        message: format!(
            "an operation did not come to its end within {} minutes; it is taken up at the next \
             start, and 'phoenixctl status' says what runs",
            STOP_WITHIN.as_secs() / 60
        ),
    }
}

impl From<WatcherError> for Failure {
    fn from(error: WatcherError) -> Self {
        match error {
            WatcherError::Busy { .. } => Self {
                code: Exit::Busy,
                message: format!("{}. Nothing was changed", in_a_sentence(&error)),
            },
            WatcherError::State(error) => error.into(),
        }
    }
}
