//! The tray on macOS and Windows: the system's own, through Tauri.

use std::sync::Mutex;

use phoenix_icons::{Panel, Pixels, TrayState};
use tauri::{
    AppHandle, Wry,
    image::Image,
    menu::{Menu, MenuBuilder, MenuItemBuilder},
    tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent},
};
use tokio::sync::mpsc::UnboundedSender;

use super::{Act, Item, Shown, Touch};

/// The icon in the system's tray. Clones are the same icon.
#[derive(Clone)]
pub struct Tray {
    app: AppHandle,
    icon: TrayIcon,
    panel: Panel,
    /// What the entries of the present menu do, by their number.
    acts: std::sync::Arc<Mutex<Vec<Act>>>,
}

impl Tray {
    /// Shows the icon; what a person does with it is sent to `touches`.
    pub fn show(
        app: &AppHandle,
        shown: &Shown,
        panel: Panel,
        touches: UnboundedSender<Touch>,
    ) -> anyhow::Result<Self> {
        let acts = std::sync::Arc::new(Mutex::new(Vec::new()));
        let (chosen, known) = (touches.clone(), std::sync::Arc::clone(&acts));
        let icon = TrayIconBuilder::with_id("phoenix-tray")
            .icon(image(shown.face.icon, panel)?)
            .icon_as_template(cfg!(target_os = "macos"))
            .tooltip(shown.face.tooltip.join("\n"))
            .menu(&menu(app, &shown.menu, &acts)?)
            .show_menu_on_left_click(false)
            .on_menu_event(move |_app, event| {
                let number: Option<usize> = event.id().as_ref().parse().ok();
                let acts = known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                if let Some(act) = number.and_then(|number| acts.get(number)) {
                    // The program is on its way out when nobody listens any more.
                    let _gone = chosen.send(Touch::Chose(act.clone()));
                }
            })
            .on_tray_icon_event(move |_icon, event| {
                if let TrayIconEvent::Click {
                    button: MouseButton::Left,
                    button_state: MouseButtonState::Up,
                    position,
                    ..
                } = event
                {
                    #[expect(clippy::cast_possible_truncation, reason = "a place on a screen")]
                    let at = Some((position.x as i32, position.y as i32));
                    let _gone = touches.send(Touch::Clicked { at });
                }
            })
            .build(app)?;
        Ok(Self { app: app.clone(), icon, panel, acts })
    }

    /// Shows something else.
    pub fn update(&self, shown: &Shown) -> anyhow::Result<()> {
        self.icon.set_icon(Some(image(shown.face.icon, self.panel)?))?;
        self.icon.set_icon_as_template(cfg!(target_os = "macos"))?;
        self.icon.set_tooltip(Some(shown.face.tooltip.join("\n")))?;
        self.icon.set_menu(Some(menu(&self.app, &shown.menu, &self.acts)?))?;
        Ok(())
    }
}

fn menu(app: &AppHandle, items: &[Item], acts: &Mutex<Vec<Act>>) -> anyhow::Result<Menu<Wry>> {
    let mut known = acts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    known.clear();
    let mut menu = MenuBuilder::new(app);
    for item in items {
        menu = match item {
            Item::Choice { text, act } => {
                known.push(act.clone());
                let id = (known.len() - 1).to_string();
                menu.item(&MenuItemBuilder::with_id(id, text).build(app)?)
            }
            Item::Text(text) => menu.item(&MenuItemBuilder::new(text).enabled(false).build(app)?),
            Item::Line => menu.separator(),
        };
    }
    Ok(menu.build()?)
}

/// macOS colours a template itself; Windows takes the size of its small icons, 32 at 200 %.
fn image(state: TrayState, panel: Panel) -> anyhow::Result<Image<'static>> {
    let pixels: Option<Pixels> = if cfg!(target_os = "macos") {
        phoenix_icons::template(state, 36)
    } else {
        phoenix_icons::tray_for(state, panel, 32)
    };
    let pixels = pixels.ok_or_else(|| anyhow::anyhow!("the icon {state:?} is missing"))?;
    Ok(Image::new_owned(pixels.rgba, pixels.width, pixels.height))
}
