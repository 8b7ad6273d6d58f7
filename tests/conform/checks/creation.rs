//! Creation, with metadata and with the first bytes.

use super::CREATION;
use crate::check::{Check, Checked, Expect as _, Not, ensure, may, must, should};
use crate::server::{BYTES, Server};

const WITH_UPLOAD: &[&str] = &["creation", "creation-with-upload"];

/// That a creation with this length is refused.
fn refuses_length(server: &Server, length: &str) -> Checked {
    server.post().with("Upload-Length", length).send()?.refuses()?.lacks("Location")?;
    Ok(())
}

/// That metadata is taken, and given back with every key and value.
fn keeps(server: &Server, metadata: &str) -> Checked {
    let metadata = server.metadata_with(metadata);
    let upload = server.created(&server.post().with("Upload-Length", 1).with("Upload-Metadata", &metadata).send()?)?;
    let reply = server.head(&upload)?;
    // The order is the server's, and so is the space after a key without a value.
    let pairs = |text: &str| {
        let mut pairs: Vec<String> = text.split(',').map(|pair| pair.trim().to_owned()).collect();
        pairs.sort();
        pairs
    };
    ensure(pairs(reply.has("Upload-Metadata")?) == pairs(&metadata), format!("Upload-Metadata: {metadata}"), &reply)
}

/// That metadata is refused.
fn refuses(server: &Server, metadata: &str) -> Checked {
    server.post().with("Upload-Length", 1).with("Upload-Metadata", metadata).send()?.refuses()?;
    Ok(())
}

/// The largest size there may be, if the server says one.
fn max_size(server: &Server) -> Result<u64, Not> {
    server.advertised.max_size.ok_or_else(|| Not::applicable("the server names no Tus-Max-Size"))
}

pub const CHECKS: &[Check] = &[
    must(401, "Creation / POST", "a creation gets 201", |server| {
        server.post().with("Upload-Length", 9).send()?.is(&[201])?;
        Ok(())
    })
    .needs(CREATION),
    must(402, "Creation / POST", "a creation gets the Location of the upload", |server| {
        server.post().with("Upload-Length", 9).send()?.has("Location")?;
        Ok(())
    })
    .needs(CREATION),
    must(403, "Creation / POST", "the Location leads to the upload", |server| {
        server.head(&server.create(9)?)?.is(&[200, 204])?.says("Upload-Length", 9)?;
        Ok(())
    })
    .needs(CREATION),
    must(404, "Creation / POST", "two creations make two uploads", |server| {
        let (one, two) = (server.create(9)?, server.create(9)?);
        ensure(one != two, "two Locations", one)
    })
    .needs(CREATION),
    must(405, "Creation / POST", "an upload of length 0 is finished at once", |server| {
        server.head(&server.create(0)?)?.is(&[200, 204])?.says("Upload-Offset", 0)?.says("Upload-Length", 0)?;
        Ok(())
    })
    .needs(CREATION),
    should(406, "Creation / Upload-Length", "without any length it is refused", |server| {
        server.post().send()?.refuses()?.lacks("Location")?;
        Ok(())
    })
    .needs(CREATION),
    should(407, "Creation / Upload-Length", "a negative length is refused", |server| refuses_length(server, "-1"))
        .needs(CREATION),
    should(408, "Creation / Upload-Length", "a length that is no number is refused", |server| {
        refuses_length(server, "ten")
    })
    .needs(CREATION),
    should(409, "Creation / Upload-Length", "a number with more after it is refused", |server| {
        refuses_length(server, "10 bytes")
    })
    .needs(CREATION),
    should(410, "Creation / Upload-Length", "two lengths in one request are refused", |server| {
        server.post().with("Upload-Length", 9).with("Upload-Length", 7).send()?.refuses()?;
        Ok(())
    })
    .needs(CREATION),
    must(411, "Creation / Tus-Max-Size", "a length beyond Tus-Max-Size gets 413", |server| {
        let beyond = max_size(server)?.saturating_add(1);
        server.post().with("Upload-Length", beyond).send()?.is(&[413])?;
        Ok(())
    })
    .needs(CREATION),
    should(412, "Creation / Tus-Max-Size", "a length of exactly Tus-Max-Size is taken", |server| {
        server.post().with("Upload-Length", max_size(server)?).send()?.is(&[201])?;
        Ok(())
    })
    .needs(CREATION),
    should(413, "Creation / POST", "a creation whose empty body comes in chunks is taken", |server| {
        server.post().with("Upload-Length", 9).send_chunked(&[])?.is(&[201])?;
        Ok(())
    })
    .needs(CREATION),
    must(421, "Creation / Upload-Metadata", "metadata is given back as it came", |server| {
        keeps(server, "title dG8ga2hhaS5wZGY=,filetype YXBwbGljYXRpb24vcGRm")
    })
    .needs(CREATION),
    must(422, "Creation / Upload-Metadata", "a key may have no value", |server| {
        keeps(server, "title dG8ga2hhaS5wZGY=,is_confidential")
    })
    .needs(CREATION),
    must(423, "Creation / Upload-Metadata", "values may be any bytes", |server| {
        keeps(server, "name xJDGoW4geGluIGPhuqVwIGPEg24gY8aw4bubYw==,bytes AAH+/w==")
    })
    .needs(CREATION),
    must(424, "Creation / Upload-Metadata", "there may be many keys", |server| {
        let pairs: Vec<String> = (0..20).map(|i| format!("key{i} dmFsdWU=")).collect();
        keeps(server, &pairs.join(","))
    })
    .needs(CREATION),
    should(425, "Creation / Upload-Metadata", "an empty header, which some clients send, is no metadata", |server| {
        server.post().with("Upload-Length", 9).with("Upload-Metadata", "").send()?.is(&[201])?;
        Ok(())
    })
    .needs(CREATION),
    should(426, "Creation / Upload-Metadata", "a key that occurs twice is refused", |server| {
        refuses(server, "filename YQ==,filename Yg==")
    })
    .needs(CREATION),
    should(427, "Creation / Upload-Metadata", "a value that is not base64 is refused", |server| {
        refuses(server, "filename ***")
    })
    .needs(CREATION),
    should(428, "Creation / Upload-Metadata", "an empty key is refused", |server| refuses(server, "a YQ==,, b Yg=="))
        .needs(CREATION),
    should(429, "Creation / Upload-Metadata", "a key that is not ASCII is refused", |server| {
        refuses(server, "tên YQ==")
    })
    .needs(CREATION),
    must(430, "Creation / Upload-Metadata", "an upload needs no metadata", |server| {
        let upload = server.created(&server.post().bare().with("Upload-Length", 9).send()?)?;
        server.stands_at(&upload, 0)
    })
    .needs(CREATION),
    must(441, "Creation With Upload / POST", "bytes sent along are taken, and the offset is told", |server| {
        let ask = server.post().with("Upload-Length", 9).with("Content-Type", BYTES).body(b"abc");
        let reply = ask.send()?;
        reply.is(&[201])?.says("Upload-Offset", 3)?;
        server.stands_at(&server.created(&reply)?, 3)
    })
    .needs(WITH_UPLOAD),
    must(442, "Creation With Upload / POST", "a whole file may come with its creation", |server| {
        let reply = server.post().with("Upload-Length", 3).with("Content-Type", BYTES).body(b"abc").send()?;
        reply.is(&[201])?.says("Upload-Offset", 3)?;
        server.stands_at(&server.created(&reply)?, 3)
    })
    .needs(WITH_UPLOAD),
    must(443, "Creation With Upload / POST", "what is left goes by PATCH", |server| {
        let reply = server.post().with("Upload-Length", 5).with("Content-Type", BYTES).body(b"abc").send()?;
        let upload = server.created(&reply)?;
        server.patch(&upload, reply.offset()?, b"de").send()?.is(&[204])?.says("Upload-Offset", 5)?;
        Ok(())
    })
    .needs(WITH_UPLOAD),
    must(444, "Creation With Upload / POST", "bytes of another media type are not taken", |server| {
        let reply = server.post().with("Upload-Length", 9).with("Content-Type", "text/plain").body(b"abc").send()?;
        if reply.status == 201 {
            return server.stands_at(&server.created(&reply)?, 0);
        }
        reply.refuses().map(drop)
    })
    .needs(WITH_UPLOAD),
    must(445, "Creation With Upload / POST", "no bytes of the right media type are no bytes", |server| {
        let reply = server.post().with("Upload-Length", 9).with("Content-Type", BYTES).body(b"").send()?;
        server.stands_at(&server.created(&reply)?, 0)
    })
    .needs(WITH_UPLOAD),
    must(446, "Creation With Upload / POST", "more bytes than the length never count", |server| {
        let reply = server.post().with("Upload-Length", 3).with("Content-Type", BYTES).body(b"abcdef").send()?;
        if reply.status != 201 {
            return reply.refuses().map(drop);
        }
        let offset = server.offset(&server.created(&reply)?)?;
        ensure(offset <= 3, "an offset of at most 3", format!("Upload-Offset: {offset}"))
    })
    .needs(WITH_UPLOAD),
    should(447, "Creation With Upload / POST", "Expect: 100-continue is met", |server| {
        let ask = server.post().with("Upload-Length", 3).with("Content-Type", BYTES).with("Expect", "100-continue");
        let ask = ask.with("Connection", "close");
        let mut line = ask.clone().begin(3)?;
        line.has_more(std::time::Duration::from_secs(1));
        line.send(b"abc");
        ask.answer(&mut line)?.is(&[201])?.says("Upload-Offset", 3)?;
        Ok(())
    })
    .needs(WITH_UPLOAD),
    may(448, "Creation With Upload / POST", "bytes may come in chunks", |server| {
        let ask = server.post().with("Upload-Length", 3).with("Content-Type", BYTES).body(b"abc");
        ask.send_chunked(&[])?.is(&[201])?.says("Upload-Offset", 3)?;
        Ok(())
    })
    .needs(WITH_UPLOAD),
];
