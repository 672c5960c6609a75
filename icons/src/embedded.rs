//! The tray icons inside the program: drawn beforehand, decoded when asked.

use crate::{Panel, Pixels, TEMPLATE_SIZES, TRAY_SIZES, TrayState};

/// Every icon below `tray/` by its path there, sorted.
static ICONS: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/tray.rs"));

/// The icon for `state` on `panel` in all [`TRAY_SIZES`], ascending.
pub fn tray(state: TrayState, panel: Panel) -> Vec<Pixels> {
    TRAY_SIZES.into_iter().filter_map(|size| png(state, panel, size)).map(decoded).collect()
}

/// The icon for `state` on `panel` for a place of `size` pixels: the smallest that fills it, or the
/// largest there is.
pub fn tray_for(state: TrayState, panel: Panel, size: u32) -> Option<Pixels> {
    let [.., largest] = TRAY_SIZES;
    let fitting = TRAY_SIZES.into_iter().find(|one| *one >= size).unwrap_or(largest);
    png(state, panel, fitting).map(decoded)
}

/// The icon for `state` on `panel` as a PNG file; none when `size` is not in [`TRAY_SIZES`].
pub fn png(state: TrayState, panel: Panel, size: u32) -> Option<&'static [u8]> {
    named(panel.name(), state, size)
}

/// The template image of macOS for `state`, black in all shades of alpha; none when `size` is not
/// in [`TEMPLATE_SIZES`].
pub fn template(state: TrayState, size: u32) -> Option<Pixels> {
    template_png(state, size).map(decoded)
}

/// [`template`] as a PNG file.
pub fn template_png(state: TrayState, size: u32) -> Option<&'static [u8]> {
    TEMPLATE_SIZES.contains(&size).then(|| named("template", state, size)).flatten()
}

fn named(folder: &str, state: TrayState, size: u32) -> Option<&'static [u8]> {
    let path = format!("{folder}/{}-{size}.png", state.name());
    let found = ICONS.binary_search_by(|(name, _)| (*name).cmp(path.as_str())).ok()?;
    Some(ICONS[found].1)
}

fn decoded(png: &[u8]) -> Pixels {
    Pixels::decode(png).expect("the embedded icons are PNG files: a test decodes each")
}
