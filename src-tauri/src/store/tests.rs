use super::*;
use tapewriter_engine::contract::Header;

fn stream(name: &str) -> Stream {
    Stream {
        name: name.to_owned(),
        url: "https://example.com/events".to_owned(),
        ..Stream::default()
    }
}

fn names(store: &Store) -> Vec<String> {
    store
        .streams()
        .expect("readable")
        .into_iter()
        .map(|stream| stream.name)
        .collect()
}

#[test]
fn keeps_streams_in_order_and_undoes_a_deletion() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("inner").join("streams.db");
    let (store, said) = Store::open(&path);
    assert_eq!(said, None);
    let a = store.save(stream("a")).expect("saved");
    let b = store.save(stream("b")).expect("saved");
    store.save(stream("c")).expect("saved");
    store
        .save(Stream {
            name: "B".to_owned(),
            ..b.clone()
        })
        .expect("saved");
    store.delete(&a.id).expect("deleted");
    assert_eq!(names(&store), ["B", "c"]);
    store.restore(&a.id).expect("restored");
    assert_eq!(names(&store), ["a", "B", "c"]);
    store.delete(&b.id).expect("deleted");
    drop(store);
    let (store, _) = Store::open(&path);
    assert_eq!(names(&store), ["a", "c"]);
    // A deletion of an earlier run is final.
    store.restore(&b.id).expect("no error");
    assert_eq!(names(&store), ["a", "c"]);
}

#[cfg(unix)]
#[test]
fn is_the_users_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("home").join("streams.db");
    let (store, _) = Store::open(&path);
    store.save(stream("a")).expect("saved");
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(path.parent().expect("a folder")), 0o700);
    for entry in fs::read_dir(path.parent().expect("a folder")).expect("readable") {
        let file = entry.expect("an entry").path();
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn sets_a_damaged_file_aside() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("streams.db");
    let (store, _) = Store::open(&path);
    for n in 0..100 {
        store.save(stream(&format!("stream {n}"))).expect("saved");
    }
    drop(store);
    let whole = fs::read(&path).expect("readable");
    let mut torn = whole.clone();
    torn[4096..12_288].fill(0xA5);
    let foreign = b"not a database at all, but longer than a header of one hundred bytes. ".repeat(3);
    for damage in [foreign, torn, whole[..whole.len() / 2].to_vec()] {
        fs::write(&path, &damage).expect("written");
        let (store, said) = Store::open(&path);
        let said = said.expect("a notice");
        assert_eq!(said.code, "store-set-aside");
        assert!(
            fs::read(&said.args["path"]).expect("kept") == damage,
            "kept as it was"
        );
        store.save(stream("new")).expect("saved");
        assert_eq!(names(&store), ["new"]);
    }
}

#[test]
fn leaves_a_newer_file_and_anothers_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("streams.db");
    let (store, _) = Store::open(&path);
    store.save(stream("kept")).expect("saved");
    store.db.pragma_update(None, "user_version", 99).expect("set");
    drop(store);
    let before = fs::read(&path).expect("readable");
    let (store, said) = Store::open(&path);
    assert_eq!(said.expect("a notice").code, "store-read-only");
    assert!(names(&store).is_empty());
    drop(store);
    assert_eq!(fs::read(&path).expect("readable"), before);
}

#[test]
fn a_file_that_cannot_be_written_is_still_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("streams.db");
    let (store, _) = Store::open(&path);
    store.save(stream("kept")).expect("saved");
    let settings = Settings {
        zoom: 150,
        ..Settings::default()
    };
    store.save_settings(&settings).expect("saved");
    let place: Place =
        serde_json::from_str(r#"{"x": 7, "y": 8, "width": 1000, "height": 700, "maximized": true}"#)
            .expect("a place");
    store.save_place(&place).expect("saved");
    drop(store);
    let (store, said) = Store::unsaved(&path, &StoreError::Damaged("no room".to_owned()));
    assert_eq!(said.expect("a notice").code, "store-read-only");
    assert_eq!(names(&store), ["kept"]);
    assert_eq!(store.settings(), (settings.clone(), None));
    assert_eq!(store.place(), Some(place));
    store
        .save_settings(&Settings::default())
        .expect("kept for this run");
    store.save(stream("gone tomorrow")).expect("kept for this run");
    drop(store);
    let (store, _) = Store::open(&path);
    assert_eq!(names(&store), ["kept"]);
    assert_eq!(store.settings(), (settings, None));
    drop(store);

    // An older one has no such tables.
    let old = folder.path().join("old.db");
    let db = Connection::open(&old).expect("made");
    db.execute_batch(&format!("{} PRAGMA user_version = 1;", MIGRATIONS[0]))
        .expect("a first version");
    drop(db);
    let (store, _) = Store::unsaved(&old, &StoreError::Damaged("no room".to_owned()));
    assert_eq!(store.settings(), (Settings::default(), None));
    assert_eq!(store.place(), None);
}

#[test]
fn writes_no_secrets() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("streams.db");
    let (store, _) = Store::open(&path);
    let mut secret = stream("s");
    secret.url = "me:hunter2@exa mple.com/x".to_owned();
    secret.headers = vec![
        Header::new("Authorization", "Bearer hunter2"),
        Header::new("X-Api-Key", "hunter2"),
        Header::new("Accept-Language", "zh"),
    ];
    secret.url.push_str("?api_key=hunter2");
    let saved = store.save(secret).expect("saved");
    assert_eq!(seal::ids(&saved).len(), 4, "each has a placeholder");
    drop(store);
    for entry in fs::read_dir(folder.path()).expect("readable") {
        let bytes = fs::read(entry.expect("an entry").path()).expect("readable");
        assert!(!bytes.windows(7).any(|window| window == b"hunter2"));
    }
}

fn known(id: &str) -> Known {
    Known {
        id: id.to_owned(),
        origins: vec!["https://api.test".to_owned()],
        kept: true,
    }
}

#[test]
fn keeps_environments_and_what_is_known_of_secrets() {
    use tapewriter_engine::contract::{Environment, Environments, Variable};
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("streams.db");
    let (store, _) = Store::open(&path);
    let variable = |name: &str, value: &str, secret| Variable {
        name: name.to_owned(),
        value: value.to_owned(),
        secret,
    };
    let mut saved = store
        .save_environments(Environments {
            all: vec![Environment {
                name: "staging".to_owned(),
                variables: vec![
                    variable("host", "api.test", false),
                    variable("key", "{{secret:env}}", true),
                    variable("plain", "hunter2", true),
                ],
                ..Environment::default()
            }],
            active: "gone".to_owned(),
        })
        .expect("saved");
    assert!(!saved.all[0].id.is_empty() && saved.active.is_empty());
    saved.active = saved.all[0].id.clone();
    assert_eq!(store.save_environments(saved.clone()).expect("saved"), saved);

    let mut named = stream("a");
    named.headers = vec![Header::new("X-Key", "{{secret:a}}")];
    let named = store.save(named).expect("saved");
    for id in ["a", "env", "nobody"] {
        store.know(&known(id)).expect("noted");
    }
    store.delete(&named.id).expect("deleted");
    assert_eq!(
        store.unnamed().expect("readable"),
        ["nobody"],
        "a deletion can be undone"
    );
    store.tidy().expect("tidied");
    drop(store);

    let bytes = fs::read(&path).expect("readable");
    assert!(!bytes.windows(7).any(|window| window == b"hunter2"));
    let (store, said) = Store::unsaved(&path, &StoreError::Damaged("no room".to_owned()));
    assert_eq!(said.expect("a notice").code, "store-read-only");
    assert_eq!(store.environments().expect("readable"), saved);
    assert_eq!(store.known().expect("readable").len(), 3);
    assert_eq!(
        store.unnamed().expect("readable"),
        Vec::<String>::new(),
        "not its to delete"
    );
    drop(store);

    let (store, _) = Store::open(&path);
    assert_eq!(store.environments().expect("readable"), saved);
    assert_eq!(store.unnamed().expect("readable"), ["a", "nobody"]);
    store.forget("a").expect("forgotten");
    assert_eq!(store.known().expect("readable"), [known("env"), known("nobody")]);
}

#[test]
fn a_file_of_the_first_version_is_brought_along_and_its_secrets_sealed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("streams.db");
    let db = Connection::open(&path).expect("a new file");
    db.execute_batch(&format!(
        "{} PRAGMA user_version = 1; PRAGMA application_id = {APPLICATION_ID};
         INSERT INTO stream (id, place, definition) VALUES
         ('old', 1, '{{\"name\":\"old\",\"url\":\"https://api.test/?api_key=hunter2\"}}');",
        MIGRATIONS[0]
    ))
    .expect("as the first version made it");
    drop(db);
    let (store, said) = Store::open(&path);
    assert_eq!(said, None);
    let [old] = &store.streams().expect("readable")[..] else {
        panic!("one stream")
    };
    assert_eq!(old.url, "https://api.test/?api_key=hunter2");
    let (sealed, found) = seal::seal(old, new_id);
    assert_eq!(&*found[0].value, "hunter2");
    store.save(sealed).expect("saved");
    store.tidy().expect("tidied");
    for entry in fs::read_dir(folder.path()).expect("readable") {
        let bytes = fs::read(entry.expect("an entry").path()).expect("readable");
        assert!(!bytes.windows(7).any(|window| window == b"hunter2"));
    }
}

#[test]
fn what_is_marked_as_secret_later_is_nowhere_in_the_folder() {
    use tapewriter_engine::contract::{Environment, Environments, Variable};
    let folder = tempfile::tempdir().expect("a folder");
    let (store, _) = Store::open(&folder.path().join("streams.db"));
    let is_anywhere = |text: &str| {
        fs::read_dir(folder.path()).expect("readable").any(|entry| {
            let bytes = fs::read(entry.expect("an entry").path()).expect("readable");
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        })
    };
    let environments = |secret, id: &str| Environments {
        all: vec![Environment {
            id: id.to_owned(),
            variables: vec![Variable {
                name: "greeting".to_owned(),
                value: "hunter2".to_owned(),
                secret,
            }],
            ..Environment::default()
        }],
        ..Environments::default()
    };
    let plain = store
        .save_environments(environments(false, "one"))
        .expect("saved");
    assert!(is_anywhere("hunter2"), "it was no secret");
    store
        .save_environments(environments(true, &plain.all[0].id))
        .expect("saved");
    assert!(!is_anywhere("hunter2"));

    let mut stream = stream("s");
    stream.headers = vec![Header::new("X-Greeting", "hunter3")];
    let mut saved = store.save(stream).expect("saved");
    assert!(is_anywhere("hunter3"), "it was no secret");
    // Sealed before it is saved, as the window does.
    saved.headers[0].value = "{{secret:id}}".to_owned();
    store.save(saved).expect("saved");
    assert!(!is_anywhere("hunter3"));
}

#[test]
fn environments_that_cannot_be_read_stay_and_keep_their_secrets() {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, _) = Store::open(&folder.path().join("streams.db"));
    let written = r#"{"all":"{{secret:a}}"}"#;
    store
        .db
        .execute(
            "INSERT INTO environments (only, definition) VALUES (1, ?1)",
            [written],
        )
        .expect("written");
    store.know(&known("a")).expect("noted");
    store.environments().expect_err("it is not understood");
    store
        .save_environments(Default::default())
        .expect_err("it would be lost");
    let there: String = store
        .db
        .query_row("SELECT definition FROM environments", [], |row| row.get(0))
        .expect("there");
    assert_eq!(there, written);
    assert_eq!(store.unnamed().expect("readable"), Vec::<String>::new());
}

#[test]
fn settings_of_another_version_are_read_as_far_as_they_are_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("streams.db");
    let (store, _) = Store::open(&path);
    assert_eq!(store.settings(), (Settings::default(), None));
    let set = |definition: &str| {
        let sql = "INSERT INTO settings (only, definition) VALUES (1, ?1)
                   ON CONFLICT (only) DO UPDATE SET definition = ?1";
        store.db.execute(sql, [definition]).expect("written");
        store.settings()
    };
    // What the first version of them stored.
    let older = set(r#"{"record": false, "session_mib": 128, "unsaved_mib": 256, "free_mib": 512}"#);
    let expected = Settings {
        record: false,
        session_mib: 128,
        unsaved_mib: 256,
        free_mib: 512,
        ..Settings::default()
    };
    assert_eq!(older, (expected.clone(), None));
    // A later one's, out of range.
    let (later, said) = set(
        r#"{"record": false, "session_mib": 128, "unsaved_mib": 256, "free_mib": 512, "zoom": 4000, "aura": {"x": []}}"#,
    );
    assert_eq!((later.zoom, said), (200, None));
    // One that is not understood takes no other with it, and is said.
    let (partly, said) = set(
        r#"{"record": false, "session_mib": 128, "unsaved_mib": 256, "free_mib": 512, "theme": "hunter2", "zoom": "x"}"#,
    );
    assert_eq!(partly, expected);
    let said = said.expect("said");
    assert_eq!(
        (said.code.as_str(), said.args["detail"].as_str()),
        ("settings-unreadable", "theme, zoom")
    );
    for broken in ["", "[]", "{", "null", "{\"zoom\": 1"] {
        let (settings, said) = set(broken);
        assert_eq!(settings, Settings::default(), "{broken}");
        assert_eq!(said.expect(broken).code, "settings-unreadable");
    }
    // Saved anew they are there again.
    store.save_settings(&expected).expect("saved");
    assert_eq!(store.settings(), (expected, None));
}

#[test]
fn several_streams_are_added_all_or_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, _) = Store::open(&folder.path().join("streams.db"));
    let first = store.save(stream("a")).expect("saved");
    store
        .add(vec![
            Stream {
                id: first.id.clone(),
                ..stream("b")
            },
            stream("c"),
        ])
        .expect("added");
    // Nothing is written over, whatever id came along.
    assert_eq!(names(&store), ["a", "b", "c"]);
    // The third of three fails.
    store
        .db
        .execute_batch("CREATE TRIGGER full BEFORE INSERT ON stream WHEN new.place > 5 BEGIN SELECT raise(FAIL, 'full'); END")
        .expect("made");
    store
        .add(vec![stream("d"), stream("e"), stream("f")])
        .expect_err("no room");
    assert_eq!(names(&store), ["a", "b", "c"]);
}
