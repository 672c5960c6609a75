//! The table of commands: one place says their names, arguments and answers, for the window that
//! asks and for TypeScript that is generated.

/// Makes of a table of commands `answer`, which carries one out, and, for the generated bindings,
/// `described`.
macro_rules! commands {
    ($($name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)+) => {
        /// Carries a command out. `arguments` is an object with an entry for each argument, in
        /// camel case; both outcomes are JSON, the refusal an [`IpcError`].
        pub async fn answer(desk: &Desk, command: &str, arguments: &RawValue) -> Result<Json, Json> {
            match command {
                $(stringify!($name) => {
                    #[derive(serde::Deserialize)]
                    #[serde(rename_all = "camelCase")]
                    struct Arguments { $($argument: $kind),* }
                    let Arguments { $($argument),* } = table::read(command, arguments)?;
                    let answer: Answer<$answer> = self::$name(desk, $($argument),*).await;
                    table::written(answer)
                })+
                _ => Err(table::unknown(command)),
            }
        }

        /// The commands as TypeScript is told of them; their types are added to `types`.
        #[cfg(test)]
        pub(super) fn described(types: &mut specta::Types) -> Vec<table::Described> {
            vec![$(table::Described {
                name: stringify!($name),
                arguments: vec![$((stringify!($argument), <$kind as specta::Type>::definition(types))),*],
                answer: <$answer as specta::Type>::definition(types),
            }),+]
        }
    };
}
pub(super) use commands;

use phoenix_wire::Json;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::Answer;
use crate::ipc::{ErrorCode, IpcError, json};

/// A command as TypeScript is told of it.
#[cfg(test)]
pub(in crate::ipc) struct Described {
    pub(in crate::ipc) name: &'static str,
    pub(in crate::ipc) arguments: Vec<(&'static str, specta::datatype::DataType)>,
    pub(in crate::ipc) answer: specta::datatype::DataType,
}

pub(super) fn read<T: DeserializeOwned>(command: &str, arguments: &RawValue) -> Result<T, Json> {
    serde_json::from_str(arguments.get()).map_err(|error| {
        let message = format!("{command} was asked for in another way than it is known: {error}");
        json(&IpcError::new(ErrorCode::BadRequest, message))
    })
}

pub(super) fn written(answer: Answer<impl Serialize>) -> Result<Json, Json> {
    match answer {
        Ok(answer) => Ok(json(&answer)),
        Err(refusal) => Err(json(&refusal)),
    }
}

pub(super) fn unknown(command: &str) -> Json {
    let message = format!("there is no command {command}");
    json(&IpcError::new(ErrorCode::BadRequest, message))
}
