//! Whether the desktop prefers dark windows.

/// As the desktop says on the session bus, else as GTK's own settings do; `None` where it cannot be
/// told.
#[cfg(target_os = "linux")]
pub use linux::prefers_dark;

/// Elsewhere the panel's brightness is found in other ways.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unused_async, reason = "the same shape as on Linux")]
pub async fn prefers_dark() -> Option<bool> {
    None
}

#[cfg(target_os = "linux")]
mod linux;
