//! The window: Tauri with one web view, and the pages inside it. It knows nothing of containers: what
//! a page asks is passed on to a [`Program`], what the program tells is passed on to the page.
//!
//! On Linux this is a program of its own, `phoenix-tray-window`, so that a closed window costs
//! nothing; elsewhere it is part of the one process, because the tray needs the same event loop.

mod window;

use std::sync::Arc;

use phoenix_wire::Json;
use serde_json::value::RawValue;
use tauri::{
    Builder, Context, Wry,
    ipc::{Invoke, InvokeBody, InvokeResponseBody, Response},
};

pub use window::{Closed, LABEL, front, is_open, open, tell, zoom};

/// Gives an answer, or a refusal, to whoever asked.
pub type Answering = Box<dyn FnOnce(Result<Json, Json>) + Send>;

/// Whoever answers the pages.
pub trait Program: Send + Sync + 'static {
    /// Answers a command of a page some time later.
    fn ask(&self, command: String, arguments: Json, answer: Answering);
}

/// A Tauri application whose pages ask `program`; there is no window yet.
pub fn builder(program: Arc<dyn Program>) -> Builder<Wry> {
    Builder::default().invoke_handler(move |invoke| {
        pass_on(&*program, invoke);
        true
    })
}

/// The configuration, the permissions and the pages, as they were at build time.
pub fn context() -> Context<Wry> {
    tauri::generate_context!("../../tauri.conf.json")
}

fn pass_on(program: &dyn Program, invoke: Invoke<Wry>) {
    let Invoke { message, resolver, .. } = invoke;
    let arguments = match message.payload() {
        InvokeBody::Json(arguments) => RawValue::from_string(arguments.to_string()),
        InvokeBody::Raw(_bytes) => RawValue::from_string("{}".to_owned()),
    };
    let arguments = match arguments {
        Ok(arguments) => arguments,
        Err(error) => return resolver.reject(error.to_string()),
    };
    let answering: Answering = Box::new(move |answer| match answer {
        Ok(answer) => {
            resolver.resolve(Response::new(InvokeResponseBody::Json(answer.get().into())));
        }
        Err(refusal) => resolver.reject(refusal),
    });
    program.ask(message.command().to_owned(), arguments, answering);
}
