//! Lets LaunchDarkly's sse-contract-tests drive the engine:
//!
//! ```text
//! cargo run -p tapewriter-engine --example contract-service -- 127.0.0.1:8000
//! sse-contract-tests --url http://127.0.0.1:8000
//! ```
//!
//! The harness is a Go program: <https://github.com/launchdarkly/sse-contract-tests>.

use tokio::net::TcpListener;

mod service;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1);
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:8000")).await?;
    service::serve(listener).await
}
