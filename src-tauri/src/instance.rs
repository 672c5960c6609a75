//! One instance: the first start owns a name on the session bus, every further one asks it to open
//! its window. The name and the call are those of Tauri's plugin, so that all releases find each
//! other.

use std::{env, time::Duration};

use tokio::{sync::mpsc::UnboundedSender, time::timeout};
use zbus::{Connection, connection::Builder, interface};

use crate::{
    autostart::HIDDEN,
    tray::{Act, Touch},
};

const NAME: &str = "dev.phoenix-tray.PhoenixTray.SingleInstance";
const PATH: &str = "/dev/phoenix_tray/PhoenixTray/SingleInstance";
const INTERFACE: &str = "org.SingleInstance.DBus";
/// How long the first instance may take to hear a further start.
const HEARS_WITHIN: Duration = Duration::from_secs(10);

/// What became of a start.
pub enum Start {
    /// It is the first; the name is kept as long as this is.
    First(Connection),
    /// There is one already, which has been told.
    Further,
    /// There is no session bus, and no way to find others.
    Alone,
}

/// Claims the name, or tells whoever has it. Further starts are told to `touches`.
pub async fn claim(touches: UnboundedSender<Touch>) -> anyhow::Result<Start> {
    let claimed = match builder(touches) {
        Ok(builder) => builder.build().await,
        Err(error) => Err(error),
    };
    match claimed {
        Ok(connection) => Ok(Start::First(connection)),
        Err(zbus::Error::NameTaken) => {
            let told = timeout(HEARS_WITHIN, tell()).await;
            told.map_err(|_elapsed| {
                anyhow::anyhow!("Phoenix Tray runs already, but does not answer")
            })??;
            Ok(Start::Further)
        }
        Err(error) => {
            tracing::warn!(%error, "no session bus: whether Phoenix Tray runs already is unknown");
            Ok(Start::Alone)
        }
    }
}

fn builder(touches: UnboundedSender<Touch>) -> zbus::Result<Builder<'static>> {
    Builder::session()?
        .name(NAME)?
        .replace_existing_names(false)
        .allow_name_replacements(false)
        .serve_at(PATH, First { touches })
}

async fn tell() -> zbus::Result<()> {
    let arguments: Vec<String> =
        env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let folder = env::current_dir().unwrap_or_default();
    let connection = Connection::session().await?;
    let call = (arguments, folder.to_string_lossy());
    connection
        .call_method(Some(NAME), PATH, Some(INTERFACE), "ExecuteCallback", &call)
        .await
        .map(|_nothing| ())
}

/// What the first instance can be called for.
struct First {
    touches: UnboundedSender<Touch>,
}

#[interface(name = "org.SingleInstance.DBus")]
impl First {
    #[expect(clippy::needless_pass_by_value, reason = "the call brings them")]
    fn execute_callback(&self, arguments: Vec<String>, folder: String) {
        tracing::debug!(folder, "started again");
        if !arguments.iter().any(|argument| argument == HIDDEN) {
            // The program is on its way out when nobody listens any more.
            let _gone = self.touches.send(Touch::Chose(Act::Open));
        }
    }
}
