//! The walls of ARCHITECTURE.md, read from the sources: who may name what.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Files under a folder with one of these endings, as paths from the root, without tests' own files.
fn sources(folder: &str, endings: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if endings.iter().any(|ending| name.ends_with(ending)) && !name.contains(".test.") {
                let path = path.strip_prefix(root()).expect("under the root");
                found.push(path.to_string_lossy().into_owned());
            }
        }
    }
    assert!(!found.is_empty(), "no sources in {folder}: did it move?");
    found.sort();
    found
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// A file's code without its line comments, which may speak of what the code must not use.
fn code(file: &str) -> String {
    let text = read(file);
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Whether `text` holds `word` and not only as a part of a longer one.
fn names(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        !text[..at].chars().next_back().is_some_and(part)
            && !text[at + word.len()..].chars().next().is_some_and(part)
    })
}

/// The files of `folder` whose code names `word`.
fn naming(folder: &str, endings: &[&str], word: &str) -> Vec<String> {
    sources(folder, endings)
        .into_iter()
        .filter(|file| names(&code(file), word))
        .collect()
}

const RUST: &[&str] = &[".rs"];
const SCRIPT: &[&str] = &[".ts", ".tsx"];

#[test]
fn only_the_shell_names_tauri() {
    for folder in ["engine", "demo", "cli"] {
        let folder = format!("src-tauri/{folder}");
        assert_eq!(naming(&folder, RUST, "tauri"), Vec::<String>::new());
        let manifest = read(&format!("{folder}/Cargo.toml"));
        let names_it = |line: &str| line.starts_with("tauri") || line.contains("\"tauri");
        assert!(
            !manifest.lines().any(names_it),
            "{folder}/Cargo.toml depends on tauri"
        );
    }
    assert_ne!(
        naming("src-tauri/src", RUST, "tauri"),
        Vec::<String>::new(),
        "this test has lost sight of the shell"
    );
}

#[test]
fn one_module_names_eventsource_client() {
    // Benchmarks compare with it bare.
    let mut files = naming("src-tauri", RUST, "eventsource_client");
    files.retain(|file| !file.starts_with("src-tauri/engine/benches/"));
    assert_eq!(files.len(), 1, "{files:?}");
    assert!(files[0].starts_with("src-tauri/engine/src/"), "{files:?}");
}

#[test]
fn only_ipc_names_tauris_packages() {
    let files: Vec<_> = sources("ui/src", SCRIPT)
        .into_iter()
        .filter(|file| code(file).contains("@tauri-apps"))
        .collect();
    assert!(!files.is_empty(), "this test has lost sight of the seam");
    assert!(
        files.iter().all(|file| file.starts_with("ui/src/ipc/")),
        "{files:?}"
    );
}

#[test]
fn one_loop_draws() {
    assert_eq!(
        naming("ui/src", SCRIPT, "requestAnimationFrame"),
        ["ui/src/frame.ts"]
    );
}

#[test]
fn scenes_and_chrome_ask_the_model() {
    // Types may be named anywhere; values of the seam only by the model and by the start of the program.
    for folder in ["ui/src/scenes", "ui/src/chrome"] {
        for file in sources(folder, SCRIPT) {
            for line in code(&file)
                .lines()
                .filter(|line| line.starts_with("import") && line.contains("/ipc/"))
            {
                assert!(line.starts_with("import type"), "{file}: {line}");
                assert!(line.contains("/ipc/bindings"), "{file}: {line}");
            }
        }
    }
}

#[test]
fn the_model_knows_no_page() {
    for word in ["HTMLElement", "querySelector", "createElement"] {
        assert_eq!(
            naming("ui/src/model", SCRIPT, word),
            Vec::<String>::new(),
            "{word}"
        );
    }
}

#[test]
fn data_never_becomes_markup() {
    for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "eval"] {
        assert_eq!(naming("ui/src", SCRIPT, word), Vec::<String>::new(), "{word}");
    }
}

#[test]
fn names_are_whole_words() {
    assert!(names("use tauri::App;", "tauri"));
    assert!(!names("src_tauri", "tauri") && !names("tauri_build", "tauri"));
    assert!(Path::new(&sources("tests", RUST)[0]).is_relative());
}
