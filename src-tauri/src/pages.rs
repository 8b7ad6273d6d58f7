//! `page://localhost/BLOB/FRAME?w=WIDTH`: pictures of pages, made when they are asked for. They never go through the commands'
//! way, which would carry them as text.

use desk::PictureName;
use tauri::{
    Manager, UriSchemeContext, UriSchemeResponder,
    http::{Request, Response, StatusCode, header},
};

use crate::Shared;

/// Answers one request for a picture.
pub(crate) fn serve<R: tauri::Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let wanted = asked(request.uri().path(), request.uri().query().unwrap_or_default());
    // A kiosk's window has no papers to show.
    let Some((name, width)) = wanted.filter(|_| context.webview_label() == "main") else {
        return responder.respond(empty(StatusCode::NOT_FOUND));
    };
    let desk = context.app_handle().state::<Shared>().desk.clone();
    tauri::async_runtime::spawn(async move {
        let response = match desk.picture(&name, width).await {
            Ok(jpeg) => picture(jpeg),
            Err(_) => empty(StatusCode::NOT_FOUND),
        };
        responder.respond(response);
    });
}

/// Not kept by the web view: a paper that is taken out or sealed must not be looked at any more, and the desk keeps in memory what is
/// looked at again.
fn picture(jpeg: Vec<u8>) -> Response<Vec<u8>> {
    let response =
        Response::builder().header(header::CONTENT_TYPE, "image/jpeg").header(header::CACHE_CONTROL, "no-store");
    response.body(jpeg).unwrap_or_default()
}

fn empty(status: StatusCode) -> Response<Vec<u8>> {
    let response = Response::builder().status(status).header(header::CACHE_CONTROL, "no-store");
    response.body(vec![]).unwrap_or_default()
}

/// The page's address comes with its slash encoded on some systems, as it is on others.
fn asked(path: &str, query: &str) -> Option<(PictureName, u32)> {
    let path = path.replace("%2F", "/");
    let (blob, frame) = path.trim_start_matches('/').split_once('/')?;
    let width = query.split('&').find_map(|part| part.strip_prefix("w="))?;
    Some((PictureName { blob: blob.to_owned(), frame: frame.parse().ok()? }, width.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_web_view_keeps_no_picture() {
        let response = picture(b"jpeg".to_vec());
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        assert_eq!(
            (header(header::CACHE_CONTROL), header(header::CONTENT_TYPE)),
            (Some("no-store"), Some("image/jpeg"))
        );
        assert_eq!(response.body(), b"jpeg");
    }

    #[test]
    fn an_address_names_content_frame_and_width() {
        let name = PictureName { blob: "ab12".to_owned(), frame: 3 };
        assert_eq!(asked("/ab12/3", "w=300"), Some((name.clone(), 300)));
        assert_eq!(asked("/ab12%2F3", "v=1&w=300"), Some((name, 300)));
        for (path, query) in [("/ab12", "w=300"), ("/ab12/x", "w=300"), ("/ab12/3", ""), ("/ab12/3", "w=-1")] {
            assert_eq!(asked(path, query), None, "{path}?{query}");
        }
    }
}
