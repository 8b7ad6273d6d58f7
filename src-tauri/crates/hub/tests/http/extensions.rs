//! Beyond plain uploads: lengths told later, pieces that are joined, and the end of what nobody goes on with.

use hub::uploads::Patience;
use reqwest::{Method, RequestBuilder, StatusCode};
use wire::{Code, limits::Limits, path, tus, upload::UploadId};

use crate::support::{Device, Hub, created, header, offset, refused};

fn file(content: &[u8]) -> String {
    path::file(&dossier::Digest::of(content))
}

fn partial(device: &Device, length: u64) -> RequestBuilder {
    device.creation(length).header(tus::CONCAT, "partial")
}

async fn piece(device: &Device, content: &[u8]) -> UploadId {
    let id = created(&partial(device, content.len() as u64).send().await.unwrap());
    assert_eq!(device.patch(id, 0, content).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    id
}

fn joining(device: &Device, pieces: &[UploadId]) -> RequestBuilder {
    let urls: Vec<String> = pieces.iter().map(|id| path::upload(*id)).collect();
    device.tus(Method::POST, path::FILES).header(tus::CONCAT, format!("final;{}", urls.join(" ")))
}

#[tokio::test]
async fn length_may_be_told_with_the_last_part() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let made = device.tus(Method::POST, path::FILES).header(tus::DEFER_LENGTH, 1).send().await.unwrap();
    let id = created(&made);
    assert_eq!(offset(&device.patch(id, 0, b"0123").send().await.unwrap()), Some(4));
    let head = device.head(id).await;
    assert_eq!(
        (offset(&head), header(&head, tus::DEFER_LENGTH), header(&head, tus::LENGTH)),
        (Some(4), Some("1"), None)
    );
    assert_eq!(device.get(&file(b"0123")).await.status(), StatusCode::NOT_FOUND, "nobody said that this is all");

    assert_eq!(refused(device.patch(id, 4, b"").header(tus::LENGTH, 3)).await, Code::BadRequest);
    let last = device.patch(id, 4, b"45").header(tus::LENGTH, 6).send().await.unwrap();
    assert_eq!(offset(&last), Some(6));
    assert_eq!(device.get(&file(b"012345")).await.bytes().await.unwrap(), b"012345".as_slice());
    assert_eq!(refused(device.patch(id, 6, b"").header(tus::LENGTH, 7)).await, Code::BadRequest);
}

#[tokio::test]
async fn deferred_length_has_the_same_limit() {
    let hub = Hub::start_with(|config| config.limits = Limits { max_file_bytes: 5, ..Limits::default() }).await;
    let device = hub.device("H06.16").await;
    let id = created(&device.tus(Method::POST, path::FILES).header(tus::DEFER_LENGTH, 1).send().await.unwrap());
    assert_eq!(refused(device.patch(id, 0, b"012345")).await, Code::TooLarge);
    assert_eq!(refused(device.patch(id, 0, b"0123").header(tus::LENGTH, 6)).await, Code::TooLarge);
    assert_eq!(offset(&device.patch(id, 0, b"01234").send().await.unwrap()), Some(5));
    // All there may be; whether it is all there is has still to be said.
    assert_eq!(header(&device.head(id).await, tus::DEFER_LENGTH), Some("1"));
    device.patch(id, 5, b"").header(tus::LENGTH, 5).send().await.unwrap();
    assert_eq!(device.get(&file(b"01234")).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn pieces_become_one_file_in_their_order() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let (one, two) = (piece(&device, b"abc").await, piece(&device, b"de").await);
    let made = joining(&device, &[two, one, two]).send().await.unwrap();
    assert_eq!(offset(&made), Some(7));
    let id = created(&made);
    assert_eq!(device.get(&file(b"deabcde")).await.bytes().await.unwrap(), b"deabcde".as_slice());
    let head = device.head(id).await;
    let told = format!("final;{} {} {}", path::upload(two), path::upload(one), path::upload(two));
    assert_eq!((offset(&head), header(&head, tus::CONCAT)), (Some(7), Some(told.as_str())));
    assert_eq!(refused(device.patch(id, 7, b"f")).await, Code::Joined);

    // The answer was lost: the same again is the same; another order, or another name, is another file.
    assert_eq!(created(&joining(&device, &[two, one, two]).send().await.unwrap()), id);
    assert_ne!(created(&joining(&device, &[one, two]).send().await.unwrap()), id);
    let named = joining(&device, &[two, one, two]).header(tus::METADATA, "filename YQ==");
    assert_ne!(created(&named.send().await.unwrap()), id);
    // The pieces may go; what was made of them stays.
    device.tus(Method::DELETE, &path::upload(one)).send().await.unwrap();
    assert_eq!(offset(&device.head(id).await), Some(7));
    assert_eq!(refused(joining(&device, &[one, two])).await, Code::BadRequest);
}

#[tokio::test]
async fn what_cannot_be_joined_is_refused() {
    let hub = Hub::start_with(|config| config.limits = Limits { max_file_bytes: 5, ..Limits::default() }).await;
    let (device, stranger) = (hub.device("H06.16").await, hub.device("H06.17").await);
    let (one, two) = (piece(&device, b"abc").await, piece(&device, b"de").await);
    assert_eq!(refused(joining(&device, &[one, one])).await, Code::TooLarge);
    assert_eq!(refused(joining(&stranger, &[one, two])).await, Code::BadRequest, "another agency's do not exist");
    assert_eq!(refused(joining(&device, &[one, UploadId(uuid::Uuid::new_v4())])).await, Code::BadRequest);
    let unfinished = created(&partial(&device, 2).send().await.unwrap());
    assert_eq!(refused(joining(&device, &[one, unfinished])).await, Code::BadRequest);
    let whole = device.create(b"fg").await;
    device.patch(whole, 0, b"fg").send().await.unwrap();
    assert_eq!(refused(joining(&device, &[one, whole])).await, Code::BadRequest);
    assert_eq!(refused(joining(&device, &[one, two]).header(tus::LENGTH, 5)).await, Code::BadRequest);
    assert_eq!(refused(joining(&device, &[one, two]).body("f")).await, Code::Joined);
    // Whom the whole file's hash was announced to, checks it.
    let wrong = tus::Metadata::default().with(tus::Metadata::SHA256, &dossier::Digest::of(b"x").to_string());
    let announced = joining(&device, &[one, two]).header(tus::METADATA, wrong.to_string());
    assert_eq!(refused(announced).await, Code::HashMismatch);
    assert!(joining(&device, &[one, two]).send().await.unwrap().status().is_success());
}

#[tokio::test]
async fn nobody_comes_back_and_the_upload_is_gone() {
    let hub = Hub::start_with(|config| config.limits.upload_days = 10).await;
    let device = hub.device("H06.16").await;
    let limits: Limits = device.get(path::LIMITS).await.json().await.unwrap();
    assert_eq!(limits.upload_days, 10);
    let made = device.announced(b"0123456789").send().await.unwrap();
    let id = created(&made);
    assert_eq!(header(&made, tus::EXPIRES), Some("Tue, 01 Dec 2026 03:00:00 GMT"));
    let done = device.create(b"abc").await;
    let last = device.patch(done, 0, b"abc").send().await.unwrap();
    assert_eq!(header(&last, tus::EXPIRES), None, "what is finished does not expire");

    hub.pass_days(9);
    let part = device.patch(id, 0, b"0123").send().await.unwrap();
    assert_eq!(header(&part, tus::EXPIRES), Some("Thu, 10 Dec 2026 03:00:00 GMT"), "work puts it off");
    hub.pass_days(9);
    assert_eq!(offset(&device.head(id).await), Some(4));
    hub.pass_days(1);
    let head = device.head(id).await;
    assert_eq!((head.status(), offset(&head)), (StatusCode::GONE, None));
    assert_eq!(refused(device.patch(id, 4, b"456789")).await, Code::Gone);
    // What is finished answers for as long as its file is here, also who sends its end again.
    assert_eq!(offset(&device.head(done).await), Some(3));
    assert_eq!(offset(&device.patch(done, 3, b"").send().await.unwrap()), Some(3));

    let spooled = |folder: &std::path::Path| std::fs::read_dir(folder.join("spool")).unwrap().count();
    assert_eq!(spooled(hub.folder.path()), 1);
    let hub = hub.restart(|_| {}).await;
    assert_eq!(spooled(hub.folder.path()), 0, "its bytes are swept away");
    assert_eq!(device.at(hub.running.address()).head(id).await.status(), StatusCode::GONE);
}

#[tokio::test]
async fn key_of_an_expired_upload_makes_a_new_one() {
    let hub = Hub::start_with(|config| config.limits.upload_days = 1).await;
    let device = hub.device("H06.16").await;
    let ask = || device.creation(5).header(path::IDEMPOTENCY_KEY, "k");
    let first = created(&ask().send().await.unwrap());
    assert_eq!(created(&ask().send().await.unwrap()), first);
    hub.pass_days(2);
    let second = created(&ask().send().await.unwrap());
    assert_ne!(first, second);
    assert_eq!(offset(&device.head(second).await), Some(0));
}

#[tokio::test]
async fn joining_that_was_cut_off_is_finished_at_the_next_start() {
    let patience = Patience::default();
    let hub = Hub::start_with(|config| config.patience = patience).await;
    let device = hub.device("H06.16").await;
    let (one, two) = (piece(&device, b"abc").await, piece(&device, b"de").await);
    // The file of the second piece is away: the joining stops after the first.
    let object = |content: &[u8]| {
        let name = dossier::Digest::of(content).to_string();
        hub.folder.path().join("objects/sha256").join(&name[..2]).join(&name[2..])
    };
    let (away, aside) = (object(b"de"), hub.folder.path().join("aside"));
    std::fs::rename(&away, &aside).unwrap();
    assert!(!joining(&device, &[one, two]).send().await.unwrap().status().is_success());
    let hub = hub.restart(|_| std::fs::rename(&aside, &away).unwrap()).await;
    let device = device.at(hub.running.address());
    assert_eq!(device.get(&file(b"abcde")).await.bytes().await.unwrap(), b"abcde".as_slice());
    assert_eq!(offset(&joining(&device, &[one, two]).send().await.unwrap()), Some(5));
}
