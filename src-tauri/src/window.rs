//! The window: it exists only while it is open, so that a hidden program costs no web view.

mod place;

use std::fmt::Write as _;

use phoenix_engine::controller::Handle;
use tauri::{
    AppHandle, LogicalPosition, LogicalSize, Manager as _, PhysicalPosition, PhysicalSize,
    WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent,
};
use tauri_specta::Event as _;

use crate::ipc::{Navigate, view::Page};
use place::{Area, beside};

/// The only window's label; the capabilities name it.
pub const LABEL: &str = "main";
const WIDTH: f64 = 440.0;
const HEIGHT: f64 = 660.0;
/// What window managers add above.
const TITLE_BAR: f64 = 30.0;

/// Opens the window at a page, next to where the tray was clicked where that is known; if it is
/// open, it goes to the page and comes to the front. Main thread only.
pub fn open(
    app: &AppHandle,
    controller: &Handle,
    page: Page,
    at: Option<(i32, i32)>,
) -> tauri::Result<()> {
    if let Some(window) = app.get_webview_window(LABEL) {
        window.unminimize()?;
        window.show()?;
        window.set_focus()?;
        // A page that is not loaded yet asks for the snapshot itself and shows the list.
        return Navigate(page).emit(app);
    }
    let url = WebviewUrl::App(format!("index.html{}", fragment(&page)).into());
    let mut builder = WebviewWindowBuilder::new(app, LABEL, url)
        .title("Phoenix Tray")
        .inner_size(WIDTH, HEIGHT)
        .min_inner_size(320.0, 360.0)
        .disable_drag_drop_handler();
    if let Some(place) = at.and_then(|at| place_beside(app, at)) {
        builder = builder.position(place.x, place.y);
    }
    let window = builder.build()?;
    draw_by_processor(&window)?;
    window.set_focus()?;
    controller.watching(true);
    let controller = controller.clone();
    window.on_window_event(move |event| {
        if matches!(event, WindowEvent::Destroyed) {
            controller.watching(false);
        }
    });
    Ok(())
}

/// A small page of text is drawn sooner by the processor than a graphics stack is started for it,
/// and in a quarter less memory.
#[cfg(target_os = "linux")]
fn draw_by_processor(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};

    window.with_webview(|webview| {
        if let Some(settings) = webview.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// Elsewhere the system decides.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "the same shape as on Linux")]
const fn draw_by_processor(_window: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

/// Where a new window goes next to a click, in logical pixels. Wayland ignores this: there the
/// window is where the desktop puts it.
fn place_beside(app: &AppHandle, at: (i32, i32)) -> Option<LogicalPosition<f64>> {
    let monitors = app.available_monitors().ok()?;
    let areas: Vec<Area> = monitors
        .iter()
        .map(|monitor| {
            let area = monitor.work_area();
            Area {
                left: area.position.x,
                top: area.position.y,
                width: area.size.width,
                height: area.size.height,
            }
        })
        .collect();
    let scale = app.monitor_from_point(f64::from(at.0), f64::from(at.1)).ok()?;
    let scale = scale.map_or(1.0, |monitor| monitor.scale_factor());
    let size: PhysicalSize<u32> = LogicalSize::new(WIDTH, HEIGHT + TITLE_BAR).to_physical(scale);
    let (x, y) = beside(at, (size.width, size.height), &areas)?;
    Some(PhysicalPosition::new(x, y).to_logical(scale))
}

/// A page as the part of an address after `#`.
fn fragment(page: &Page) -> String {
    match page {
        Page::Services => String::new(),
        Page::Service { service } => format!("#/service/{}", escaped(service)),
        Page::Plan { service, aim } => {
            let to = aim.to().map(|to| format!("/{}", escaped(to))).unwrap_or_default();
            format!("#/plan/{}/{}{to}", escaped(service), aim.word())
        }
        Page::Receipt { service, receipt } => {
            format!("#/receipt/{}/{}", escaped(service), escaped(receipt))
        }
        Page::Settings => "#/settings".to_owned(),
        Page::Doctor => "#/doctor".to_owned(),
    }
}

/// Escapes what is not a letter, a digit or one of `-._~` (RFC 3986, unreserved).
fn escaped(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().fold(String::new(), |mut escaped, byte| {
        if is_plain(byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _infallible = write!(escaped, "%{byte:02X}");
        }
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipc::view::Aim;

    #[test]
    fn every_page_has_its_place_after_the_hash() {
        let service = || "shop/web".to_owned();
        let plan = |aim| Page::Plan { service: service(), aim };
        let to = Some("ghcr.io/a/b:1.1@sha256:0".to_owned());
        let receipt = "20260101T000000Z-00000001".to_owned();
        for (page, expected) in [
            (Page::Services, ""),
            (Page::Service { service: service() }, "#/service/shop%2Fweb"),
            (plan(Aim::Update { to: None }), "#/plan/shop%2Fweb/update"),
            (
                plan(Aim::Update { to }),
                "#/plan/shop%2Fweb/update/ghcr.io%2Fa%2Fb%3A1.1%40sha256%3A0",
            ),
            (plan(Aim::Rollback { to: None }), "#/plan/shop%2Fweb/rollback"),
            (plan(Aim::Adopt), "#/plan/shop%2Fweb/adopt"),
            (plan(Aim::Release), "#/plan/shop%2Fweb/release"),
            (
                Page::Receipt { service: service(), receipt },
                "#/receipt/shop%2Fweb/20260101T000000Z-00000001",
            ),
            (Page::Settings, "#/settings"),
            (Page::Doctor, "#/doctor"),
        ] {
            assert_eq!(fragment(&page), expected);
        }
    }

    #[test]
    fn what_is_not_plain_is_escaped_byte_by_byte() {
        assert_eq!(escaped("aZ9-._~"), "aZ9-._~");
        assert_eq!(escaped("é #?%&"), "%C3%A9%20%23%3F%25%26");
    }
}
