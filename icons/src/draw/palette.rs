//! The colours of the tray icons, and how well they are seen.

use crate::Panel;

/// Red, green and blue.
type Rgb = [u8; 3];

/// The colours of one set of tray icons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// The mark itself.
    pub ink: Rgb,
    /// The badges of an update, waiting or under way.
    pub update: Rgb,
    /// The badge of a failure.
    pub attention: Rgb,
}

impl Palette {
    /// Black only: the system colours template images itself, by their alpha.
    pub const TEMPLATE: Self = Self { ink: [0; 3], update: [0; 3], attention: [0; 3] };

    /// The colours for `panel`.
    pub fn on(panel: Panel) -> Self {
        match panel {
            Panel::Light => Self {
                ink: [0x2a, 0x2a, 0x2e],
                update: [0x0a, 0x63, 0xd6],
                attention: [0xc8, 0x30, 0x0a],
            },
            Panel::Dark => Self {
                ink: [0xf2, 0xf2, 0xf2],
                update: [0x5a, 0xb0, 0xff],
                attention: [0xff, 0xb4, 0x1f],
            },
        }
    }
}

/// The contrast of two colours by WCAG 2, from 1 to 21.
pub fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(rgb: Rgb) -> f64 {
    let [red, green, blue] = rgb.map(|channel| {
        let value = f64::from(channel) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}
