//! `phoenixctl channels`: what is told beyond the desktop, tried out by hand.

use std::io::{IsTerminal as _, Read as _};

use phoenix_adapters::{
    channels::{self, ChannelState, SecretSource, TestError, keychain},
    config::{self, Settings},
};
use phoenix_engine::in_a_sentence;
use serde_json::json;

use crate::{
    arguments::ChannelAction,
    failure::{Exit, Failure},
    output::Output,
};

pub(crate) async fn run(action: Option<ChannelAction>, output: Output) -> Result<Exit, Failure> {
    let settings = config::load()?;
    match action {
        None | Some(ChannelAction::List) => list(&settings, output),
        Some(ChannelAction::Test { name }) => test(&settings, &name, output).await?,
        Some(ChannelAction::Secret { name, key, remove }) => {
            let place = place(&settings, &name, key.as_deref())?;
            secret(&place, remove, output).await?;
        }
    }
    Ok(Exit::Done)
}

fn list(settings: &Settings, output: Output) {
    let states = channels::recorded(settings);
    let lines: Vec<_> = states.iter().map(in_words).collect();
    let text = if lines.is_empty() {
        "config.toml has no [channels.NAME] table".to_owned()
    } else {
        lines.join("\n")
    };
    output.result(&text, &json!({ "channels": states }));
}

fn in_words(state: &ChannelState) -> String {
    let sent = state
        .last_sent
        .map_or_else(|| "nothing was sent yet".to_owned(), |at| format!("sent last at {at}"));
    let trouble = state
        .trouble
        .as_ref()
        .map(|trouble| format!("\n    → {} ({})", trouble.message, trouble.at))
        .unwrap_or_default();
    format!("{} ({}): {sent}{trouble}", state.name, state.kind)
}

async fn test(settings: &Settings, name: &str, output: Output) -> Result<(), Failure> {
    let answer = channels::test(settings, name).await.map_err(|error| {
        let message = in_a_sentence(&error);
        match error {
            TestError::NoSuchChannel(_) => Failure::usage(message),
            TestError::Send(_) => Failure { code: Exit::NotUpdated, message },
        }
    })?;
    let text = format!("{name}: the message was sent; the server answered: {answer}");
    output.result(&text, &json!({ "channel": name, "sent": true, "answer": answer }));
    Ok(())
}

/// The one keychain entry that is meant.
fn place(
    settings: &Settings,
    name: &str,
    wanted: Option<&str>,
) -> Result<keychain::Place, Failure> {
    let channel = channels::find(settings, name);
    let channel = channel.map_err(|error| Failure::usage(error.to_string()))?;
    let secrets = channel.kind.secrets();
    let mut places = secrets.iter().filter_map(|(key, source)| match source {
        SecretSource::Keychain(place) if wanted.is_none_or(|wanted| wanted == *key) => {
            Some((*key, place.clone()))
        }
        SecretSource::Keychain(_) | SecretSource::Env(_) | SecretSource::File(_) => None,
    });
    match (places.next(), places.next()) {
        (Some((_, place)), None) => Ok(place),
        (Some((one, _)), Some((other, _))) => Err(Failure::usage(format!(
            "channel \"{name}\" has several secrets: write --key {one} or --key {other}"
        ))),
        (None, _) => Err(Failure::usage(format!(
            "channel \"{name}\" has no such secret in the keychain; write for example \
             password = {{ keychain = \"phoenix-tray/{name}\" }} in config.toml first"
        ))),
    }
}

async fn secret(place: &keychain::Place, remove: bool, output: Output) -> Result<(), Failure> {
    let failed = |error: keychain::KeychainError| Failure {
        code: Exit::NotUpdated,
        message: in_a_sentence(&error),
    };
    let done = if remove {
        keychain::remove(place).await.map_err(failed)?;
        "removed"
    } else {
        let typed = typed(place).map_err(|error| Failure::usage(error.to_string()))?;
        keychain::store(place, typed).await.map_err(failed)?;
        "stored"
    };
    let entry = place.to_string();
    output.result(&format!("{entry}: {done}"), &json!({ "entry": entry, "done": done }));
    Ok(())
}

/// From the terminal without echo, else all of standard input; never empty.
fn typed(place: &keychain::Place) -> std::io::Result<String> {
    let text = if std::io::stdin().is_terminal() {
        rpassword::prompt_password(format!("Secret for {place}: "))?
    } else {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        text
    };
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        let message = "the secret is empty; nothing was stored";
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, message));
    }
    Ok(text.to_owned())
}
