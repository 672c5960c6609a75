//! Why a step is part of a plan.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a step is part of a plan: stored and shown as its English sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum StepCause {
    /// The registry means another image.
    Offered {
        /// Its name.
        release: String,
    },
    /// It takes the place of a container.
    Successor {
        /// The container's name.
        name: String,
    },
    /// So that a rollback needs nobody else.
    WithoutRegistry,
    /// The config files go with the release.
    ConfigBelongs,
    /// The switch takes the port later.
    WillOwnPort,
    /// The container takes the port later.
    WillPublish,
    /// What is made is compared with what was announced.
    NothingMayDiffer,
    /// Before it gets a request.
    MustProveItself,
    /// Requests come only to what is ready.
    NotBeforeReady,
    /// What is shared bears one at a time.
    NotTwiceAtOnce,
    /// Nothing of it is in flight any more.
    RequestsAnswered,
    /// It is not interrupted.
    MayFinish,
    /// Somebody else gets it.
    FreesPort,
    /// Both of it.
    FreesPortAndNotTwice,
    /// Its place is needed.
    PlaceNeeded,
    /// The one that follows needs its place.
    SuccessorNeedsPlace,
    /// From here on the switch holds requests.
    PortIsFree,
    /// Whoever starts it by its tag must get the same.
    SameImageForAll,
    /// It was pulled, but did not run.
    PulledBefore,
    /// The commit.
    OneMoment,
    /// It is asked whether the new owner answers.
    NewPortOwner,
    /// After gate and monitor.
    HasProvenItself,
    /// For a rollback.
    OneClickBack,
    /// Nothing comes to it.
    NobodyAsks,
    /// A parked container.
    KeepsForRollback,
    /// Compose would count it.
    ComposeCounts,
    /// It takes the name over.
    IsTheServiceNow,
    /// It takes its name back.
    IsTheService,
    /// What comes after it is the same.
    SameRelease,
    /// The switch goes.
    NotNeeded,
    /// The number of kept releases is bounded.
    DisksAreFinite,
    /// `update_config.delay`.
    ComposeDelay,
    /// The monitor.
    BadNeverStays,
    /// A hook comes first.
    MayRefuse,
    /// A hook that runs afterwards runs also when all is undone.
    ToldOfEveryEnd,
    /// A hook comes last.
    NewReleaseServes,
    /// What does not run is exchanged without being started.
    ProvesItselfLater,
    /// The policy keeps every release.
    CleanUpIsOff,
    /// Only the description is left.
    OnlyDescription,
    /// There were fewer containers then.
    FewerContainers,
    /// It lives in the namespaces of a container that is exchanged.
    LivesInIt,
    /// What another version of the program said.
    Other(String),
}

/// Every cause without a blank to fill in, with its stable word and its sentence.
static WORDS: [(StepCause, &str, &str); 39] = [
    (StepCause::WithoutRegistry, "without_registry", "going back must not need a registry"),
    (StepCause::ConfigBelongs, "config_belongs", "the config belongs to the release"),
    (StepCause::WillOwnPort, "will_own_port", "it will own the port"),
    (StepCause::WillPublish, "will_publish", "it will publish the port itself"),
    (
        StepCause::NothingMayDiffer,
        "nothing_may_differ",
        "nothing may differ that was not announced",
    ),
    (StepCause::MustProveItself, "must_prove_itself", "it must prove itself first"),
    (StepCause::NotBeforeReady, "not_before_ready", "no request before it is ready"),
    (StepCause::NotTwiceAtOnce, "not_twice_at_once", "two copies must not run at once"),
    (StepCause::RequestsAnswered, "requests_answered", "its requests are answered"),
    (StepCause::MayFinish, "may_finish", "what it began it may finish"),
    (StepCause::FreesPort, "frees_port", "it frees the port"),
    (
        StepCause::FreesPortAndNotTwice,
        "frees_port_and_not_twice",
        "it frees the port, and two copies must not run at once",
    ),
    (StepCause::PlaceNeeded, "place_needed", "its place is needed"),
    (StepCause::SuccessorNeedsPlace, "successor_needs_place", "its successor needs its place"),
    (StepCause::PortIsFree, "port_is_free", "the port is free: requests wait from here on"),
    (
        StepCause::SameImageForAll,
        "same_image_for_all",
        "compose and docker run must mean the same image",
    ),
    (StepCause::PulledBefore, "pulled_before", "it had been pulled before"),
    (StepCause::OneMoment, "one_moment", "the one moment at which traffic moves"),
    (StepCause::NewPortOwner, "new_port_owner", "the port has a new owner"),
    (StepCause::HasProvenItself, "has_proven_itself", "the new release has proven itself"),
    (StepCause::OneClickBack, "one_click_back", "so that one click takes it back"),
    (StepCause::NobodyAsks, "nobody_asks", "nothing asks it any more"),
    (StepCause::KeepsForRollback, "keeps_for_rollback", "it keeps for a rollback"),
    (
        StepCause::ComposeCounts,
        "compose_counts",
        "compose counts containers by their labels: two would be one too many",
    ),
    (StepCause::IsTheServiceNow, "is_the_service_now", "it is the service now"),
    (StepCause::IsTheService, "is_the_service", "it is the service"),
    (StepCause::SameRelease, "same_release", "its successor is the same release"),
    (StepCause::NotNeeded, "not_needed", "nothing needs it any more"),
    (StepCause::DisksAreFinite, "disks_are_finite", "disks are finite"),
    (StepCause::ComposeDelay, "compose_delay", "the compose file says delay"),
    (StepCause::BadNeverStays, "bad_never_stays", "a bad release never stays"),
    (StepCause::MayRefuse, "may_refuse", "it may defer or veto"),
    (StepCause::ToldOfEveryEnd, "told_of_every_end", "it is told of every end"),
    (StepCause::NewReleaseServes, "new_release_serves", "the new release serves"),
    (StepCause::ProvesItselfLater, "proves_itself_later", "it proves itself when it is started"),
    (StepCause::CleanUpIsOff, "clean_up_is_off", "clean_up is off"),
    (
        StepCause::OnlyDescription,
        "only_description",
        "the container of that release is gone or does not fit, its description does",
    ),
    (StepCause::FewerContainers, "fewer_containers", "that release had fewer containers"),
    (StepCause::LivesInIt, "lives_in_it", "it lives in the container that is exchanged"),
];

/// What stands before the name of the release that is offered.
const OFFERED: &str = "the registry offers ";
/// What stands before the name of the container that is succeeded.
const SUCCESSOR: &str = "the successor of ";

impl StepCause {
    /// Its stable word.
    pub fn code(&self) -> &'static str {
        if let Self::Offered { .. } = self {
            return "offered";
        }
        if let Self::Successor { .. } = self {
            return "successor";
        }
        self.words().map_or("other", |(code, _)| code)
    }

    /// What is filled into its sentence, after the blank's name in the catalogues.
    pub fn blank(&self) -> Option<(&'static str, &str)> {
        if let Self::Offered { release } = self {
            return Some(("release", release));
        }
        if let Self::Successor { name } = self {
            return Some(("name", name));
        }
        None
    }

    /// Every cause that has no blank to fill in.
    pub fn fixed() -> impl Iterator<Item = Self> {
        WORDS.iter().map(|(cause, ..)| cause.clone())
    }

    fn words(&self) -> Option<(&'static str, &'static str)> {
        let mut known = WORDS.iter().filter(|(cause, ..)| cause == self);
        known.next().map(|(_, code, text)| (*code, *text))
    }
}

impl fmt::Display for StepCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Offered { release } = self {
            return write!(f, "{OFFERED}{release}");
        }
        if let Self::Successor { name } = self {
            return write!(f, "{SUCCESSOR}{name}");
        }
        let other = if let Self::Other(text) = self { text } else { "" };
        f.write_str(self.words().map_or(other, |(_, text)| text))
    }
}

impl From<&str> for StepCause {
    fn from(text: &str) -> Self {
        if let Some(release) = text.strip_prefix(OFFERED) {
            return Self::Offered { release: release.to_owned() };
        }
        if let Some(name) = text.strip_prefix(SUCCESSOR) {
            return Self::Successor { name: name.to_owned() };
        }
        let known = WORDS.iter().find(|(_, _, words)| *words == text);
        known.map_or_else(|| Self::Other(text.to_owned()), |(cause, ..)| cause.clone())
    }
}

impl From<String> for StepCause {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<StepCause> for String {
    fn from(cause: StepCause) -> Self {
        cause.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_reads_back_as_it_was_written() {
        let offered = StepCause::Offered { release: "1.1.0".to_owned() };
        let successor = StepCause::Successor { name: "web".to_owned() };
        let other = StepCause::Other("for a reason of its own".to_owned());
        for cause in StepCause::fixed().chain([offered, successor, other]) {
            assert_eq!(StepCause::from(cause.to_string()), cause);
        }
    }

    #[test]
    fn no_two_causes_share_a_word() {
        let codes: std::collections::BTreeSet<_> =
            StepCause::fixed().map(|cause| cause.code()).collect();
        assert_eq!(codes.len(), WORDS.len());
    }
}
