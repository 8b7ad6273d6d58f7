//! PATCH: bytes are taken at the offset, and nowhere else.

use super::CREATION;
use crate::check::{Check, Checked, Expect as _, ensure, must, should};
use crate::server::{BYTES, Server};

/// That a PATCH with this offset is refused and changes nothing.
fn refuses_offset(server: &Server, offset: &str) -> Checked {
    let upload = server.create(9)?;
    server.patch(&upload, 0, b"abc").send()?.is(&[204])?;
    let ask = server.patch(&upload, 0, b"d").without("Upload-Offset").with("Upload-Offset", offset);
    ask.send()?.refuses()?;
    server.stands_at(&upload, 3)
}

pub const CHECKS: &[Check] = &[
    must(301, "Core / PATCH", "bytes at the offset get 204 and the new offset", |server| {
        let reply = server.patch(&server.create(9)?, 0, b"abc").send()?;
        reply.is(&[204])?.says("Upload-Offset", 3)?;
        Ok(())
    })
    .needs(CREATION),
    must(302, "Core / PATCH", "the last part brings the offset to the length", |server| {
        let upload = server.create(5)?;
        server.patch(&upload, 0, b"abc").send()?.is(&[204])?.says("Upload-Offset", 3)?;
        server.patch(&upload, 3, b"de").send()?.is(&[204])?.says("Upload-Offset", 5)?;
        server.stands_at(&upload, 5)
    })
    .needs(CREATION),
    should(303, "Core / PATCH", "another media type gets 415", |server| {
        let ask = server.ask("PATCH", &server.create(9)?).with("Content-Type", "application/octet-stream");
        ask.with("Upload-Offset", 0).body(b"abc").send()?.is(&[415])?;
        Ok(())
    })
    .needs(CREATION),
    should(304, "Core / PATCH", "no media type gets 415", |server| {
        let ask = server.ask("PATCH", &server.create(9)?).with("Upload-Offset", 0);
        ask.body(b"abc").send()?.is(&[415])?;
        Ok(())
    })
    .needs(CREATION),
    must(305, "Core / PATCH", "bytes of another media type are not stored", |server| {
        let upload = server.create(9)?;
        let ask = server.ask("PATCH", &upload).with("Content-Type", "text/plain").with("Upload-Offset", 0);
        ask.body(b"abc").send()?.refuses()?;
        server.stands_at(&upload, 0)
    })
    .needs(CREATION),
    should(306, "Core / PATCH", "the media type is known in any case (RFC 9110)", |server| {
        let ask = server.ask("PATCH", &server.create(9)?).with("Content-Type", "Application/Offset+Octet-Stream");
        ask.with("Upload-Offset", 0).body(b"abc").send()?.is(&[204])?;
        Ok(())
    })
    .needs(CREATION),
    must(307, "Core / PATCH", "an offset behind the upload's gets 409", |server| {
        let upload = server.create(9)?;
        server.patch(&upload, 0, b"abc").send()?.is(&[204])?;
        server.patch(&upload, 2, b"cd").send()?.is(&[409])?;
        Ok(())
    })
    .needs(CREATION),
    must(308, "Core / PATCH", "an offset before the upload's gets 409", |server| {
        server.patch(&server.create(9)?, 4, b"e").send()?.is(&[409])?;
        Ok(())
    })
    .needs(CREATION),
    must(309, "Core / PATCH", "a wrong offset changes nothing", |server| {
        let upload = server.create(9)?;
        server.patch(&upload, 0, b"abc").send()?.is(&[204])?;
        server.patch(&upload, 0, b"xyz").send()?.refuses()?;
        server.patch(&upload, 9, b"xyz").send()?.refuses()?;
        server.stands_at(&upload, 3)
    })
    .needs(CREATION),
    should(310, "Core / PATCH", "what does not exist gets 404, 410 or 403", |server| {
        let upload = server.create(1)?;
        server.patch(&format!("{upload}00"), 0, b"a").send()?.is(&[403, 404, 410])?;
        Ok(())
    })
    .needs(CREATION),
    must(311, "Core / PATCH", "without Upload-Offset it is refused and stores nothing", |server| {
        let upload = server.create(9)?;
        server.ask("PATCH", &upload).with("Content-Type", BYTES).body(b"abc").send()?.refuses()?;
        server.stands_at(&upload, 0)
    })
    .needs(CREATION),
    must(312, "Core / Upload-Offset", "a negative offset is refused", |server| refuses_offset(server, "-3"))
        .needs(CREATION),
    must(313, "Core / Upload-Offset", "an offset that is no number is refused", |server| {
        refuses_offset(server, "three")
    })
    .needs(CREATION),
    should(314, "Core / Upload-Offset", "a number with more after it is refused", |server| {
        refuses_offset(server, "3abc")
    })
    .needs(CREATION),
    should(315, "Core / Upload-Offset", "a fraction is refused", |server| refuses_offset(server, "3.0"))
        .needs(CREATION),
    should(316, "Core / Upload-Offset", "a hexadecimal number is refused", |server| refuses_offset(server, "0x3"))
        .needs(CREATION),
    must(317, "Core / Upload-Offset", "a number beyond every file is refused", |server| {
        refuses_offset(server, "99999999999999999999999999")
    })
    .needs(CREATION),
    should(318, "Core / Upload-Offset", "two offsets in one request are refused", |server| {
        let upload = server.create(9)?;
        server.patch(&upload, 0, b"abc").with("Upload-Offset", 5).send()?.refuses()?;
        server.stands_at(&upload, 0)
    })
    .needs(CREATION),
    should(319, "Core / PATCH", "no bytes at the offset get 204 and the same offset", |server| {
        let upload = server.create(9)?;
        server.patch(&upload, 0, b"abc").send()?.is(&[204])?;
        server.patch(&upload, 3, b"").send()?.is(&[204])?.says("Upload-Offset", 3)?;
        Ok(())
    })
    .needs(CREATION),
    must(320, "Core / PATCH", "bytes beyond the length never count", |server| {
        let upload = server.create(4)?;
        server.patch(&upload, 0, b"abcdefgh").send()?;
        let offset = server.offset(&upload)?;
        ensure(offset <= 4, "an offset of at most the length, 4", format!("Upload-Offset: {offset}"))
    })
    .needs(CREATION),
    should(321, "Core / PATCH", "more bytes than there is room for are refused", |server| {
        server.patch(&server.create(4)?, 0, b"abcdefgh").send()?.refuses()?;
        Ok(())
    })
    .needs(CREATION),
    must(322, "Core / PATCH", "a finished upload takes no more", |server| {
        let upload = server.filled(b"abc")?;
        server.patch(&upload, 3, b"d").send()?.refuses()?;
        server.stands_at(&upload, 3)
    })
    .needs(CREATION),
    must(323, "Core / PATCH", "every byte counts, whatever its value", |server| {
        let bytes: Vec<u8> = (0..=255).chain(b"\r\n\r\n0\r\n\r\n".iter().copied()).collect();
        server.stands_at(&server.filled(&bytes)?, bytes.len() as u64)
    })
    .needs(CREATION),
    must(324, "Core / PATCH", "a mebibyte goes in one part", |server| {
        let bytes = vec![0x5a; 1 << 20];
        server.stands_at(&server.filled(&bytes)?, 1 << 20)
    })
    .needs(CREATION),
    must(325, "Core / PATCH", "five parts of one byte make five bytes", |server| {
        let upload = server.create(5)?;
        for offset in 0..5 {
            server.patch(&upload, offset, b"x").send()?.is(&[204])?.says("Upload-Offset", offset + 1)?;
        }
        server.stands_at(&upload, 5)
    })
    .needs(CREATION),
    must(326, "Core / PATCH", "a length sent along cannot change the upload's", |server| {
        let upload = server.create(9)?;
        server.patch(&upload, 0, b"abc").with("Upload-Length", 3).send()?;
        server.head(&upload)?.is(&[200, 204])?.says("Upload-Length", 9)?;
        Ok(())
    })
    .needs(CREATION),
    must(327, "Core / PATCH", "the reply has no body", |server| {
        let mut line = server.open()?;
        let upload = server.create(3)?;
        let reply = server.patch(&upload, 0, b"abc").send_on(&mut line)?;
        ensure(
            reply.status == 204 && !line.has_more(std::time::Duration::from_millis(200)),
            "204 and nothing more",
            &reply,
        )
    })
    .needs(CREATION),
];
