//! TypeScript's half of the boundary, generated from this half: a test fails when it has drifted.

use std::{borrow::Cow, fmt::Write as _};

use specta::{
    Format, FormatError, Type, Types,
    datatype::{DataType, Primitive},
};
use specta_typescript::{Error, Exporter, FrameworkExporter, Typescript};
use specta_util::Remapper;

use super::{IpcError, NAVIGATE, SNAPSHOT_CHANGED, commands, view};

/// The committed bindings, which the window is compiled against.
const BINDINGS: &str = "../ui/src/host/bindings.ts";

const HEADER: &str = "// This file is generated from src-tauri/src/ipc. Do not edit it by hand:\n\
                      // UPDATE_BINDINGS=1 cargo test -p phoenix-tray bindings\n";

/// What the commands and events stand on. A refusal arrives as a value, anything else is a fault.
const RUNTIME: &str = r"import { invoke } from '@tauri-apps/api/core';
import { type UnlistenFn, listen } from '@tauri-apps/api/event';

/** What came of a command. */
export type Answered<T> = { status: 'ok'; data: T } | { status: 'error'; error: IpcError };

async function ask<T>(command: string, given: Record<string, unknown> = {}): Promise<Answered<T>> {
	try {
		return { status: 'ok', data: await invoke<T>(command, given) };
	} catch (thrown) {
		if (thrown instanceof Error) throw thrown;
		return { status: 'error', error: thrown as IpcError };
	}
}

const hear = <T>(name: string) => (told: (payload: T) => void): Promise<UnlistenFn> =>
	listen<T>(name, (event) => told(event.payload));
";

#[test]
fn the_windows_types_are_those_of_the_program() {
    let now = drawn().unwrap();
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        std::fs::write(BINDINGS, &now).unwrap();
    }
    let committed = std::fs::read_to_string(BINDINGS).unwrap_or_default();
    assert!(
        committed == now,
        "the bindings have drifted: UPDATE_BINDINGS=1 cargo test -p phoenix-tray bindings"
    );
}

fn drawn() -> Result<String, Error> {
    let mut types = Types::default();
    let table = commands::described(&mut types);
    let events = [
        ("snapshotChanged", SNAPSHOT_CHANGED, view::Snapshot::definition(&mut types)),
        ("navigate", NAVIGATE, view::Page::definition(&mut types)),
    ];
    let _refusal = IpcError::definition(&mut types);
    Exporter::from(Typescript::default())
        .header(HEADER)
        .framework_runtime(move |mut exporter: FrameworkExporter| {
            let mut text = RUNTIME.to_owned();
            text.push_str("\n/** Commands */\nexport const commands = {\n");
            for command in &table {
                let given: Vec<String> =
                    command.arguments.iter().map(|(name, _)| camel(name)).collect();
                let signature: Result<Vec<String>, Error> = command
                    .arguments
                    .iter()
                    .map(|(name, kind)| {
                        Ok(format!("{}: {}", camel(name), exporter.reference(kind)?))
                    })
                    .collect();
                let object = if given.is_empty() {
                    String::new()
                } else {
                    format!(", {{ {} }}", given.join(", "))
                };
                let _infallible = writeln!(
                    text,
                    "\t{}: ({}) => ask<{}>('{}'{object}),",
                    camel(command.name),
                    signature?.join(", "),
                    exporter.reference(&command.answer)?,
                    command.name
                );
            }
            text.push_str("};\n\n/** Events */\nexport const events = {\n");
            for (name, sent, payload) in &events {
                let payload = exporter.reference(payload)?;
                let _infallible = writeln!(text, "\t{name}: hear<{payload}>('{sent}'),");
            }
            text.push_str("};\n\n/* Types */\n");
            text.push_str(&exporter.render_types()?);
            Ok(Cow::Owned(text))
        })
        .export(&types, AsNumbers::new())
}

fn camel(snake: &str) -> String {
    let mut words = snake.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |camel, word| {
        let (head, tail) = word.split_at(word.len().min(1));
        camel + &head.to_uppercase() + tail
    })
}

/// What is sent and what is read look alike here; counts and bytes stay below 2^53, so that they
/// are numbers in TypeScript.
struct AsNumbers {
    remapper: Remapper,
}

impl AsNumbers {
    fn new() -> Self {
        let number = <specta_typescript::Number as Type>::definition(&mut Types::default());
        let wide = [Primitive::usize, Primitive::u64, Primitive::i64];
        let remapper = wide.into_iter().fold(Remapper::new(), |remapper, wide| {
            remapper.rule(DataType::Primitive(wide), number.clone())
        });
        Self { remapper }
    }
}

impl Format for AsNumbers {
    fn map_types(&self, types: &Types) -> Result<Cow<'_, Types>, FormatError> {
        let types = specta_serde::Format.map_types(types)?;
        Ok(Cow::Owned(self.remapper.remap_types(types.into_owned())))
    }

    fn map_type(&self, types: &Types, kind: &DataType) -> Result<Cow<'_, DataType>, FormatError> {
        let kind = specta_serde::Format.map_type(types, kind)?;
        Ok(Cow::Owned(self.remapper.remap_dt(kind.into_owned())))
    }
}
