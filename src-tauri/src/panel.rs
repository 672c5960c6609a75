//! Whether the panel that carries the tray icon is light or dark.

use phoenix_icons::Panel;

/// Says `light` or `dark` where the guess is wrong.
const WISH: &str = "PHOENIX_TRAY_PANEL";

/// The panel's brightness: what the user says, else what the desktop is known for. `desktop` is
/// `XDG_CURRENT_DESKTOP`, `dark_theme` what the system prefers for windows, where it says so.
pub fn brightness(wish: Option<&str>, desktop: Option<&str>, dark_theme: Option<bool>) -> Panel {
    match wish {
        Some("light") => return Panel::Light,
        Some("dark") => return Panel::Dark,
        Some(_) | None => {}
    }
    // The top bars of GNOME and of Ubuntu's are black in every theme.
    let black_bar = desktop.is_some_and(|name| name.to_uppercase().contains("GNOME"));
    if black_bar || dark_theme.unwrap_or(true) { Panel::Dark } else { Panel::Light }
}

/// The same, asked of this process's environment.
pub fn of_process(dark_theme: Option<bool>) -> Panel {
    let wish = std::env::var(WISH).ok();
    let desktop = std::env::var("XDG_CURRENT_DESKTOP").ok();
    brightness(wish.as_deref(), desktop.as_deref(), dark_theme.or_else(taskbar_is_dark))
}

/// Windows has a theme for the taskbar beside the one for windows.
#[cfg(windows)]
fn taskbar_is_dark() -> Option<bool> {
    const THEMES: &str = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize";
    let themes = windows_registry::CURRENT_USER.open(THEMES).ok()?;
    Some(themes.get_u32("SystemUsesLightTheme").ok()? == 0)
}

/// Elsewhere nothing tells: macOS colours the icon itself, on Linux the desktop's name decides.
#[cfg(not(windows))]
const fn taskbar_is_dark() -> Option<bool> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gnome_has_a_dark_bar_in_a_light_theme() {
        assert_eq!(brightness(None, Some("ubuntu:GNOME"), Some(false)), Panel::Dark);
    }

    #[test]
    fn elsewhere_the_theme_decides() {
        assert_eq!(brightness(None, Some("KDE"), Some(false)), Panel::Light);
    }

    #[test]
    fn the_user_knows_best() {
        assert_eq!(brightness(Some("light"), Some("GNOME"), Some(true)), Panel::Light);
    }
}
