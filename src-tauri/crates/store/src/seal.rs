//! The profile's key and what is derived from it, and the sealed form of a blob.
//!
//! A sealed file is `MAGIC`, then the content in chunks of [`CHUNK`] bytes (the last one shorter, possibly empty), each
//! under XChaCha20-Poly1305 with the blob's own random key. A chunk's nonce is its index and a flag that marks the last
//! one (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015): chunks cannot be swapped, dropped or
//! cut off unnoticed, and any of them can be read alone. A nonce never repeats, since a key seals one file once.

use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::AeadInPlace};
use dossier::Digest;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use crate::BlobName;

/// Plain bytes per chunk.
pub(crate) const CHUNK: usize = 64 * 1024;
/// Bytes the seal adds to a chunk.
pub(crate) const TAG: usize = 16;
/// First bytes of every sealed file: format and its version.
pub(crate) const MAGIC: &[u8; 8] = b"HOSOBLB1";
/// Bytes of a wrapped key: nonce, key, tag.
const WRAPPED: usize = 24 + 32 + TAG;

/// The seal is broken: a wrong key, or altered bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Broken;

pub(crate) fn random<const N: usize>() -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| std::io::Error::other(error.to_string()))?;
    Ok(bytes)
}

fn hmac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    // `new` of the KeyInit trait takes exactly a block; HMAC accepts any length, so this never fails.
    let mut mac = match <Hmac<Sha256> as Mac>::new_from_slice(key) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes keys of any length"),
    };
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// The 256-bit key of a profile. Everything else is derived from it, one key per purpose.
pub(crate) struct ProfileKey(Zeroizing<[u8; 32]>);

impl ProfileKey {
    pub(crate) fn generate() -> std::io::Result<Self> {
        Ok(Self(Zeroizing::new(random()?)))
    }

    /// From the text of a key file; `None` unless it is 64 hexadecimal digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text.trim_end(), bytes.as_mut_slice()).ok()?;
        Some(Self(bytes))
    }

    pub(crate) fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.0.as_slice()))
    }

    fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(hmac(&self.0, purpose.as_bytes()))
    }

    /// SQLCipher's raw key in its own notation, `"x'…'"`.
    pub(crate) fn database_pragma(&self) -> Zeroizing<String> {
        let key = Zeroizing::new(hex::encode(self.derive("hoso/database/1").as_slice()));
        Zeroizing::new(format!("\"x'{}'\"", key.as_str()))
    }

    pub(crate) fn blob_keys(&self) -> BlobKeys {
        BlobKeys { wrap: self.derive("hoso/blob-wrap/1"), name: self.derive("hoso/blob-name/1") }
    }
}

/// The keys that name blobs and wrap their keys.
pub(crate) struct BlobKeys {
    wrap: Zeroizing<[u8; 32]>,
    name: Zeroizing<[u8; 32]>,
}

impl BlobKeys {
    pub(crate) fn name(&self, content: &Digest) -> BlobName {
        BlobName(hmac(&self.name, &content.0))
    }

    /// The blob's key as it stands in its row: bound to the blob's name, so that rows cannot be exchanged.
    pub(crate) fn wrap(&self, key: &BlobKey, name: &BlobName) -> std::io::Result<Vec<u8>> {
        let nonce: [u8; 24] = random()?;
        let mut sealed = key.0.to_vec();
        XChaCha20Poly1305::new(self.wrap.as_slice().into())
            .encrypt_in_place(XNonce::from_slice(&nonce), &name.0, &mut sealed)
            .map_err(|_| std::io::Error::other("sealing failed"))?;
        let mut wrapped = nonce.to_vec();
        wrapped.append(&mut sealed);
        Ok(wrapped)
    }

    pub(crate) fn unwrap(&self, wrapped: &[u8], name: &BlobName) -> Result<BlobKey, Broken> {
        if wrapped.len() != WRAPPED {
            return Err(Broken);
        }
        let (nonce, sealed) = wrapped.split_at(24);
        let mut plain = sealed.to_vec();
        XChaCha20Poly1305::new(self.wrap.as_slice().into())
            .decrypt_in_place(XNonce::from_slice(nonce), &name.0, &mut plain)
            .map_err(|_| Broken)?;
        let key = <[u8; 32]>::try_from(plain.as_slice()).map_err(|_| Broken)?;
        plain.zeroize();
        Ok(BlobKey(Zeroizing::new(key)))
    }
}

/// The key of one blob.
#[derive(Clone)]
pub(crate) struct BlobKey(Zeroizing<[u8; 32]>);

impl BlobKey {
    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    pub(crate) fn generate() -> std::io::Result<Self> {
        Ok(Self(Zeroizing::new(random()?)))
    }

    fn nonce(index: u64, last: bool) -> XNonce {
        let mut nonce = [0; 24];
        nonce[..8].copy_from_slice(&index.to_le_bytes());
        nonce[8] = u8::from(last);
        nonce.into()
    }

    pub(crate) fn seal(&self, index: u64, last: bool, chunk: &mut Vec<u8>) -> std::io::Result<()> {
        XChaCha20Poly1305::new(self.0.as_slice().into())
            .encrypt_in_place(&Self::nonce(index, last), MAGIC, chunk)
            .map_err(|_| std::io::Error::other("sealing failed"))
    }

    pub(crate) fn open(&self, index: u64, last: bool, chunk: &mut Vec<u8>) -> Result<(), Broken> {
        XChaCha20Poly1305::new(self.0.as_slice().into())
            .decrypt_in_place(&Self::nonce(index, last), MAGIC, chunk)
            .map_err(|_| Broken)
    }
}

/// Bytes of the sealed file for `size` plain bytes.
pub(crate) fn sealed_len(size: u64) -> u64 {
    MAGIC.len() as u64 + size + chunks(size) * TAG as u64
}

/// How many chunks hold `size` bytes: at least one, so that an empty content has a last chunk too.
pub(crate) fn chunks(size: u64) -> u64 {
    size.div_ceil(CHUNK as u64).max(1)
}

/// Where chunk `index` starts in the sealed file.
pub(crate) fn chunk_start(index: u64) -> u64 {
    MAGIC.len() as u64 + index * (CHUNK + TAG) as u64
}

/// Sealed length of chunk `index` of a content of `size` bytes.
pub(crate) fn chunk_len(index: u64, size: u64) -> usize {
    let before = index * CHUNK as u64;
    (size.saturating_sub(before)).min(CHUNK as u64) as usize + TAG
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_unwrapped_only_for_the_name_it_was_wrapped_for() {
        let keys = ProfileKey::generate().unwrap().blob_keys();
        let (name, other) = (BlobName([1; 32]), BlobName([2; 32]));
        let key = BlobKey::generate().unwrap();
        let wrapped = keys.wrap(&key, &name).unwrap();
        assert_eq!(keys.unwrap(&wrapped, &name).unwrap().0, key.0);
        assert!(keys.unwrap(&wrapped, &other).is_err());
        assert!(keys.unwrap(&wrapped[1..], &name).is_err());
        assert!(ProfileKey::generate().unwrap().blob_keys().unwrap(&wrapped, &name).is_err());
    }

    #[test]
    fn a_chunk_opens_only_in_its_place() {
        let key = BlobKey::generate().unwrap();
        let mut sealed = b"words".to_vec();
        key.seal(3, false, &mut sealed).unwrap();
        for (index, last, opens) in [(3, false, true), (3, true, false), (2, false, false)] {
            let mut chunk = sealed.clone();
            assert_eq!(key.open(index, last, &mut chunk).is_ok(), opens);
            assert_eq!(chunk == b"words", opens);
        }
    }

    #[test]
    fn lengths_agree() {
        for size in [0, 1, CHUNK as u64 - 1, CHUNK as u64, CHUNK as u64 + 1, 3 * CHUNK as u64] {
            let last = chunks(size) - 1;
            assert_eq!(chunk_start(last) + chunk_len(last, size) as u64, sealed_len(size), "{size}");
        }
    }

    #[test]
    fn key_text_reads_back_and_nothing_else_does() {
        let key = ProfileKey::generate().unwrap();
        assert_eq!(ProfileKey::parse(&format!("{}\n", key.text().as_str())).unwrap().0, key.0);
        assert!(ProfileKey::parse("").is_none() && ProfileKey::parse("00").is_none());
        assert_ne!(key.database_pragma().as_str(), format!("\"x'{}'\"", key.text().as_str()));
    }
}
