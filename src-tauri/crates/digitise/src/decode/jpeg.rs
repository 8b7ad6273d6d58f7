//! JPEG: the markers are walked by hand for size, resolution, orientation and a proper end; zune-jpeg decodes.

use image::{DynamicImage, GrayImage, RgbImage};
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};

use super::exif::{self, Exif};
use super::{Cursor, DecodeError, Frame, Limits, believable};

struct Header {
    width: u32,
    height: u32,
    gray: bool,
    dpi: Option<[f32; 2]>,
    orientation: u8,
    /// The end-of-image marker was met after the last scan.
    complete: bool,
}

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Frame, DecodeError> {
    let header = walk(bytes)?;
    limits.check(header.width, header.height)?;
    let (image, damaged) = pixels(bytes, &header)?;
    let frame = Frame { image, bilevel: false, dpi: header.dpi, exif_orientation: 1, jpeg: true, damaged };
    Ok(frame.turned(header.orientation))
}

/// The pixels of a JPEG stream, and whether the decoder had to fill in for damaged data.
/// A stream that simply stops is [`DecodeError::Truncated`], never a page that turns grey half way.
fn pixels(bytes: &[u8], header: &Header) -> Result<(DynamicImage, bool), DecodeError> {
    match once(bytes, header, true) {
        Ok(image) => Ok((image, false)),
        Err(DecodeErrors::Unsupported(what)) => Err(DecodeError::Unsupported { what: format!("JPEG: {what:?}") }),
        Err(_) if !header.complete => Err(DecodeError::Truncated),
        // Strictness also refuses harmless sloppiness of some cameras; a stream that has its end is decoded as well as possible.
        Err(_) => once(bytes, header, false)
            .map(|image| (image, true))
            .map_err(|error| DecodeError::Corrupt { detail: error.to_string() }),
    }
}

fn once(bytes: &[u8], header: &Header, strict: bool) -> Result<DynamicImage, DecodeErrors> {
    let gray = header.gray;
    let space = if gray { ColorSpace::Luma } else { ColorSpace::RGB };
    let options = DecoderOptions::default()
        .set_strict_mode(strict)
        // A file with two frame headers could have its limits asked of one and its pixels come of the other.
        .set_max_width(header.width as usize)
        .set_max_height(header.height as usize)
        .jpeg_set_out_colorspace(space);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let data = decoder.decode()?;
    let (width, height) =
        decoder.info().map(|info| (u32::from(info.width), u32::from(info.height))).ok_or(DecodeErrors::ZeroError)?;
    let image = if gray {
        GrayImage::from_raw(width, height, data).map(DynamicImage::ImageLuma8)
    } else {
        RgbImage::from_raw(width, height, data).map(DynamicImage::ImageRgb8)
    };
    image.ok_or(DecodeErrors::ZeroError)
}

/// One strip or tile of a JPEG-compressed TIFF: the shared tables (TIFF Technical Note 2) put before the stream.
/// `rgb` = three components stored without a colour transform.
pub(super) fn abbreviated(tables: &[u8], stream: &[u8], rgb: bool) -> Result<DynamicImage, DecodeError> {
    let mut whole = vec![0xFF, 0xD8];
    if rgb {
        // An Adobe segment with transform 0 says what the photometric tag said: RGB, not YCbCr.
        whole.extend_from_slice(&[0xFF, 0xEE, 0, 14, b'A', b'd', b'o', b'b', b'e', 0, 100, 0, 0, 0, 0, 0]);
    }
    if let Some(inner) = tables.get(2..tables.len().saturating_sub(2)) {
        whole.extend_from_slice(inner);
    }
    whole.extend_from_slice(stream.get(2..).unwrap_or_default());
    let header = walk(&whole)?;
    pixels(&whole, &header).map(|(image, _)| image)
}

/// The size a JPEG stream claims, for the limits of a caller.
pub(super) fn size(stream: &[u8]) -> Result<(u32, u32), DecodeError> {
    walk(stream).map(|header| (header.width, header.height))
}

/// Walks the marker segments (T.81 annex B) and, between scans, the entropy-coded data up to the end-of-image marker.
fn walk(bytes: &[u8]) -> Result<Header, DecodeError> {
    let cursor = Cursor { bytes, big_endian: true };
    let mut header = None;
    let (mut jfif, mut exif, mut complete, mut at) = (None, None::<Exif>, false, 2);
    while let Some(marker) = next_marker(bytes, &mut at) {
        match marker {
            0xD9 => {
                complete = true;
                break;
            }
            0x01 | 0xD0..=0xD8 => continue,
            _ => {}
        }
        let Some(length) = cursor.u16(at) else { break };
        let Some(body) = bytes.get(at + 2..at + usize::from(length).max(2)) else { break };
        let inner = Cursor { bytes: body, big_endian: true };
        match marker {
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                if let (Some(height), Some(width), Some(components)) = (inner.u16(1), inner.u16(3), body.get(5)) {
                    header = Some((u32::from(width), u32::from(height), *components == 1));
                }
            }
            0xE0 if body.starts_with(b"JFIF\0") => jfif = density(&inner),
            0xE1 if exif.is_none() => exif = body.strip_prefix(b"Exif\0\0").and_then(exif::read),
            _ => {}
        }
        at += usize::from(length).max(2);
    }
    // The frame header is before the first scan: without it the file stops before its picture begins.
    let (width, height, gray) = header.ok_or(DecodeError::Truncated)?;
    let told = exif.as_ref().and_then(|e| e.dpi);
    Ok(Header { width, height, gray, dpi: jfif.or(told), orientation: exif.map_or(1, |e| e.orientation), complete })
}

/// Moves past the next marker (0xFF, then neither 0x00 nor 0xFF) and gives its second byte.
fn next_marker(bytes: &[u8], at: &mut usize) -> Option<u8> {
    loop {
        let rest = bytes.get(*at..)?;
        let found = rest.windows(2).position(|w| w[0] == 0xFF && w[1] != 0 && w[1] != 0xFF)?;
        let marker = *rest.get(found + 1)?;
        *at += found + 2;
        // Restart markers belong to the entropy-coded data.
        if !(0xD0..=0xD7).contains(&marker) {
            return Some(marker);
        }
    }
}

/// Units, Xdensity, Ydensity of a JFIF segment; units 0 is an aspect ratio only.
fn density(jfif: &Cursor) -> Option<[f32; 2]> {
    let inch = match jfif.bytes.get(7)? {
        1 => 1.0,
        2 => 2.54,
        _ => return None,
    };
    believable([f32::from(jfif.u16(8)?) * inch, f32::from(jfif.u16(10)?) * inch])
}
