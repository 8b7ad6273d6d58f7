//! Reading answers: whether they come from the hub at all, and what they say.

use std::time::Duration;

use reqwest::{
    Response, StatusCode,
    header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER},
};
use wire::{Code, HubId, Problem, path, problem};

use crate::Fault;

/// The longest JSON answer that is read.
const MAX_BODY: usize = 32 << 20;

/// An answer of the hub to a request it accepted.
pub(crate) struct Reply {
    response: Response,
}

impl Reply {
    /// Takes an answer for the hub's only with the hub's own header. Anything else is a portal: a login page, a proxy's
    /// error, a redirect elsewhere (redirects are never followed).
    pub(crate) async fn read(response: Response, hub: HubId) -> Result<Self, Fault> {
        let status = response.status();
        let id = header(response.headers(), path::HUB_ID).and_then(|id| id.parse::<HubId>().ok());
        if id != Some(hub) {
            return Err(Fault::Portal { status: status.as_u16() });
        }
        if status.is_success() || status == StatusCode::NOT_MODIFIED {
            return Ok(Self { response });
        }
        let retry_after = header(response.headers(), RETRY_AFTER.as_str()).and_then(|text| text.trim().parse().ok());
        let is_problem = media_type(&response).eq_ignore_ascii_case(problem::MEDIA_TYPE);
        let body = if is_problem { body(response).await.unwrap_or_default() } else { Vec::new() };
        let problem = serde_json::from_slice(&body).unwrap_or_else(|_| bare(status.as_u16()));
        Err(Fault::Refused { problem, retry_after: retry_after.map(Duration::from_secs) })
    }

    /// What was asked for is still as the asker has it.
    pub(crate) fn is_unchanged(&self) -> bool {
        self.response.status() == StatusCode::NOT_MODIFIED
    }

    pub(crate) fn header(&self, name: &'static str) -> Result<&str, Fault> {
        header(self.response.headers(), name).ok_or(Fault::Protocol(name))
    }

    pub(crate) fn number(&self, name: &'static str) -> Result<u64, Fault> {
        wire::tus::number(name, header(self.response.headers(), name)).map_err(|_| Fault::Protocol(name))
    }

    /// The bytes of a JSON answer. A page that only pretends is a portal's.
    pub(crate) async fn json_bytes(self) -> Result<Vec<u8>, Fault> {
        if !media_type(&self.response).eq_ignore_ascii_case("application/json") {
            return Err(Fault::Portal { status: self.response.status().as_u16() });
        }
        body(self.response).await
    }

    pub(crate) async fn json<T: serde::de::DeserializeOwned>(self) -> Result<T, Fault> {
        serde_json::from_slice(&self.json_bytes().await?).map_err(|_| Fault::Protocol("a readable body"))
    }
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn media_type(response: &Response) -> &str {
    let full = header(response.headers(), CONTENT_TYPE.as_str()).unwrap_or_default();
    full.split(';').next().unwrap_or_default().trim()
}

/// A refusal of which only the status is known.
fn bare(status: u16) -> Problem {
    Problem { status, ..Problem::new(Code::Unknown) }
}

async fn body(mut response: Response) -> Result<Vec<u8>, Fault> {
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await? {
        if body.len() + part.len() > MAX_BODY {
            return Err(Fault::Protocol("an end"));
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}
