//! Shows a notification. The only file that knows how platforms differ in this.
//!
//! Linux: buttons and clicks over D-Bus, waited for in a thread of the notification's own, because
//! notify-rust waits by blocking. macOS and Windows: notify-rust tells no clicks there that this
//! program could rely on, so the text alone is shown and the tray menu offers the rest.

use super::{Announcement, Response};

/// Shows it; `respond` is called at most once.
#[cfg(target_os = "linux")]
pub fn show(announcement: Announcement, respond: impl FnOnce(Response) + Send + 'static) {
    let waiting = std::thread::Builder::new().name("notification".to_owned());
    let spawned = waiting.spawn(move || linux(&announcement, respond));
    if let Err(error) = spawned {
        tracing::warn!(%error, "no notification can be shown");
    }
}

#[cfg(target_os = "linux")]
fn linux(announcement: &Announcement, respond: impl FnOnce(Response)) {
    use notify_rust::{Hint, Notification, Timeout};

    use super::Urgency;

    let mut notification = Notification::new();
    notification
        .appname("Phoenix Tray")
        .summary(&announcement.title)
        .body(&markup(&announcement.body))
        .icon("phoenix-tray")
        .hint(Hint::DesktopEntry("phoenix-tray".to_owned()))
        .timeout(Timeout::Default)
        .urgency(match announcement.urgency {
            Urgency::Normal => notify_rust::Urgency::Normal,
            Urgency::Critical => notify_rust::Urgency::Critical,
        })
        .action("default", "");
    for (index, button) in announcement.buttons.iter().enumerate() {
        notification.action(&index.to_string(), &button.text);
    }
    let shown = match notification.show() {
        Ok(shown) => shown,
        Err(error) => {
            tracing::warn!(%error, "no notification server answers");
            return;
        }
    };
    let mut pressed = None;
    shown.wait_for_action(|action| {
        pressed = match action {
            "default" => Some(announcement.otherwise.clone()),
            other => {
                let index: Option<usize> = other.parse().ok();
                let button = index.and_then(|index| announcement.buttons.get(index));
                button.map(|button| button.response.clone())
            }
        };
    });
    if let Some(response) = pressed {
        respond(response);
    }
}

/// Servers may read the body as markup.
#[cfg(target_os = "linux")]
fn markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Shows it, without buttons.
#[cfg(not(target_os = "linux"))]
pub fn show(announcement: Announcement, _respond: impl FnOnce(Response) + Send + 'static) {
    let Announcement { title, body, .. } = announcement;
    let shown =
        notify_rust::Notification::new().appname("Phoenix Tray").summary(&title).body(&body).show();
    if let Err(error) = shown {
        tracing::warn!(%error, "no notification can be shown");
    }
}
