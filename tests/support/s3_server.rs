//! `s3_server FOLDER [--lies]`: an S3 store over a folder on loopback, for tests; prints its address. With `--lies` it does not know
//! `If-None-Match` and overwrites what is there. Its bucket is `hub`, its access key `key`, its secret `secret`.

use std::error::Error;
use std::path::PathBuf;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, IF_NONE_MATCH};
use axum::response::IntoResponse as _;
use axum::serve::ListenerExt as _;
use s3s::Body;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("s3_server FOLDER [--lies]")?);
    let lies = arguments.next().is_some_and(|argument| argument == "--lies");
    std::fs::create_dir_all(folder.join("hub"))?;
    let files = FileSystem::new(&folder).map_err(|error| format!("{error:?}"))?;
    let mut service = S3ServiceBuilder::new(files);
    if !lies {
        service.set_auth(SimpleAuth::from_single("key", "secret"));
    }
    let service = service.build();
    let answer = async move |mut request: Request| {
        if lies {
            request.headers_mut().remove(IF_NONE_MATCH);
            // What is taken away was signed; it asks nobody who he is either.
            request.headers_mut().remove(AUTHORIZATION);
        }
        match service.call(request.map(Body::http_body_unsync)).await {
            Ok(response) => response.map(axum::body::Body::new).into_response(),
            Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:?}")).into_response(),
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    // As stores in use do: else the last piece of an object waits for the acknowledgement of the one before it.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    Ok(axum::serve(listener, Router::new().fallback(answer)).await?)
}
