//! The system's keychain.

use keyring::Entry;

/// A name that no secret has.
const NOBODY: &str = "-";

/// Why the keychain did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum KeychainError {
    /// It failed, is not there, or the user did not open it.
    #[error("{0}")]
    Refused(keyring::Error),
    /// It answers, and does not take or give this item.
    #[error("{0}")]
    Item(keyring::Error),
    /// It answers, and takes no item of this length. Windows takes 2,560 bytes.
    #[error("the secret is longer than the keychain takes, and is kept for this run only")]
    TooLong,
    /// It did not answer in time.
    #[error("no answer")]
    Silent,
}

impl KeychainError {
    /// Whether a keychain answered, though not as it was asked to.
    pub const fn is_answer(&self) -> bool {
        matches!(self, Self::Item(_) | Self::TooLong)
    }
}

impl From<keyring::Error> for KeychainError {
    fn from(error: keyring::Error) -> Self {
        match error {
            keyring::Error::NoStorageAccess(_) | keyring::Error::PlatformFailure(_) => Self::Refused(error),
            keyring::Error::TooLong(..) => Self::TooLong,
            error => Self::Item(error),
        }
    }
}

/// Texts by name. Every call may block, and may ask the user.
pub trait Keychain: Send + 'static {
    /// Whether there is one, without opening it.
    ///
    /// # Errors
    /// There is none.
    fn probe(&self) -> Result<(), KeychainError> {
        self.get(NOBODY).map(drop)
    }

    /// The text of this name, if there is one.
    ///
    /// # Errors
    /// It cannot be opened.
    fn get(&self, name: &str) -> Result<Option<String>, KeychainError>;

    /// Puts a text there, over what has that name.
    ///
    /// # Errors
    /// It cannot be opened or written to.
    fn set(&self, name: &str, text: &str) -> Result<(), KeychainError>;

    /// Takes a text away; one that is not there is no error.
    ///
    /// # Errors
    /// It cannot be opened or written to.
    fn delete(&self, name: &str) -> Result<(), KeychainError>;
}

/// The keychain of the system: the Secret Service on Linux, the Keychain of macOS, the credentials of Windows.
pub struct System {
    service: String,
}

impl System {
    /// Items carry the name `service`.
    pub const fn new(service: String) -> Self {
        Self { service }
    }

    fn entry(&self, name: &str) -> Result<Entry, KeychainError> {
        Ok(Entry::new(&self.service, name)?)
    }
}

impl Keychain for System {
    fn get(&self, name: &str) -> Result<Option<String>, KeychainError> {
        match self.entry(name)?.get_password() {
            Ok(text) => Ok(Some(text)),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn set(&self, name: &str, text: &str) -> Result<(), KeychainError> {
        Ok(self.entry(name)?.set_password(text)?)
    }

    fn delete(&self, name: &str) -> Result<(), KeychainError> {
        match self.entry(name)?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
