//! The tray on Linux: a `StatusNotifierItem` of its own, because libappindicator knows no click.
//!
//! Without a `StatusNotifierWatcher` (the panel starts later, or there is none) the item waits for
//! one; the program runs all the same.

use ksni::{Icon, MenuItem, OfflineReason, ToolTip, TrayMethods as _, menu::StandardItem};
use phoenix_icons::{Panel, Pixels};
use tokio::sync::mpsc::UnboundedSender;

use super::{Act, Item, Shown, Touch};

/// The icon, once it is offered to the desktop.
pub struct Tray {
    handle: ksni::Handle<StatusItem>,
}

impl Tray {
    /// Offers the icon; what a person does with it is sent to `touches`.
    pub async fn show(
        shown: Shown,
        panel: Panel,
        touches: UnboundedSender<Touch>,
    ) -> anyhow::Result<Self> {
        let item = StatusItem { shown, panel, touches };
        let handle = item.assume_sni_available(true).spawn().await?;
        Ok(Self { handle })
    }

    /// Shows something else.
    pub async fn update(&self, shown: Shown) {
        self.handle.update(|item| item.shown = shown).await;
    }
}

struct StatusItem {
    shown: Shown,
    panel: Panel,
    touches: UnboundedSender<Touch>,
}

impl StatusItem {
    fn touched(&self, touch: Touch) {
        // The program is on its way out when nobody listens any more.
        let _gone = self.touches.send(touch);
    }
}

impl ksni::Tray for StatusItem {
    fn id(&self) -> String {
        "phoenix-tray".to_owned()
    }

    fn title(&self) -> String {
        "Phoenix Tray".to_owned()
    }

    fn activate(&mut self, x: i32, y: i32) {
        // Hosts that do not know the place say 0, 0.
        let at = (x != 0 || y != 0).then_some((x, y));
        self.touched(Touch::Clicked { at });
    }

    fn icon_pixmap(&self) -> Vec<Icon> {
        phoenix_icons::tray(self.shown.face.icon, self.panel).iter().map(argb).collect()
    }

    fn tool_tip(&self) -> ToolTip {
        let mut lines = self.shown.face.tooltip.iter();
        ToolTip {
            title: lines.next().cloned().unwrap_or_default(),
            // Hosts read this as markup.
            description: lines.map(|line| escape(line)).collect::<Vec<_>>().join("\n"),
            ..ToolTip::default()
        }
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        self.shown.menu.iter().map(entry).collect()
    }

    fn watcher_online(&self) {
        self.touched(Touch::Shown(true));
    }

    fn watcher_offline(&self, _reason: OfflineReason) -> bool {
        self.touched(Touch::Shown(false));
        true
    }
}

fn entry(item: &Item) -> MenuItem<StatusItem> {
    match item {
        Item::Choice { text, act } => {
            let act: Act = act.clone();
            StandardItem {
                label: label(text),
                activate: Box::new(move |item: &mut StatusItem| {
                    item.touched(Touch::Chose(act.clone()));
                }),
                ..StandardItem::default()
            }
            .into()
        }
        Item::Text(text) => {
            StandardItem { label: label(text), enabled: false, ..StandardItem::default() }.into()
        }
        Item::Line => MenuItem::Separator,
    }
}

/// An underscore marks the access key in a dbusmenu label; doubled, it is one (container names
/// have them).
fn label(text: &str) -> String {
    text.replace('_', "__")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// `StatusNotifierItem` wants ARGB in network byte order.
fn argb(pixels: &Pixels) -> Icon {
    let side = |length: u32| i32::try_from(length).unwrap_or(i32::MAX);
    let (width, height) = (side(pixels.width), side(pixels.height));
    Icon { width, height, data: pixels.argb() }
}
