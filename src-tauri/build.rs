//! Embeds the window's files and the configuration.

fn main() {
    tauri_build::build();
}
