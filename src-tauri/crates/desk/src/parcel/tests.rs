use wire::{HubId, SigningKey};

use super::*;
use crate::testing::{Surroundings, desk, queued};

/// A desk that is enrolled with a hub nobody runs: a parcel needs none.
async fn enrolled() -> (Desk<Surroundings>, SigningKey, HubId) {
    let (desk, key, hub) = (desk(), SigningKey::from_seed(&[6; 32]), HubId(Uuid::from_u128(6)));
    let enrolment = store::Enrolment {
        hub_url: "http://127.0.0.1:9".into(),
        hub_id: hub.to_string(),
        hub_public_key: key.public().to_string().parse::<dossier::Digest>().unwrap().0,
        device: desk.device().await.unwrap(),
        token: "00".repeat(32),
        agency_code: "H06.16".into(),
        agency_name: "UBND xã".into(),
        station: "01".into(),
        support_number: String::new(),
        enrolled_at: desk.now(),
    };
    desk.acting("test", async |store, act| store.set_enrolment(&enrolment, act).await).await.unwrap();
    (desk, key, hub)
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
    let nothing = desk.make_parcel(usb.path(), &[]).await.unwrap_err();
    assert_eq!(nothing.code, Code::NothingToCarry);
    // A submission that cannot be read stops the sealing in the middle.
    let (dossier, _) = queued(&desk).await;
    let failed = desk.make_parcel(usb.path(), &[]).await.unwrap_err();
    assert_eq!(failed.code, Code::StoreCorrupt);
    assert_eq!(names(usb.path()), [""; 0]);
    let line = &desk.outbox().await.unwrap()[0];
    assert_eq!((line.dossier, &line.sealed), (dossier, &None));
    // Nothing says that the hub may have it.
    desk.reopen_dossier(dossier).await.unwrap();
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
