//! One task owns everything that is shown: requests and events go in, one snapshot comes out.
//!
//! Programs with or without a window stand on it. It decides with the pure functions of
//! [`standing`], [`activity`] and [`notice`]; everything slow runs in tasks of its own that it owns.

mod activity;
mod connection;
mod consent;
mod handle;
mod held;
mod looking;
mod notice;
mod reporter;
mod request;
mod run;
mod slot;
mod snapshot;
mod standing;
mod surroundings;
mod watch_state;
mod work;

pub use activity::{Activity, Phase, Pull, StepProgress, StepState};
pub use handle::Handle;
pub use held::{Held, Offer};
pub use notice::Notice;
pub use request::{Agreed, Aim, Begun, Preview, RequestError};
pub use run::Controller;
pub use snapshot::{EngineState, Health, ServiceState, Snapshot};
pub use standing::{Attention, Standing};
pub use surroundings::{ClockJumps, Power, Surroundings, Wishes};
pub use watch_state::{FirstSeen, LastCheck, Same, WatchState, Watched};
