//! Whether the desktop prefers dark windows.

/// As GTK has it; `None` where it cannot be told. Main thread only, once GTK has started.
#[cfg(target_os = "linux")]
pub fn prefers_dark() -> Option<bool> {
    use gtk::prelude::GtkSettingsExt as _;

    let settings = gtk::Settings::default()?;
    let name = std::env::var("GTK_THEME").ok();
    let name = name.or_else(|| settings.gtk_theme_name().map(Into::into));
    let dark_name = name.is_some_and(|name| name.to_lowercase().contains("dark"));
    Some(dark_name || settings.is_gtk_application_prefer_dark_theme())
}

/// Elsewhere the panel's brightness is found in other ways.
#[cfg(not(target_os = "linux"))]
pub const fn prefers_dark() -> Option<bool> {
    None
}
