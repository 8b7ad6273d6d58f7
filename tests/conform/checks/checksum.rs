//! Checksums: bytes that arrive otherwise than they were sent are not kept.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::Digest as _;

use crate::check::{Check, Checked, Expect as _, Not, ensure, must, should};
use crate::server::{BYTES, Server};

const CHECKSUM: &[&str] = &["creation", "checksum"];
const TRAILER: &[&str] = &["creation", "checksum", "checksum-trailer"];

fn sha1(bytes: &[u8]) -> String {
    format!("sha1 {}", STANDARD.encode(sha1::Sha1::digest(bytes)))
}

fn sha256(server: &Server, bytes: &[u8]) -> Result<String, Not> {
    if !server.advertised.algorithms.iter().any(|known| known == "sha256") {
        return Err(Not::applicable("the server does not advertise sha256"));
    }
    Ok(format!("sha256 {}", STANDARD.encode(sha2::Sha256::digest(bytes))))
}

/// That bytes with this `Upload-Checksum` get one of these statuses and are not kept.
fn keeps_nothing(server: &Server, checksum: &str, statuses: &[u16]) -> Checked {
    let upload = server.create(9)?;
    server.patch(&upload, 0, b"abc").send()?.is(&[204])?;
    server.patch(&upload, 3, b"def").with("Upload-Checksum", checksum).send()?.is(statuses)?;
    server.stands_at(&upload, 3)
}

pub const CHECKS: &[Check] = &[
    must(601, "Checksum / Tus-Checksum-Algorithm", "OPTIONS names the algorithms", |server| {
        server.ask("OPTIONS", &server.path).send()?.has("Tus-Checksum-Algorithm")?;
        Ok(())
    })
    .needs(CHECKSUM),
    must(602, "Checksum / Tus-Checksum-Algorithm", "sha1 is among them", |server| {
        let known = &server.advertised.algorithms;
        ensure(known.iter().any(|known| known == "sha1"), "sha1", known.join(","))
    })
    .needs(CHECKSUM),
    must(603, "Checksum / Upload-Checksum", "bytes with their sha1 are taken", |server| {
        let ask = server.patch(&server.create(9)?, 0, b"abc").with("Upload-Checksum", sha1(b"abc"));
        ask.send()?.is(&[204])?.says("Upload-Offset", 3)?;
        Ok(())
    })
    .needs(CHECKSUM),
    must(604, "Checksum / Upload-Checksum", "bytes with another sha1 get 460 and are not kept", |server| {
        keeps_nothing(server, &sha1(b"xyz"), &[460])
    })
    .needs(CHECKSUM),
    must(
        605,
        "Checksum / Upload-Checksum",
        "an algorithm that is not advertised gets 400, and nothing is kept",
        |server| keeps_nothing(server, "rot13 YWJj", &[400]),
    )
    .needs(CHECKSUM),
    must(606, "Checksum / Upload-Checksum", "after a mismatch the right bytes are taken", |server| {
        let upload = server.create(3)?;
        server.patch(&upload, 0, b"abX").with("Upload-Checksum", sha1(b"abc")).send()?.is(&[460])?;
        server.patch(&upload, 0, b"abc").with("Upload-Checksum", sha1(b"abc")).send()?.is(&[204])?;
        server.stands_at(&upload, 3)
    })
    .needs(CHECKSUM),
    must(607, "Checksum / Upload-Checksum", "the checksum is over the part, not over the upload", |server| {
        let upload = server.create(6)?;
        server.patch(&upload, 0, b"abc").send()?.is(&[204])?;
        let ask = server.patch(&upload, 3, b"def").with("Upload-Checksum", sha1(b"def"));
        ask.send()?.is(&[204])?.says("Upload-Offset", 6)?;
        Ok(())
    })
    .needs(CHECKSUM),
    must(608, "Checksum / Upload-Checksum", "bytes with their sha256 are taken", |server| {
        let ask = server.patch(&server.create(9)?, 0, b"abc").with("Upload-Checksum", sha256(server, b"abc")?);
        ask.send()?.is(&[204])?.says("Upload-Offset", 3)?;
        Ok(())
    })
    .needs(CHECKSUM),
    must(609, "Checksum / Upload-Checksum", "bytes with another sha256 get 460 and are not kept", |server| {
        keeps_nothing(server, &sha256(server, b"xyz")?, &[460])
    })
    .needs(CHECKSUM),
    should(610, "Checksum / Upload-Checksum", "a checksum that is not base64 is refused", |server| {
        keeps_nothing(server, "sha1 ***", &[400, 460])
    })
    .needs(CHECKSUM),
    should(611, "Checksum / Upload-Checksum", "an algorithm without a checksum is refused", |server| {
        keeps_nothing(server, "sha1", &[400, 460])
    })
    .needs(CHECKSUM),
    should(612, "Checksum / Upload-Checksum", "a checksum of another length is refused", |server| {
        keeps_nothing(server, "sha1 YWJj", &[400, 460])
    })
    .needs(CHECKSUM),
    must(613, "Checksum / Upload-Checksum", "of a part that breaks nothing is kept unchecked", |server| {
        let upload = server.create(9)?;
        let mut line = server.patch(&upload, 0, b"abc").with("Upload-Checksum", sha1(b"abcdef")).begin(6)?;
        line.half_close();
        line.drain();
        server.stands_at(&upload, 0)
    })
    .needs(CHECKSUM),
    should(614, "Checksum / Upload-Checksum", "a part in chunks is checked as well", |server| {
        let upload = server.create(9)?;
        server.patch(&upload, 0, b"abX").with("Upload-Checksum", sha1(b"abc")).send_chunked(&[])?.is(&[460])?;
        server.patch(&upload, 0, b"abc").with("Upload-Checksum", sha1(b"abc")).send_chunked(&[])?.is(&[204])?;
        Ok(())
    })
    .needs(CHECKSUM),
    should(615, "Checksum / Upload-Checksum", "a part of no bytes has a checksum, too", |server| {
        let upload = server.create(9)?;
        server.patch(&upload, 0, b"").with("Upload-Checksum", sha1(b"")).send()?.is(&[204])?;
        Ok(())
    })
    .needs(CHECKSUM),
    should(616, "Checksum / Upload-Checksum", "bytes that come with the creation are checked", |server| {
        let ask = server.post().with("Upload-Length", 9).with("Content-Type", BYTES).body(b"abX");
        let reply = ask.with("Upload-Checksum", sha1(b"abc")).send()?;
        // Refused, or made and empty.
        match reply.status {
            201 => server.stands_at(&server.created(&reply)?, 0),
            _ => reply.is(&[460]).map(drop),
        }
    })
    .needs(&["creation", "creation-with-upload", "checksum"]),
    must(651, "Checksum / Trailer", "bytes with their checksum in a trailer are taken", |server| {
        let ask = server.patch(&server.create(9)?, 0, b"abc").with("Trailer", "Upload-Checksum");
        ask.send_chunked(&[("Upload-Checksum", sha1(b"abc"))])?.is(&[204])?.says("Upload-Offset", 3)?;
        Ok(())
    })
    .needs(TRAILER),
    must(652, "Checksum / Trailer", "bytes with another checksum in a trailer get 460 and are not kept", |server| {
        let upload = server.create(9)?;
        let ask = server.patch(&upload, 0, b"abc").with("Trailer", "Upload-Checksum");
        ask.send_chunked(&[("Upload-Checksum", sha1(b"xyz"))])?.is(&[460])?;
        server.stands_at(&upload, 0)
    })
    .needs(TRAILER),
    must(653, "Checksum / Trailer", "an unknown algorithm in a trailer gets 400, and nothing is kept", |server| {
        let upload = server.create(9)?;
        let ask = server.patch(&upload, 0, b"abc").with("Trailer", "Upload-Checksum");
        ask.send_chunked(&[("Upload-Checksum", "rot13 YWJj".to_owned())])?.is(&[400])?;
        server.stands_at(&upload, 0)
    })
    .needs(TRAILER),
    should(654, "Checksum / Trailer", "a trailer that was announced and does not come is refused", |server| {
        let upload = server.create(9)?;
        server.patch(&upload, 0, b"abc").with("Trailer", "Upload-Checksum").send_chunked(&[])?.refuses()?;
        server.stands_at(&upload, 0)
    })
    .needs(TRAILER),
];
