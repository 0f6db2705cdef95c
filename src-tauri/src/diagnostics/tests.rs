//! Secrets, addresses and names in every corner, and none of them in the text.

use super::*;
use crate::home::Home;
use tapewriter_engine::contract::{Action, Auth, Environment, Environments, Header, Stream, Variable};
use tapewriter_engine::{Options, say};

/// Stands in everything that must not be told.
const PLANTED: [&str; 5] = [
    "hunter2",
    "planted.example",
    "Planted",
    "planted-header",
    "/planted/",
];

fn planted(url: &str) -> Stream {
    Stream {
        name: "Planted stream".to_owned(),
        url: url.to_owned(),
        headers: vec![
            Header::new("X-planted-header", "hunter2"),
            Header::new("Authorization", "Bearer hunter2"),
        ],
        body: Some("hunter2".to_owned()),
        auth: Auth::Bearer {
            token: "hunter2".to_owned(),
        },
        actions: vec![Action {
            name: "Planted action".to_owned(),
            query: "hunter2".to_owned(),
            ..Action::default()
        }],
        ..Stream::default()
    }
}

#[test]
fn tells_what_helps_and_nothing_of_what_is_the_users_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = Home::at(folder.path());
    log::open(&home.logs());
    let text = tauri::async_runtime::block_on(async {
        let app = Arc::new(
            App::open(
                &home,
                home.alone().ok(),
                Drawing::choose(home.drawing(), true),
                Vec::new(),
            )
            .await,
        );
        {
            let store = app.store.lock();
            store
                .save(planted("https://planted.example/v1?token=hunter2"))
                .expect("saved");
            store
                .save_environments(Environments {
                    all: vec![Environment {
                        name: "Planted environment".to_owned(),
                        variables: vec![Variable {
                            name: "planted-header".to_owned(),
                            value: "hunter2".to_owned(),
                            secret: false,
                        }],
                        ..Environment::default()
                    }],
                    active: String::new(),
                })
                .expect("saved");
        }
        let settings = Settings {
            proxy: Proxy::Through {
                url: "http://me@planted.example:8080".to_owned(),
            },
            ca_file: "/planted/hunter2.pem".to_owned(),
            theme: tapewriter_engine::contract::Theme::Dark,
            zoom: 150,
            ..Settings::default()
        };
        app.apply(&settings);
        // One that fails with its address in its mouth, and one that cannot even begin.
        let asked = Stream {
            id: "planted".to_owned(),
            ..planted("http://planted.example:1/?token=hunter2")
        };
        let session = app
            .engine
            .connect("k", asked, Options::default())
            .expect("a session");
        let session = app.engine.session(session).expect("there");
        while session.state().is_live() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        for words in [
            "no way to https://me:hunter2@planted.example/v1?token=hunter2".to_owned(),
            format!(
                "{} is not there",
                dirs::home_dir().unwrap_or_default().join("x").display()
            ),
        ] {
            say!("{words}");
        }
        let text = text(&app, vec!["main 1240×800 at 2".to_owned()]).await;
        app.close().await;
        text
    });
    for planted in PLANTED {
        assert!(!text.contains(planted), "{planted} is told:\n{text}");
    }
    let home = dirs::home_dir().expect("a home").display().to_string();
    assert!(home.len() < 2 || !text.contains(&home), "{home} is told:\n{text}");
    assert!(
        !text.contains(&folder.path().display().to_string()),
        "the folder is told:\n{text}"
    );
    for told in [
        concat!("Tapewriter: ", env!("CARGO_PKG_VERSION"), ", debug build\n"),
        "theme Dark, zoom 150 %",
        "Windows: main 1240×800 at 2\n",
        "Network: proxy one that is set, authorities a file that is set\n",
        "Streams: 1\n",
        "Sessions: 1 failed; ",
        "free on the disk: ",
        "Keychain: ",
        "  20",
        "no way to https://…\n",
    ] {
        assert!(text.contains(told), "{told} is missing:\n{text}");
    }
    if cfg!(target_os = "linux") {
        assert!(text.contains("Web view: WebKitGTK 2."), "{text}");
        assert!(text.contains(", GTK 3."), "{text}");
    }
    assert!(text.len() < 64 << 10);
}
