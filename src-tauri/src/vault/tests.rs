use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};

use super::*;

/// Set in a test that runs in a process and on a session bus of its own.
const INSIDE: &str = "TAPEWRITER_TEST_INSIDE";

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime")
        .block_on(future)
}

fn secret(value: &str) -> Secret {
    Secret {
        value: value.into(),
        origins: vec!["https://api.test".to_owned()],
    }
}

fn value(secret: Option<Secret>) -> Option<String> {
    secret.map(|secret| secret.value.to_string())
}

/// Whether this process is the one that a part of a test is for.
fn inside(part: &str) -> bool {
    std::env::var(INSIDE).is_ok_and(|inside| inside == part)
}

/// Runs this test again as `part`, on a session bus of its own; `before` is a shell's command that prepares it.
fn run_inside(test: &str, part: &str, home: &Path, before: &str) {
    let folder = |name: &str| {
        let folder = home.join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        folder
    };
    let output = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", &format!("{before}\nexec \"$0\" \"$@\"")])
        .arg(std::env::current_exe().expect("this test"))
        .args([test, "--exact", "--nocapture"])
        .env(INSIDE, part)
        .env("HOME", home)
        .env("XDG_DATA_HOME", folder("share"))
        .env("XDG_RUNTIME_DIR", folder("run"))
        .env("XDG_CACHE_HOME", folder("cache"))
        .env("XDG_CONFIG_HOME", folder("config"))
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .output()
        .expect("dbus-run-session is needed: `make setup` installs it");
    let words = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{part}: {words}");
    assert!(words.contains("1 passed"), "{part} did not run: {words}");
}

/// A Secret Service whose keychain is open. Fails where gnome-keyring is missing: nothing else here would notice.
const UNLOCKED: &str = "printf tapewriter | gnome-keyring-daemon --unlock --components=secrets >/dev/null || \
    { echo 'gnome-keyring is needed: make setup installs it' >&2; exit 1; }";
/// A Secret Service whose keychain is locked, and where nobody can be asked.
const LOCKED: &str = "gnome-keyring-daemon --start --components=secrets >/dev/null || exit 1";

#[test]
fn a_secret_outlives_the_program_in_the_secret_service() {
    const TEST: &str = "vault::tests::a_secret_outlives_the_program_in_the_secret_service";
    let open = || Vault::new(System::new("Tapewriter test".to_owned()), Duration::from_secs(5));
    if inside("put") {
        block_on(async {
            let vault = open();
            assert!(vault.is_there().await, "the Secret Service answers");
            assert!(vault.keep("id", secret("hunter2 ✓")).await, "it is kept");
            assert!(vault.keep("other", secret("other")).await);
        });
    } else if inside("take") {
        block_on(async {
            let vault = open();
            let found = vault.get("id").await.expect("kept by another process");
            assert_eq!(&*found.value, "hunter2 ✓");
            assert_eq!(found.origins, ["https://api.test"]);
            assert!(value(vault.get("nobody").await).is_none());
            assert!(vault.answers(), "it answers that there is none");
            assert!(vault.delete("id").await);
            assert!(vault.delete("id").await, "twice is no error");
            assert!(open().get("id").await.is_none());
            assert_eq!(value(open().get("other").await).as_deref(), Some("other"));
            let another_home = Vault::new(System::new("Tapewriter 123".to_owned()), Duration::from_secs(5));
            assert!(another_home.get("other").await.is_none());
        });
    } else if inside("locked") {
        block_on(async {
            let vault = open();
            assert!(vault.is_there().await, "there is one, though it is locked");
            assert!(value(vault.get("other").await).is_none());
            assert!(!vault.answers());
            assert!(!vault.keep("new", secret("for this run")).await);
            assert_eq!(value(vault.get("new").await).as_deref(), Some("for this run"));
        });
    } else {
        let home = tempfile::tempdir().expect("a home");
        run_inside(TEST, "put", home.path(), UNLOCKED);
        run_inside(TEST, "take", home.path(), UNLOCKED);
        run_inside(TEST, "locked", home.path(), LOCKED);
    }
}

#[test]
fn without_a_bus_secrets_are_kept_for_this_run() {
    const TEST: &str = "vault::tests::without_a_bus_secrets_are_kept_for_this_run";
    if inside("no bus") {
        block_on(async {
            let vault = Vault::open("Tapewriter test".to_owned());
            assert!(!vault.is_there().await);
            assert!(!vault.keep("id", secret("for this run")).await);
            assert!(!vault.answers());
            assert_eq!(value(vault.get("id").await).as_deref(), Some("for this run"));
            assert!(value(vault.get("other").await).is_none());
        });
    } else {
        let home = tempfile::tempdir().expect("a home");
        let nowhere = "export DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent/bus";
        run_inside(TEST, "no bus", home.path(), nowhere);
    }
}

#[test]
fn a_keychain_that_refuses_one_item_answers() {
    use keyring::Error;
    let nobody = || Box::new(std::io::Error::other("nobody"));
    for (error, is_answer) in [
        (Error::TooLong("password".to_owned(), 2560), true),
        (Error::BadEncoding(Vec::new()), true),
        (Error::NoStorageAccess(nobody()), false),
        (Error::PlatformFailure(nobody()), false),
    ] {
        let error = KeychainError::from(error);
        assert_eq!(error.is_answer(), is_answer, "{error}");
    }
    assert!(!KeychainError::Silent.is_answer());
}

#[test]
fn the_keychain_is_not_keyrings_mock() {
    use keyring::credential::CredentialPersistence;
    let builder = keyring::default::default_credential_builder();
    assert!(
        matches!(builder.persistence(), CredentialPersistence::UntilDelete),
        "keyring was built without a feature for this platform: it would forget every secret"
    );
}

/// Answers when it is let.
struct Slow(Mutex<Receiver<()>>);

impl Slow {
    fn new() -> (Self, Sender<()>) {
        let (go, wait) = channel();
        (Self(Mutex::new(wait)), go)
    }

    fn wait(&self) -> Result<(), KeychainError> {
        self.0.lock().recv().map_err(|_| KeychainError::Silent)
    }
}

impl Keychain for Slow {
    fn get(&self, _: &str) -> Result<Option<String>, KeychainError> {
        self.wait()?;
        Ok(Some(r#"{"value":"late","origins":[]}"#.to_owned()))
    }

    fn set(&self, _: &str, _: &str) -> Result<(), KeychainError> {
        self.wait()
    }

    fn delete(&self, _: &str) -> Result<(), KeychainError> {
        self.wait()
    }
}

#[test]
fn a_keychain_that_hangs_holds_nobody_up_and_is_used_again_once_it_answers() {
    block_on(async {
        let (slow, go) = Slow::new();
        let vault = Vault::new(slow, Duration::from_millis(20));
        assert!(!vault.keep("id", secret("here")).await, "given up");
        assert!(vault.hangs.load(Ordering::Acquire));
        // Without a wait while it hangs.
        assert!(vault.get("other").await.is_none());
        assert_eq!(value(vault.get("id").await).as_deref(), Some("here"));
        go.send(()).expect("it waits");
        while vault.hangs.load(Ordering::Acquire) {
            tokio::task::yield_now().await;
        }
        go.send(()).expect("it goes on");
        assert_eq!(value(vault.get("other").await).as_deref(), Some("late"));
        assert!(vault.answers());
    });
}
