//! Secrets: they reach their server's socket, and stand nowhere else.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::desk::{Desk, Home, Start};
use crate::page::SOON;
use crate::servers::scripted;

const BEARER: &str = "bearer-Zk3vT0kEnA9";
const MARKED: &str = "marked-qp7vt0kenb8";
const QUERY: &str = "query-Wm5vT0kEnC7";
const PASSWORD: &str = "password-Rn6vT0kEnD6";
const VARIABLE: &str = "variable-Hj4vT0kEnE5";
const ALL: [&str; 5] = [BEARER, MARKED, QUERY, PASSWORD, VARIABLE];

/// A server that remembers the heads of its requests. `/away?to=…` leads elsewhere.
struct Witness {
    origin: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Witness {
    fn start() -> Self {
        let heads = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&heads);
        let origin = scripted(move |_, head, connection| {
            seen.lock().expect("a list").push(head.to_owned());
            let target = head.split(' ').nth(1).unwrap_or_default();
            match target.split_once("to=") {
                Some((_, to)) => {
                    let to = to.split('&').next().unwrap_or_default();
                    let answer = format!(
                        "HTTP/1.1 302 Found\r\nlocation: {to}/landed\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                    );
                    let _ = connection.write_all(answer.as_bytes());
                }
                // It tells in its head what it was told.
                None => {
                    let head = head.to_lowercase();
                    let echo = head.split_once("x-marked: ").map_or("", |(_, rest)| rest);
                    let echo = echo.lines().next().unwrap_or_default();
                    let answer = format!(
                        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nx-echo: {echo}\r\nconnection: close\r\n\r\ndata: hello\n\n"
                    );
                    let _ = connection.write_all(answer.as_bytes());
                }
            }
        });
        Self { origin, heads }
    }

    /// The head of the first request whose target begins so, once it came.
    fn head(&self, desk: &Desk, target: &str) -> String {
        desk.until(&format!("a request for {target}"), SOON, |_| {
            let heads = self.heads.lock().expect("a list");
            heads
                .iter()
                .find(|head| head.split(' ').nth(1).is_some_and(|t| t.starts_with(target)))
                .cloned()
        })
    }

    fn count(&self) -> usize {
        self.heads.lock().expect("a list").len()
    }
}

fn told(desk: &Desk, command: &str, arguments: &Value) -> Value {
    let answer = desk
        .ask(command, arguments)
        .unwrap_or_else(|error| panic!("{command}: {error}"));
    is_clean(command, &answer.to_string());
    answer
}

fn is_clean(what: &str, text: &str) {
    for secret in ALL {
        assert!(!text.contains(secret), "{what} tells {secret}: {text}");
    }
}

/// No file holds a secret.
fn is_clean_on_disk(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => is_clean_on_disk(&path),
            Ok(kind) if kind.is_file() => {
                let bytes = fs::read(&path).unwrap_or_default();
                for secret in ALL {
                    let found = bytes
                        .windows(secret.len())
                        .any(|window| window == secret.as_bytes());
                    assert!(!found, "{} holds {secret}", path.display());
                }
            }
            _ => {}
        }
    }
}

/// A definition as the window would send it, with what is plain in it.
fn definition(id: &str, url: &str) -> Value {
    json!({
        "id": id,
        "name": id,
        "url": url,
        "on_end": "stop",
        "headers": [
            { "name": "Authorization", "value": format!("Bearer {BEARER}") },
            { "name": "X-Marked", "value": MARKED, "secret": true },
            { "name": "X-Variable", "value": "{{key}}" },
            { "name": "X-Plain", "value": "{{plain}}" },
        ],
    })
}

#[test]
fn a_secret_reaches_its_server_and_stands_nowhere_else() {
    let (server, other) = (Witness::start(), Witness::start());
    let home = Home::new();
    let desk = Start::at(&home).with_keychain().open();

    let environments = json!({ "all": [{ "name": "test", "variables": [
        { "name": "key", "value": VARIABLE, "secret": true },
        { "name": "plain", "value": "seen", "secret": false },
    ] }] });
    let sealed = told(
        &desk,
        "save_environments",
        &json!({ "environments": environments }),
    );
    let mut environments = sealed["environments"].clone();
    environments["active"] = environments["all"][0]["id"].clone();
    told(
        &desk,
        "save_environments",
        &json!({ "environments": environments }),
    );

    let url = format!("{}/stream?api_key={QUERY}&n=1", server.origin);
    let sealed = told(
        &desk,
        "seal_stream",
        &json!({ "stream": definition("own", &url) }),
    );
    let secrets = sealed["secrets"].as_array().expect("a list");
    assert_eq!(secrets.len(), 3);
    for secret in secrets {
        assert_eq!(secret["kept"], json!(true), "{secret}");
        assert_eq!(secret["origins"], json!([server.origin]), "{secret}");
    }
    let saved = told(&desk, "save_stream", &json!({ "stream": sealed["stream"] }));
    assert_eq!(saved["headers"], sealed["stream"]["headers"]);

    // To its server, whole.
    let session = told(&desk, "connect", &json!({ "key": "own", "stream": saved }));
    let head = server.head(&desk, &format!("/stream?api_key={QUERY}&n=1"));
    for line in [
        format!("authorization: Bearer {BEARER}"),
        format!("x-marked: {MARKED}"),
        format!("x-variable: {VARIABLE}"),
        "x-plain: seen".to_owned(),
    ] {
        assert!(
            head.to_lowercase().contains(&line.to_lowercase()),
            "{line} in {head}"
        );
    }

    // Not into anything that a window can ask for.
    desk.until("the event", SOON, |desk| {
        let page = told(
            desk,
            "entries",
            &json!({ "session": session, "view": null, "from": 0, "len": 200 }),
        );
        page.to_string().contains("hello").then_some(())
    });
    for form in ["text", "hex"] {
        let page = told(
            &desk,
            "wire",
            &json!({ "session": session, "from": 0, "len": 100, "form": form }),
        );
        assert!(page.to_string().contains("x-echo"), "the heads are in it: {page}");
    }
    for command in ["findings", "wire_raw", "strip"] {
        told(&desk, command, &json!({ "session": session, "bins": 64 }));
    }
    for stream in [saved.clone(), definition("plain", &url)] {
        let line = told(&desk, "copy_curl", &json!({ "stream": stream }));
        let line = line.as_str().expect("a text");
        assert!(
            line.contains("Authorization: Bearer") && line.contains("${AUTHORIZATION}"),
            "{line}"
        );
    }
    let pasted =
        format!("curl '{url}' -H 'Authorization: Bearer {BEARER}' -u me:{PASSWORD} -m 5 --cert {PASSWORD}");
    let pasted = told(&desk, "paste_curl", &json!({ "text": pasted }));
    assert_eq!(pasted["secrets"].as_array().map(Vec::len), Some(3));
    assert_eq!(pasted["ignored"].as_array().map(Vec::len), Some(2));

    // Not to another server, unless it is allowed.
    let mut astray = saved.clone();
    (astray["id"], astray["url"]) = (json!("astray"), json!(format!("{}/stream", other.origin)));
    let refused = desk
        .ask("connect", &json!({ "key": "astray", "stream": astray }))
        .expect_err("it asks");
    is_clean("the question", &refused.to_string());
    assert_eq!(refused["code"], "url");
    assert_eq!(refused["args"]["detail"], "secret-origin");
    assert_eq!(refused["args"]["origin"], json!(other.origin));
    assert_eq!(refused["args"]["given"], json!(server.origin));
    assert_eq!(other.count(), 0, "nothing was sent");

    // A redirect drops them, the user's own mark included.
    let mut led = saved.clone();
    (led["id"], led["url"]) = (
        json!("led"),
        json!(format!("{}/away?to={}", server.origin, other.origin)),
    );
    told(&desk, "connect", &json!({ "key": "led", "stream": led }));
    let head = other.head(&desk, "/landed");
    is_clean("the redirect's target", &head);
    assert!(head.to_lowercase().contains("x-plain: seen"), "{head}");

    // Only what was asked for is allowed: an address that leads elsewhere by now gives nothing away.
    let elsewhere = json!({ "stream": astray, "origin": "https://api.test" });
    told(&desk, "allow_secrets", &elsewhere);
    desk.ask("connect", &json!({ "key": "still", "stream": astray }))
        .expect_err("it asks again");
    let origin = &other.origin;
    let allowed = told(
        &desk,
        "allow_secrets",
        &json!({ "stream": astray, "origin": origin }),
    );
    assert_eq!(allowed.as_array().map(Vec::len), Some(3));
    told(&desk, "connect", &json!({ "key": "allowed", "stream": astray }));
    assert!(other.head(&desk, "/stream").contains(BEARER));

    is_clean_on_disk(home.folder());
    is_clean("the app's own words", &desk.words());
    drop(desk);

    // The next run has them from the keychain, and says so without opening it.
    let desk = Start::at(&home).with_keychain().open();
    let hello = told(&desk, "hello", &json!({ "epoch": 1_000_000 }));
    assert_eq!(hello["keychain"], json!(true));
    let found = hello["secrets"].as_array().expect("a list");
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(
        found.iter().all(|secret| secret["found"] == json!(true)),
        "{found:?}"
    );
    let before = server.count();
    let again = hello["streams"][0].clone();
    told(&desk, "connect", &json!({ "key": "again", "stream": again }));
    desk.until("the request of the next run", SOON, |_| {
        let heads = server.heads.lock().expect("a list");
        let newest = heads.get(before)?;
        (newest.contains(BEARER) && newest.contains(VARIABLE) && newest.contains(QUERY)).then_some(())
    });
    is_clean_on_disk(home.folder());

    // What nothing names any more is deleted, once it cannot be undone.
    told(&desk, "delete_stream", &json!({ "id": again["id"] }));
    drop(desk);
    let desk = Start::at(&home).with_keychain().open();
    // Opens the keychain.
    told(
        &desk,
        "seal_stream",
        &json!({ "stream": definition("new", &url) }),
    );
    desk.until("the end of unnamed secrets", SOON, |desk| {
        let allowed = told(
            desk,
            "allow_secrets",
            &json!({ "stream": again, "origin": server.origin }),
        );
        let own = allowed.as_array().expect("a list").iter();
        // The variable's is still named by its environment.
        (own.filter(|secret| secret["found"] == json!(true)).count() == 1).then_some(())
    });
}

#[test]
fn without_a_keychain_secrets_are_kept_for_this_run_and_that_is_said() {
    let server = Witness::start();
    let home = Home::new();
    let url = format!("{}/stream", server.origin);
    let mut stream = definition("own", &url);
    stream["headers"].as_array_mut().expect("a list").truncate(2);
    {
        let desk = Start::at(&home).without_keychain().open();
        let sealed = told(&desk, "seal_stream", &json!({ "stream": stream }));
        for secret in sealed["secrets"].as_array().expect("a list") {
            assert_eq!((&secret["kept"], &secret["found"]), (&json!(false), &json!(true)));
        }
        let saved = told(&desk, "save_stream", &json!({ "stream": sealed["stream"] }));
        told(&desk, "connect", &json!({ "key": "own", "stream": saved }));
        assert!(server.head(&desk, "/stream").contains(BEARER));
        let hello = told(&desk, "hello", &json!({ "epoch": 1_000_000 }));
        assert_eq!(hello["keychain"], json!(false));
        is_clean_on_disk(home.folder());
    }
    let desk = Start::at(&home).without_keychain().open();
    let hello = told(&desk, "hello", &json!({ "epoch": 1_000_000 }));
    for secret in hello["secrets"].as_array().expect("a list") {
        assert_eq!(secret["found"], json!(false), "{secret}");
    }
    let again = json!({ "key": "again", "stream": hello["streams"][0] });
    let refused = desk.ask("connect", &again).expect_err("it is gone");
    assert_eq!(refused["args"]["detail"], "secret-missing");
    assert_eq!(refused["args"]["where"], "Authorization");
}

#[test]
fn a_secret_that_was_never_sent_does_not_go_where_a_strangers_stream_leads() {
    let (server, other) = (Witness::start(), Witness::start());
    let home = Home::new();
    let desk = Start::at(&home).open();
    let mut environments = json!({ "all": [{ "name": "test", "variables": [
        { "name": "key", "value": VARIABLE, "secret": true },
    ] }] });
    // Named once it is known.
    for _ in 0..2 {
        let sealed = told(
            &desk,
            "save_environments",
            &json!({ "environments": environments }),
        );
        environments = sealed["environments"].clone();
        environments["active"] = environments["all"][0]["id"].clone();
    }
    let file = home.folder().join("streams.json");
    let written = json!({ "format": "tapewriter-streams", "version": 1, "streams": [{
        "name": "Free tokens", "url": format!("{}/taken", other.origin), "on_end": "stop", "foreign": false,
        "headers": [{ "name": "X-Variable", "value": "{{key}}" }],
    }] });
    fs::write(&file, written.to_string()).expect("a file");
    let brought = told(&desk, "import_streams", &json!({ "path": file }));
    let strangers = brought["streams"][0].clone();
    let pasted = format!("curl {}/taken -H 'X-Variable: {{{{key}}}}'", other.origin);
    let pasted = told(&desk, "paste_curl", &json!({ "text": pasted }))["stream"].clone();
    for (key, stream) in [("file", &strangers), ("curl", &pasted)] {
        let refused = desk
            .ask("connect", &json!({ "key": key, "stream": stream }))
            .expect_err("it asks");
        assert_eq!(refused["args"]["detail"], "secret-origin", "{refused}");
        assert_eq!(refused["args"]["origin"], json!(other.origin));
        assert_eq!(refused["args"]["given"], "");
    }
    assert_eq!(other.count(), 0, "nothing was sent");

    // The user's own stream is not asked about, and then the secret is given for there.
    let own = json!({
        "id": "own", "name": "own", "url": format!("{}/own", server.origin), "on_end": "stop",
        "headers": [{ "name": "X-Variable", "value": "{{key}}" }],
    });
    told(&desk, "connect", &json!({ "key": "own", "stream": own }));
    assert!(server.head(&desk, "/own").contains(VARIABLE));
    let refused = desk
        .ask("connect", &json!({ "key": "file", "stream": strangers }))
        .expect_err("it asks still");
    assert_eq!(refused["args"]["given"], json!(server.origin));
    let allowed = json!({ "stream": strangers, "origin": other.origin });
    told(&desk, "allow_secrets", &allowed);
    told(&desk, "connect", &json!({ "key": "file", "stream": strangers }));
    assert!(other.head(&desk, "/taken").contains(VARIABLE));
}
