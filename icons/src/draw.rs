//! Draws every icon file from the one SVG. Values only: who calls writes the files.

mod containers;
mod paint;
mod palette;
mod scene;

use crate::{Panel, Pixels, TEMPLATE_SIZES, TRAY_SIZES, TrayState};

pub use self::palette::{Palette, contrast};
use self::scene::Margin;

/// One file to be written.
#[derive(Debug)]
pub struct Drawn {
    /// Where, below `icons/`, with `/` between folders.
    pub path: String,
    /// What the file holds.
    pub content: Content,
}

/// What an icon file holds.
#[derive(Debug)]
pub enum Content {
    /// One picture.
    Png(Pixels),
    /// The application icon for Windows, in the order of the file.
    Ico(Vec<Pixels>),
    /// The application icon for macOS, in the order of the file.
    Icns(Vec<Pixels>),
}

impl Content {
    /// The pictures in the file, in its order.
    pub fn pictures(&self) -> &[Pixels] {
        match self {
            Self::Png(picture) => std::slice::from_ref(picture),
            Self::Ico(pictures) | Self::Icns(pictures) => pictures,
        }
    }

    /// The whole file.
    ///
    /// # Errors
    /// When a picture cannot be encoded.
    pub fn bytes(&self) -> Result<Vec<u8>, DrawError> {
        match self {
            Self::Png(picture) => paint::png(picture),
            Self::Ico(pictures) => containers::ico(pictures),
            Self::Icns(pictures) => containers::icns(pictures),
        }
    }
}

/// Why the icons cannot be drawn.
#[derive(Debug, thiserror::Error)]
pub enum DrawError {
    /// The source keeps its parts in one `<defs>`.
    #[error("phoenix-tray.svg has no <defs>")]
    NoParts,
    /// What was composed of the parts is no SVG.
    #[error("the parts of phoenix-tray.svg make no picture")]
    Svg(#[from] resvg::usvg::Error),
    /// The picture has no size.
    #[error("a picture of {0} pixels cannot be drawn")]
    Size(u32),
    /// The picture was not compressed.
    #[error("a picture could not be written as PNG")]
    Png(#[from] png::EncodingError),
    /// The ICO or ICNS file was not put together.
    #[error("an icon container could not be written")]
    Container(#[from] std::io::Error),
}

/// The PNG files of the application icon and their edge lengths in pixels, as the packages and the
/// freedesktop icon theme name them.
const APP: [(&str, u32); 9] = [
    ("16x16", 16),
    ("24x24", 24),
    ("32x32", 32),
    ("48x48", 48),
    ("64x64", 64),
    ("128x128", 128),
    ("128x128@2x", 256),
    ("256x256", 256),
    ("icon", 512),
];

/// Every icon file.
///
/// # Errors
/// When the source lacks its parts or cannot be rendered.
pub fn files() -> Result<Vec<Drawn>, DrawError> {
    let mut files = Vec::new();
    let mut add = |path, content| files.push(Drawn { path, content });
    for state in TrayState::ALL {
        let name = state.name();
        for panel in Panel::ALL {
            for size in TRAY_SIZES {
                let picture = tray(state, &Palette::on(panel), size)?;
                add(format!("tray/{}/{name}-{size}.png", panel.name()), Content::Png(picture));
            }
        }
        for size in TEMPLATE_SIZES {
            let picture = tray(state, &Palette::TEMPLATE, size)?;
            add(format!("tray/template/{name}-{size}.png"), Content::Png(picture));
        }
    }
    for (name, size) in APP {
        add(format!("app/{name}.png"), Content::Png(app(Margin::None, size)?));
    }
    let ico = containers::ICO_SIZES.into_iter().map(|size| app(Margin::None, size));
    add("app/icon.ico".to_owned(), Content::Ico(ico.collect::<Result<_, _>>()?));
    let icns = containers::ICNS.iter().map(|(_, size)| app(Margin::Mac, *size));
    add("app/icon.icns".to_owned(), Content::Icns(icns.collect::<Result<_, _>>()?));
    Ok(files)
}

/// The tray icon for `state` in the colours of `palette`, `size` pixels wide and high.
///
/// # Errors
/// When the source lacks its parts or cannot be rendered.
pub fn tray(state: TrayState, palette: &Palette, size: u32) -> Result<Pixels, DrawError> {
    paint::pixels(&scene::tray(state, palette, size)?, size)
}

fn app(margin: Margin, size: u32) -> Result<Pixels, DrawError> {
    paint::pixels(&scene::app(margin)?, size)
}
