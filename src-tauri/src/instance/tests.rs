//! Two starts in one home, without windows.

use std::fs;
use std::path::Path;

use super::*;

fn message(addresses: &[&str]) -> Message {
    let given = addresses
        .iter()
        .map(|&address| Given::Address(address.to_owned()));
    Message {
        given: given.collect(),
        token: None,
    }
}

fn first(home: &Home) -> (File, Listener) {
    let Found::Nobody(lock) = find(home, &Message::default()) else {
        panic!("somebody is there");
    };
    (lock, Listener::start(home).expect("a socket"))
}

fn taken(listener: &Listener) -> Vec<Given> {
    match &*listener.inbox.0.lock() {
        State::Starting(waiting) => waiting.iter().flat_map(|message| message.given.clone()).collect(),
        State::Open(_) => panic!("no window is open"),
    }
}

#[test]
fn a_later_start_hands_over_and_the_first_keeps_it_while_it_starts() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = Home::at(folder.path());
    let (lock, listener) = first(&home);
    let sent = message(&["https://example.com/", "tapewriter://open?url=x"]);
    assert!(matches!(find(&home, &sent), Found::Taken));
    assert!(matches!(find(&home, &message(&["again"])), Found::Taken));
    let got = taken(&listener);
    assert_eq!(got[..2], sent.given[..]);
    assert_eq!(got.len(), 3);
    drop((listener, lock));
    assert!(!home.instance().exists(), "nothing is left");
    assert!(matches!(find(&home, &sent), Found::Nobody(_)));
}

#[test]
fn what_was_given_up_is_not_done_later_and_what_is_not_done_is_not_answered() {
    let mut delivered = 0;
    let mut deliver = |there: bool| {
        delivered += 1;
        there
    };
    let (done, given_up) = oneshot::channel();
    drop(given_up);
    hand_on(done, || deliver(true));
    let (done, mut taken) = oneshot::channel();
    hand_on(done, || deliver(false));
    assert!(matches!(
        taken.try_recv(),
        Err(oneshot::error::TryRecvError::Closed)
    ));
    let (done, mut taken) = oneshot::channel();
    hand_on(done, || deliver(true));
    assert_eq!(taken.try_recv(), Ok(()));
    assert_eq!(delivered, 2, "not for who had given up");
    assert!(DRAWS < ANSWER, "who asks hears it");
}

#[test]
fn who_has_gone_before_it_was_read_is_not_heard() {
    let line = serde_json::to_string(&message(&["x"])).expect("plain data") + "\n";
    tauri::async_runtime::block_on(async {
        let inbox = Inbox::default();
        let waiting = |inbox: &Inbox| match &*inbox.0.lock() {
            State::Starting(waiting) => waiting.len(),
            State::Open(_) => panic!("no window is open"),
        };
        let (mut gone, connection) = tokio::io::duplex(1 << 10);
        gone.write_all(line.as_bytes()).await.expect("written");
        drop(gone);
        listen(connection, &inbox).await.expect("read");
        assert_eq!(waiting(&inbox), 0);
        let (mut waits, connection) = tokio::io::duplex(1 << 10);
        waits.write_all(line.as_bytes()).await.expect("written");
        listen(connection, &inbox).await.expect("read");
        assert_eq!(waiting(&inbox), 1);
    });
}

#[test]
fn two_homes_do_not_meet() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    fs::create_dir(&one).expect("made");
    fs::create_dir(&two).expect("made");
    let (_lock, listener) = first(&Home::at(&one));
    let (_other_lock, other) = first(&Home::at(&two));
    assert!(matches!(find(&Home::at(&two), &message(&["x"])), Found::Taken));
    assert_eq!((taken(&listener).len(), taken(&other).len()), (0, 1));
}

#[test]
fn a_home_that_cannot_be_locked_is_used_all_the_same() {
    let home = Home::at(Path::new("/nonexistent/home"));
    assert!(matches!(find(&home, &Message::default()), Found::Unknown));
}

#[test]
fn the_longest_message_arrives_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = Home::at(folder.path());
    let (_lock, listener) = first(&home);
    let worst = OsString::from(format!("a:{}", "\u{1}".repeat(2 * ADDRESS_BYTES)));
    let sent = Message::of_this_start(&vec![worst; 2 * WAITING]);
    assert!(matches!(find(&home, &sent), Found::Taken));
    assert_eq!(taken(&listener), sent.given);
}

#[cfg(unix)]
mod on_unix {
    use super::*;
    use std::io::{Read as _, Write as _};
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::net::{UnixListener, UnixStream};

    #[test]
    fn what_a_killed_process_left_is_in_nobodys_way() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::at(folder.path());
        drop(UnixListener::bind(home.instance()).expect("bound"));
        assert!(home.instance().exists(), "a socket that nobody listens on");
        let (_lock, _listener) = first(&home);
        assert!(matches!(find(&home, &Message::default()), Found::Taken));
    }

    #[test]
    fn one_that_hangs_is_not_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::at(folder.path());
        let _lock = home.alone().expect("alone");
        let _hangs = UnixListener::bind(home.instance()).expect("bound");
        let started = Instant::now();
        assert!(matches!(find(&home, &message(&["x"])), Found::Silent));
        assert!(
            started.elapsed() < ANSWER + Duration::from_secs(2),
            "{:?}",
            started.elapsed()
        );
    }

    #[test]
    fn one_that_ends_meanwhile_leaves_its_home() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::at(folder.path());
        let lock = home.alone().expect("alone");
        let ends = std::thread::spawn(move || {
            std::thread::sleep(4 * AGAIN);
            drop(lock);
        });
        assert!(matches!(find(&home, &Message::default()), Found::Nobody(_)));
        ends.join().expect("ended");
    }

    #[test]
    fn the_socket_is_the_users_alone_and_has_room_in_a_long_path() {
        let folder = tempfile::tempdir().expect("a folder");
        let deep = folder.path().join("a".repeat(100)).join("b".repeat(100));
        for path in [folder.path(), &deep] {
            fs::create_dir_all(path).expect("made");
            let home = Home::at(path);
            let (_lock, listener) = first(&home);
            let mode = fs::metadata(home.instance()).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            assert!(matches!(find(&home, &message(&["x"])), Found::Taken));
            assert_eq!(taken(&listener).len(), 1);
        }
    }

    #[test]
    fn nonsense_is_not_answered_and_keeps_nobody_waiting() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::at(folder.path());
        let (_lock, listener) = first(&home);
        let long = vec![b'['; MESSAGE_BYTES as usize + 1];
        let many = serde_json::to_vec(&message(&["x"; 100])).expect("plain data");
        for nonsense in [&b"hello\n"[..], b"\n", b"{\"given\":[1]}\n", &long] {
            let mut connection = UnixStream::connect(home.instance()).expect("connected");
            // It may be refused before it is all written.
            let _ = connection.write_all(nonsense);
            let mut answer = String::new();
            let _ = connection.read_to_string(&mut answer);
            assert_eq!(answer, "");
        }
        // More than may wait, in one message.
        let mut connection = UnixStream::connect(home.instance()).expect("connected");
        connection.write_all(&many).expect("written");
        connection.write_all(b"\n").expect("written");
        let mut answer = String::new();
        connection.read_to_string(&mut answer).expect("read");
        assert_eq!(answer.trim_end(), TAKEN);
        assert_eq!(taken(&listener).len(), MOST);
        // One that says nothing does not keep others out.
        let _says_nothing = UnixStream::connect(home.instance()).expect("connected");
        assert!(matches!(find(&home, &message(&["x"])), Found::Taken));
    }
}
