//! The menu bar where GTK draws it: a part of the desk by its colours and its type, its keys of editing shown and left to
//! the page, and its editing done by WebKit.

use gtk::gdk;
use gtk::prelude::*;
use tapewriter_engine::contract::{Edit, MenuPart};
use tapewriter_engine::say;
use tauri::{AppHandle, Manager, WebviewWindow};

use crate::{look, window};

/// The style class of the bar.
const CLASS: &str = "tapewriter-bar";

thread_local! {
    /// The style that is in force; GTK's things live on its own thread.
    static STYLE: gtk::CssProvider = {
        let provider = gtk::CssProvider::new();
        if let Some(screen) = gdk::Screen::default() {
            gtk::StyleContext::add_provider_for_screen(
                &screen,
                &provider,
                gtk::STYLE_PROVIDER_PRIORITY_APPLICATION,
            );
        }
        style(&provider);
        let changed = provider.clone();
        look::on_gtk_change(move || style(&changed));
        if let Some(screen) = gdk::Screen::default() {
            let changed = provider.clone();
            screen.connect_composited_changed(move |_| style(&changed));
        }
        provider
    };
}

/// Dresses the bar that a window has been given a moment ago.
pub(super) fn dress(window: &WebviewWindow, parts: &[MenuPart]) {
    STYLE.with(|_| ());
    let Ok(ground) = window.default_vbox() else {
        return;
    };
    let bar = ground
        .children()
        .into_iter()
        .find_map(|child| child.downcast::<gtk::MenuBar>().ok());
    let Some(bar) = bar else {
        return;
    };
    bar.style_context().add_class(CLASS);
    show_keys(&bar.children(), parts);
}

/// Shows the keys of editing beside its words. The page listens to them: GTK would take them from its fields.
fn show_keys(items: &[gtk::Widget], parts: &[MenuPart]) {
    for (item, part) in items.iter().zip(parts) {
        let Some(item) = item.downcast_ref::<gtk::MenuItem>() else {
            continue;
        };
        match part {
            MenuPart::Menu { parts, .. } => {
                if let Some(menu) = item.submenu().and_then(|menu| menu.downcast::<gtk::Menu>().ok()) {
                    show_keys(&menu.children(), parts);
                }
            }
            MenuPart::Edit { edit, .. } => {
                let label = item
                    .child()
                    .and_then(|label| label.downcast::<gtk::AccelLabel>().ok());
                if let Some(label) = label {
                    let (key, shift) = match edit {
                        Edit::Undo => ('z', false),
                        Edit::Redo => ('z', true),
                        Edit::Cut => ('x', false),
                        Edit::Copy => ('c', false),
                        Edit::Paste => ('v', false),
                        Edit::SelectAll => ('a', false),
                    };
                    let mut held = gdk::ModifierType::CONTROL_MASK;
                    held.set(gdk::ModifierType::SHIFT_MASK, shift);
                    label.set_accel(*gdk::keys::Key::from_unicode(key), held);
                }
            }
            MenuPart::Command { .. } | MenuPart::Line => {}
        }
    }
}

/// Does it in the page, as WebKit does it for its own keys.
pub(super) fn edit(app: &AppHandle, edit: &str) {
    let Some(main) = app.get_webview_window(window::LABEL) else {
        return;
    };
    let edit = edit.to_owned();
    let done = main.with_webview(move |webview| {
        use webkit2gtk::WebViewExt;
        webview.inner().execute_editing_command(&edit);
    });
    if let Err(error) = done {
        say!("the menu cannot reach the page: {error}");
    }
}

/// The design's colours (section 6).
struct Colours {
    desk: &'static str,
    raised: &'static str,
    ink: &'static str,
    /// What cannot be chosen, and keys.
    faint: &'static str,
    hover: &'static str,
    hairline: &'static str,
}

const LIGHT: Colours = Colours {
    desk: "#f1eee8",
    raised: "#ffffff",
    ink: "#211e1a",
    faint: "#6a645b",
    hover: "rgba(33, 30, 26, 0.07)",
    hairline: "rgba(33, 30, 26, 0.10)",
};

const DARK: Colours = Colours {
    desk: "#161514",
    raised: "#252320",
    ink: "#ece7de",
    faint: "#a39c91",
    hover: "rgba(255, 255, 255, 0.08)",
    hairline: "rgba(255, 255, 255, 0.10)",
};

fn style(provider: &gtk::CssProvider) {
    let colours = if look::is_gtk_dark() { &DARK } else { &LIGHT };
    let family = gtk::Settings::default()
        .and_then(|settings| settings.gtk_font_name())
        .and_then(|name| gtk::pango::FontDescription::from_string(&name).family())
        .map_or_else(|| "sans-serif".to_owned(), |family| family.to_string());
    // Where nobody composes the screen, what a round corner leaves of a menu's window is black.
    let round = gdk::Screen::default().is_some_and(|screen| screen.is_composited());
    if let Err(error) = provider.load_from_data(css(colours, &family, round).as_bytes()) {
        say!("the menu bar looks as the desktop's theme has it: {error}");
    }
}

/// The bar, and all menus of the program: those of the page's fields are the same thing to whoever opens them.
fn css(colours: &Colours, family: &str, round: bool) -> String {
    let Colours {
        desk,
        raised,
        ink,
        faint,
        hover,
        hairline,
    } = colours;
    let corner = if round { "8px" } else { "0" };
    // The family is the desktop's own word; a quotation mark in it would end the rule.
    let family: String = family.chars().filter(|c| !"\"\\;{}".contains(*c)).collect();
    format!(
        "menubar.{CLASS} {{ background: {desk}; color: {ink}; border: none; box-shadow: none; padding: 1px 6px; \
           font-family: Inter, \"{family}\"; font-size: 12.5px; min-height: 0; }}
         menubar.{CLASS} > menuitem {{ background: transparent; color: {ink}; border: none; box-shadow: none; \
           border-radius: 6px; padding: 3px 8px; min-height: 18px; }}
         menubar.{CLASS} > menuitem:hover {{ background: {hover}; color: {ink}; }}
         menu {{ background: {raised}; color: {ink}; border: 1px solid {hairline}; border-radius: {corner}; padding: 4px; \
           font-family: Inter, \"{family}\"; font-size: 12.5px; }}
         menu menuitem {{ background: transparent; color: {ink}; border-radius: 5px; padding: 4px 8px; min-height: 18px; }}
         menu menuitem:hover {{ background: {hover}; color: {ink}; box-shadow: none; }}
         menu menuitem:disabled, menubar.{CLASS} > menuitem:disabled {{ color: alpha({faint}, 0.7); }}
         menu menuitem accelerator {{ color: {faint}; }}
         menu menuitem check, menu menuitem radio {{ color: {ink}; }}
         menu separator {{ background: {hairline}; min-height: 1px; margin: 4px 8px; }}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_cannot_end_the_rule() {
        let css = css(&LIGHT, "A\"; } * { color: red", true);
        assert!(css.contains("Inter, \"A  *  color: red\""), "{css}");
        assert_eq!(css.matches('{').count(), css.matches('}').count());
    }
}
