//! The part of [`super::suite`] about what the hub does by itself.

use dossier::Digest;
use uuid::Uuid;
use wire::{
    limits::Limits,
    upload::{Upload, UploadId},
};

use super::{
    Device, Job, JobEnd, Ledger, NewUpload,
    suite::{at, device, file, submission, submit},
};
use crate::fault::Fault;

pub async fn a_job_is_one_replicas_until_its_lease_runs_out(ledger: &impl Ledger) {
    for _ in 0..2 {
        ledger.plan_job("check", "", at(0)).await.unwrap();
    }
    ledger.plan_job("finish", "b", at(1)).await.unwrap();
    assert_eq!(ledger.jobs().await.unwrap().len(), 2, "planned once");
    let take = async |now, until| ledger.take_job(at(now), at(until)).await.unwrap();
    let first = take(1, 10).await.unwrap();
    let second = take(1, 10).await.unwrap();
    assert_eq!((first.kind.as_str(), second.about.as_str()), ("check", "b"));
    assert_eq!(take(9, 20).await, None, "both are taken");

    // The one who took the first died: another takes it, and the dead one's word does not count any more.
    let again = take(10, 30).await.unwrap();
    assert_eq!(again, Job { lease: Some(at(30)), ..first.clone() });
    let later = JobEnd::Again { at: at(99), state: "x".into() };
    ledger.end_job(&first, &later, at(11)).await.unwrap();
    let failed = JobEnd::Failed { again: at(40), error: "away".into() };
    ledger.end_job(&again, &failed, at(11)).await.unwrap();
    ledger.end_job(&second, &JobEnd::Gone, at(11)).await.unwrap();
    let known = ledger.jobs().await.unwrap();
    let [known] = &known[..] else { panic!("{known:?}") };
    assert_eq!((known.due, known.lease, known.tries), (at(40), None, 1));
    assert_eq!(known.last_error.as_deref(), Some("away"));
    assert_eq!(take(39, 50).await, None);
    let turn = take(40, 50).await.unwrap();
    ledger.end_job(&turn, &later, at(41)).await.unwrap();
    let turn = take(99, 100).await.unwrap();
    assert_eq!((turn.state.as_str(), turn.tries, turn.last_error), ("x", 0, None));
}

pub async fn a_job_that_is_held_is_nobody_elses_and_stays_as_it_was(ledger: &impl Ledger) {
    let hold = async |now, until| ledger.hold_job("retain", at(now), at(until)).await.unwrap();
    let held = hold(1, 10).await.unwrap();
    assert_eq!((hold(2, 20).await, ledger.take_job(at(5), at(20)).await.unwrap()), (None, None));
    let longer = ledger.prolong_job(&held, at(30)).await.unwrap().unwrap();
    assert_eq!(ledger.prolong_job(&held, at(40)).await.unwrap(), None, "by what it was before");
    assert_eq!(ledger.take_job(at(11), at(40)).await.unwrap(), None);
    ledger.give_back_job(&longer).await.unwrap();
    let turn = ledger.take_job(at(11), at(40)).await.unwrap().unwrap();
    assert_eq!((turn.kind.as_str(), turn.due, turn.tries), ("retain", at(1), 0));
    assert_eq!(hold(12, 50).await, None, "somebody is about it");
    ledger.end_job(&turn, &JobEnd::Again { at: at(99), state: "x".into() }, at(12)).await.unwrap();
    let before = hold(13, 20).await.unwrap();
    // Whoever held it died.
    let after = hold(20, 50).await.unwrap();
    ledger.give_back_job(&before).await.unwrap();
    assert_eq!(hold(21, 60).await, None, "the dead one's word does not count");
    ledger.give_back_job(&after).await.unwrap();
    assert_eq!(ledger.take_job(at(98), at(200)).await.unwrap(), None, "not its day yet");
    assert_eq!(ledger.take_job(at(99), at(200)).await.unwrap().unwrap().state, "x");
}

async fn upload(ledger: &impl Ledger, who: &Device, n: u128, content: &[u8], now: i64) -> Result<(), Fault> {
    let upload = Upload::create(&Limits::default(), content.len() as u64, None).unwrap();
    let id = UploadId(Uuid::from_u128(n));
    let new = NewUpload { id, upload, metadata: String::new(), idempotency_key: None, expires: Some(at(now + 60)) };
    ledger.create_upload(who, new, at(now)).await.unwrap();
    ledger.advance_upload(id, 0, content.len() as u64, &[]).await.unwrap();
    ledger.complete_upload(id, Digest::of(content), at(now)).await
}

pub async fn what_no_dossier_uses_goes_and_comes_back_whole(ledger: &impl Ledger) {
    let (one, other) = (device(ledger, "H06.16", 1).await, device(ledger, "H06.17", 2).await);
    let (stray, paper) = (b"nobody's".as_slice(), b"a dossier's".as_slice());
    let content = Digest::of(stray);
    for (n, who) in [(10, &one), (11, &other)] {
        upload(ledger, who, n, stray, 2).await.unwrap();
    }
    let named = file(ledger, &one, paper).await;
    submit(ledger, &one, &submission(&one, 100, 200, vec![named]), at(3)).await.unwrap();

    let unused = ledger.unused_files(at(5), 10).await.unwrap();
    assert_eq!(unused.iter().map(|file| file.sha256).collect::<Vec<_>>(), [content; 2], "the dossier's stays");
    let release = async |who: &Device, content, before| {
        ledger.release_file(&who.agency.code, content, at(before), at(60)).await.unwrap()
    };
    assert_eq!(release(&one, Digest::of(paper), 60).await, None);
    assert!(ledger.is_named(&one.agency.code, Digest::of(paper)).await.unwrap());
    assert!(!ledger.is_named(&one.agency.code, content).await.unwrap());
    assert!(ledger.file(&one.agency.code, Digest::of(paper)).await.unwrap().is_some());
    assert_eq!(release(&one, content, 1).await, None, "it came later");
    assert_eq!(release(&one, content, 5).await, Some(false), "the other agency has it still");
    assert_eq!(ledger.file(&one.agency.code, content).await.unwrap(), None);
    assert_eq!(release(&other, content, 5).await, Some(true), "now nobody has it");
    assert_eq!(ledger.under_removal().await.unwrap(), [content]);

    // Whoever found it in the store a moment ago may not name it now.
    assert!(matches!(upload(ledger, &one, 12, stray, 61).await, Err(Fault::BeingRemoved)));
    let away = ledger.remove_file(content, at(62), &|| Box::pin(async { Err(Fault::Stopped) })).await;
    assert!(away.is_err() && ledger.under_removal().await.unwrap() == [content], "the store is away");
    ledger.remove_file(content, at(62), &|| Box::pin(async { Ok(()) })).await.unwrap();
    let late = ledger.remove_file(content, at(62), &|| Box::pin(async { unreachable!("it is removed") })).await;
    late.unwrap();
    assert_eq!(ledger.under_removal().await.unwrap(), []);
    assert!(matches!(upload(ledger, &one, 13, stray, 63).await, Err(Fault::Removed)));
    assert_eq!(ledger.file(&one.agency.code, content).await.unwrap(), None);
    ledger.stored_again(content).await.unwrap();
    upload(ledger, &one, 14, stray, 64).await.unwrap();
    assert_eq!(ledger.file(&one.agency.code, content).await.unwrap(), Some(8));

    // Brought again, it is as new.
    upload(ledger, &one, 15, stray, 90).await.unwrap();
    assert_eq!(release(&one, content, 80).await, None);

    ledger.note_file(Digest::of(b"unknown"), Some("missing"), at(91)).await.unwrap();
    ledger.note_file(content, Some("damaged"), at(91)).await.unwrap();
    ledger.note_file(content, Some("missing"), at(92)).await.unwrap();
    assert_eq!(ledger.file_faults().await.unwrap(), [(content, "missing".to_owned(), at(91))]);
    ledger.note_file(content, None, at(93)).await.unwrap();
    assert_eq!(ledger.file_faults().await.unwrap(), []);

    let before = ledger.forget(at(70)).await.unwrap();
    assert!(before.uploads >= 2 && before.codes >= 2, "{before:?}");
    assert_eq!(ledger.forget(at(70)).await.unwrap(), super::Forgotten::default());
}
