//! The files that hold one application icon in many sizes: ICO for Windows, ICNS for macOS.

use icns::{IconElement, IconFamily, IconType, Image, OSType, PixelFormat};
use ico::{IconDir, IconDirEntry, IconImage, ResourceType};

use super::{DrawError, paint};
use crate::Pixels;

/// The edge lengths in the ICO file, in pixels. The first is the one that readers take who take
/// only one.
pub(super) const ICO_SIZES: [u32; 7] = [32, 16, 20, 24, 48, 64, 256];

/// The elements of the ICNS file and their edge lengths in pixels.
pub(super) const ICNS: [(Element, u32); 10] = [
    (Element::Old(IconType::RGB24_16x16), 16),
    (Element::Old(IconType::RGB24_32x32), 32),
    (Element::Png(*b"ic11"), 32),
    (Element::Png(*b"ic12"), 64),
    (Element::Png(*b"ic07"), 128),
    (Element::Png(*b"ic13"), 256),
    (Element::Png(*b"ic08"), 256),
    (Element::Png(*b"ic14"), 512),
    (Element::Png(*b"ic09"), 512),
    (Element::Png(*b"ic10"), 1024),
];

/// How one element of an ICNS file is kept.
#[derive(Debug, Clone, Copy)]
pub(super) enum Element {
    /// Packed colours and a mask: the only form every macOS reads at 16 and 32 pixels.
    Old(IconType),
    /// A PNG file under this name.
    Png([u8; 4]),
}

/// The ICO file of pictures in [`ICO_SIZES`]: bitmaps up to 64 pixels, which every reader knows,
/// and 256 as PNG.
pub(super) fn ico(pictures: &[Pixels]) -> Result<Vec<u8>, DrawError> {
    let mut folder = IconDir::new(ResourceType::Icon);
    for Pixels { width, height, rgba } in pictures {
        let image = IconImage::from_rgba_data(*width, *height, rgba.clone());
        let entry = if *width < 256 {
            IconDirEntry::encode_as_bmp(&image)?
        } else {
            IconDirEntry::encode_as_png(&image)?
        };
        folder.add_entry(entry);
    }
    let mut file = Vec::new();
    folder.write(&mut file)?;
    Ok(file)
}

/// The ICNS file of pictures as [`ICNS`] lists them.
pub(super) fn icns(pictures: &[Pixels]) -> Result<Vec<u8>, DrawError> {
    let mut family = IconFamily::new();
    for ((element, _), picture) in ICNS.into_iter().zip(pictures) {
        match element {
            Element::Old(kind) => {
                let Pixels { width, height, rgba } = picture.clone();
                let image = Image::from_data(PixelFormat::RGBA, width, height, rgba)?;
                family.add_icon_with_type(&image, kind)?;
            }
            Element::Png(name) => {
                family.elements.push(IconElement::new(OSType(name), paint::png(picture)?));
            }
        }
    }
    let mut file = Vec::new();
    family.write(&mut file)?;
    Ok(file)
}
