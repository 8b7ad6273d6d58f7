//! Any bytes as a parcel, and any bytes inside one that is sealed as it should be; any bytes as a reply.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((way, bytes)) = bytes.split_first() else { return };
    fuzz_parcel::read(*way, bytes);
});

/// With a fixed key of the hub's, so that a find can be tried again.
mod fuzz_parcel {
    use std::io::Write as _;

    use wire::{
        HubId, SigningKey,
        limits::Limits,
        parcel::{Header, Record, Reply, Unpacker, frames::Sealing},
    };

    /// The length of the token that stands first inside.
    const SENDER: usize = 33;

    pub fn read(way: u8, bytes: &[u8]) {
        let key = SigningKey::from_seed(&[1; 32]);
        match way % 4 {
            // As it came.
            0 => unpack(bytes, &key),
            1 => {
                let hub = HubId(Default::default());
                if let Ok(reply) = serde_json::from_slice::<Reply>(bytes) {
                    let _ = reply.verify(hub, &key.public());
                }
            }
            // Inside a whole parcel; with the sender's record before it, or not.
            way => {
                let header = Header {
                    version: wire::parcel::VERSION,
                    parcel: uuid::Uuid::nil().into(),
                    hub_id: HubId(Default::default()),
                    key: key.public().fingerprint(),
                    made_at: "2026-11-21T00:00:00.000Z".parse().expect("a time"),
                    submissions: 3,
                    bytes: 1 << 20,
                };
                let json = serde_json::to_vec(&header).expect("a header is JSON");
                let length = u16::try_from(json.len()).expect("a header is short").to_be_bytes();
                let before = [b"HoSoGoi\n".as_slice(), &length, &json].concat();
                let mut sealing =
                    Sealing::begin(before.clone(), &key.public(), &before, &[2; 32]).expect("memory takes it");
                if way == 2 {
                    let mut sender = [7; SENDER];
                    sender[0] = b'S';
                    sealing.write_all(&sender).expect("memory takes it");
                }
                sealing.write_all(bytes).expect("memory takes it");
                unpack(&sealing.finish().expect("memory takes it"), &key);
            }
        }
    }

    fn unpack(bytes: &[u8], key: &SigningKey) {
        let limits = Limits { max_file_bytes: 1 << 16, max_submission_bytes: 1 << 12, ..Limits::default() };
        let opened = Unpacker::open(bytes, HubId(Default::default()), &key.public(), &key.opening(), &limits);
        let Ok(mut parcel) = opened else { return };
        let (mut given, mut buffer) = (0, [0; 999]);
        while let Ok(Some(record)) = parcel.record() {
            let Record::File { size, .. } = record else { continue };
            assert!(size <= limits.max_file_bytes);
            while let Ok(read @ 1..) = parcel.read(&mut buffer) {
                given += read as u64;
            }
        }
        assert!(given <= 1 << 20, "no more than the header announces");
    }
}
