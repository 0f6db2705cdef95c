//! Asks for a file, with the platform's own dialog.

use tauri::WebviewWindow;
use tokio::sync::oneshot;

/// The path that was chosen; none if the dialog was dismissed, or could not be shown.
pub async fn choose(window: &WebviewWindow) -> Option<String> {
    ask(window, None).await
}

/// The path to save at, which is asked about where something is there already; `name` is what it offers.
pub async fn choose_new(window: &WebviewWindow, name: String) -> Option<String> {
    ask(window, Some(name)).await
}

async fn ask(window: &WebviewWindow, save_as: Option<String>) -> Option<String> {
    let (tell, told) = oneshot::channel();
    let parent = window.clone();
    window
        .run_on_main_thread(move || show(&parent, save_as, tell))
        .ok()?;
    told.await.ok().flatten()
}

#[cfg(target_os = "linux")]
fn show(window: &WebviewWindow, save_as: Option<String>, tell: oneshot::Sender<Option<String>>) {
    use std::cell::RefCell;

    use gtk::prelude::{FileChooserExt, NativeDialogExt};

    let parent = window.gtk_window().ok();
    let action = if save_as.is_some() {
        gtk::FileChooserAction::Save
    } else {
        gtk::FileChooserAction::Open
    };
    let dialog = gtk::FileChooserNative::new(None, parent.as_ref(), action, None, None);
    if let Some(name) = save_as {
        dialog.set_current_name(&name);
        dialog.set_do_overwrite_confirmation(true);
    }
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
fn show(window: &WebviewWindow, save_as: Option<String>, tell: oneshot::Sender<Option<String>>) {
    let dialog = rfd::AsyncFileDialog::new().set_parent(window);
    let asked: std::pin::Pin<Box<dyn Future<Output = Option<rfd::FileHandle>> + Send>> = match save_as {
        Some(name) => Box::pin(dialog.set_file_name(name).save_file()),
        None => Box::pin(dialog.pick_file()),
    };
    tauri::async_runtime::spawn(async move {
        let chosen = asked.await;
        // Nobody waits any more: the page was reloaded.
        let _ = tell.send(chosen.map(|file| file.path().to_string_lossy().into_owned()));
    });
}
