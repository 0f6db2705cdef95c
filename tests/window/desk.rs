//! One running app and all that it stands on: screen, session bus, WebDriver, home folder. Nothing of it
//! outlives its [`Desk`].

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::picture::{self, Picture};
use crate::processes::{Marked, Process};

/// The app under test: built by cargo for this very run with the UI in it, unless `TAPEWRITER_APP` names
/// another, as the test of the installed package does.
pub fn app() -> String {
    std::env::var("TAPEWRITER_APP").unwrap_or_else(|_| env!("CARGO_BIN_EXE_tapewriter").to_owned())
}

/// WebKit's automation can drive one app at a time on a machine.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// The folders of one user: what the app stores survives as long as this does.
pub struct Home(TempDir);

impl Home {
    pub fn new() -> Self {
        let home = tempfile::Builder::new()
            .prefix("tapewriter-test-")
            .tempdir()
            .expect("a folder for the home");
        fs::create_dir(home.path().join("run")).expect("a runtime folder");
        Self(home)
    }

    /// Where the app keeps its things. The app makes it.
    pub fn data(&self) -> PathBuf {
        self.0.path().join("tapewriter")
    }

    /// All that the user has.
    pub fn folder(&self) -> &Path {
        self.0.path()
    }

    /// Files that carry the app's name outside of its folder.
    pub fn outside(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.0.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path == self.data() {
                    continue;
                }
                if entry
                    .file_name()
                    .to_string_lossy()
                    .to_lowercase()
                    .contains("tapewriter")
                {
                    found.push(path.clone());
                }
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    folders.push(path);
                }
            }
        }
        found
    }
}

/// Which keychain the app finds.
#[derive(Clone, Copy)]
pub enum Keychain {
    /// One that nobody has opened.
    Locked,
    /// One that is open.
    Open,
    /// None at all.
    None,
}

impl Keychain {
    /// A shell's command that makes it so on a session bus of its own.
    const fn prepare(self) -> &'static str {
        match self {
            Self::Locked => "",
            Self::Open => {
                "printf tapewriter | gnome-keyring-daemon --unlock --components=secrets >/dev/null || \
                    { echo 'gnome-keyring is needed: make setup installs it' >&2; exit 1; }; "
            }
            Self::None => "export DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent/bus; ",
        }
    }
}

/// What the folder of tapes is on.
#[derive(Clone, Copy)]
pub enum Disk {
    Usual,
    /// A disk of its own with so many MiB, three quarters of which [`BALLAST`] takes. It goes with the app.
    Small(u32),
    /// One that nothing can be written to.
    ReadOnly,
}

impl Disk {
    /// A command that runs another one where the folder is so, which nobody else sees. It needs no rights: in a
    /// namespace of their own every user may mount.
    fn run(self, folder: &Path, program: &str) -> Command {
        let mount = match self {
            Self::Usual => return Command::new(program),
            Self::Small(mib) => format!(
                "mount -t tmpfs -o mode=700,size={mib}m tmpfs \"$1\" && head -c {}M /dev/zero > \"$1/{BALLAST}\"",
                mib / 4 * 3
            ),
            Self::ReadOnly => "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\"".to_owned(),
        };
        let script = format!("mkdir -p -m 700 \"$1\" && {mount} && shift && exec \"$@\"");
        let mut command = Command::new("unshare");
        command
            .args([
                "--user",
                "--map-root-user",
                "--mount",
                "--",
                "sh",
                "-c",
                &script,
                "sh",
            ])
            .arg(folder)
            .arg(program);
        command
    }
}

/// A file that takes most of a small disk.
pub const BALLAST: &str = "ballast";

/// What differs from an ordinary start: English, light, 1240 by 800.
pub struct Start<'a> {
    pub home: &'a Home,
    pub language: &'a str,
    pub dark: bool,
    pub keychain: Keychain,
    pub disk: Disk,
    /// What the app is to open.
    pub arguments: &'a [&'a str],
}

impl<'a> Start<'a> {
    pub fn at(home: &'a Home) -> Self {
        Self {
            home,
            language: "en_US",
            dark: false,
            keychain: Keychain::Locked,
            disk: Disk::Usual,
            arguments: &[],
        }
    }

    pub fn opening(self, arguments: &'a [&'a str]) -> Self {
        Self { arguments, ..self }
    }

    pub fn with_tapes_on(self, disk: Disk) -> Self {
        Self { disk, ..self }
    }

    pub fn with_keychain(self) -> Self {
        Self {
            keychain: Keychain::Open,
            ..self
        }
    }

    pub fn without_keychain(self) -> Self {
        Self {
            keychain: Keychain::None,
            ..self
        }
    }

    pub fn chinese(self) -> Self {
        Self {
            language: "zh_CN",
            ..self
        }
    }

    pub fn dark(self) -> Self {
        Self { dark: true, ..self }
    }

    /// Opens the app and waits for its window.
    pub fn open(self) -> Desk {
        Desk::open(&self)
    }

    /// Only a screen, on which a test starts the app itself and nobody drives it.
    pub fn screen(self) -> Desk {
        Desk::bare(&self)
    }
}

/// One running app.
pub struct Desk {
    // Fields drop in order: the client's task lives on the runtime.
    pub(crate) client: Option<Client>,
    pub(crate) runtime: Runtime,
    children: Vec<Child>,
    processes: Marked,
    pub(crate) size: Cell<(u32, u32)>,
    /// The name of the screen.
    pub(crate) display: String,
    /// The screen's memory, as a file.
    screen: PathBuf,
    log: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

impl Desk {
    fn open(start: &Start<'_>) -> Self {
        let mut desk = Self::bare(start);
        let driver = desk.driver(start);
        desk.connect(&driver, start.arguments);
        desk.resize(desk.size.get());
        desk
    }

    fn bare(start: &Start<'_>) -> Self {
        // A test that failed has poisoned nothing but its own run.
        let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let home = start.home.0.path();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let mut desk = Self {
            client: None,
            runtime,
            children: Vec::new(),
            processes: Marked::new(),
            size: Cell::new((1240, 800)),
            display: String::new(),
            screen: picture::file(&home.join("screen")),
            log: home.join("desk.log"),
            _turn: turn,
        };
        desk.display = desk.screen();
        desk
    }

    /// Starts an X server on a display that is free and answers with its name.
    fn screen(&mut self) -> String {
        // Room for the largest window; there is no window manager to keep it inside.
        let memory = self.screen.parent().expect("a folder");
        fs::create_dir_all(memory).expect("a folder for the screen's memory");
        let mut command = Command::new("Xvfb");
        let mut server = self
            .processes
            .on(&mut command)
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1400x1000x24",
                "-nolisten",
                "tcp",
                "-nocursor",
                "-fbdir",
            ])
            .arg(memory)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(self.log())
            .spawn()
            .expect("Xvfb is needed: `make setup` installs it");
        let mut number = String::new();
        BufReader::new(server.stdout.take().expect("piped"))
            .read_line(&mut number)
            .expect("Xvfb's display");
        self.children.push(server);
        assert!(!number.trim().is_empty(), "Xvfb did not start:\n{}", self.words());
        format!(":{}", number.trim())
    }

    /// Starts WebKitWebDriver on a session bus of its own and answers with its address.
    fn driver(&mut self, start: &Start<'_>) -> String {
        // Freed again at once: the driver cannot be given a socket, or asked which port it took.
        let port = TcpListener::bind(("127.0.0.1", 0))
            .and_then(|l| l.local_addr())
            .expect("a free port")
            .port();
        let mut command = start.disk.run(&start.home.tapes(), "dbus-run-session");
        let driver = format!("{}exec WebKitWebDriver --port={port}", start.keychain.prepare());
        command.args(["--", "sh", "-c", &driver]);
        self.surround(&mut command, start)
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        let driver = command
            .stdin(Stdio::null())
            .stdout(self.log())
            .stderr(self.log())
            .spawn()
            .expect("dbus-run-session is needed: `make setup` installs it");
        self.children.push(driver);
        let address = format!("127.0.0.1:{port}");
        let give_up = Instant::now() + Duration::from_secs(20);
        while std::net::TcpStream::connect(&address).is_err() {
            assert!(
                Instant::now() < give_up,
                "WebKitWebDriver did not start (`make setup` installs it):\n{}",
                self.words()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        format!("http://{address}")
    }

    /// Gives a program the user, the screen and the home of this desk, and nothing of the machine's own.
    fn surround<'c>(&self, command: &'c mut Command, start: &Start<'_>) -> &'c mut Command {
        let home = start.home.0.path();
        for inherited in [
            "WAYLAND_DISPLAY",
            "DBUS_SESSION_BUS_ADDRESS",
            "LC_ALL",
            "LC_MESSAGES",
            "GTK_MODULES",
            "NO_AT_BRIDGE",
            "AT_SPI_BUS_ADDRESS",
            "http_proxy",
            "HTTP_PROXY",
            "https_proxy",
            "HTTPS_PROXY",
            "all_proxy",
            "ALL_PROXY",
            "no_proxy",
            "NO_PROXY",
        ] {
            command.env_remove(inherited);
        }
        self.processes
            .on(command)
            .env("DISPLAY", &self.display)
            .env("GDK_BACKEND", "x11")
            .env("TAPEWRITER_HOME", start.home.data())
            .env("HOME", home)
            .env("XDG_DATA_HOME", home.join("share"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env("XDG_STATE_HOME", home.join("state"))
            .env("XDG_RUNTIME_DIR", home.join("run"))
            .env("LANG", format!("{}.UTF-8", start.language))
            .env("LANGUAGE", start.language)
            .env("GTK_THEME", if start.dark { "Adwaita:dark" } else { "Adwaita" })
    }

    /// Starts the app by itself, as a desktop would, where there is no session bus.
    pub fn launch(&self, start: &Start<'_>, folder: &Path) -> Child {
        self.launch_by(Command::new(app()), start, folder)
    }

    /// Starts it with a signal ignored, as `nohup` does.
    pub fn launch_ignoring(&self, signal: &str, start: &Start<'_>, folder: &Path) -> Child {
        let mut shell = Command::new("sh");
        shell
            .args(["-c", "trap '' \"$1\"; shift; exec \"$@\"", "sh", signal])
            .arg(app());
        self.launch_by(shell, start, folder)
    }

    fn launch_by(&self, mut command: Command, start: &Start<'_>, folder: &Path) -> Child {
        self.surround(&mut command, start)
            .args(start.arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(self.log())
            .stderr(self.log())
            .spawn()
            .expect("the app")
    }

    /// Has the driver start the app.
    fn connect(&mut self, driver: &str, arguments: &[&str]) {
        let wanted = json!({ "webkitgtk:browserOptions": { "binary": app(), "args": arguments } });
        let Value::Object(capabilities) = wanted else {
            unreachable!("an object")
        };
        let session = self.runtime.block_on(async {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(capabilities);
            tokio::time::timeout(Duration::from_secs(60), builder.connect(driver)).await
        });
        match session {
            Ok(Ok(client)) => self.client = Some(client),
            Ok(Err(error)) => panic!("the app did not start: {error}\n{}", self.words()),
            Err(_) => panic!("the app did not open a window within a minute:\n{}", self.words()),
        }
    }

    fn log(&self) -> File {
        File::options()
            .create(true)
            .append(true)
            .open(&self.log)
            .expect("the desk's log")
    }

    /// What the app and its driver wrote to their standard streams.
    pub fn words(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Processes of a name.
    pub fn processes(&self, name: &str) -> Vec<Process> {
        let mut all = self.processes.all();
        all.retain(|process| process.name.starts_with(name));
        all
    }

    /// The app's own process.
    fn process(&self) -> Process {
        let mut app = self.processes("tapewriter");
        assert_eq!(app.len(), 1, "one app");
        app.remove(0)
    }

    /// Kills the app and nothing else.
    pub fn kill_app(&self) {
        self.process().kill();
    }

    /// The address of the session bus that the app is on.
    pub fn bus(&self) -> String {
        self.process()
            .variable("DBUS_SESSION_BUS_ADDRESS")
            .expect("a session bus")
    }

    /// A path as the app sees it, which may have a disk that nobody else has.
    pub fn inside(&self, path: &Path) -> PathBuf {
        self.process().inside(path)
    }

    /// Memory of the app and its web processes together, MiB.
    pub fn memory(&self) -> u64 {
        let ours = |name: &str| {
            name == "tapewriter" || name.starts_with("WebKitWeb") || name.starts_with("WebKitNetwork")
        };
        self.processes
            .all()
            .iter()
            .filter(|process| ours(&process.name))
            .map(Process::memory)
            .sum()
    }

    /// What is on the screen, as large as the window is.
    pub fn picture(&self) -> anyhow::Result<Picture> {
        Picture::read(&self.screen, self.size.get())
    }

    /// Keeps what a person would want to see of a failed test.
    fn keep_evidence(&self) {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("unnamed").replace("::", "-");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/window-failures");
        if fs::create_dir_all(&folder).is_err() {
            return;
        }
        let _ = fs::write(folder.join(format!("{name}.log")), self.words());
        let _ = self
            .picture()
            .and_then(|picture| picture.write_png(&folder.join(format!("{name}.png"))));
        eprintln!("see {}/{name}.*", folder.display());
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.keep_evidence();
        }
        if let Some(client) = self.client.take() {
            // Lets the app end in its own way first; a hung or killed one is not waited for.
            let _ = self
                .runtime
                .block_on(async { tokio::time::timeout(Duration::from_secs(3), client.close()).await });
        }
        // Ended here and not by the fields' own drops, so that the children can be waited for.
        self.processes = Marked::new();
        for child in &mut self.children {
            let _ = child.wait();
        }
    }
}
