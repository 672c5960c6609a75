//! SVG to pixels, pixels to the smallest PNG.

use png::{BitDepth, ColorType, DeflateCompression, Encoder, EncodingError, Filter};
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree},
};

use super::DrawError;
use crate::Pixels;

/// Renders `svg`, which is square, `size` pixels wide and high.
pub(super) fn pixels(svg: &str, size: u32) -> Result<Pixels, DrawError> {
    let tree = Tree::from_str(svg, &Options::default())?;
    let mut map = Pixmap::new(size, size).ok_or(DrawError::Size(size))?;
    let scale = f64::from(size) / f64::from(tree.size().width());
    #[expect(clippy::cast_possible_truncation, reason = "the renderer measures in f32")]
    let scale = scale as f32;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut map.as_mut());
    Ok(Pixels { width: size, height: size, rgba: map.take_demultiplied() })
}

/// `pixels` as a PNG file, by the row filter that makes it the smallest.
pub(super) fn png(pixels: &Pixels) -> Result<Vec<u8>, DrawError> {
    const FILTERS: [Filter; 5] =
        [Filter::NoFilter, Filter::Sub, Filter::Up, Filter::Paeth, Filter::Adaptive];
    let mut smallest = encode(pixels, Filter::Avg)?;
    for filter in FILTERS {
        let other = encode(pixels, filter)?;
        if other.len() < smallest.len() {
            smallest = other;
        }
    }
    Ok(smallest)
}

fn encode(pixels: &Pixels, filter: Filter) -> Result<Vec<u8>, EncodingError> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, pixels.width, pixels.height);
    encoder.set_color(ColorType::Rgba);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_deflate_compression(DeflateCompression::Level(9));
    encoder.set_filter(filter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels.rgba)?;
    writer.finish()?;
    Ok(file)
}
