//! Asks for a file, with the platform's own dialog.

use tauri::WebviewWindow;
use tokio::sync::oneshot;

/// The path that was chosen; none if the dialog was dismissed, or could not be shown.
pub async fn choose(window: &WebviewWindow) -> Option<String> {
    let (tell, told) = oneshot::channel();
    let parent = window.clone();
    window.run_on_main_thread(move || show(&parent, tell)).ok()?;
    told.await.ok().flatten()
}

#[cfg(target_os = "linux")]
fn show(window: &WebviewWindow, tell: oneshot::Sender<Option<String>>) {
    use std::cell::RefCell;

    use gtk::prelude::{FileChooserExt, NativeDialogExt};

    let parent = window.gtk_window().ok();
    let dialog = gtk::FileChooserNative::new(None, parent.as_ref(), gtk::FileChooserAction::Open, None, None);
    dialog.set_modal(true);
    // The dialog lives until it has answered.
    let waiting = RefCell::new(Some((dialog.clone(), tell)));
    dialog.connect_response(move |dialog, response| {
        if let Some((_, tell)) = waiting.borrow_mut().take() {
            let chosen = (response == gtk::ResponseType::Accept)
                .then(|| dialog.filename())
                .flatten();
            // Nobody waits any more: the page was reloaded.
            let _ = tell.send(chosen.map(|path| path.to_string_lossy().into_owned()));
        }
    });
    dialog.show();
}

#[cfg(not(target_os = "linux"))]
fn show(window: &WebviewWindow, tell: oneshot::Sender<Option<String>>) {
    let asked = rfd::AsyncFileDialog::new().set_parent(window).pick_file();
    tauri::async_runtime::spawn(async move {
        let chosen = asked.await;
        // Nobody waits any more: the page was reloaded.
        let _ = tell.send(chosen.map(|file| file.path().to_string_lossy().into_owned()));
    });
}
