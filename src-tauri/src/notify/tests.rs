//! Bursts by a clock of the test's own, words, and a daemon on a bus of the test's own.

use super::*;

fn alert(stream: &str, action: &str, pos: u64) -> Alert {
    Alert {
        session: 7,
        stream: stream.to_owned(),
        action: action.to_owned(),
        name: format!("name of {action}"),
        pos,
        text: format!("event {pos}"),
        at_us: pos,
    }
}

fn show(alert: Alert, count: u64, alike: bool) -> Show {
    Show { alert, count, alike }
}

#[test]
fn the_first_is_shown_at_once_and_the_rest_as_one() {
    let mut bursts = Bursts::default();
    let start = Instant::now();
    let at = |ms| start + Duration::from_millis(ms);
    assert_eq!(bursts.due(), None);
    let first = alert("s", "a", 1);
    assert_eq!(bursts.add(first.clone(), 0, at(0)), Some(show(first, 1, true)));
    for n in 2..=13 {
        assert_eq!(bursts.add(alert("s", "a", n), 0, at(n)), None);
    }
    // Another stream is not held up by it.
    assert!(bursts.add(alert("t", "a", 1), 0, at(20)).is_some());
    assert_eq!(bursts.due(), Some(at(5_000)));
    assert_eq!(bursts.take(at(4_999)), []);
    assert_eq!(bursts.take(at(5_000)), [show(alert("s", "a", 13), 12, true)]);
    // It is told of again after as long a rest.
    assert_eq!(bursts.add(alert("s", "a", 14), 0, at(9_999)), None);
    assert_eq!(bursts.add(alert("s", "b", 15), 3, at(9_999)), None);
    assert_eq!(bursts.take(at(10_000)), [show(alert("s", "b", 15), 5, false)]);
    assert_eq!(bursts.due(), None);
    assert!(bursts.add(alert("s", "a", 16), 0, at(15_000)).is_some());
    assert_eq!(bursts.streams.len(), 1, "the others have been quiet");
}

#[test]
fn words_are_in_both_languages_and_one_line_each() {
    let one = show(alert("s", "a", 1), 1, true);
    let many = show(alert("s", "a", 9), 12, true);
    let mixed = show(alert("s", "a", 9), 12, false);
    for (language, show, body) in [
        (Language::English, &one, "name of a: event 1"),
        (Language::Chinese, &one, "name of a：event 1"),
        (Language::English, &many, "12 more of name of a\nevent 9"),
        (Language::Chinese, &many, "“name of a”又有 12 条\nevent 9"),
        (Language::English, &mixed, "12 more events\nevent 9"),
        (Language::Chinese, &mixed, "又有 12 个事件\nevent 9"),
    ] {
        let words = words(show, "Room", language);
        assert_eq!((words.summary.as_str(), words.body.as_str()), ("Room", body));
        let open = match language {
            Language::English => "Open",
            Language::Chinese => "打开",
        };
        assert_eq!(words.open, open);
    }
    let mut bare = one.clone();
    bare.alert.name = " \n".to_owned();
    assert_eq!(
        words(&bare, "a\nb\u{1b}[31m", Language::English).summary,
        "a b [31m"
    );
    assert_eq!(words(&bare, "", Language::English).summary, "Tapewriter");
    assert_eq!(words(&bare, "", Language::English).body, "event 1");
}

#[cfg(target_os = "linux")]
pub(crate) mod daemon {
    use std::collections::HashMap;
    use std::io::{BufRead, BufReader};
    use std::process::{Child, Command, Stdio};
    use std::sync::atomic::{AtomicBool, Ordering};

    use tapewriter_engine::Options;
    use tapewriter_engine::contract::{Action, OnEnd, Stream};
    use tokio::sync::mpsc;
    use zbus::object_server::SignalEmitter;
    use zbus::zvariant::OwnedValue;

    use super::*;

    /// A bus that ends with the test.
    pub(crate) struct Bus {
        daemon: Child,
        address: String,
    }

    impl Bus {
        pub(crate) fn address(&self) -> &str {
            &self.address
        }

        pub(crate) fn start() -> Self {
            let mut daemon = Command::new("dbus-daemon")
                .args(["--session", "--nofork", "--print-address=1"])
                .stdout(Stdio::piped())
                .spawn()
                .expect("dbus-daemon is there, as the keychain's tests need it");
            let mut address = String::new();
            let out = daemon.stdout.take().expect("piped");
            BufReader::new(out).read_line(&mut address).expect("an address");
            Self {
                daemon,
                address: address.trim().to_owned(),
            }
        }
    }

    impl Drop for Bus {
        fn drop(&mut self) {
            let _ = self.daemon.kill();
            let _ = self.daemon.wait();
        }
    }

    #[derive(Debug, PartialEq, Eq)]
    struct Notified {
        id: u32,
        summary: String,
        body: String,
        actions: Vec<String>,
    }

    /// A daemon that keeps what it is told to show.
    struct Fake {
        notified: mpsc::UnboundedSender<Notified>,
        newest: u32,
    }

    #[zbus::interface(name = "org.freedesktop.Notifications")]
    impl Fake {
        fn get_capabilities(&self) -> Vec<String> {
            ["body", "body-markup", "actions"].map(str::to_owned).to_vec()
        }

        #[expect(clippy::too_many_arguments, reason = "the specification's own")]
        fn notify(
            &mut self,
            app_name: &str,
            replaces_id: u32,
            _app_icon: &str,
            summary: String,
            body: String,
            actions: Vec<String>,
            _hints: HashMap<String, OwnedValue>,
            _expire_timeout: i32,
        ) -> u32 {
            assert_eq!((app_name, replaces_id), ("Tapewriter", 0));
            self.newest += 1;
            let notified = Notified {
                id: self.newest,
                summary,
                body,
                actions,
            };
            self.notified.send(notified).expect("the test listens");
            self.newest
        }

        #[zbus(signal)]
        async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action_key: &str) -> zbus::Result<()>;
    }

    /// A daemon on a bus, and what it was told.
    async fn fake(bus: &Bus) -> (zbus::Connection, mpsc::UnboundedReceiver<Notified>) {
        let (notified, told) = mpsc::unbounded_channel();
        let connection = zbus::connection::Builder::address(bus.address.as_str())
            .and_then(|builder| builder.name("org.freedesktop.Notifications"))
            .and_then(|builder| {
                builder.serve_at("/org/freedesktop/Notifications", Fake { notified, newest: 40 })
            })
            .expect("a daemon")
            .build()
            .await
            .expect("the bus takes it");
        (connection, told)
    }

    #[derive(Clone)]
    struct Here {
        front: Arc<AtomicBool>,
        revealed: mpsc::UnboundedSender<Reveal>,
    }

    impl Around for Here {
        fn wants_to_be_told(&self) -> bool {
            !self.front.load(Ordering::SeqCst)
        }

        fn language(&self) -> Language {
            Language::English
        }

        fn stream_name(&self, _: u32) -> String {
            "Room <1>".to_owned()
        }

        fn reveal(&self, reveal: Reveal) {
            self.revealed.send(reveal).expect("the test listens");
        }
    }

    async fn soon<T>(what: &str, fact: impl Future<Output = T>) -> T {
        tokio::time::timeout(Duration::from_secs(30), fact)
            .await
            .unwrap_or_else(|_| panic!("never: {what}"))
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_an_action_tells_is_shown_summed_up_and_clicked() {
        let bus = Bus::start();
        let (connection, mut told) = fake(&bus).await;
        let listener = tapewriter_demo::bind(None, false).await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let shutdown = tokio_util::sync::CancellationToken::new();
        tokio::spawn(tapewriter_demo::run(listener, shutdown.clone()));
        let engine = tapewriter_engine::Engine::default();
        let front = Arc::new(AtomicBool::new(false));
        let (revealed, mut reveals) = mpsc::unbounded_channel();
        let here = Here {
            front: Arc::clone(&front),
            revealed,
        };
        let (alerts, desktop) = (Arc::clone(engine.alerts()), Desktop::at(&bus.address));
        let serving = tokio::spawn(async move { serve(&alerts, &here, desktop).await });

        let action = Action {
            id: "a".to_owned(),
            name: "ten & <b>more</b>".to_owned(),
            query: "message 1".to_owned(),
            notify: true,
            ..Action::default()
        };
        let stream = Stream {
            id: "s".to_owned(),
            url: format!("{origin}/stream?n=14&ms=1"),
            on_end: OnEnd::Stop,
            actions: vec![action],
            ..Stream::default()
        };
        let id = engine
            .connect("k", stream, Options::default())
            .expect("a session");
        let first = soon("the first", told.recv()).await.expect("it is alive");
        assert_eq!(first.summary, "Room <1>");
        assert_eq!(first.body, "ten &amp; &lt;b&gt;more&lt;/b&gt;: Message 1");
        assert_eq!(first.actions, ["default", "Open"]);
        // Message 10 to 14.
        let rest = soon("the rest", told.recv()).await.expect("it is alive");
        assert_eq!(
            rest.body,
            "5 more of ten &amp; &lt;b&gt;more&lt;/b&gt;\nMessage 14"
        );

        let emitter = SignalEmitter::new(&connection, "/org/freedesktop/Notifications").expect("a path");
        // Another program's, a button that we have not made, and ours.
        for (id, action) in [(7, "default"), (first.id, "other"), (rest.id, "default")] {
            Fake::action_invoked(&emitter, id, action).await.expect("sent");
        }
        let reveal = soon("the click", reveals.recv()).await.expect("it is alive");
        let session = engine.session(id).expect("there");
        let entry = session.log().get(reveal.pos).expect("an entry");
        let event = tapewriter_engine::event_of(&entry).expect("an event");
        assert_eq!((reveal.session, &*event.data), (id, "Message 14"));

        // In front nothing is shown, nor told of later.
        front.store(true, Ordering::SeqCst);
        let again = session.stream().clone();
        drop(session);
        engine
            .connect("again", again, Options::default())
            .expect("a session");
        tokio::time::sleep(REST + Duration::from_secs(1)).await;
        assert!(told.try_recv().is_err() && reveals.try_recv().is_err());
        serving.abort();
        shutdown.cancel();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn without_a_daemon_nothing_breaks_and_a_later_one_is_found() {
        let bus = Bus::start();
        let mut desktop = Desktop::at(&bus.address);
        let words = Words {
            summary: "s".to_owned(),
            body: "b".to_owned(),
            open: "Open",
        };
        let reveal = Reveal { session: 1, pos: 2 };
        soon("it gives up", desktop.show(&words, reveal)).await;
        assert!(desktop.has_failed());
        let (_connection, mut told) = fake(&bus).await;
        soon("it is shown", desktop.show(&words, reveal)).await;
        assert_eq!(told.try_recv().expect("shown").body, "b");
        // No bus at all.
        let mut nowhere = Desktop::at("unix:path=/nonexistent/bus");
        soon("it gives up", nowhere.show(&words, reveal)).await;
        assert!(nowhere.has_failed());
    }
}
