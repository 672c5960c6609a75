//! The window itself: how it opens, where, and what its page is told.

mod place;

use phoenix_wire::{Event, Opening};
use tauri::{
    AppHandle, Emitter as _, LogicalPosition, LogicalSize, Manager as _, PhysicalPosition,
    PhysicalSize, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent,
};

use place::{Area, beside};

/// The only window's label; the capabilities name it.
pub const LABEL: &str = "main";
const WIDTH: f64 = 440.0;
const HEIGHT: f64 = 660.0;
/// What window managers add above.
const TITLE_BAR: f64 = 30.0;

/// Called when the window is gone.
pub type Closed = Box<dyn Fn() + Send>;

/// Opens the window, next to where the tray was clicked where that is known. Main thread only.
pub fn open(app: &AppHandle, opening: &Opening, closed: Closed) -> tauri::Result<()> {
    let url = WebviewUrl::App(format!("index.html{}", opening.place).into());
    let mut builder = WebviewWindowBuilder::new(app, LABEL, url)
        .title("Phoenix Tray")
        .inner_size(WIDTH, HEIGHT)
        .min_inner_size(320.0, 360.0)
        .disable_drag_drop_handler()
        .initialization_script(first_words(opening));
    if let Some(place) = opening.at.and_then(|at| place_beside(app, at)) {
        builder = builder.position(place.x, place.y);
    }
    let window = builder.build()?;
    plain(&window)?;
    zoom(app, opening.zoom_percent)?;
    window.set_focus()?;
    window.on_window_event(move |event| {
        if matches!(event, WindowEvent::Destroyed) {
            closed();
        }
    });
    Ok(())
}

/// Whether there is a window.
pub fn is_open(app: &AppHandle) -> bool {
    app.get_webview_window(LABEL).is_some()
}

/// Brings an open window to the front. Main thread only.
pub fn front(app: &AppHandle) -> tauri::Result<()> {
    let Some(window) = app.get_webview_window(LABEL) else { return Ok(()) };
    window.unminimize()?;
    window.show()?;
    window.set_focus()
}

/// Tells the page something; nobody hears it where there is no window.
pub fn tell(app: &AppHandle, event: &Event) -> tauri::Result<()> {
    app.emit_str(&event.name, event.payload.get().to_owned())
}

/// Shows everything at this size, in percent; nothing happens where there is no window. Lines break
/// as they would in a window that is so much narrower.
pub fn zoom(app: &AppHandle, percent: u32) -> tauri::Result<()> {
    let Some(window) = app.get_webview_window(LABEL) else { return Ok(()) };
    window.set_zoom(f64::from(percent) / 100.0)
}

/// What the page knows before it asks: the snapshot, so that it is painted without a round trip.
fn first_words(opening: &Opening) -> String {
    format!("globalThis.__PHOENIX_SNAPSHOT__ = {};", opening.snapshot.get())
}

/// A small page of text is drawn sooner by the processor than a graphics stack is started for it,
/// and in a quarter less memory. Nothing is kept for a page that comes back, nothing plays. A page
/// whose process dies leaves an empty window, so that the program ends with it.
#[cfg(target_os = "linux")]
fn plain(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{
        CacheModel, HardwareAccelerationPolicy, SettingsExt as _, WebContextExt as _,
        WebViewExt as _,
    };

    let app = window.app_handle().clone();
    window.with_webview(move |webview| {
        let view = webview.inner();
        if let Some(context) = view.context() {
            context.set_cache_model(CacheModel::DocumentViewer);
        }
        if let Some(settings) = view.settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
            settings.set_enable_page_cache(false);
            settings.set_enable_media(false);
            settings.set_enable_webaudio(false);
            settings.set_enable_webgl(false);
        }
        view.connect_web_process_terminated(move |_view, reason| {
            tracing::error!(?reason, "the page's process ended");
            app.exit(1);
        });
    })
}

/// Elsewhere the system decides.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "the same shape as on Linux")]
const fn plain(_window: &WebviewWindow) -> tauri::Result<()> {
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
