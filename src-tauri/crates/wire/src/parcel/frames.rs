//! A stream sealed to one reader, in frames that are opened in their order only, the last of them known as such: what is missing at the
//! end, changed, exchanged or added is found, and neither side holds more than one frame.
//!
//! A frame is its length with the mark of the last one (4 bytes, covered by the seal), and that many sealed bytes.

use std::io::{self, Read, Write};

use dossier::Digest;
use hpke::{
    Deserializable as _, Kem, OpModeR, OpModeS, Serializable as _,
    aead::{AeadCtxR, AeadCtxS, ChaCha20Poly1305},
    kdf::HkdfSha256,
    kem::X25519HkdfSha256,
    rand_core::{TryCryptoRng, TryRng},
    setup_receiver, setup_sender_with_rng,
};

use super::ParcelError;
use crate::{PublicKey, key::OpeningKey};

type Suite = X25519HkdfSha256;
type Sender = AeadCtxS<ChaCha20Poly1305, HkdfSha256, Suite>;
type Receiver = AeadCtxR<ChaCha20Poly1305, HkdfSha256, Suite>;

/// The most bytes in one frame, before sealing.
pub const FRAME: usize = 64 << 10;
/// What sealing adds: the tag of ChaCha20-Poly1305.
const TAG: usize = 16;
/// The mark of the last frame, in its length.
const LAST: u32 = 1 << 31;
/// The length of an encapsulated key.
const ENCAPSULATED: usize = 32;

/// Separates these seals from any others by the same key.
const INFO: &[u8] = b"hoso/parcel/1\n";

/// Writes frames. Without [`Sealing::finish`] there is no last one, and nobody takes the stream for whole.
pub struct Sealing<W> {
    out: W,
    context: Sender,
    /// What waits for its frame.
    frame: Vec<u8>,
}

impl<W: Write> Sealing<W> {
    /// Begins a stream to the holder of this key, bound to `before`, the bytes in clear before it. `chance`: 32 fresh random bytes.
    pub fn begin(mut out: W, to: &PublicKey, before: &[u8], chance: &[u8; 32]) -> io::Result<Self> {
        let failed = |error: hpke::HpkeError| io::Error::other(error.to_string());
        let key = <Suite as Kem>::PublicKey::from_bytes(&to.to_montgomery()).map_err(failed)?;
        let (info, mut chance) = ([INFO, before].concat(), Chance { seed: *chance, drawn: 0 });
        let (encapsulated, context): (<Suite as Kem>::EncappedKey, Sender) =
            setup_sender_with_rng(&OpModeS::Base, &key, &info, &mut chance).map_err(failed)?;
        out.write_all(&encapsulated.to_bytes())?;
        Ok(Self { out, context, frame: Vec::with_capacity(FRAME) })
    }

    /// Writes the last frame; gives what was written to.
    pub fn finish(mut self) -> io::Result<W> {
        self.seal(LAST)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn seal(&mut self, mark: u32) -> io::Result<()> {
        let length = u32::try_from(self.frame.len() + TAG).map_err(io::Error::other)?;
        let head = (length | mark).to_be_bytes();
        let sealed = self.context.seal(&self.frame, &head).map_err(|error| io::Error::other(error.to_string()))?;
        self.out.write_all(&head)?;
        self.out.write_all(&sealed)?;
        self.frame.clear();
        Ok(())
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.frame.len() == FRAME {
            self.seal(0)?;
        }
        let taken = bytes.len().min(FRAME - self.frame.len());
        self.frame.extend(bytes.iter().take(taken));
        Ok(taken)
    }

    /// What is in no frame yet stays so: only whole frames leave before the end.
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Reads frames. Its end is the end of the last frame, behind which nothing may stand.
pub struct Opening<R> {
    input: R,
    context: Receiver,
    frame: Vec<u8>,
    /// How much of the frame was given.
    given: usize,
    ended: bool,
}

impl<R: Read> Opening<R> {
    /// Begins to read a stream that was bound to `before`.
    pub fn begin(mut input: R, key: &OpeningKey, before: &[u8]) -> Result<Self, ParcelError> {
        let damaged = |_| ParcelError::Damaged;
        let mut encapsulated = [0; ENCAPSULATED];
        input.read_exact(&mut encapsulated)?;
        let encapsulated = <Suite as Kem>::EncappedKey::from_bytes(&encapsulated).map_err(damaged)?;
        let key = <Suite as Kem>::PrivateKey::from_bytes(key.bytes()).map_err(damaged)?;
        let info = [INFO, before].concat();
        let context = setup_receiver(&OpModeR::Base, &key, &encapsulated, &info).map_err(damaged)?;
        Ok(Self { input, context, frame: Vec::new(), given: 0, ended: false })
    }

    /// Fills `bytes` from its beginning, as far as the stream reaches; gives how far. Less than asked for is the end.
    pub fn read(&mut self, bytes: &mut [u8]) -> Result<usize, ParcelError> {
        let mut filled = 0;
        while filled < bytes.len() {
            if self.given == self.frame.len() && !self.next()? {
                break;
            }
            let (from, into) = (self.frame.get(self.given..), bytes.get_mut(filled..));
            let (from, into) = (from.unwrap_or_default(), into.unwrap_or_default());
            let taken = from.len().min(into.len());
            into.iter_mut().zip(from).for_each(|(into, from)| *into = *from);
            self.given += taken;
            filled += taken;
        }
        Ok(filled)
    }

    /// Fills `bytes` wholly.
    pub fn read_all(&mut self, bytes: &mut [u8]) -> Result<(), ParcelError> {
        if self.read(bytes)? == bytes.len() { Ok(()) } else { Err(ParcelError::Damaged) }
    }

    /// Opens the next frame; false when there is none after the last.
    fn next(&mut self) -> Result<bool, ParcelError> {
        if self.ended {
            return Ok(false);
        }
        let mut head = [0; 4];
        self.input.read_exact(&mut head)?;
        let word = u32::from_be_bytes(head);
        let length = (word & !LAST) as usize;
        // A frame with nothing in it has its place at the end only.
        if !(TAG..=FRAME + TAG).contains(&length) || (length == TAG && word & LAST == 0) {
            return Err(ParcelError::Damaged);
        }
        let mut sealed = vec![0; length];
        self.input.read_exact(&mut sealed)?;
        self.frame = self.context.open(&sealed, &head).map_err(|_| ParcelError::Damaged)?;
        self.given = 0;
        self.ended = word & LAST != 0;
        if self.ended {
            let mut more = [0; 1];
            match self.input.read(&mut more) {
                Ok(0) => {}
                Ok(_) => return Err(ParcelError::Damaged),
                Err(error) => return Err(ParcelError::Read(error)),
            }
        }
        Ok(true)
    }
}

/// The randomness that was passed in, drawn out as far as the library asks for.
struct Chance {
    seed: [u8; 32],
    drawn: u64,
}

impl TryRng for Chance {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        for chunk in bytes.chunks_mut(32) {
            let drawn = Digest::of(&[INFO, &self.seed, &self.drawn.to_be_bytes()].concat());
            chunk.iter_mut().zip(drawn.0).for_each(|(into, from)| *into = from);
            self.drawn += 1;
        }
        Ok(())
    }
}

impl TryCryptoRng for Chance {}
