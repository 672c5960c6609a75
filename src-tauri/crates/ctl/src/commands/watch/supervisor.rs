//! The service manager, if one started this program: told what is ready, and that it is alive
//! (`sd_notify(3)`).

use std::time::Duration;

/// systemd, or nobody.
#[derive(Debug, Clone)]
pub(super) struct Supervisor {
    /// Time between two signs of life.
    beat: Option<Duration>,
    said: String,
}

impl Supervisor {
    /// Half of the time that `WATCHDOG_USEC` allows, as `sd_watchdog_enabled(3)` recommends.
    #[cfg(unix)]
    pub(super) fn of_process() -> Self {
        let beat = sd_notify::watchdog_enabled().map(|allowed| allowed / 2);
        Self { beat, said: String::new() }
    }

    #[cfg(not(unix))]
    pub(super) fn of_process() -> Self {
        Self { beat: None, said: String::new() }
    }

    /// When the next sign of life is due; never where nobody waits for one.
    pub(super) async fn beat(&self) {
        match self.beat {
            Some(beat) => tokio::time::sleep(beat).await,
            None => std::future::pending().await,
        }
    }
}

#[cfg(unix)]
impl Supervisor {
    /// Everything is under way.
    pub(super) fn ready() {
        say(&sd_notify::NotifyState::Ready);
    }

    /// The end is near.
    pub(super) fn stopping() {
        say(&sd_notify::NotifyState::Stopping);
    }

    /// A sign of life.
    pub(super) fn alive() {
        say(&sd_notify::NotifyState::Watchdog);
    }

    /// What `systemctl status` shows.
    pub(super) fn status(&mut self, text: &str) {
        if self.said != text {
            say(&sd_notify::NotifyState::Status(text));
            text.clone_into(&mut self.said);
        }
    }
}

#[cfg(unix)]
fn say(state: &sd_notify::NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(std::slice::from_ref(state)) {
        tracing::debug!(%error, "the service manager was not told");
    }
}

#[cfg(not(unix))]
impl Supervisor {
    pub(super) fn ready() {}

    pub(super) fn stopping() {}

    pub(super) fn alive() {}

    pub(super) fn status(&mut self, text: &str) {
        text.clone_into(&mut self.said);
    }
}
