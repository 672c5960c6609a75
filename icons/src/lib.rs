//! The icons of Phoenix Tray. One SVG, `phoenix-tray.svg`, is the source; the icons drawn from it
//! are committed beside it, and those of the tray are embedded here. The feature `draw` (on by
//! default, off in the shell) redraws them.

#[cfg(feature = "draw")]
pub mod draw;
mod embedded;
mod pixels;
mod state;

pub use self::{
    embedded::{png, template, template_png, tray, tray_for},
    pixels::Pixels,
    state::{Panel, TEMPLATE_SIZES, TRAY_SIZES, TrayState},
};
