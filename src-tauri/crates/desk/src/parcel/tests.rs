use serde_json::json;
use wire::{HubId, SigningKey};

use super::*;
use crate::testing::{Surroundings, desk, enrol_at, queued};

/// A desk that is enrolled with a hub nobody runs: a parcel needs none.
async fn enrolled() -> (Desk<Surroundings>, SigningKey, HubId) {
    let desk = desk();
    let (key, hub) = enrol_at(&desk, "http://127.0.0.1:9").await;
    (desk, key, hub)
}

/// A dossier in the outbox, without papers, that can be sealed.
async fn sealable(desk: &Desk<Surroundings>) -> DossierId {
    let id = desk.new_dossier("NB-11", false).await.unwrap().id;
    let check = dossier::Transition::Check { blocking: 0 };
    desk.acting("test", async |store, act| store.transition(id, &check, act).await).await.unwrap();
    let answers = json!({});
    let manifest = json!({
        "version": 1, "submission": Uuid::now_v7(), "dossier": id,
        "procedure": { "code": "NB-11", "revision": 1, "sha256": dossier::Digest::of(b"") },
        "profile": "one-stop-2025", "agency": "H06.16", "provisional_code": "T-01-261121-1",
        "applicant": { "kind": "citizen", "name": "Nguyễn Văn Ạ" }, "prepared_by": "Cán bộ", "prepared_at": desk.now(),
        "answers_sha256": wire::manifest::answers_sha256(&answers).unwrap(), "files": [],
    });
    let manifest: wire::Manifest = serde_json::from_value(manifest).unwrap();
    let version = desk.store().await.unwrap().dossier(id).await.unwrap().answers_version;
    let new = sync::prepare(store::SubmissionKind::Submit, &manifest, answers, version, vec![]).unwrap();
    desk.acting("test", async |store, act| store.freeze(&new, act).await).await.unwrap();
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_cannot_be_sealed_is_left_out_with_its_reason_and_the_rest_goes() {
    let (desk, ..) = enrolled().await;
    let usb = tempfile::tempdir().unwrap();
    let (good, (damaged, _)) = (sealable(&desk).await, queued(&desk).await);
    let made = desk.make_parcel(usb.path(), &[], false).await.unwrap();
    assert_eq!(made.dossiers, [good]);
    let [left] = &made.left_out[..] else { panic!("{:?}", made.left_out) };
    assert_eq!((left.dossier, left.fault.code), (damaged, Code::StoreCorrupt));
    assert_eq!(names(usb.path()).len(), 1, "no draft is left");
    let sealed = |line: &crate::OutboxLine| (line.dossier, line.sealed.is_some());
    let lines: Vec<_> = desk.outbox().await.unwrap().iter().map(sealed).collect();
    assert!(lines.contains(&(good, true)) && lines.contains(&(damaged, false)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_under_way_in_a_parcel_is_taken_back_only_by_who_was_told() {
    let (desk, ..) = enrolled().await;
    let (usb, dossier) = (tempfile::tempdir().unwrap(), sealable(&desk).await);
    let made = desk.make_parcel(usb.path(), &[], false).await.unwrap();
    let told = desk.reopen_dossier(dossier, None).await.unwrap_err();
    assert_eq!((told.code, told.args["file"].as_str()), (Code::ParcelUnderWay, made.file.as_str()));
    let blank = desk.reopen_dossier(dossier, Some("  ")).await.unwrap_err();
    assert_eq!(blank.code, Code::ReasonMissing);
    let draft = desk.reopen_dossier(dossier, Some("sai số nhà")).await.unwrap();
    assert_eq!(draft.state, dossier::State::Draft);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn one_that_is_stopped_leaves_nothing_at_its_place() {
    let (desk, ..) = enrolled().await;
    let (usb, dossier) = (tempfile::tempdir().unwrap(), sealable(&desk).await);
    desk.parcels.store(true, Ordering::Relaxed);
    let stopped = desk.make_parcel(usb.path(), &[], false).await.unwrap_err();
    assert_eq!(stopped.code, Code::Cancelled);
    assert_eq!(names(usb.path()), [""; 0]);
    assert_eq!(desk.outbox().await.unwrap()[0].sealed, None);
    desk.reopen_dossier(dossier, None).await.unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_failed_try_leaves_nothing_behind_and_loses_nothing() {
    let (desk, ..) = enrolled().await;
    let usb = tempfile::tempdir().unwrap();
    let nothing = desk.make_parcel(usb.path(), &[], false).await.unwrap_err();
    assert_eq!(nothing.code, Code::NothingToCarry);
    // A submission that cannot be read stops the sealing in the middle.
    let (dossier, _) = queued(&desk).await;
    let failed = desk.make_parcel(usb.path(), &[], false).await.unwrap_err();
    assert_eq!(failed.code, Code::StoreCorrupt);
    assert_eq!(names(usb.path()), [""; 0]);
    let line = &desk.outbox().await.unwrap()[0];
    assert_eq!((line.dossier, &line.sealed), (dossier, &None));
    // Nothing says that the hub may have it.
    desk.reopen_dossier(dossier, None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn nothing_is_written_over_and_a_place_that_is_gone_is_named() {
    let (desk, ..) = enrolled().await;
    let (usb, id) = (tempfile::tempdir().unwrap(), ParcelId(Uuid::now_v7()));
    let named = desk.parcel_path(&usb.path().join("a"), id).await.unwrap();
    assert!(named.ends_with("a.hoso"));
    fs::write(&named, "x").unwrap();
    assert_eq!(desk.parcel_path(&named, id).await.unwrap_err().code, Code::OutputNotWritable);
    let own = desk.parcel_path(usb.path(), id).await.unwrap();
    let name = own.file_name().unwrap().to_str().unwrap();
    assert!(name.starts_with("goi-01-20261121-") && name.ends_with(".hoso"), "{name}");
    assert!(Draft::create(&usb.path().join("rut").join(name)).is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn foreign_files_are_told_apart_and_keep_no_other_from_being_taken() {
    let (desk, key, hub) = enrolled().await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let reply = |hub, key: &SigningKey| {
        let reply = wire::parcel::Reply::new(hub, ParcelId(Uuid::nil()), desk.now(), vec![], key).unwrap();
        serde_json::to_vec(&reply).unwrap()
    };
    let stranger = SigningKey::from_seed(&[7; 32]);
    let files = vec![
        file("1", b"not json"),
        file("2", &reply(HubId(Uuid::nil()), &key)),
        file("3", &reply(hub, &stranger)),
        file("4", &reply(hub, &key)),
        folder.path().join("5"),
    ];
    let ParcelAnswer::Taken(taken) = desk.ask_parcel(ParcelRequest::Take { files }).await.unwrap() else { panic!() };
    let codes: Vec<_> = taken.iter().map(|it| it.fault.as_ref().unwrap().code).collect();
    assert_eq!(codes, [Code::BadFile, Code::ParcelOtherHub, Code::ParcelOtherHub, Code::ReplyNotOurs, Code::FileGone]);
    let shown = desk.ask_parcel(ParcelRequest::Show { file: folder.path().join("1") }).await.unwrap_err();
    assert_eq!(shown.code, Code::BadFile);
}
