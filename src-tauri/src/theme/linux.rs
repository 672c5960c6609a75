//! The theme on Linux, asked without GTK: this process never starts it.

use std::{env, fs, path::PathBuf, time::Duration};

use tokio::time::timeout;
use zbus::{
    Connection,
    zvariant::{OwnedValue, Value},
};

/// A desktop that takes longer than this is not waited for: the icon comes first.
const ANSWERS_WITHIN: Duration = Duration::from_millis(150);

/// What the desktop says.
pub async fn prefers_dark() -> Option<bool> {
    if let Ok(theme) = env::var("GTK_THEME") {
        return Some(is_dark(&theme));
    }
    let asked = timeout(ANSWERS_WITHIN, asked()).await;
    asked.ok().flatten().or_else(written)
}

/// The desktop portal first (`org.freedesktop.appearance`), then Xfce's own settings, whose windows
/// take their theme from there.
async fn asked() -> Option<bool> {
    let bus = Connection::session().await.ok()?;
    match portal(&bus).await {
        Some(1) => return Some(true),
        Some(2) => return Some(false),
        Some(_) | None => {}
    }
    xfce(&bus).await.map(|theme| is_dark(&theme))
}

/// 0 no preference, 1 dark, 2 light.
async fn portal(bus: &Connection) -> Option<u32> {
    let name = "org.freedesktop.portal.Desktop";
    if !runs(bus, name).await {
        return None;
    }
    let call = ("org.freedesktop.appearance", "color-scheme");
    let reply = bus
        .call_method(
            Some(name),
            "/org/freedesktop/portal/desktop",
            Some("org.freedesktop.portal.Settings"),
            "Read",
            &call,
        )
        .await
        .ok()?;
    number(&reply.body().deserialize::<OwnedValue>().ok()?.into())
}

/// `Read` wraps its answer twice.
fn number(value: &Value<'_>) -> Option<u32> {
    if let Value::Value(inner) = value { number(inner) } else { value.try_into().ok() }
}

async fn xfce(bus: &Connection) -> Option<String> {
    let name = "org.xfce.Xfconf";
    if !runs(bus, name).await {
        return None;
    }
    let call = ("xsettings", "/Net/ThemeName");
    let reply = bus
        .call_method(Some(name), "/org/xfce/Xfconf", Some(name), "GetProperty", &call)
        .await
        .ok()?;
    String::try_from(reply.body().deserialize::<OwnedValue>().ok()?).ok()
}

/// Nobody is started only to be asked.
async fn runs(bus: &Connection, name: &str) -> bool {
    let reply = bus
        .call_method(
            Some("org.freedesktop.DBus"),
            "/org/freedesktop/DBus",
            Some("org.freedesktop.DBus"),
            "NameHasOwner",
            &name,
        )
        .await;
    reply.ok().and_then(|reply| reply.body().deserialize().ok()).unwrap_or(false)
}

/// What GTK's settings file says.
fn written() -> Option<bool> {
    let config =
        env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let config = config.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".config")))?;
    said(&fs::read_to_string(config.join("gtk-3.0/settings.ini")).ok()?)
}

fn said(settings: &str) -> Option<bool> {
    let of = |key: &str| {
        settings.lines().find_map(|line| {
            let (name, value) = line.split_once('=')?;
            (name.trim() == key).then(|| value.trim().to_lowercase())
        })
    };
    let dark = of("gtk-application-prefer-dark-theme").map(|wish| wish == "1" || wish == "true");
    let theme = of("gtk-theme-name").map(|name| is_dark(&name));
    match (dark, theme) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (None, None) => None,
        (Some(false) | None, Some(false) | None) => Some(false),
    }
}

fn is_dark(theme: &str) -> bool {
    theme.to_lowercase().contains("dark")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dark_wish_or_a_dark_theme_is_dark() {
        assert_eq!(said("[Settings]\ngtk-application-prefer-dark-theme = 1\n"), Some(true));
        assert_eq!(said("gtk-theme-name=Adwaita-dark\n"), Some(true));
        assert_eq!(
            said("gtk-theme-name=Greybird\ngtk-application-prefer-dark-theme=0"),
            Some(false)
        );
    }

    #[test]
    fn a_file_that_says_nothing_of_it_is_not_asked() {
        assert_eq!(said("[Settings]\ngtk-font-name=Sans 10\n"), None);
    }

    #[test]
    fn the_portal_wraps_its_number_twice() {
        let wrapped = Value::Value(Box::new(Value::Value(Box::new(Value::U32(1)))));
        assert_eq!(number(&wrapped), Some(1));
        assert_eq!(number(&Value::from("dark")), None);
    }
}
