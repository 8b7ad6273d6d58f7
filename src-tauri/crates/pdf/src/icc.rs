//! The sRGB profiles that PDF/A's output intent needs, computed here from the published numbers of IEC 61966-2-1: version 4.3
//! (ICC.1:2010) for PDF/A-2, version 2.1 (ICC.1:2001-04) for PDF/A-1, which allows nothing newer.

/// Colorants of sRGB adapted to D50 by the Bradford transform: red, green, blue.
const COLORANTS: [[f64; 3]; 3] =
    [[0.43607, 0.22249, 0.01392], [0.38515, 0.71687, 0.09708], [0.14307, 0.06061, 0.71410]];
/// The profile connection space's white.
const D50: [f64; 3] = [0.9642, 1.0, 0.8249];
/// The Bradford adaptation from D65 to D50, by rows.
const ADAPTATION: [f64; 9] = [1.04788, 0.02292, -0.05020, 0.02959, 0.99048, -0.01706, -0.00923, 0.01508, 0.75168];
const DESCRIPTION: &str = "sRGB IEC61966-2.1";
const RIGHTS: &str = "CC0";

/// The ICC version a profile is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IccVersion {
    V2,
    V4,
}

/// An sRGB display profile: three colorants and one tone curve.
pub(crate) fn srgb(version: IccVersion) -> Vec<u8> {
    let mut tags: Vec<([u8; 4], Vec<u8>)> = vec![
        (*b"wtpt", xyz(D50)),
        (*b"rXYZ", xyz(COLORANTS[0])),
        (*b"gXYZ", xyz(COLORANTS[1])),
        (*b"bXYZ", xyz(COLORANTS[2])),
    ];
    match version {
        IccVersion::V4 => {
            tags.push((*b"desc", multi_localized(DESCRIPTION)));
            tags.push((*b"cprt", multi_localized(RIGHTS)));
            tags.push((*b"chad", element(b"sf32", ADAPTATION.into_iter().flat_map(s15f16))));
        }
        IccVersion::V2 => {
            tags.push((*b"desc", text_description(DESCRIPTION)));
            tags.push((*b"cprt", element(b"text", RIGHTS.bytes().chain([0]))));
        }
    }
    let curve = match version {
        IccVersion::V4 => parametric_curve(),
        IccVersion::V2 => sampled_curve(),
    };
    assemble(version, &tags, &curve)
}

/// Header (128 bytes), tag table, data; the three curve tags share one element, as the specification allows.
fn assemble(version: IccVersion, tags: &[([u8; 4], Vec<u8>)], curve: &[u8]) -> Vec<u8> {
    let count = tags.len() + 3;
    let mut table = (count as u32).to_be_bytes().to_vec();
    let mut data = Vec::new();
    let start = 128 + 4 + 12 * count;
    let mut entry = |tag: &[u8; 4], at: usize, length: usize| {
        table.extend_from_slice(tag);
        table.extend(((start + at) as u32).to_be_bytes());
        table.extend((length as u32).to_be_bytes());
    };
    for (tag, bytes) in tags {
        entry(tag, data.len(), bytes.len());
        data.extend_from_slice(bytes);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    for tag in [b"rTRC", b"gTRC", b"bTRC"] {
        entry(tag, data.len(), curve.len());
    }
    data.extend_from_slice(curve);
    data.resize(data.len().next_multiple_of(4), 0);

    let mut profile = ((start + data.len()) as u32).to_be_bytes().to_vec();
    profile.extend([0; 4]);
    profile.extend(match version {
        IccVersion::V2 => [2, 0x10, 0, 0],
        IccVersion::V4 => [4, 0x30, 0, 0],
    });
    profile.extend(b"mntrRGB XYZ ");
    // A fixed day: the same profile is in every file.
    profile.extend([2026_u16, 1, 1, 0, 0, 0].into_iter().flat_map(u16::to_be_bytes));
    profile.extend(b"acsp");
    profile.extend([0; 28]); // platform, flags, device, attributes, perceptual intent
    profile.extend(D50.into_iter().flat_map(s15f16));
    profile.resize(128, 0);
    profile.extend(table);
    profile.extend(data);
    profile
}

fn s15f16(number: f64) -> [u8; 4] {
    ((number * 65536.0).round() as i32).to_be_bytes()
}

/// A tag's element: its type, four reserved bytes, its content.
fn element(kind: &[u8; 4], content: impl IntoIterator<Item = u8>) -> Vec<u8> {
    kind.iter().copied().chain([0; 4]).chain(content).collect()
}

fn xyz(values: [f64; 3]) -> Vec<u8> {
    element(b"XYZ ", values.into_iter().flat_map(s15f16))
}

fn multi_localized(text: &str) -> Vec<u8> {
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut content = [1_u32, 12].into_iter().flat_map(u32::to_be_bytes).collect::<Vec<u8>>();
    content.extend(b"enUS");
    content.extend([utf16.len() as u32, 28].into_iter().flat_map(u32::to_be_bytes));
    content.extend(utf16);
    element(b"mluc", content)
}

/// ASCII text; the Unicode and Macintosh parts, required to be there, are empty.
fn text_description(text: &str) -> Vec<u8> {
    let mut content = (text.len() as u32 + 1).to_be_bytes().to_vec();
    content.extend(text.bytes().chain([0]));
    content.extend([0; 4 + 4 + 2 + 1 + 67]);
    element(b"desc", content)
}

/// IEC 61966-2-1: a power of 2.4 with an offset, and a straight piece near black.
fn parametric_curve() -> Vec<u8> {
    let parameters = [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045];
    element(b"para", [0, 3, 0, 0].into_iter().chain(parameters.into_iter().flat_map(s15f16)))
}

fn sampled_curve() -> Vec<u8> {
    const SAMPLES: u32 = 1024;
    let sample = |index: u32| {
        let encoded = f64::from(index) / f64::from(SAMPLES - 1);
        let linear = match encoded <= 0.04045 {
            true => encoded / 12.92,
            false => ((encoded + 0.055) / 1.055).powf(2.4),
        };
        (linear * 65535.0).round() as u16
    };
    let samples = (0..SAMPLES).flat_map(|index| sample(index).to_be_bytes());
    element(b"curv", SAMPLES.to_be_bytes().into_iter().chain(samples))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colorants_add_up_to_the_white_point() {
        for axis in 0..3 {
            let sum: f64 = COLORANTS.iter().map(|colorant| colorant[axis]).sum();
            assert!((sum - D50[axis]).abs() < 2e-4, "axis {axis}: {sum}");
        }
    }

    #[test]
    fn sizes_and_offsets_are_consistent() {
        for (version, major) in [(IccVersion::V2, 2), (IccVersion::V4, 4)] {
            let profile = srgb(version);
            let number = |at: usize| u32::from_be_bytes(profile[at..at + 4].try_into().unwrap()) as usize;
            assert_eq!(number(0), profile.len());
            assert_eq!(profile[8], major);
            assert_eq!(&profile[36..40], b"acsp");
            for index in 0..number(128) {
                let entry = 132 + 12 * index;
                assert!(number(entry + 4) % 4 == 0 && number(entry + 4) + number(entry + 8) <= profile.len());
            }
        }
    }
}
