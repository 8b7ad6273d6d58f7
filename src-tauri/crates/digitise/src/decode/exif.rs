//! The two things needed of an EXIF block: which way is up, and the resolution.

use super::{Cursor, believable};

/// Orientation (tag 274) and resolution (tags 282, 283, 296) of the first directory.
pub(super) struct Exif {
    pub orientation: u8,
    pub dpi: Option<[f32; 2]>,
}

/// Reads a TIFF-structured block: what follows `Exif\0\0` in a JPEG's APP1, or a PNG's eXIf chunk. Damage is no information.
pub(super) fn read(block: &[u8]) -> Option<Exif> {
    let cursor = Cursor {
        bytes: block,
        big_endian: match block.get(..2)? {
            b"II" => false,
            b"MM" => true,
            _ => return None,
        },
    };
    let directory = cursor.u32(4)? as usize;
    let (mut orientation, mut resolution, mut unit) = (1, [None, None], 2);
    for n in 0..usize::from(cursor.u16(directory)?) {
        let entry = directory.checked_add(2 + 12 * n)?;
        let Some(tag) = cursor.u16(entry) else { break };
        match tag {
            274 => orientation = cursor.u16(entry + 8)?,
            282 | 283 => {
                let at = cursor.u32(entry + 8)? as usize;
                let (over, under) = (cursor.u32(at), cursor.u32(at.checked_add(4)?));
                resolution[usize::from(tag - 282)] = over.zip(under).map(|(a, b)| a as f32 / b as f32);
            }
            296 => unit = cursor.u16(entry + 8)?,
            _ => {}
        }
    }
    let inch = match unit {
        2 => Some(1.0),
        3 => Some(2.54),
        _ => None,
    };
    let dpi = match (resolution, inch) {
        ([Some(x), Some(y)], Some(inch)) => believable([x * inch, y * inch]),
        _ => None,
    };
    Some(Exif { orientation: u8::try_from(orientation).unwrap_or(1), dpi })
}
