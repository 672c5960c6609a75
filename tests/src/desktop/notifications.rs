//! What programs ask the notification server to show, heard on the bus as it is sent; and pressing
//! the buttons through the server's own menu.

use std::{collections::HashMap, fs, path::PathBuf, time::Duration};

use anyhow::{Context, Result};
use futures_util::StreamExt;
use tokio::sync::watch;
use zbus::{
    Connection, MatchRule, Message, MessageStream, fdo::MonitoringProxy, message,
    zvariant::OwnedValue,
};

use super::{bus, session::Session};
use crate::wait::within;

const INTERFACE: &str = "org.freedesktop.Notifications";
const BOUND: Duration = Duration::from_mins(1);

/// What a program asked to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// The program's name for itself.
    pub app: String,
    /// The title.
    pub summary: String,
    /// The text, as markup.
    pub body: String,
    /// The texts of the buttons; pressing the notification itself is not one.
    pub buttons: Vec<String>,
    /// Whether pressing the notification itself does something.
    pub has_default: bool,
    /// 0 low, 1 normal, 2 critical.
    pub urgency: u8,
}

/// What was heard so far.
#[derive(Clone, Debug, Default)]
struct Heard {
    shown: Vec<Notification>,
    /// How often the server told a program that something was pressed.
    pressed: usize,
}

/// The notification server's input and its buttons.
pub struct Notifications {
    heard: watch::Receiver<Heard>,
    server: ServerProxy<'static>,
    button: PathBuf,
}

/// The server's own remote control.
#[zbus::proxy(
    interface = "org.dunstproject.cmd0",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications",
    gen_blocking = false
)]
trait Server {
    fn context_menu_call(&self) -> zbus::Result<()>;
    fn notification_action(&self, position: u32) -> zbus::Result<()>;
    fn notification_close_all(&self) -> zbus::Result<()>;
}

impl Notifications {
    pub(super) async fn listen(session: &Session, bus: Connection) -> Result<Self> {
        // A connection that listens can say nothing any more: it needs its own.
        let ear = bus::connect(&session.bus_address).await?;
        let calls = MatchRule::builder()
            .msg_type(message::Type::MethodCall)
            .interface(INTERFACE)?
            .member("Notify")?
            .build();
        let pressed = MatchRule::builder()
            .msg_type(message::Type::Signal)
            .interface(INTERFACE)?
            .member("ActionInvoked")?
            .build();
        let messages = MessageStream::from(&ear);
        MonitoringProxy::new(&ear).await?.become_monitor(&[calls, pressed], 0).await?;
        let (sender, heard) = watch::channel(Heard::default());
        tokio::spawn(listen(ear, messages, sender));
        Ok(Self { heard, server: ServerProxy::new(&bus).await?, button: session.button() })
    }

    /// Everything so far, oldest first.
    pub fn all(&self) -> Vec<Notification> {
        self.heard.borrow().shown.clone()
    }

    /// Those whose title or text holds `text`.
    pub fn with(&self, text: &str) -> Vec<Notification> {
        self.all().into_iter().filter(|one| one.says(text)).collect()
    }

    /// Waits until one came whose title or text holds `text`.
    pub async fn wait_for(&self, text: &str) -> Result<Notification> {
        let mut heard = self.heard.clone();
        let what = format!("a notification with {text:?}");
        let found = within(&what, BOUND, async {
            let heard = heard
                .wait_for(|heard| heard.shown.iter().any(|one| one.says(text)))
                .await
                .context("the bus is gone")?;
            heard.shown.iter().find(|one| one.says(text)).cloned().context("it was just found")
        });
        found.await.with_context(|| format!("there were only {:#?}", self.all()))
    }

    /// Presses the button with this text on a notification.
    pub async fn press(&self, notification: &Notification, button: &str) -> Result<()> {
        fs::write(&self.button, format!("#{button} ({})", notification.summary))?;
        self.until_pressed(button, self.server.context_menu_call()).await
    }

    /// Presses the newest notification itself.
    pub async fn open(&self) -> Result<()> {
        self.until_pressed("the notification", self.server.notification_action(0)).await
    }

    /// Closes all that are shown, as a person does who wants none of them.
    pub async fn dismiss_all(&self) -> Result<()> {
        Ok(self.server.notification_close_all().await?)
    }

    async fn until_pressed(
        &self,
        what: &str,
        press: impl Future<Output = zbus::Result<()>>,
    ) -> Result<()> {
        let mut heard = self.heard.clone();
        let before = heard.borrow_and_update().pressed;
        press.await?;
        let what = format!("the press of {what:?}");
        let pressed = within(&what, BOUND, async {
            let pressed = heard.wait_for(|heard| heard.pressed > before).await;
            pressed.map(|_heard| ()).context("the bus is gone")
        });
        pressed.await.with_context(|| format!("there were {:#?}", self.all()))
    }
}

impl Notification {
    fn says(&self, text: &str) -> bool {
        self.summary.contains(text) || self.body.contains(text)
    }
}

async fn listen(_ear: Connection, mut messages: MessageStream, heard: watch::Sender<Heard>) {
    while let Some(Ok(message)) = messages.next().await {
        let member = message.header().member().map(ToString::to_string);
        match (message.message_type(), member.as_deref()) {
            (message::Type::MethodCall, Some("Notify")) => {
                if let Ok(shown) = read(&message) {
                    heard.send_modify(|heard| heard.shown.push(shown));
                }
            }
            (message::Type::Signal, Some("ActionInvoked")) => {
                heard.send_modify(|heard| heard.pressed += 1);
            }
            _ => {}
        }
    }
}

/// Name, replaced ID, icon, title, text, actions, hints, milliseconds.
type Notify = (String, u32, String, String, String, Vec<String>, HashMap<String, OwnedValue>, i32);

fn read(message: &Message) -> Result<Notification> {
    let body = message.body();
    let (app, _replaces, _icon, summary, body, actions, hints, _expires): Notify =
        body.deserialize()?;
    let pairs = || actions.chunks_exact(2);
    Ok(Notification {
        app,
        summary,
        body,
        buttons: pairs().filter(|pair| pair[0] != "default").map(|pair| pair[1].clone()).collect(),
        has_default: pairs().any(|pair| pair[0] == "default"),
        urgency: hints.get("urgency").and_then(|urgency| u8::try_from(urgency).ok()).unwrap_or(1),
    })
}
