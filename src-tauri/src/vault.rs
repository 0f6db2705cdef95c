//! Secret values: in the system's keychain, and in memory for as long as the program runs.
//!
//! The keychain may ask the user for a password, be locked, hang, or not be there at all. One thread of its own
//! speaks to it, in order; whoever waits for an answer gives up after a while, and what could not be put there
//! is kept for this run only.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tapewriter_engine::say;
use tapewriter_engine::template::Secret;
use tokio::sync::{Notify, oneshot};

mod keychain;
#[cfg(test)]
mod tests;

pub use keychain::{Keychain, KeychainError, System};

/// How long an answer may take: the user may have to type a password first.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long it may take to say whether there is a keychain at all. Nobody is asked for that.
const PROBE: Duration = Duration::from_secs(5);

/// An item of the keychain.
#[derive(Serialize, Deserialize)]
struct Item {
    value: String,
    origins: Vec<String>,
}

type Job = Box<dyn FnOnce(&dyn Keychain) + Send>;

/// Secrets by their ids.
pub struct Vault {
    /// Known in this run.
    secrets: Mutex<HashMap<String, Secret>>,
    jobs: mpsc::Sender<Job>,
    /// Whether the keychain answered when it was last asked.
    answers: AtomicBool,
    /// Told when the keychain was open: something was put there or found.
    opened: Notify,
    /// An answer was given up; until it comes nothing else will.
    hangs: Arc<AtomicBool>,
    patience: Duration,
}

impl Vault {
    /// A vault over a keychain. `patience` is how long an answer may take.
    pub fn new(keychain: impl Keychain, patience: Duration) -> Self {
        let (jobs, queue) = mpsc::channel::<Job>();
        let serve = move || {
            for job in queue {
                job(&keychain);
            }
        };
        // Without a thread every job fails, and secrets are kept for this run.
        if let Err(error) = std::thread::Builder::new()
            .name("keychain".to_owned())
            .spawn(serve)
        {
            say!("no thread for the keychain: {error}");
        }
        Self {
            secrets: Mutex::default(),
            jobs,
            answers: AtomicBool::new(true),
            opened: Notify::new(),
            hangs: Arc::default(),
            patience,
        }
    }

    /// A vault over the system's keychain, whose items carry the name `service`.
    pub fn open(service: String) -> Self {
        Self::new(System::new(service), PATIENCE)
    }

    /// Whether there is a keychain. Opens nothing and asks nobody.
    pub async fn is_there(&self) -> bool {
        self.ask(PROBE, Keychain::probe).await.is_ok()
    }

    /// Whether the keychain answered when it was last asked.
    pub fn answers(&self) -> bool {
        self.answers.load(Ordering::Relaxed)
    }

    /// Keeps a secret; answers whether the keychain took it. Otherwise it is there for this run.
    pub async fn keep(&self, id: &str, secret: Secret) -> bool {
        self.secrets.lock().insert(id.to_owned(), secret.clone());
        let item = Item {
            value: secret.value.to_string(),
            origins: secret.origins,
        };
        let item = serde_json::to_string(&item).expect("texts are plain data");
        let name = id.to_owned();
        let kept = self
            .ask(self.patience, move |keychain| keychain.set(&name, &item))
            .await
            .is_ok();
        if kept {
            self.opened.notify_one();
        }
        kept
    }

    /// A secret; none if nobody has it, or the keychain does not give it.
    pub async fn get(&self, id: &str) -> Option<Secret> {
        if let Some(secret) = self.peek(id) {
            return Some(secret);
        }
        let name = id.to_owned();
        let item = self
            .ask(self.patience, move |keychain| keychain.get(&name))
            .await
            .ok()??;
        self.opened.notify_one();
        let item: Item = serde_json::from_str(&item).ok()?;
        let secret = Secret {
            value: item.value.into(),
            origins: item.origins,
        };
        self.secrets.lock().insert(id.to_owned(), secret.clone());
        Some(secret)
    }

    /// A secret that is known in this run; asks nobody.
    pub fn peek(&self, id: &str) -> Option<Secret> {
        self.secrets.lock().get(id).cloned()
    }

    /// Waits until the keychain was open: from then on nobody is asked to open it.
    pub async fn opened(&self) {
        self.opened.notified().await;
    }

    /// Deletes a secret; answers whether it is gone from the keychain.
    pub async fn delete(&self, id: &str) -> bool {
        let name = id.to_owned();
        let gone = self
            .ask(self.patience, move |keychain| keychain.delete(&name))
            .await
            .is_ok();
        self.secrets.lock().remove(id);
        gone
    }

    async fn ask<T: Send + 'static>(
        &self,
        limit: Duration,
        ask: impl FnOnce(&dyn Keychain) -> Result<T, KeychainError> + Send + 'static,
    ) -> Result<T, KeychainError> {
        let asked = self.put(limit, ask).await;
        let answers = asked.as_ref().err().is_none_or(KeychainError::is_answer);
        self.answers.store(answers, Ordering::Relaxed);
        if let Err(error) = &asked {
            say!("the keychain: {error}");
        }
        asked
    }

    async fn put<T: Send + 'static>(
        &self,
        limit: Duration,
        ask: impl FnOnce(&dyn Keychain) -> Result<T, KeychainError> + Send + 'static,
    ) -> Result<T, KeychainError> {
        if self.hangs.load(Ordering::Acquire) {
            return Err(KeychainError::Silent);
        }
        let (tell, mut told) = oneshot::channel();
        let hangs = Arc::clone(&self.hangs);
        let job: Job = Box::new(move |keychain| {
            // Where nobody waits any more it is not even asked.
            let unheard = tell.is_closed() || tell.send(ask(keychain)).is_err();
            if unheard {
                hangs.store(false, Ordering::Release);
            }
        });
        self.jobs.send(job).map_err(|_| KeychainError::Silent)?;
        if let Ok(answer) = tokio::time::timeout(limit, &mut told).await {
            return answer.unwrap_or(Err(KeychainError::Silent));
        }
        self.hangs.store(true, Ordering::Release);
        told.close();
        // It may have come just now.
        if let Ok(answer) = told.try_recv() {
            self.hangs.store(false, Ordering::Release);
            return answer;
        }
        Err(KeychainError::Silent)
    }
}
