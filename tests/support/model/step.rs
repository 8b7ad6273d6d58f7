//! What a client may ask of a hub, in any order, and what may happen to the hub meanwhile.

use proptest::prelude::*;
use wire::Code;

/// The largest file there may be, and for how many days nobody goes on with an upload before it is gone.
pub const MOST: u64 = 40;
pub const DAYS: u64 = 30;

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    #[default]
    Receiving,
    Complete,
    Gone,
}

/// What is told of an upload after a step: which one, how many bytes of it are durable, whether it is complete.
pub type Told = Result<(usize, u64, bool), Code>;

/// One thing that is done.
#[derive(Debug, Clone)]
pub enum Step {
    Create(Make),
    /// To the upload of this number, so far from its true offset.
    Append {
        upload: usize,
        off: i8,
        body: Body,
        declare: Option<u64>,
    },
    Head(usize),
    Delete(usize),
    Join {
        parts: Vec<usize>,
        key: Option<u8>,
    },
    Submit {
        id: u8,
        dossier: u8,
        files: Vec<Content>,
    },
    /// So many days pass.
    Wait(u8),
    /// What has expired is removed.
    Sweep,
    /// The hub ends, and starts again over what it has.
    Restart,
}

/// A creation.
#[derive(Debug, Clone)]
pub struct Make {
    /// None: it is told later.
    pub length: Option<u64>,
    pub partial: bool,
    /// What the whole file is announced to be.
    pub expected: Option<Content>,
    pub key: Option<u8>,
}

/// What comes with an append.
#[derive(Debug, Clone)]
pub struct Body {
    /// The bytes, from the offset on.
    pub bytes: Vec<u8>,
    /// They come in two pieces, of which the first has so many bytes.
    pub first: usize,
    /// The connection breaks after them.
    pub broken: bool,
    /// The request says how many they are.
    pub told: bool,
    pub checksum: Checksum,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksum {
    None,
    Right,
    Wrong,
}

/// The bytes of a file: few lengths and few bytes, so that the same content comes twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content(pub u8, pub u8);

impl Content {
    pub fn content(self) -> Vec<u8> {
        vec![b'a' + self.0; self.1.into()]
    }
}

impl Body {
    /// As they arrive; none of them empty.
    pub fn pieces(&self) -> Vec<&[u8]> {
        let (first, second) = self.bytes.split_at(self.first.min(self.bytes.len()));
        [first, second].into_iter().filter(|piece| !piece.is_empty()).collect()
    }
}

fn content() -> impl Strategy<Value = Content> {
    (0..2_u8, 1..7_u8).prop_map(|(letter, length)| Content(letter, length))
}

fn make() -> impl Strategy<Value = Make> {
    let length = prop_oneof![1 => Just(None), 8 => (0..7_u64).prop_map(Some), 1 => (38..44_u64).prop_map(Some)];
    let expected = prop_oneof![3 => Just(None), 2 => content().prop_map(Some)];
    let made = (length, any::<bool>(), expected, proptest::option::of(0..6_u8), any::<bool>());
    made.prop_map(|(length, partial, expected, key, fits)| {
        // Half of those that are announced can be what they are announced to be.
        let length = if fits { expected.map_or(length, |content| Some(content.1.into())) } else { length };
        Make { length, partial, expected, key }
    })
}

fn body() -> impl Strategy<Value = Body> {
    let checksum = prop_oneof![4 => Just(Checksum::None), 3 => Just(Checksum::Right), 1 => Just(Checksum::Wrong)];
    let bytes = prop_oneof![8 => (0..2_u8, 0..7_u8), 1 => (0..2_u8, 30..45_u8)];
    (bytes, 0..7_usize, proptest::bool::weighted(0.15), any::<bool>(), checksum).prop_map(
        |((letter, length), first, broken, told, checksum)| Body {
            bytes: Content(letter, length).content(),
            first,
            broken,
            told,
            checksum,
        },
    )
}

/// Any step; `uploads` are counted from the newest, of which there may be fewer.
pub fn step() -> impl Strategy<Value = Step> {
    let upload = || prop_oneof![6 => 0..4_usize, 1 => 0..40_usize];
    let declare = prop_oneof![6 => Just(None), 1 => (0..9_u64).prop_map(Some), 1 => (38..44_u64).prop_map(Some)];
    let off = prop_oneof![8 => Just(0_i8), 1 => -3..4_i8];
    let append = (upload(), off, body(), declare);
    prop_oneof![
        8 => make().prop_map(Step::Create),
        16 => append.prop_map(|(upload, off, body, declare)| Step::Append { upload, off, body, declare }),
        4 => upload().prop_map(Step::Head),
        1 => upload().prop_map(Step::Delete),
        3 => (proptest::collection::vec(upload(), 0..4), proptest::option::of(0..6_u8))
            .prop_map(|(parts, key)| Step::Join { parts, key }),
        3 => (0..40_u8, 0..20_u8, proptest::collection::vec(content(), 0..3))
            .prop_map(|(id, dossier, files)| Step::Submit { id, dossier, files }),
        1 => (0..20_u8).prop_map(Step::Wait),
        1 => Just(Step::Sweep),
        1 => Just(Step::Restart),
    ]
}
