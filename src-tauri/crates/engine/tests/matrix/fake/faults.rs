//! Trouble at a chosen call: an error before or after the effect, or the program's death.

use std::future::pending;

use tokio_util::sync::CancellationToken;

use super::{Fake, Things};

/// What happens at one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It fails without effect.
    FailsBefore,
    /// It takes effect, and the answer is lost.
    FailsAfter,
    /// The program dies before the effect.
    DiesBefore,
    /// The program dies after the effect.
    DiesAfter,
    /// The engine and the switch are away; the disk is not.
    Away,
    /// The user cancels.
    Cancels,
}

/// The trouble of one life.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trouble {
    calls: usize,
    at: Option<(usize, usize, Fault)>,
    dead: bool,
    struck: Option<String>,
    log: Vec<String>,
    /// How often a registry was asked.
    asked: usize,
    /// The engine does not answer; the disk does.
    away: bool,
    registry_away: bool,
    /// Calls that begin so wait.
    held: Option<&'static str>,
    /// Calls that begin so fail.
    refused: Option<&'static str>,
    /// Calls that begin so panic.
    panics: Option<&'static str>,
    cancel: CancellationToken,
}

enum Fate {
    Lives,
    Fails,
    TakesEffectAndFails,
    Dies,
    TakesEffectAndDies,
    IsDead,
}

impl Trouble {
    pub(super) const fn is_away(&self) -> bool {
        self.away
    }
}

impl Fake {
    /// From call `at` on, `count` calls meet this fault.
    pub(crate) fn strike(&self, at: usize, count: usize, fault: Fault) {
        *self.trouble.lock().unwrap() =
            Trouble { at: Some((at, count, fault)), ..Trouble::default() };
    }

    /// The token that [`Fault::Cancels`] cancels.
    pub(crate) fn cancel(&self) -> CancellationToken {
        self.trouble.lock().unwrap().cancel.clone()
    }

    /// The call that the fault met, if any did.
    pub(crate) fn struck(&self) -> Option<String> {
        self.trouble.lock().unwrap().struck.clone()
    }

    /// The engine goes away or comes back.
    pub(crate) fn set_away(&self, away: bool) {
        self.trouble.lock().unwrap().away = away;
        self.news.send_replace(());
    }

    /// No registry can be reached, or again.
    pub(crate) fn set_registry_away(&self, away: bool) {
        self.trouble.lock().unwrap().registry_away = away;
    }

    /// Calls that begin so wait from now on; `None` lets them go.
    pub(crate) fn hold(&self, call: Option<&'static str>) {
        self.trouble.lock().unwrap().held = call;
        self.news.send_replace(());
    }

    /// Calls that begin so fail from now on.
    pub(crate) fn refuse_at(&self, call: Option<&'static str>) {
        self.trouble.lock().unwrap().refused = call;
    }

    /// How many listen for changes, those apart who wait for a call to be let go.
    pub(crate) fn listeners(&self) -> usize {
        self.news.receiver_count()
    }

    /// Calls that begin so panic from now on.
    pub(crate) fn panic_at(&self, call: Option<&'static str>) {
        self.trouble.lock().unwrap().panics = call;
    }

    /// How often a registry was asked.
    pub(crate) fn asked(&self) -> usize {
        self.trouble.lock().unwrap().asked
    }

    /// A question to a registry, which is no call of the engine; answers whether one is reached.
    pub(super) async fn ask(&self) -> bool {
        self.trouble.lock().unwrap().asked += 1;
        self.wait_while_held("registry").await;
        !self.trouble.lock().unwrap().registry_away
    }

    async fn wait_while_held(&self, name: &str) {
        let mut news = self.news.subscribe();
        let named = |call: Option<&str>| call.is_some_and(|call| name.starts_with(call));
        let panics = self.trouble.lock().unwrap().panics;
        assert!(!named(panics), "ordered by a test: {name}");
        loop {
            let held = self.trouble.lock().unwrap().held;
            if !named(held) {
                return;
            }
            news.changed().await.unwrap();
        }
    }

    /// All calls so far.
    pub(crate) fn log(&self) -> Vec<String> {
        self.trouble.lock().unwrap().log.clone()
    }

    pub(crate) async fn died(&self) {
        self.crash.notified().await;
    }

    /// A call that waits for ever once the program is dead.
    pub(super) async fn call<T, E>(
        &self,
        name: &str,
        error: impl FnOnce() -> E,
        effect: impl FnOnce(&mut Things) -> Result<T, E>,
    ) -> Result<T, E> {
        let effect = |things: &mut Things| {
            let result = effect(things);
            self.news.send_replace(());
            result
        };
        self.wait_while_held(name).await;
        match self.fate(name) {
            Fate::Lives => effect(&mut self.things()),
            Fate::Fails => Err(error()),
            Fate::TakesEffectAndFails => {
                let _ = effect(&mut self.things());
                Err(error())
            }
            Fate::TakesEffectAndDies => {
                let _ = effect(&mut self.things());
                self.crash.notify_one();
                pending().await
            }
            Fate::Dies => {
                self.crash.notify_one();
                pending().await
            }
            Fate::IsDead => pending().await,
        }
    }

    /// A call that cannot wait: once the program is dead it does nothing.
    pub(super) fn call_now<T: Default, E>(
        &self,
        name: &str,
        error: impl FnOnce() -> E,
        effect: impl FnOnce(&mut Things) -> Result<T, E>,
    ) -> Result<T, E> {
        match self.fate(name) {
            Fate::Lives => effect(&mut self.things()),
            Fate::Fails => Err(error()),
            Fate::TakesEffectAndFails => {
                let _ = effect(&mut self.things());
                Err(error())
            }
            Fate::TakesEffectAndDies => {
                let _ = effect(&mut self.things());
                self.crash.notify_one();
                Ok(T::default())
            }
            Fate::Dies => {
                self.crash.notify_one();
                Ok(T::default())
            }
            Fate::IsDead => Ok(T::default()),
        }
    }

    fn fate(&self, name: &str) -> Fate {
        let mut trouble = self.trouble.lock().unwrap();
        if trouble.dead {
            return Fate::IsDead;
        }
        let number = trouble.calls;
        trouble.calls += 1;
        trouble.log.push(name.to_owned());
        let on_disk = name.starts_with("append") || name.starts_with("save");
        let refused = trouble.refused.is_some_and(|refused| name.starts_with(refused));
        if refused || trouble.away && !on_disk {
            return Fate::Fails;
        }
        let Some((at, count, fault)) = trouble.at else { return Fate::Lives };
        if !(at..at + count).contains(&number) {
            return Fate::Lives;
        }
        trouble.struck.get_or_insert_with(|| name.to_owned());
        trouble.dead = matches!(fault, Fault::DiesBefore | Fault::DiesAfter);
        match fault {
            Fault::Away if on_disk => Fate::Lives,
            Fault::FailsBefore | Fault::Away => Fate::Fails,
            Fault::Cancels => {
                trouble.cancel.cancel();
                Fate::Lives
            }
            Fault::FailsAfter => Fate::TakesEffectAndFails,
            Fault::DiesBefore => Fate::Dies,
            Fault::DiesAfter => Fate::TakesEffectAndDies,
        }
    }
}
