use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::{frames::Sealing, *};
use crate::{
    Problem, SigningKey, Submission,
    enrol::{DeviceToken, Distrust},
    limits::Limits,
    manifest::tests::submission,
    problem::Code,
    receipt::Statement,
};
use dossier::SubmissionId;

fn hub() -> (HubId, SigningKey) {
    (HubId(Uuid::from_u128(7)), SigningKey::from_seed(&[1; 32]))
}

fn token() -> DeviceToken {
    DeviceToken::from_random([9; 32])
}

fn header(submissions: u32, bytes: u64) -> Header {
    let (hub_id, key) = hub();
    let made_at = Timestamp::from_unix_ms(0).unwrap();
    let parcel = ParcelId(Uuid::from_u128(5));
    Header { version: VERSION, parcel, hub_id, key: key.public().fingerprint(), made_at, submissions, bytes }
}

/// A parcel of these submissions, each with the files it names; a file is given once.
fn pack(submissions: &[(Submission, Vec<&[u8]>)]) -> Vec<u8> {
    pack_by(&[4; 32], submissions)
}

fn pack_by(chance: &[u8; 32], submissions: &[(Submission, Vec<&[u8]>)]) -> Vec<u8> {
    let distinct: std::collections::BTreeSet<&[u8]> = submissions.iter().flat_map(|(_, files)| files.clone()).collect();
    let bytes = distinct.iter().map(|file| file.len() as u64).sum();
    let header = header(submissions.len() as u32, bytes);
    let mut packer = Packer::begin(Vec::new(), header, &hub().1.public(), &token(), chance).unwrap();
    for (submission, files) in submissions {
        for file in files {
            let sha256 = Digest::of(file);
            if !packer.has(&sha256) {
                packer.file(sha256, file.len() as u64, *file, |_| Ok(())).unwrap();
            }
        }
        let body = serde_json::to_vec(submission).unwrap();
        packer.submission(submission.manifest.submission, &body).unwrap();
    }
    packer.finish().unwrap()
}

#[derive(Debug, PartialEq)]
enum Found {
    File(Vec<u8>),
    Submission(SubmissionId, Vec<u8>),
}

fn unpack(parcel: &[u8], limits: &Limits) -> Result<Vec<Found>, ParcelError> {
    let (id, key) = hub();
    let mut unpacker = Unpacker::open(parcel, id, &key.public(), &key.opening(), limits)?;
    assert_eq!(*unpacker.sender(), token());
    let mut found = Vec::new();
    while let Some(record) = unpacker.record()? {
        found.push(match record {
            Record::Submission { id, body } => Found::Submission(id, body),
            Record::File { size, .. } => {
                let mut content = Vec::new();
                let mut buffer = [0; 1000];
                loop {
                    match unpacker.read(&mut buffer)? {
                        0 => break,
                        read => content.extend_from_slice(&buffer[..read]),
                    }
                }
                assert_eq!(content.len() as u64, size);
                Found::File(content)
            }
        });
    }
    Ok(found)
}

/// Two submissions that share a file.
fn small() -> Vec<u8> {
    let mut second = submission();
    second.manifest.submission = SubmissionId(Uuid::from_u128(8));
    pack(&[(submission(), vec![b"one", b"three"]), (second, vec![b"three"])])
}

#[test]
fn a_parcel_gives_back_what_went_in_each_content_once() {
    let parcel = small();
    assert_eq!(Header::read(&mut parcel.as_slice()).unwrap(), header(2, 8));
    let found = unpack(&parcel, &Limits::default()).unwrap();
    let files: Vec<_> = found.iter().filter(|record| matches!(record, Found::File(_))).collect();
    assert_eq!(files, [&Found::File(b"one".to_vec()), &Found::File(b"three".to_vec())]);
    let Some(Found::Submission(id, body)) = found.get(2) else { panic!("{found:?}") };
    assert_eq!(*id, submission().manifest.submission);
    assert_eq!(serde_json::from_slice::<Submission>(body).unwrap(), submission());
    assert_eq!(found.len(), 4);
    for clear in ["Nguy", "H06.16", "0900000000", "three"] {
        assert!(!parcel.windows(clear.len()).any(|window| window == clear.as_bytes()), "{clear} lies open");
    }
}

#[test]
fn a_content_is_passed_over_and_checked_all_the_same() {
    let parcel = small();
    let (id, key) = hub();
    let mut unpacker =
        Unpacker::open(parcel.as_slice(), id, &key.public(), &key.opening(), &Limits::default()).unwrap();
    let mut records = 0;
    while unpacker.record().unwrap().is_some() {
        records += 1;
    }
    assert_eq!(records, 4);
}

#[test]
fn every_changed_byte_is_found() {
    let parcel = small();
    for at in 0..parcel.len() {
        for flip in [1, 0x80] {
            let mut changed = parcel.clone();
            changed[at] ^= flip;
            assert!(unpack(&changed, &Limits::default()).is_err(), "byte {at} of {}", parcel.len());
        }
    }
}

#[test]
fn every_cut_is_found_and_what_is_added_too() {
    let parcel = small();
    for length in 0..parcel.len() {
        let cut = unpack(&parcel[..length], &Limits::default()).unwrap_err();
        assert!(matches!(cut, ParcelError::NotAParcel | ParcelError::Damaged), "{length}: {cut}");
    }
    let longer = [parcel.as_slice(), b"x"].concat();
    assert!(matches!(unpack(&longer, &Limits::default()), Err(ParcelError::Damaged)));
    assert!(unpack(&[parcel.as_slice(), &parcel].concat(), &Limits::default()).is_err());
}

#[test]
fn frames_hold_their_order_and_their_parcel() {
    let content: Vec<u8> = (0..300_000_u32).map(|i| (i % 251) as u8).collect();
    let other: Vec<u8> = content.iter().map(|byte| byte ^ 1).collect();
    let parcel = pack(&[(submission(), vec![&content])]);
    let second = pack_by(&[5; 32], &[(submission(), vec![&other])]);
    assert!(unpack(&parcel, &Limits::default()).is_ok());
    let before = MAGIC.len() + 2 + header_bytes() + 32;
    let size = 4 + frames::FRAME + 16;
    let frame = |from: &[u8], n: usize| from[before + n * size..before + (n + 1) * size].to_vec();
    let with = |frames: &[Vec<u8>]| {
        let rest = parcel[before + 3 * size..].to_vec();
        [&parcel[..before], &frames.concat(), &rest].concat()
    };
    let [one, two, three] = [0, 1, 2].map(|n| frame(&parcel, n));
    assert_eq!(with(&[one.clone(), two.clone(), three.clone()]), parcel);
    for wrong in [
        vec![one.clone(), three.clone(), two.clone()],
        vec![one.clone(), three.clone()],
        vec![one.clone(), one.clone(), three.clone()],
        vec![one, frame(&second, 1), three],
    ] {
        assert!(matches!(unpack(&with(&wrong), &Limits::default()), Err(ParcelError::Damaged)));
    }
}

/// The length of the header's JSON: every parcel of these tests has the same.
fn header_bytes() -> usize {
    serde_json::to_vec(&header(1, 300_000)).unwrap().len()
}

#[test]
fn another_hub_neither_opens_it_nor_says_that_it_is_damaged() {
    let (parcel, stranger) = (small(), SigningKey::from_seed(&[2; 32]));
    let open = |id, key: &SigningKey| {
        Unpacker::open(parcel.as_slice(), id, &key.public(), &key.opening(), &Limits::default()).err().unwrap()
    };
    assert!(matches!(open(hub().0, &stranger), ParcelError::OtherHub { .. }));
    assert!(matches!(open(HubId(Uuid::nil()), &hub().1), ParcelError::OtherHub { .. }));
    // Nor one that only calls itself the other's.
    let header = Header { key: stranger.public().fingerprint(), ..header(0, 0) };
    let packer = Packer::begin(Vec::new(), header, &hub().1.public(), &token(), &[4; 32]).unwrap();
    let sealed_for_us = packer.finish().unwrap();
    let opened =
        Unpacker::open(sealed_for_us.as_slice(), hub().0, &stranger.public(), &stranger.opening(), &Limits::default());
    assert!(matches!(opened.err().unwrap(), ParcelError::Damaged));
    assert_eq!(format!("{:?}", hub().1.opening()), "OpeningKey(…)");
}

/// A parcel with these bytes inside, whatever they are.
fn with_inside(header: &Header, inside: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let before = header.write(&mut out).unwrap();
    let mut sealing = Sealing::begin(out, &hub().1.public(), &before, &[4; 32]).unwrap();
    sealing.write_all(inside).unwrap();
    sealing.finish().unwrap()
}

#[test]
fn lengths_are_compared_before_anything_is_allocated() {
    let sender = [&[SENDER][..], &[9; 32]].concat();
    let inside = |record: &[u8]| with_inside(&header(1, u64::MAX >> 11), &[&sender, record].concat());
    let limits = Limits { max_file_bytes: 10, max_submission_bytes: 10, ..Limits::default() };
    let file = [&[FILE][..], &[0; 32], &11_u64.to_be_bytes()].concat();
    assert!(matches!(unpack(&inside(&file), &limits), Err(ParcelError::TooLarge { what: "file", .. })));
    let body = [&[SUBMISSION][..], &[0; 16], &u32::MAX.to_be_bytes()].concat();
    assert!(matches!(unpack(&inside(&body), &limits), Err(ParcelError::TooLarge { what: "submission", .. })));
    let lies = [&[FILE][..], &[0; 32], &1_u64.to_be_bytes(), b"x"].concat();
    assert!(matches!(unpack(&inside(&lies), &limits), Err(ParcelError::Content(_))));
    for wrong in [&b"?"[..], b"F", b"D", b""] {
        assert!(matches!(unpack(&inside(wrong), &limits), Err(ParcelError::Damaged)), "{wrong:?}");
    }
    let many = with_inside(&header(MAX_SUBMISSIONS + 1, 0), &sender);
    assert!(matches!(unpack(&many, &limits), Err(ParcelError::TooLarge { what: "submissions", .. })));
    let newer = with_inside(&Header { version: 2, ..header(0, 0) }, &sender);
    assert!(matches!(unpack(&newer, &limits), Err(ParcelError::Version(2))));
    let long = [&MAGIC[..], &u16::MAX.to_be_bytes()].concat();
    assert!(matches!(unpack(&long, &limits), Err(ParcelError::TooLarge { what: "header", .. })));
}

#[test]
fn what_is_packed_is_what_was_announced() {
    let begin = |n, bytes| Packer::begin(Vec::new(), header(n, bytes), &hub().1.public(), &token(), &[4; 32]).unwrap();
    let wrong = |result: Result<(), PackError>| matches!(result, Err(PackError::Differs(_)));
    assert!(wrong(begin(0, 3).file(Digest::of(b"one"), 4, &b"one"[..], |_| Ok(()))));
    assert!(wrong(begin(0, 3).file(Digest::of(b"one"), 2, &b"one"[..], |_| Ok(()))));
    assert!(wrong(begin(0, 3).file(Digest::of(b"two"), 3, &b"one"[..], |_| Ok(()))));
    assert!(matches!(begin(1, 0).finish(), Err(PackError::Differs("header"))));
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let full = Packer::begin(Full, header(0, 0), &hub().1.public(), &token(), &[4; 32]);
    assert!(matches!(full.err(), Some(PackError::Write(error)) if error.kind() == io::ErrorKind::StorageFull));
}

fn reply() -> Reply {
    let (hub_id, key) = hub();
    let manifest = submission().manifest;
    let statement = Statement {
        hub_id,
        submission: manifest.submission,
        dossier: manifest.dossier,
        agency: manifest.agency.clone(),
        code: "H06.16-20261121-0001".parse().unwrap(),
        received_at: Timestamp::from_unix_ms(0).unwrap(),
        manifest_sha256: manifest.sha256().unwrap(),
        files: 2,
        bytes: manifest.bytes(),
        support_number: String::new(),
    };
    let receipt = Outcome::Receipt(Box::new(statement.sign(&key).unwrap()));
    let problem = Outcome::Problem(Problem::new(Code::AlreadyReceived).with("code", "H06.16-20261121-0002"));
    let answered = vec![
        Answered { submission: manifest.submission, outcome: receipt },
        Answered { submission: SubmissionId(Uuid::from_u128(8)), outcome: problem },
    ];
    Reply::new(hub_id, ParcelId(Uuid::from_u128(5)), Timestamp::from_unix_ms(1).unwrap(), answered, &key).unwrap()
}

#[test]
fn a_reply_holds_for_its_hub_through_a_file_and_covers_all_of_itself() {
    let (id, key) = hub();
    let value = serde_json::to_value(reply()).unwrap();
    let read: Reply = serde_json::from_str(&serde_json::to_string_pretty(&value).unwrap()).unwrap();
    assert_eq!((read.verify(id, &key.public()), &read), (Ok(()), &reply()));
    assert_eq!(read.verify(HubId(Uuid::nil()), &key.public()), Err(Distrust::Mismatch("hub")));
    let stranger = SigningKey::from_seed(&[2; 32]);
    assert!(matches!(read.verify(id, &stranger.public()), Err(Distrust::WrongKey { .. })));
    let other = json!({
        "version": 2, "hub_id": Uuid::nil(), "key": stranger.public().fingerprint(), "parcel": Uuid::nil(),
        "taken_at": "2026-11-21T00:00:00.000Z", "submissions": [], "signature": key.sign(crate::key::Kind::Ping, b""),
    });
    for (name, replaced) in other.as_object().unwrap() {
        let mut altered = value.clone();
        altered[name] = replaced.clone();
        let altered: Reply = serde_json::from_value(altered).unwrap();
        assert!(altered.verify(id, &key.public()).is_err(), "{name} is not covered");
    }
    assert_eq!(value.as_object().unwrap().len(), other.as_object().unwrap().len(), "every member was tried");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever goes in comes out, whatever the sizes do at the edges of frames.
    #[test]
    fn contents_of_any_size_come_back(sizes in proptest::collection::vec(0_usize..200_000, 0..4), fill: u8) {
        let contents: Vec<Vec<u8>> =
            sizes.iter().enumerate().map(|(n, size)| vec![fill ^ n as u8; *size]).collect();
        let files: Vec<&[u8]> = contents.iter().map(Vec::as_slice).collect();
        let found = unpack(&pack(&[(submission(), files.clone())]), &Limits::default()).unwrap();
        let mut expected: Vec<&[u8]> = Vec::new();
        for file in files {
            if !expected.contains(&file) {
                expected.push(file);
            }
        }
        let came: Vec<&[u8]> = found
            .iter()
            .filter_map(|record| if let Found::File(content) = record { Some(content.as_slice()) } else { None })
            .collect();
        prop_assert_eq!(came, expected);
    }

    /// Whatever the sender sealed: reading it never panics, and never gives more than was announced.
    #[test]
    fn any_inside_is_read_or_refused(inside in proptest::collection::vec(any::<u8>(), 0..400), known: bool) {
        let begin = if known { [&[SENDER][..], &[9; 32]].concat() } else { Vec::new() };
        let parcel = with_inside(&header(1, 100), &[begin, inside].concat());
        let (id, key) = hub();
        if let Ok(mut unpacker) =
            Unpacker::open(parcel.as_slice(), id, &key.public(), &key.opening(), &Limits::default())
        {
            while let Ok(Some(_)) = unpacker.record() {}
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400), known: bool) {
        let begin = if known { MAGIC.to_vec() } else { Vec::new() };
        let bytes = [begin, bytes].concat();
        prop_assert!(Header::read(&mut bytes.as_slice()).is_err() || unpack(&bytes, &Limits::default()).is_err());
    }
}
