//! Small square-pixelled copies of a frame, on which everything is found.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x3};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, GrayImage, RgbImage};

use crate::geometry::Transform;

/// Resolution of the proxy, dots per inch: 20 pixels for the height of a 10 pt capital's line, 2 megapixels for A4.
pub(crate) const PROXY_DPI: f64 = 150.0;

/// Scales 8-bit samples with an anti-aliasing triangle filter. A picture that cannot be scaled (no pixels) comes back white.
/// Typed by hand: the crate's untyped entry would build thirteen kinds of pixel.
fn scaled<P: PixelTrait>(bytes: &[u8], from: (u32, u32), to: (u32, u32)) -> Vec<u8> {
    let mut out = vec![255; to.0 as usize * to.1 as usize * P::size()];
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
    if let (Ok(source), Ok(mut target)) =
        (TypedImageRef::<P>::from_buffer(from.0, from.1, bytes), TypedImage::<P>::from_buffer(to.0, to.1, &mut out))
        && Resizer::new().resize_typed(&source, &mut target, &options).is_err()
    {
        out.fill(255);
    }
    out
}

pub(crate) fn resize_gray(source: &GrayImage, width: u32, height: u32) -> GrayImage {
    if source.dimensions() == (width, height) {
        return source.clone();
    }
    let bytes = scaled::<U8>(source.as_raw(), source.dimensions(), (width, height));
    GrayImage::from_raw(width, height, bytes).unwrap_or_default()
}

pub(crate) fn resize(source: &DynamicImage, width: u32, height: u32) -> DynamicImage {
    match source {
        DynamicImage::ImageLuma8(gray) => DynamicImage::ImageLuma8(resize_gray(gray, width, height)),
        DynamicImage::ImageRgb8(rgb) if rgb.dimensions() == (width, height) => source.clone(),
        DynamicImage::ImageRgb8(rgb) => {
            let bytes = scaled::<U8x3>(rgb.as_raw(), rgb.dimensions(), (width, height));
            DynamicImage::ImageRgb8(RgbImage::from_raw(width, height, bytes).unwrap_or_default())
        }
        other => resize(&DynamicImage::ImageRgb8(other.to_rgb8()), width, height),
    }
}

/// A frame at no more than [`PROXY_DPI`], square pixels.
pub(crate) struct Proxy {
    pub image: DynamicImage,
    /// Dots per inch of `image`.
    pub dpi: f64,
    /// Proxy pixels → source pixels.
    pub to_source: Transform,
}

impl Proxy {
    /// `dpi`: resolution of the source, horizontal and vertical.
    pub fn new(source: &DynamicImage, dpi: [f64; 2]) -> Proxy {
        let target = PROXY_DPI.min(dpi[0].max(dpi[1]));
        let side = |pixels: u32, dpi: f64| ((f64::from(pixels) * target / dpi).round() as u32).clamp(1, 12_000);
        let (width, height) = (side(source.width(), dpi[0]), side(source.height(), dpi[1]));
        Proxy {
            image: resize(source, width, height),
            dpi: target,
            to_source: Transform::scale(
                f64::from(source.width()) / f64::from(width),
                f64::from(source.height()) / f64::from(height),
            ),
        }
    }
}

/// Luma of either kind of picture (ITU-R BT.601 weights: what scanners' grey is).
pub(crate) fn luma(image: &DynamicImage) -> GrayImage {
    match image {
        DynamicImage::ImageLuma8(gray) => gray.clone(),
        DynamicImage::ImageRgb8(rgb) => {
            let bytes = rgb.as_raw().chunks_exact(3).map(|p| grey_of(p[0], p[1], p[2])).collect();
            GrayImage::from_raw(rgb.width(), rgb.height(), bytes).unwrap_or_default()
        }
        other => other.to_luma8(),
    }
}

#[inline]
pub(crate) fn grey_of(r: u8, g: u8, b: u8) -> u8 {
    ((77 * u32::from(r) + 150 * u32::from(g) + 29 * u32::from(b) + 128) >> 8) as u8
}
