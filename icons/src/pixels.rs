//! A picture in memory, and its way to and from PNG.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, DecodingError, Transformations};

/// A picture: rows from the top, pixels from the left, four bytes each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixels {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Red, green, blue and alpha of each pixel, not premultiplied.
    pub rgba: Vec<u8>,
}

impl Pixels {
    /// Reads a PNG of any colour type.
    ///
    /// # Errors
    /// When `bytes` are no complete PNG.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodingError> {
        let mut decoder = Decoder::new(Cursor::new(bytes));
        decoder
            .set_transformations(Transformations::normalize_to_color8() | Transformations::ALPHA);
        let mut reader = decoder.read_info()?;
        let mut samples = vec![0; reader.output_buffer_size().unwrap_or_default()];
        let frame = reader.next_frame(&mut samples)?;
        samples.truncate(frame.buffer_size());
        debug_assert_eq!(frame.bit_depth, BitDepth::Eight, "16 bits are asked down to 8");
        let rgba = match frame.color_type {
            ColorType::Rgba => samples,
            // The transformations leave only grey with alpha beside it.
            ColorType::GrayscaleAlpha
            | ColorType::Grayscale
            | ColorType::Rgb
            | ColorType::Indexed => {
                let (pairs, _) = samples.as_chunks::<2>();
                pairs.iter().flat_map(|&[grey, alpha]| [grey, grey, grey, alpha]).collect()
            }
        };
        Ok(Self { width: frame.width, height: frame.height, rgba })
    }

    /// The same pixels as alpha, red, green and blue: the order a Linux panel wants.
    pub fn argb(&self) -> Vec<u8> {
        let (pixels, _) = self.rgba.as_chunks::<4>();
        pixels.iter().flat_map(|&[red, green, blue, alpha]| [alpha, red, green, blue]).collect()
    }
}
