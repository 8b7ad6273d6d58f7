//! The part of [`super::suite`] about uploads whose length comes later, that are joined, or that nobody goes on with.

use dossier::{AgencyCode, Digest};
use uuid::Uuid;
use wire::{
    Code,
    limits::Limits,
    upload::{Role, Status, Upload, UploadId},
};

use super::{
    Ledger, NewUpload,
    suite::{at, code_of, device, manifest_file, submission, submit},
};

fn new(n: u128, upload: Upload) -> NewUpload {
    let id = UploadId(Uuid::from_u128(n));
    NewUpload { id, upload, metadata: String::new(), idempotency_key: None, expires: Some(at(60)) }
}

fn whole(length: u64) -> Upload {
    Upload::create(&Limits::default(), length, None).unwrap()
}

pub async fn lengths_are_declared_once(ledger: &impl Ledger) {
    let who = device(ledger, "H06.16", 1).await;
    let deferred = || Upload::defer(&Limits::default(), None).unwrap();
    let keyed = |n| NewUpload { idempotency_key: Some("k".into()), ..new(n, deferred()) };
    let id = ledger.create_upload(&who, keyed(1), at(2)).await.unwrap().id;
    ledger.advance_upload(id, 0, 5, &[]).await.unwrap();
    assert!(ledger.upload(id).await.unwrap().unwrap().upload.deferred);
    assert_eq!(code_of(ledger.declare_length(id, 4).await), Code::Gone, "fewer than are here");
    assert_eq!(code_of(ledger.complete_upload(id, Digest::of(b"01234"), at(2)).await), Code::Gone, "no end is known");
    ledger.declare_length(id, 5).await.unwrap();
    ledger.declare_length(id, 5).await.unwrap();
    assert_eq!(code_of(ledger.declare_length(id, 6).await), Code::Gone, "it is known");
    let known = ledger.upload(id).await.unwrap().unwrap().upload;
    assert_eq!((known.length, known.deferred, known.offset), (5, false, 5));
    assert_eq!(ledger.create_upload(&who, keyed(2), at(3)).await.unwrap().id, id, "its key finds it all the same");
    ledger.complete_upload(id, Digest::of(b"01234"), at(2)).await.unwrap();
    assert_eq!(code_of(ledger.declare_length(id, 5).await), Code::Gone);
}

pub async fn pieces_are_remembered(ledger: &impl Ledger) {
    let who = device(ledger, "H06.16", 1).await;
    let partial = Upload { role: Role::Partial, ..whole(3) };
    let piece = ledger.create_upload(&who, new(1, partial), at(2)).await.unwrap();
    assert_eq!(ledger.upload(piece.id).await.unwrap(), Some(piece.clone()));
    let role = Role::Final(vec![piece.id, UploadId(Uuid::from_u128(9)), piece.id]);
    let keyed =
        |n, role| NewUpload { idempotency_key: Some("final of those".into()), ..new(n, Upload { role, ..whole(9) }) };
    let joined = ledger.create_upload(&who, keyed(2, role.clone()), at(2)).await.unwrap();
    assert_eq!(ledger.upload(joined.id).await.unwrap().unwrap().upload.role, role);
    assert_eq!(ledger.create_upload(&who, keyed(3, role), at(3)).await.unwrap().id, joined.id);
    let other = Role::Final(vec![piece.id]);
    assert_eq!(code_of(ledger.create_upload(&who, keyed(4, other), at(3)).await), Code::IdempotencyKeyReused);
}

/// A parcel becomes no file, and is not kept for ever when nobody takes it.
pub async fn parcels_stay_uploads(ledger: &impl Ledger) {
    let who = device(ledger, "H06.16", 1).await;
    let id =
        ledger.create_upload(&who, new(1, Upload::parcel(&Limits::default(), 3).unwrap()), at(2)).await.unwrap().id;
    ledger.advance_upload(id, 0, 3, &[]).await.unwrap();
    let known = ledger.upload(id).await.unwrap().unwrap().upload;
    assert_eq!((known.role, known.status, known.offset), (Role::Parcel, Status::Receiving, 3));
    assert_eq!(ledger.expire_uploads(at(59)).await.unwrap(), []);
    assert_eq!(ledger.expire_uploads(at(60)).await.unwrap(), [id]);
    assert_eq!(ledger.upload(id).await.unwrap().unwrap().upload.status, Status::Gone);
}

pub async fn uploads_expire_when_nobody_goes_on(ledger: &impl Ledger) {
    let who = device(ledger, "H06.16", 1).await;
    let keyed = |n, expires| NewUpload { expires, idempotency_key: Some(format!("k{n}")), ..new(n, whole(5)) };
    let mut ids = Vec::new();
    for (n, expires) in [(1, Some(at(10))), (2, Some(at(10))), (3, None), (4, Some(at(10))), (5, Some(at(10)))] {
        let stored = ledger.create_upload(&who, keyed(n, expires), at(2)).await.unwrap();
        assert_eq!(stored.expires, expires);
        ids.push(stored.id);
    }
    // The second is worked on, the fourth is whole and waits to be stored, the fifth is finished.
    ledger.renew_upload(ids[1], at(30)).await.unwrap();
    ledger.renew_upload(ids[1], at(20)).await.unwrap();
    assert_eq!(ledger.upload(ids[1]).await.unwrap().unwrap().expires, Some(at(30)), "never shorter");
    for id in &ids[3..] {
        ledger.advance_upload(*id, 0, 5, &[]).await.unwrap();
    }
    ledger.complete_upload(ids[4], Digest::of(b"01234"), at(3)).await.unwrap();
    assert_eq!(code_of(ledger.renew_upload(ids[4], at(40)).await), Code::Gone, "finished");

    assert!(ledger.expire_uploads(at(9)).await.unwrap().is_empty());
    assert_eq!(ledger.expire_uploads(at(10)).await.unwrap(), [ids[0]]);
    assert!(ledger.expire_uploads(at(10)).await.unwrap().is_empty(), "told once");
    assert_eq!(ledger.upload(ids[0]).await.unwrap().unwrap().upload.status, Status::Gone);
    assert_eq!(code_of(ledger.advance_upload(ids[0], 0, 5, &[]).await), Code::Gone);
    assert_eq!(code_of(ledger.renew_upload(ids[0], at(50)).await), Code::Gone);
    assert_ne!(ledger.create_upload(&who, keyed(6, None), at(11)).await.unwrap().id, ids[0]);
    let again = NewUpload { idempotency_key: Some("k1".into()), ..keyed(7, None) };
    assert_ne!(ledger.create_upload(&who, again, at(11)).await.unwrap().id, ids[0], "its key is free");
    assert_eq!(ledger.expire_uploads(at(30)).await.unwrap(), [ids[1]]);
    assert_eq!(ledger.upload(ids[4]).await.unwrap().unwrap().upload.offset, 5);
}

pub async fn files_are_noted_once_for_their_agency(ledger: &impl Ledger) {
    let (who, other) = (device(ledger, "H06.16", 1).await, device(ledger, "H06.17", 2).await);
    let content = Digest::of(b"one");
    for minute in [2, 3] {
        ledger.add_file(&who.agency.code, content, 3, at(minute)).await.unwrap();
        assert_eq!(ledger.file(&who.agency.code, content).await.unwrap(), Some(3));
    }
    assert_eq!(ledger.file(&other.agency.code, content).await.unwrap(), None);
    assert_eq!(ledger.stored_files(None, 10).await.unwrap(), [(content, 3)]);
    let what = submission(&who, 100, 200, vec![manifest_file(content, 3)]);
    submit(ledger, &who, &what, at(5)).await.unwrap();
    let nowhere: AgencyCode = "H99".parse().unwrap();
    assert!(ledger.add_file(&nowhere, content, 3, at(2)).await.is_err(), "no agency, no file");
}
