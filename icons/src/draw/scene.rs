//! Composes the parts of the source into the SVG of one icon.
//!
//! Tray icons are composed in pixels, so that badges begin and end on whole ones and stay sharp.

use std::f64::consts::PI;

use super::{DrawError, palette::Palette};
use crate::TrayState;

/// The source of every icon.
const SOURCE: &str = include_str!("../../phoenix-tray.svg");

/// The edge of the mark and of the ground, in their units.
const MARK: f64 = 64.0;

/// The edge of a badge, in its units.
const BADGE: f64 = 9.0;

/// The radius of the part `ring`, in units of a badge.
const RING_RADIUS: f64 = 3.5;

/// How strongly the mark is seen when nothing is known.
const DIMMED: f64 = 0.5;

/// How strongly the part of the ring is seen that is not done yet.
const TRACK: f64 = 0.42;

/// The room an application icon leaves around its ground.
#[derive(Debug, Clone, Copy)]
pub(super) enum Margin {
    /// None: Windows and Linux.
    None,
    /// That of the icon grid of macOS: the ground fills 824 of 1024.
    Mac,
}

/// The application icon.
pub(super) fn app(margin: Margin) -> Result<String, DrawError> {
    let room = match margin {
        Margin::None => 0.0,
        Margin::Mac => MARK * (1024.0 / 824.0 - 1.0) / 2.0,
    };
    let edge = MARK + 2.0 * room;
    let (_, body) = SOURCE.split_once("<defs>").ok_or(DrawError::NoParts)?;
    let body = body.trim_end().trim_end_matches("</svg>");
    Ok(svg(&format!("-{room} -{room} {edge} {edge}"), &format!("<defs>{body}")))
}

/// The tray icon for `state`, `size` pixels wide and high.
pub(super) fn tray(state: TrayState, palette: &Palette, size: u32) -> Result<String, DrawError> {
    let canvas = Canvas::of(size);
    let (moat, above, opacity) = match state {
        TrayState::Healthy => (String::new(), String::new(), 1.0),
        TrayState::UpdateAvailable => (
            canvas.badge_moat("corner"),
            canvas.signed_badge("disc", "arrow", &hex(palette.update)),
            1.0,
        ),
        TrayState::Updating { eighths } => {
            (canvas.badge_moat("corner"), canvas.progress(eighths, &hex(palette.update)), 1.0)
        }
        TrayState::Attention => (
            canvas.badge_moat("triangle"),
            canvas.signed_badge("triangle", "exclamation", &hex(palette.attention)),
            1.0,
        ),
        TrayState::Unreachable => {
            (canvas.slash(3.0, "#000"), canvas.slash(1.0, &hex(palette.ink)), DIMMED)
        }
    };
    let ink = hex(palette.ink);
    let scale = f64::from(size) / MARK;
    let room = format!(r#"maskUnits="userSpaceOnUse" x="0" y="0" width="{size}" height="{size}""#);
    let body = format!(
        r##"<defs>{parts}
<mask id="silhouette" mask-type="alpha" {room}><use href="#mark" transform="scale({scale})"/></mask>
<mask id="around" {room}><rect width="{size}" height="{size}" fill="#fff"/>{moat}</mask></defs>
<g mask="url(#around)" opacity="{opacity}">
<rect width="{size}" height="{size}" fill="{ink}" mask="url(#silhouette)"/></g>
{above}"##,
        parts = parts()?,
    );
    Ok(svg(&format!("0 0 {size} {size}"), &body))
}

/// The measures of a tray icon, in pixels.
struct Canvas {
    size: f64,
    /// The edge of the badge, in the corner at the bottom right.
    badge: f64,
    /// The width of a line, and of the moat around a badge.
    line: f64,
}

impl Canvas {
    fn of(size: u32) -> Self {
        // With an odd edge the middle of a small badge is a pixel, and its sign is not blurred.
        let badge = if size < 32 { (size / 2) | 1 } else { size * 9 / 16 };
        let line = f64::from(size) / 16.0;
        Self { size: size.into(), badge: badge.into(), line: line.round().max(1.0) }
    }

    fn place(&self) -> String {
        let start = self.size - self.badge;
        format!(r#"transform="translate({start} {start}) scale({})""#, self.badge / BADGE)
    }

    /// Takes the room of a badge and its moat out of a mask.
    fn badge_moat(&self, part: &str) -> String {
        let width = 2.0 * self.line * BADGE / self.badge;
        let place = self.place();
        format!(r##"<use href="#{part}" {place} stroke="#000" stroke-width="{width}"/>"##)
    }

    /// A badge with its sign cut out, so that the panel is seen through it.
    fn signed_badge(&self, part: &str, sign: &str, colour: &str) -> String {
        let place = self.place();
        format!(
            r##"<mask id="sign" maskUnits="userSpaceOnUse" x="0" y="0" width="9" height="9">
<rect width="9" height="9" fill="#fff"/><use href="#{sign}"/></mask>
<g {place}><g mask="url(#sign)"><use href="#{part}" fill="{colour}"/></g></g>"##
        )
    }

    /// A ring of which so many eighths are done, clockwise from the top.
    fn progress(&self, eighths: u8, colour: &str) -> String {
        let place = self.place();
        let around = 2.0 * PI * RING_RADIUS;
        let done = around * f64::from(eighths.min(7)) / 8.0;
        let track = format!(r##"<use href="#ring" {place} stroke="{colour}" opacity="{TRACK}"/>"##);
        if eighths == 0 {
            return track;
        }
        format!(
            r##"{track}<g {place}><use href="#ring" transform="rotate(-90 4.5 4.5)"
stroke="{colour}" stroke-dasharray="{done} {around}"/></g>"##
        )
    }

    /// The line through the mark, so many lines wide.
    fn slash(&self, lines: f64, colour: &str) -> String {
        let scale = self.size / MARK;
        let width = (lines * self.line + 0.5) / scale;
        format!(
            r##"<use href="#slash" transform="scale({scale})" stroke="{colour}" stroke-width="{width}"/>"##
        )
    }
}

/// What the source defines, without the `<defs>` around it.
fn parts() -> Result<&'static str, DrawError> {
    let (_, rest) = SOURCE.split_once("<defs>").ok_or(DrawError::NoParts)?;
    rest.split_once("</defs>").map(|(parts, _)| parts).ok_or(DrawError::NoParts)
}

fn svg(view_box: &str, body: &str) -> String {
    format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view_box}">{body}</svg>"#)
}

fn hex([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}
