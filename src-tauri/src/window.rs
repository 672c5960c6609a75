//! The window: it exists only while it is open, so that a hidden program costs no web view.

mod place;

use std::fmt::Write as _;

use phoenix_engine::controller::Handle;
use tauri::{
    AppHandle, Manager as _, PhysicalPosition, PhysicalSize, WebviewUrl, WebviewWindow,
    WebviewWindowBuilder, WindowEvent,
};
use tauri_specta::Event as _;

use crate::ipc::{Navigate, view::Page};
use place::{Area, beside};

/// The only window's label; the capabilities name it.
pub const LABEL: &str = "main";
const WIDTH: f64 = 440.0;
const HEIGHT: f64 = 660.0;

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
    let window = WebviewWindowBuilder::new(app, LABEL, url)
        .title("Phoenix Tray")
        .inner_size(WIDTH, HEIGHT)
        .min_inner_size(320.0, 360.0)
        .disable_drag_drop_handler()
        .build()?;
    if let Some(at) = at {
        put(&window, at)?;
    }
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

/// Moves the window next to a click. Wayland ignores this: there the window stays where the
/// desktop puts it.
fn put(window: &WebviewWindow, at: (i32, i32)) -> tauri::Result<()> {
    let size: PhysicalSize<u32> = window.outer_size()?;
    let monitors = window.available_monitors()?;
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
    match beside(at, (size.width, size.height), &areas) {
        Some((x, y)) => window.set_position(PhysicalPosition::new(x, y)),
        None => Ok(()),
    }
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
