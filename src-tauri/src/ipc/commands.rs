//! What the window may ask for: each passes it on and puts the answer into the window's words.

mod doing;
mod looking;
mod setting;
mod table;

pub use doing::*;
pub use looking::*;
pub use setting::*;

use phoenix_plan::service::ServiceId;
use phoenix_wire::Json;
use serde_json::value::RawValue;

use super::{
    ErrorCode, IpcError,
    view::{
        Aim, Check, Details, History, Page, Preview, Receipt, SettingChange, Settings, Snapshot,
        Watchable, ZoomStep,
    },
};
use crate::desk::Desk;

/// An answer, or why there is none.
pub type Answer<T> = Result<T, IpcError>;

table::commands! {
    snapshot() -> Snapshot;
    check_now(service: Option<String>) -> ();
    preview(service: String, aim: Aim) -> Preview;
    carry_out(service: String, aim: Aim, agreed: bool, edit_compose: bool) -> ();
    cancel(service: String) -> ();
    skip(service: String, skip: bool) -> ();
    snooze(service: String, hours: u32) -> ();
    set_paused(paused: bool) -> ();
    seen(service: String) -> ();
    history(service: Option<String>, after: Option<String>) -> History;
    receipt(service: String, id: String) -> Receipt;
    details(service: String) -> Details;
    watchable() -> Vec<Watchable>;
    watch(service: String, on: bool) -> ();
    settings() -> Settings;
    change_settings(changes: Vec<SettingChange>) -> Settings;
    zoom(step: ZoomStep) -> ();
    doctor() -> Vec<Check>;
    remedy(action: u32) -> ();
    try_channel(name: String) -> ();
    open_notes(service: String) -> ();
    open_config() -> ();
    listens() -> Option<Page>;
    painted() -> ();
    quit() -> ();
}

fn service_of(name: &str) -> Answer<ServiceId> {
    ServiceId::parse(name).map_err(|error| IpcError::new(ErrorCode::BadRequest, error.to_string()))
}
