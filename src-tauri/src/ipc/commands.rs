//! What the window may ask for: each passes it on and puts the answer into the window's words.

mod doing;
mod looking;
mod setting;

pub use doing::*;
pub use looking::*;
pub use setting::*;

use phoenix_plan::service::ServiceId;

use super::{ErrorCode, IpcError};

type Answer<T> = Result<T, IpcError>;

fn service_of(name: &str) -> Answer<ServiceId> {
    ServiceId::parse(name)
        .map_err(|error| IpcError { code: ErrorCode::BadRequest, message: error.to_string() })
}
