//! The window as the program has it: it exists only while it is open. What it shows and asks for
//! passes through one boundary (`ipc`), over a socket where the window is a process of its own.

mod hearing;
#[cfg(target_os = "linux")]
mod process;
#[cfg(not(target_os = "linux"))]
mod within;

pub use hearing::Hearing;
#[cfg(target_os = "linux")]
pub use process::Window;
#[cfg(not(target_os = "linux"))]
pub use within::{Window, Within};

use std::fmt::Write as _;

use phoenix_wire::Opening;

use crate::{
    desk::Desk,
    ipc::{self, made, view::Page},
};

/// The window ended without having been closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crashed;

/// How a window begins that shows this page.
fn opening(desk: &Desk, page: &Page, at: Option<(i32, i32)>) -> Opening {
    let snapshot = made::snapshot(&desk.controller.snapshot(), desk.words(), desk.is_tray_shown());
    Opening {
        place: fragment(page),
        at,
        zoom_percent: desk.zoom_percent(),
        snapshot: ipc::json(&snapshot),
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
