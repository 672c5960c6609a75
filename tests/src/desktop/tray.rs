//! A tray icon as a panel sees it: over D-Bus, as a `StatusNotifierItem` with
//! a `com.canonical.dbusmenu`.

mod menu;
mod proxies;

use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::StreamExt;
use phoenix_icons::{Panel, TrayState};
use zbus::{
    Connection, MatchRule, MessageStream,
    fdo::DBusProxy,
    message,
    names::{BusName, OwnedUniqueName},
    zvariant::Value,
};

pub use menu::Entry;

use super::bus::WatcherProxy;
use crate::wait::within;
use proxies::{ItemProxy, MenuProxy};

/// How long an icon, or something in its menu, may take until it is there.
const BOUND: Duration = Duration::from_mins(1);

/// What an icon shows at a moment.
#[derive(Clone, Debug)]
pub struct TrayView {
    /// Which of the program's icons it is; none when it is a stranger's.
    pub icon: Option<TrayState>,
    /// The tooltip's title and text.
    pub tooltip: String,
    /// The menu.
    pub menu: Vec<Entry>,
}

impl TrayView {
    /// The menu as lines: `-` for a separator, brackets around what cannot be chosen.
    pub fn lines(&self) -> Vec<String> {
        self.menu.iter().map(Entry::line).collect()
    }

    /// Whether an entry with exactly this text can be chosen.
    pub fn offers(&self, text: &str) -> bool {
        self.menu.iter().any(|entry| entry.is_choice() && entry.text == text)
    }

    /// Whether any line of the menu holds this text.
    pub fn says(&self, text: &str) -> bool {
        self.menu.iter().any(|entry| entry.text.contains(text))
    }
}

/// A program's icon in the tray.
pub struct Tray {
    bus: Connection,
    owner: OwnedUniqueName,
    item: ItemProxy<'static>,
    menu: MenuProxy<'static>,
}

impl Tray {
    /// Waits until a process has announced its icon to the panel.
    pub(super) async fn of_process(bus: &Connection, process: u32) -> Result<Self> {
        within(&format!("a tray icon of process {process}"), BOUND, async {
            let watcher = WatcherProxy::new(bus).await?;
            let mut announced = watcher.receive_status_notifier_item_registered().await?;
            loop {
                for item in watcher.registered_status_notifier_items().await? {
                    if let Some(tray) = Self::if_of(bus, process, &item).await? {
                        return Ok(tray);
                    }
                }
                announced.next().await.context("the bus is gone")?;
            }
        })
        .await
    }

    /// `item` is what the panel lists: a bus name, and the object's path after it.
    async fn if_of(bus: &Connection, process: u32, item: &str) -> Result<Option<Self>> {
        let (name, path) = match item.split_once('/') {
            Some((name, path)) => (name.to_owned(), format!("/{path}")),
            None => (item.to_owned(), "/StatusNotifierItem".to_owned()),
        };
        let daemon = DBusProxy::new(bus).await?;
        // An icon that has gone meanwhile is nobody's.
        let name = BusName::try_from(name)?;
        let Ok(owner) = daemon.get_name_owner(name.clone()).await else { return Ok(None) };
        let owned_by = daemon.get_connection_unix_process_id(name).await.unwrap_or_default();
        if owned_by != process {
            return Ok(None);
        }
        let item = ItemProxy::builder(bus).destination(owner.clone())?.path(path)?.build().await?;
        let path = item.menu().await.context("the icon has no menu")?;
        let menu = MenuProxy::builder(bus).destination(owner.clone())?.path(path)?.build().await?;
        Ok(Some(Self { bus: bus.clone(), owner, item, menu }))
    }

    /// What it shows now.
    pub async fn view(&self) -> Result<TrayView> {
        let pixmaps = self.item.icon_pixmap().await?;
        let (_icon, _pixmap, title, text) = self.item.tool_tip().await?;
        let (_revision, layout) = self.menu.get_layout(0, -1, &[]).await?;
        Ok(TrayView {
            icon: pixmaps.iter().find_map(known_icon),
            tooltip: [title, text].join("\n").trim_end().to_owned(),
            menu: menu::entries(&layout)?,
        })
    }

    /// The item's title and status.
    pub async fn title_and_status(&self) -> Result<(String, String)> {
        Ok((self.item.title().await?, self.item.status().await?))
    }

    /// Waits until what it shows satisfies `check`; looked at after every signal of it. Answers
    /// what it showed then.
    pub async fn wait_until(
        &self,
        what: &str,
        bound: Duration,
        check: impl Fn(&TrayView) -> bool,
    ) -> Result<TrayView> {
        let mut signals = self.signals().await?;
        let mut last = None;
        let found = within(what, bound, async {
            loop {
                let view = self.view().await?;
                if check(&view) {
                    return Ok(view);
                }
                last = Some(view);
                signals.next().await.context("the bus is gone")??;
            }
        })
        .await;
        found.with_context(|| format!("the tray showed last: {last:#?}"))
    }

    /// Waits until the menu offers `text`.
    pub async fn wait_for(&self, text: &str) -> Result<TrayView> {
        self.wait_until(&format!("{text:?} in the tray's menu"), BOUND, |view| view.offers(text))
            .await
    }

    /// Waits until the icon is this one.
    pub async fn wait_for_icon(&self, icon: TrayState) -> Result<TrayView> {
        self.wait_until(&format!("the icon {icon:?}"), BOUND, |view| view.icon == Some(icon)).await
    }

    /// Chooses an entry of the menu by its text, exactly as panels do.
    pub async fn click(&self, text: &str) -> Result<()> {
        // Panels ask before they show a menu.
        let _changed = self.menu.about_to_show(0).await?;
        let view = self.view().await?;
        let wanted = |entry: &&Entry| entry.is_choice() && entry.text == text;
        let found: Vec<_> = view.menu.iter().filter(wanted).collect();
        let [entry] = found.as_slice() else {
            bail!("the menu does not offer {text:?} exactly once: {:#?}", view.lines())
        };
        Ok(self.menu.event(entry.id, "clicked", &Value::I32(0), 0).await?)
    }

    /// A left click on the icon, at this place of the screen.
    pub async fn activate(&self, x: i32, y: i32) -> Result<()> {
        Ok(self.item.activate(x, y).await?)
    }

    async fn signals(&self) -> Result<MessageStream> {
        let rule = MatchRule::builder()
            .msg_type(message::Type::Signal)
            .sender(self.owner.clone())?
            .build();
        Ok(MessageStream::for_match_rule(rule, &self.bus, Some(256)).await?)
    }
}

/// Which of the program's icons these pixels are.
fn known_icon(pixmap: &(i32, i32, Vec<u8>)) -> Option<TrayState> {
    let (width, _height, pixels) = pixmap;
    let updating = (0..8).map(|eighths| TrayState::Updating { eighths });
    let states = [
        TrayState::Healthy,
        TrayState::UpdateAvailable,
        TrayState::Attention,
        TrayState::Unreachable,
    ];
    states.into_iter().chain(updating).find(|state| {
        [Panel::Light, Panel::Dark].into_iter().any(|panel| {
            let mut drawn = phoenix_icons::tray(*state, panel).into_iter();
            drawn
                .any(|drawn| i64::from(drawn.width) == i64::from(*width) && drawn.argb() == *pixels)
        })
    })
}
