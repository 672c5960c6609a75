//! What the engine needs of the outside world: one trait per neighbour, one method per call.

mod backup;
mod clock;
mod compose;
mod container_engine;
mod hooks;
mod prober;
mod progress;
mod registry;
mod release_notes;
mod state;
mod switch;

pub use backup::{BackupError, ConfigBackup};
pub use clock::Clock;
pub use compose::{ComposeFileError, ComposeFiles, ComposeOffer, NoOffer, Written};
pub use container_engine::{
    ContainerChange, ContainerChanges, ContainerEngine, EngineError, EngineFacts, ExecOutcome,
    PullError, SwitchObjects,
};
pub use hooks::{HookRun, HookRunner};
pub use prober::{ProbeReport, ProbeTarget, Prober, RunningProbe};
pub use progress::{Progress, ProgressEvent, PullProgress, Silent};
pub use registry::{Quota, Registry, RegistryError, RemoteImage, Tags};
pub use release_notes::{NotesError, ReleaseNotes};
pub use state::{
    BadDigest, KeptContainer, KeptRelease, LockError, ServiceLock, ServiceRecord, StateError,
    StateStore,
};
pub use switch::{
    Confirmation, GenerationTraffic, OnTimeout, PreviewAnswer, RouteChange, SwitchControl,
    SwitchError, SwitchSession, SwitchStatus, SwitchTimeline,
};
