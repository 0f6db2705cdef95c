//! What a client posts, within bounds of size and time.

use std::time::Duration;

use axum::body::Body;
use futures_util::StreamExt;
use tokio::time::timeout;

/// How long a client may take to post: what is sent here comes from this machine.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Why a body was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    TooLarge,
    TooSlow,
    Broken,
}

/// The whole of a body, of at most `limit` bytes.
pub async fn read(body: Body, limit: usize) -> Result<Vec<u8>, Refused> {
    let whole = async {
        let mut whole = Vec::new();
        let mut chunks = body.into_data_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| Refused::Broken)?;
            if whole.len() + chunk.len() > limit {
                return Err(Refused::TooLarge);
            }
            whole.extend_from_slice(&chunk);
        }
        Ok(whole)
    };
    timeout(BODY_TIMEOUT, whole)
        .await
        .unwrap_or(Err(Refused::TooSlow))
}
