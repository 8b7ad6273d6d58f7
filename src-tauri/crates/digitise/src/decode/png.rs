//! PNG: size, depth, resolution and orientation from the chunks; the `image` crate decodes.

use image::{DynamicImage, ImageDecoder, ImageError, codecs::png::PngDecoder};

use super::exif;
use super::{Cursor, DecodeError, Frame, Limits, believable, plain};

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Frame, DecodeError> {
    let cursor = Cursor { bytes, big_endian: true };
    let (Some(width), Some(height), Some(&depth), Some(&colour_type)) =
        (cursor.u32(16), cursor.u32(20), bytes.get(24), bytes.get(25))
    else {
        return Err(DecodeError::Truncated);
    };
    limits.check(width, height)?;
    let chunks = walk(bytes);
    let mut decoder = PngDecoder::new(std::io::Cursor::new(bytes)).map_err(error)?;
    let mut bounds = image::Limits::default();
    // Eight bytes a pixel (16-bit RGBA) and the filter's rows; the picture's size was checked above.
    bounds.max_alloc = Some(limits.max_pixels.saturating_mul(9));
    decoder.set_limits(bounds).map_err(error)?;
    let image = plain(DynamicImage::from_decoder(decoder).map_err(error)?);
    let frame = Frame {
        image,
        bilevel: depth == 1 && colour_type == 0,
        dpi: chunks.dpi,
        exif_orientation: 1,
        jpeg: false,
        damaged: false,
    };
    Ok(frame.turned(chunks.orientation))
}

struct Chunks {
    dpi: Option<[f32; 2]>,
    orientation: u8,
}

/// The chunks pHYs (pixels per metre) and eXIf, wherever they stand.
fn walk(bytes: &[u8]) -> Chunks {
    let cursor = Cursor { bytes, big_endian: true };
    let mut chunks = Chunks { dpi: None, orientation: 1 };
    let mut at = 8usize;
    while let Some(length) = cursor.u32(at) {
        let (Some(name), Some(body)) =
            (bytes.get(at + 4..at + 8), bytes.get(at + 8..(at + 8).saturating_add(length as usize)))
        else {
            break;
        };
        let inner = Cursor { bytes: body, big_endian: true };
        match name {
            b"pHYs" if body.get(8) == Some(&1) => {
                let per_metre = inner.u32(0).zip(inner.u32(4));
                chunks.dpi = per_metre.and_then(|(x, y)| believable([x as f32 * 0.0254, y as f32 * 0.0254]));
            }
            b"eXIf" => chunks.orientation = exif::read(body).map_or(1, |e| e.orientation),
            b"IEND" => break,
            _ => {}
        }
        at += 12 + body.len();
    }
    chunks
}

fn error(error: ImageError) -> DecodeError {
    let mut source: Option<&dyn std::error::Error> = Some(&error);
    while let Some(cause) = source {
        let io = cause.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::UnexpectedEof) {
            return DecodeError::Truncated;
        }
        source = cause.source();
    }
    match error {
        ImageError::Unsupported(what) => DecodeError::Unsupported { what: what.to_string() },
        // The png crate says this in words only.
        other if other.to_string().contains("unexpected end") => DecodeError::Truncated,
        other => DecodeError::Corrupt { detail: other.to_string() },
    }
}
