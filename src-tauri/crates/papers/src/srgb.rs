//! The ICC profile of sRGB (IEC 61966-2-1) that a PDF/A names as its output intent, built from the standard's numbers
//! after ICC.1:2004-10 (profile version 4.2).

/// The white of the profile connection space, and sRGB's primaries adapted to it, as CIE XYZ.
const D50: [f64; 3] = [0.9642, 1.0, 0.8249];
const RED: [f64; 3] = [0.436_065_67, 0.222_488_4, 0.013_916_02];
const GREEN: [f64; 3] = [0.385_147_1, 0.716_873_2, 0.097_076_42];
const BLUE: [f64; 3] = [0.143_066_41, 0.060_607_91, 0.714_096_07];

/// The profile's bytes.
pub fn profile() -> Vec<u8> {
    let tags: [(&[u8; 4], Vec<u8>); 10] = [
        (b"desc", localized("sRGB IEC61966-2.1")),
        (b"cprt", localized("CC0 1.0")),
        // PCS-relative: an ICC v4 display's white is the PCS's own, D50.
        (b"wtpt", xyz(D50)),
        (b"chad", adaptation()),
        (b"rXYZ", xyz(RED)),
        (b"gXYZ", xyz(GREEN)),
        (b"bXYZ", xyz(BLUE)),
        (b"rTRC", curve()),
        (b"gTRC", curve()),
        (b"bTRC", curve()),
    ];
    let mut directory = (tags.len() as u32).to_be_bytes().to_vec();
    let mut data = Vec::new();
    let start = 128 + 4 + 12 * tags.len();
    let mut last: Option<(Vec<u8>, u32)> = None;
    for (name, bytes) in tags {
        // The three curves are one and the same element.
        let offset = match &last {
            Some((same, offset)) if *same == bytes => *offset,
            _ => {
                let offset = (start + data.len()) as u32;
                data.extend(&bytes);
                data.resize(data.len().next_multiple_of(4), 0);
                offset
            }
        };
        directory.extend(name);
        directory.extend(offset.to_be_bytes());
        directory.extend((bytes.len() as u32).to_be_bytes());
        last = Some((bytes, offset));
    }
    let mut out = header((start + data.len()) as u32);
    out.extend(directory);
    out.extend(data);
    out
}

fn header(size: u32) -> Vec<u8> {
    let mut out = vec![0; 128];
    let mut put = |at: usize, bytes: &[u8]| out.iter_mut().skip(at).zip(bytes).for_each(|(to, from)| *to = *from);
    put(0, &size.to_be_bytes());
    put(8, &[4, 0x20, 0, 0]);
    put(12, b"mntrRGB XYZ ");
    // 1 January 2026: a fixed date, so that the same paper is the same bytes.
    put(24, &[0x07, 0xEA, 0, 1, 0, 1]);
    put(36, b"acsp");
    // Illuminant of the PCS: D50.
    put(68, &D50.map(fixed).concat());
    out
}

/// s15Fixed16Number.
fn fixed(value: f64) -> [u8; 4] {
    ((value * 65536.0).round() as i32).to_be_bytes()
}

fn xyz(values: [f64; 3]) -> Vec<u8> {
    [b"XYZ \0\0\0\0".as_slice(), &values.map(fixed).concat()].concat()
}

/// Bradford adaptation from D65 to D50.
fn adaptation() -> Vec<u8> {
    let matrix = [
        1.047_882_08,
        0.022_918_7,
        -0.050_201_42,
        0.029_586_79,
        0.990_478_52,
        -0.017_059_33,
        -0.009_231_57,
        0.015_075_68,
        0.751_678_47,
    ];
    [b"sf32\0\0\0\0".as_slice(), &matrix.map(fixed).concat()].concat()
}

/// parametricCurveType 3: `(a·x + b)^g` from `d` on, `c·x` below.
fn curve() -> Vec<u8> {
    let [g, a, b, c, d] = [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.040_45];
    [b"para\0\0\0\0\0\x03\0\0".as_slice(), &[g, a, b, c, d].map(fixed).concat()].concat()
}

/// multiLocalizedUnicodeType with one English record.
fn localized(text: &str) -> Vec<u8> {
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut out = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS".to_vec();
    out.extend((utf16.len() as u32).to_be_bytes());
    out.extend(28_u32.to_be_bytes());
    out.extend(utf16);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_points_at_whole_elements() {
        let profile = profile();
        let word = |at: usize| {
            profile.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_be_bytes).unwrap_or_default() as usize
        };
        assert_eq!(word(0), profile.len());
        assert_eq!(profile.len() % 4, 0);
        assert_eq!(profile.get(36..40), Some(b"acsp".as_slice()));
        let count = word(128);
        assert_eq!(count, 10);
        for tag in 0..count {
            let (offset, size) = (word(132 + 12 * tag + 4), word(132 + 12 * tag + 8));
            let kind = profile.get(offset..offset + 4).unwrap_or_default();
            assert!([b"mluc", b"XYZ ", b"sf32", b"para"].iter().any(|k| k.as_slice() == kind), "tag {tag}: {kind:?}");
            assert!(offset % 4 == 0 && offset + size <= profile.len(), "tag {tag}");
        }
    }

    #[test]
    fn the_primaries_add_up_to_the_white_point() {
        for (((red, green), blue), white) in RED.iter().zip(GREEN).zip(BLUE).zip(D50) {
            assert!((red + green + blue - white).abs() < 0.0005, "{red} {green} {blue} {white}");
        }
    }
}
