//! Resumable uploads: the tus 1.0 rules, and ours beyond them.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpStream},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hub::uploads::Patience;
use reqwest::{Method, StatusCode};
use sha1::Digest as _;
use wire::{Code, limits::Limits, path, tus, upload::UploadId};

use crate::support::{Device, Hub, created, header, offset, refused};

#[tokio::test]
async fn file_goes_up_in_parts_and_is_the_agencys_then() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let content = b"%PDF-1.7 sao y";
    let creation = device.announced(content).send().await.unwrap();
    assert_eq!((offset(&creation), header(&creation, tus::RESUMABLE)), (Some(0), Some("1.0.0")));
    let id = created(&creation);

    let first = device.patch(id, 0, &content[..5]).send().await.unwrap();
    assert_eq!((first.status(), offset(&first)), (StatusCode::NO_CONTENT, Some(5)));
    let head = device.head(id).await;
    assert_eq!((head.status(), offset(&head), header(&head, tus::LENGTH)), (StatusCode::OK, Some(5), Some("14")));
    assert_eq!(header(&head, "cache-control"), Some("no-store"));
    assert!(header(&head, tus::METADATA).unwrap().starts_with("sha256 "));
    let file = path::file(&dossier::Digest::of(content));
    assert_eq!(device.get(&file).await.status(), StatusCode::NOT_FOUND, "not whole yet");

    let last = device.patch(id, 5, &content[5..]).send().await.unwrap();
    assert_eq!(offset(&last), Some(14));
    // A finished upload whose last answer was lost still answers.
    assert_eq!(offset(&device.head(id).await), Some(14));
    assert_eq!(offset(&device.patch(id, 14, b"").send().await.unwrap()), Some(14));
    let whole = device.get(&file).await;
    assert_eq!(header(&whole, "content-length"), Some("14"));
    assert_eq!(whole.bytes().await.unwrap(), content.as_slice());
    assert_eq!(std::fs::read_dir(hub.folder.path().join("spool")).unwrap().count(), 0, "the spool is empty again");
}

#[tokio::test]
async fn requests_that_break_the_protocol_change_nothing() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let id = device.create(b"0123456789").await;
    device.patch(id, 0, b"0123").send().await.unwrap();
    let upload = path::upload(id);

    let without = device.request(Method::HEAD, &upload).send().await.unwrap();
    assert_eq!(
        (without.status(), header(&without, tus::VERSION_HEADER)),
        (StatusCode::PRECONDITION_FAILED, Some("1.0.0"))
    );
    let other = device.request(Method::PATCH, &upload).header(tus::RESUMABLE, "0.2.2");
    assert_eq!(refused(other).await, Code::TusVersion);
    assert_eq!(refused(device.patch(id, 3, b"3")).await, Code::OffsetMismatch);
    assert_eq!(refused(device.patch(id, 5, b"5")).await, Code::OffsetMismatch);
    assert_eq!(refused(device.patch(id, 4, b"4567890")).await, Code::TooLarge);
    let no_type = device.tus(Method::PATCH, &upload).header(tus::OFFSET, 4).body("4");
    assert_eq!(refused(no_type).await, Code::MediaType);
    let no_offset = device.tus(Method::PATCH, &upload).header("content-type", tus::MEDIA_TYPE).body("4");
    assert_eq!(refused(no_offset).await, Code::BadRequest);
    assert_eq!(offset(&device.head(id).await), Some(4));

    let unknown = device.head(UploadId(uuid::Uuid::new_v4())).await;
    assert_eq!((unknown.status(), offset(&unknown)), (StatusCode::NOT_FOUND, None));
    let ill_named = device.tus(Method::HEAD, "/v1/uploads/x").send().await.unwrap();
    assert_eq!(ill_named.status(), StatusCode::NOT_FOUND);
    let stranger = device.client.head(format!("{}{upload}", device.base)).header(tus::RESUMABLE, tus::VERSION);
    assert_eq!(stranger.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn creations() {
    let limits = Limits { max_file_bytes: 100, ..Limits::default() };
    let hub = Hub::start_with(|config| config.limits = limits).await;
    let device = hub.device("H06.16").await;
    assert_eq!(refused(device.creation(101)).await, Code::TooLarge);
    assert_eq!(refused(device.tus(Method::POST, path::FILES)).await, Code::BadRequest);
    assert_eq!(refused(device.tus(Method::POST, path::FILES).header(tus::DEFER_LENGTH, 2)).await, Code::BadRequest);
    assert_eq!(refused(device.creation(5).header(tus::DEFER_LENGTH, 1)).await, Code::BadRequest);
    assert_eq!(refused(device.creation(5).header(tus::LENGTH, 6)).await, Code::BadRequest);
    assert_eq!(refused(device.creation(5).header(tus::METADATA, "a ?")).await, Code::BadRequest);
    assert_eq!(refused(device.creation(5).header(tus::METADATA, "sha256 YQ==")).await, Code::BadRequest);
    assert_eq!(refused(device.creation(5).body("bytes")).await, Code::MediaType);
    // Some clients send the header empty.
    created(&device.creation(5).header(tus::METADATA, "").send().await.unwrap());

    let empty = device.creation(0).send().await.unwrap();
    assert_eq!(offset(&empty), Some(0));
    let nothing = device.get(&path::file(&dossier::Digest::of(b""))).await;
    assert_eq!((nothing.status(), nothing.bytes().await.unwrap().len()), (StatusCode::OK, 0));

    let at_once = device.creation(3).header("content-type", tus::MEDIA_TYPE).body("abc").send().await.unwrap();
    assert_eq!(offset(&at_once), Some(3));
    created(&at_once);
    assert_eq!(device.get(&path::file(&dossier::Digest::of(b"abc"))).await.status(), StatusCode::OK);

    let options =
        device.client.request(Method::OPTIONS, format!("{}{}", device.base, path::FILES)).send().await.unwrap();
    assert_eq!(header(&options, tus::EXTENSION), Some(tus::EXTENSIONS));
    assert_eq!(
        (header(&options, tus::MAX_SIZE), header(&options, tus::CHECKSUM_ALGORITHM)),
        (Some("100"), Some("sha1,sha256"))
    );
}

#[tokio::test]
async fn location_may_be_put_behind_the_creation_url() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let made = device.announced(b"abc").send().await.unwrap();
    let odd = format!("{}/{}", path::FILES, header(&made, "location").unwrap());
    let request = device.tus(Method::PATCH, &odd).header(tus::OFFSET, 0).header("content-type", tus::MEDIA_TYPE);
    assert_eq!(offset(&request.body("abc").send().await.unwrap()), Some(3));
    assert_eq!(offset(&device.tus(Method::HEAD, &odd).send().await.unwrap()), Some(3));
    assert_eq!(device.get(&format!("{}/uploads/x/y", path::FILES)).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_answer_speaks_the_version() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let id = device.create(b"abc").await;
    let requests = [
        device.tus(Method::HEAD, &path::upload(id)),
        device.request(Method::HEAD, &path::upload(id)),
        device.tus(Method::PATCH, "/v1/uploads/x"),
        device.tus(Method::PUT, path::FILES),
        device.tus(Method::DELETE, "/v1/uploads/x/y"),
        device.creation(u64::MAX),
        device.client.head(format!("{}{}", device.base, path::upload(id))),
    ];
    for request in requests {
        let answer = request.send().await.unwrap();
        assert_eq!(header(&answer, tus::RESUMABLE), Some(tus::VERSION), "{answer:?}");
    }
    assert_eq!(header(&device.get(path::LIMITS).await, tus::RESUMABLE), None);
}

#[tokio::test]
async fn creation_whose_bytes_fail_is_a_creation_all_the_same() {
    let patience = Patience { idle: Duration::from_millis(200), ..Patience::default() };
    let hub = Hub::start_with(|config| config.patience = patience).await;
    let device = hub.device("H06.16").await;
    let with_body = |length| device.creation(length).header("content-type", tus::MEDIA_TYPE);
    let sum = format!("sha1 {}", STANDARD.encode(sha1::Sha1::digest(b"other")));
    let wrong = with_body(10).header(tus::CHECKSUM, sum).body("0123").send().await.unwrap();
    assert_eq!(offset(&wrong), Some(0));
    assert_eq!(offset(&device.head(created(&wrong)).await), Some(0));
    assert_eq!(refused(with_body(3).body("0123")).await, Code::TooLarge);

    // Ten bytes are announced and four come.
    let mut connection = TcpStream::connect(device.base.trim_start_matches("http://")).unwrap();
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: hub\r\nAuthorization: {}\r\nTus-Resumable: 1.0.0\r\nUpload-Length: 10\r\n\
         Content-Type: {}\r\nContent-Length: 10\r\n\r\n0123",
        path::FILES,
        device.token.authorization(),
        tus::MEDIA_TYPE,
    );
    connection.write_all(head.as_bytes()).unwrap();
    let mut reply = [0; 1024];
    let read = tokio::task::spawn_blocking(move || connection.read(&mut reply).map(|read| reply[..read].to_vec()));
    let reply = String::from_utf8(read.await.unwrap().unwrap()).unwrap().to_lowercase();
    assert!(reply.starts_with("http/1.1 201"), "{reply}");
    assert!(reply.contains("\r\nlocation: uploads/") && reply.contains("\r\nupload-offset: 4\r\n"), "{reply}");
}

#[tokio::test]
async fn lost_answer_to_a_creation_makes_no_second_upload() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let keyed = |length| device.creation(length).header(path::IDEMPOTENCY_KEY, "0193-key");
    let id = created(&keyed(6).send().await.unwrap());
    device.patch(id, 0, b"abc").send().await.unwrap();
    let again = keyed(6).header("content-type", tus::MEDIA_TYPE).body("abc").send().await.unwrap();
    assert_eq!((created(&again), offset(&again)), (id, Some(3)));
    assert_eq!(refused(keyed(7)).await, Code::IdempotencyKeyReused);
}

#[tokio::test]
async fn parts_with_a_checksum_are_kept_whole_or_not_at_all() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let id = device.create(b"0123456789").await;
    let sha1 = |bytes: &[u8]| format!("sha1 {}", STANDARD.encode(sha1::Sha1::digest(bytes)));
    let sha256 = |bytes: &[u8]| format!("sha256 {}", STANDARD.encode(sha2::Sha256::digest(bytes)));
    let part = |at, bytes: &[u8], sum: String| device.patch(id, at, bytes).header(tus::CHECKSUM, sum);
    assert_eq!(offset(&part(0, b"0123", sha1(b"0123")).send().await.unwrap()), Some(4));
    assert_eq!(refused(part(4, b"4567", sha256(b"broken"))).await, Code::ChecksumMismatch);
    assert_eq!(refused(part(4, b"4567", "md5 AA==".into())).await, Code::BadRequest);
    assert_eq!(refused(part(4, b"4567", "sha1 AA==".into())).await, Code::BadRequest);
    assert_eq!(offset(&device.head(id).await), Some(4));
    let last = part(4, b"456789", sha256(b"456789")).send().await.unwrap();
    assert_eq!(offset(&last), Some(10));
}

#[tokio::test]
async fn file_with_another_hash_than_announced_is_refused_and_gone() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let id = device.create(b"what was scanned").await;
    assert_eq!(refused(device.patch(id, 0, b"what was altered")).await, Code::HashMismatch);
    assert_eq!(device.head(id).await.status(), StatusCode::GONE);
    assert_eq!(refused(device.patch(id, 0, b"x")).await, Code::Gone);
    let altered = path::file(&dossier::Digest::of(b"what was altered"));
    assert_eq!(device.get(&altered).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn cancelled_upload_is_gone() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let id = device.create(b"0123456789").await;
    device.patch(id, 0, b"0123").send().await.unwrap();
    let cancelled = device.tus(Method::DELETE, &path::upload(id)).send().await.unwrap();
    assert_eq!(cancelled.status(), StatusCode::NO_CONTENT);
    assert_eq!(device.head(id).await.status(), StatusCode::GONE);
    assert_eq!(std::fs::read_dir(hub.folder.path().join("spool")).unwrap().count(), 0);
}

#[tokio::test]
async fn proxies_that_know_only_post_are_served() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let id = device.create(b"abc").await;
    let post = device.tus(Method::POST, &path::upload(id)).header(tus::METHOD_OVERRIDE, "PATCH");
    let sent = post.header(tus::OFFSET, 0).header("content-type", tus::MEDIA_TYPE).body("abc").send().await.unwrap();
    assert_eq!((sent.status(), offset(&sent)), (StatusCode::NO_CONTENT, Some(3)));
    let plain = device.tus(Method::POST, &path::upload(id));
    assert_eq!(refused(plain).await, Code::MethodNotAllowed);
}

#[tokio::test]
async fn other_agencys_uploads_and_files_do_not_exist() {
    let hub = Hub::start().await;
    let (ours, theirs) = (hub.device("H06.16").await, hub.device("H06.17").await);
    let id = ours.create(b"abc").await;
    assert_eq!(theirs.head(id).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(refused(theirs.patch(id, 0, b"abc")).await, Code::NotFound);
    assert_eq!(refused(theirs.tus(Method::DELETE, &path::upload(id))).await, Code::NotFound);
    ours.patch(id, 0, b"abc").send().await.unwrap();
    let file = path::file(&dossier::Digest::of(b"abc"));
    assert_eq!(ours.get(&file).await.status(), StatusCode::OK);
    assert_eq!(theirs.get(&file).await.status(), StatusCode::NOT_FOUND);
}

/// A connection that sends the head of a PATCH of ten bytes and the first four of them.
fn begun(device: &Device, id: UploadId) -> TcpStream {
    let mut connection = TcpStream::connect(device.base.trim_start_matches("http://")).unwrap();
    let head = format!(
        "PATCH {} HTTP/1.1\r\nHost: hub\r\nAuthorization: {}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n\
         Content-Type: {}\r\nContent-Length: 10\r\n\r\n0123",
        path::upload(id),
        device.token.authorization(),
        tus::MEDIA_TYPE,
    );
    connection.write_all(head.as_bytes()).unwrap();
    connection
}

fn status_line(connection: &mut TcpStream) -> String {
    let mut reply = [0; 12];
    connection.read_exact(&mut reply).unwrap();
    String::from_utf8(reply.to_vec()).unwrap()
}

#[tokio::test]
async fn what_came_before_a_cut_is_kept() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let id = device.create(b"0123456789").await;
    let mut connection = begun(&device, id);
    connection.shutdown(Shutdown::Write).unwrap();
    // The hub ends the connection when it has noticed the cut, which comes after the four bytes.
    let mut reply = Vec::new();
    tokio::task::spawn_blocking(move || connection.read_to_end(&mut reply)).await.unwrap().unwrap();
    assert_eq!(offset(&device.head(id).await), Some(4));
    assert_eq!(offset(&device.patch(id, 4, b"456789").send().await.unwrap()), Some(10));
}

#[tokio::test]
async fn stalled_upload_does_not_lock_its_client_out() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let id = device.create(b"0123456789").await;
    let stalled = begun(&device, id);
    let spooled = hub.folder.path().join("spool").join(id.to_string());
    let arrived = async {
        while std::fs::metadata(&spooled).map_or(0, |file| file.len()) < 4 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), arrived).await.unwrap();
    assert_eq!(offset(&device.head(id).await), Some(4));
    assert_eq!(offset(&device.patch(id, 4, b"456789").send().await.unwrap()), Some(10));
    drop(stalled);
}

#[tokio::test]
async fn stalled_body_ends_by_itself_and_keeps_what_came() {
    let patience = Patience { idle: Duration::from_millis(200), ..Patience::default() };
    let hub = Hub::start_with(|config| config.patience = patience).await;
    let device = hub.device("H06.16").await;
    let id = device.create(b"0123456789").await;
    let mut stalled = begun(&device, id);
    let status = tokio::task::spawn_blocking(move || status_line(&mut stalled)).await.unwrap();
    assert_eq!(status, "HTTP/1.1 408");
    assert_eq!(offset(&device.head(id).await), Some(4));
}

#[tokio::test]
async fn upload_under_way_is_answered_when_the_hub_stops_and_goes_on_after() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let id = device.create(b"0123456789").await;
    let mut sending = begun(&device, id);
    let spooled = hub.folder.path().join("spool").join(id.to_string());
    let arrived = async {
        while std::fs::metadata(&spooled).map_or(0, |file| file.len()) < 4 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), arrived).await.unwrap();
    let hub = hub.restart(|_| {}).await;
    let status = tokio::task::spawn_blocking(move || status_line(&mut sending)).await.unwrap();
    assert_eq!(status, "HTTP/1.1 503");
    assert_eq!(offset(&device.at(hub.running.address()).head(id).await), Some(4));
}

#[tokio::test]
async fn restart_keeps_every_acknowledged_byte_and_no_other() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let (id, whole) = (device.create(b"0123456789").await, device.create(b"abc").await);
    device.patch(id, 0, b"0123").send().await.unwrap();
    device.patch(whole, 0, b"abc").send().await.unwrap();
    let hub = hub
        .restart(|folder| {
            // As a crash leaves it: bytes behind the committed offset, and a file of no upload.
            let spool = folder.join("spool");
            let mut file = std::fs::OpenOptions::new().append(true).open(spool.join(id.to_string())).unwrap();
            file.write_all(b"never acknowledged").unwrap();
            std::fs::write(spool.join(uuid::Uuid::new_v4().to_string()), "stray").unwrap();
        })
        .await;
    let device = device.at(hub.running.address());
    assert_eq!(std::fs::read_dir(hub.folder.path().join("spool")).unwrap().count(), 1);
    assert_eq!((offset(&device.head(id).await), offset(&device.head(whole).await)), (Some(4), Some(3)));
    assert_eq!(offset(&device.patch(id, 4, b"456789").send().await.unwrap()), Some(10));
    let file = device.get(&path::file(&dossier::Digest::of(b"0123456789"))).await;
    assert_eq!(file.bytes().await.unwrap(), b"0123456789".as_slice());
}

#[tokio::test]
async fn lost_bytes_make_an_upload_gone_instead_of_wrong() {
    let hub = Hub::start().await;
    let device = hub.device("H06.16").await;
    let id = device.create(b"0123456789").await;
    device.patch(id, 0, b"0123").send().await.unwrap();
    let shorten = |folder: &std::path::Path| std::fs::write(folder.join("spool").join(id.to_string()), b"01").unwrap();
    let hub = hub.restart(shorten).await;
    let device = device.at(hub.running.address());
    assert_eq!(refused(device.patch(id, 4, b"456789")).await, Code::Gone);
    assert_eq!(device.head(id).await.status(), StatusCode::GONE);
}
