//! Creation whose length is told later.

use crate::check::{Check, Checked, Expect as _, Not, must, should};
use crate::server::{BYTES, Server};

const DEFER: &[&str] = &["creation", "creation-defer-length"];

fn deferred(server: &Server) -> Result<String, Not> {
    server.created(&server.post().with("Upload-Defer-Length", 1).send()?)
}

fn refuses(server: &Server, value: &str) -> Checked {
    server.post().with("Upload-Defer-Length", value).send()?.is(&[400])?;
    Ok(())
}

pub const CHECKS: &[Check] = &[
    must(461, "Creation / Upload-Defer-Length", "an upload can be made before its length is known", |server| {
        server.post().with("Upload-Defer-Length", 1).send()?.is(&[201])?.has("Location")?;
        Ok(())
    })
    .needs(DEFER),
    must(462, "Creation / Upload-Defer-Length", "HEAD says that the length is deferred", |server| {
        server.head(&deferred(server)?)?.is(&[200, 204])?.says("Upload-Defer-Length", 1)?;
        Ok(())
    })
    .needs(DEFER),
    must(463, "Creation / Upload-Defer-Length", "HEAD tells no length that is not known", |server| {
        server.head(&deferred(server)?)?.is(&[200, 204])?.says("Upload-Offset", 0)?.lacks("Upload-Length")?;
        Ok(())
    })
    .needs(DEFER),
    should(464, "Creation / Upload-Defer-Length", "the value 0 gets 400", |server| refuses(server, "0")).needs(DEFER),
    should(465, "Creation / Upload-Defer-Length", "the value 2 gets 400", |server| refuses(server, "2")).needs(DEFER),
    should(466, "Creation / Upload-Defer-Length", "a word gets 400", |server| refuses(server, "true")).needs(DEFER),
    should(467, "Creation / Upload-Defer-Length", "a length together with its deferral is refused", |server| {
        server.post().with("Upload-Defer-Length", 1).with("Upload-Length", 9).send()?.refuses()?;
        Ok(())
    })
    .needs(DEFER),
    must(468, "Creation / Upload-Defer-Length", "bytes are taken before the length is known", |server| {
        let upload = deferred(server)?;
        server.patch(&upload, 0, b"abc").send()?.is(&[204])?.says("Upload-Offset", 3)?;
        server.head(&upload)?.says("Upload-Offset", 3)?.says("Upload-Defer-Length", 1)?;
        Ok(())
    })
    .needs(DEFER),
    must(469, "Creation / Upload-Length", "a PATCH can tell the length", |server| {
        let upload = deferred(server)?;
        server.patch(&upload, 0, b"abc").with("Upload-Length", 5).send()?.is(&[204])?;
        server.head(&upload)?.says("Upload-Offset", 3)?.says("Upload-Length", 5)?.lacks("Upload-Defer-Length")?;
        Ok(())
    })
    .needs(DEFER),
    must(470, "Creation / Upload-Length", "an upload whose length was told goes on to its end", |server| {
        let upload = deferred(server)?;
        server.patch(&upload, 0, b"abc").send()?.is(&[204])?;
        server.patch(&upload, 3, b"de").with("Upload-Length", 5).send()?.is(&[204])?.says("Upload-Offset", 5)?;
        server.head(&upload)?.says("Upload-Offset", 5)?.says("Upload-Length", 5)?;
        Ok(())
    })
    .needs(DEFER),
    must(471, "Creation / Upload-Length", "a length once told does not change", |server| {
        let upload = deferred(server)?;
        server.patch(&upload, 0, b"abc").with("Upload-Length", 5).send()?.is(&[204])?;
        server.patch(&upload, 3, b"d").with("Upload-Length", 9).send()?;
        server.head(&upload)?.says("Upload-Length", 5)?;
        Ok(())
    })
    .needs(DEFER),
    should(472, "Creation / Upload-Length", "a length short of what is there is refused", |server| {
        let upload = deferred(server)?;
        server.patch(&upload, 0, b"abcdef").send()?.is(&[204])?;
        server.patch(&upload, 6, b"").with("Upload-Length", 3).send()?.refuses()?;
        server.stands_at(&upload, 6)
    })
    .needs(DEFER),
    must(473, "Creation / Tus-Max-Size", "a length beyond Tus-Max-Size is refused also when told later", |server| {
        let Some(max) = server.advertised.max_size else {
            return Err(Not::applicable("the server names no Tus-Max-Size"));
        };
        let upload = deferred(server)?;
        server.patch(&upload, 0, b"abc").with("Upload-Length", max.saturating_add(1)).send()?.is(&[413])?;
        Ok(())
    })
    .needs(DEFER),
    should(474, "Creation / Upload-Length", "the end can be told without more bytes", |server| {
        let upload = deferred(server)?;
        server.patch(&upload, 0, b"abc").send()?.is(&[204])?;
        server.patch(&upload, 3, b"").with("Upload-Length", 3).send()?.is(&[204])?.says("Upload-Offset", 3)?;
        server.head(&upload)?.says("Upload-Offset", 3)?.says("Upload-Length", 3)?;
        Ok(())
    })
    .needs(DEFER),
    should(475, "Creation With Upload / POST", "first bytes may come with a creation of unknown length", |server| {
        let ask = server.post().with("Upload-Defer-Length", 1).with("Content-Type", BYTES).body(b"abc");
        ask.send()?.is(&[201])?.says("Upload-Offset", 3)?;
        Ok(())
    })
    .needs(&["creation", "creation-defer-length", "creation-with-upload"]),
];
