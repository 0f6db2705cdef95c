//! The menu bar as the page wants it, made of the platform's own: on macOS the program's, elsewhere the main window's. What
//! is chosen is told to the page; what the platform does by itself with whatever has the focus (copy, paste …) it does.
//!
//! A bar that differs only in what can be chosen and what is on is changed where it stands; any other is made anew.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use parking_lot::Mutex;
use tapewriter_engine::contract::{Edit, MenuPart};
use tapewriter_engine::say;
use tauri::menu::{CheckMenuItem, IsMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu};
use tauri::{AppHandle, Manager, Wry};

use crate::{App, window};

#[cfg(target_os = "linux")]
mod gtk_bar;
mod keys;

/// Parts of one bar, lines included: a menu that holds more is none.
const PARTS: usize = 400;
/// Menus within menus.
const DEPTH: usize = 3;
/// Characters of what a part is called.
const LABEL_CHARS: usize = 80;
/// Characters of a command's id.
const ID_CHARS: usize = 80;
/// Before a command's id and before an edit's, in the ids that the platform knows.
const DO: &str = "do:";
const EDIT: &str = "edit:";
/// Commands that macOS has in the program's own menu.
#[cfg(target_os = "macos")]
const OF_THE_PROGRAM: [&str; 3] = ["about", "settings", "quit"];

/// The bar that is there; none before a page has asked for one.
#[derive(Default)]
pub struct Menus {
    bar: Mutex<Option<Bar>>,
    /// The commands that other windows' pages have, by the window's label.
    others: Mutex<HashMap<String, HashSet<String>>>,
}

impl Menus {
    /// Notes what a page without a bar of its own can do: what is chosen in the bar while its window has the focus.
    pub fn note(&self, label: &str, parts: Vec<MenuPart>) {
        let parts = bounded(parts, &mut { PARTS }, DEPTH);
        let ids = commands(&parts).into_iter();
        let ids = ids.map(|command| command.id.to_owned()).collect();
        self.others.lock().insert(label.to_owned(), ids);
    }

    /// A window is gone.
    pub fn forget(&self, label: &str) {
        self.others.lock().remove(label);
    }

    fn knows(&self, label: &str, command: &str) -> bool {
        let others = self.others.lock();
        others.get(label).is_some_and(|ids| ids.contains(command))
    }
}

struct Bar {
    parts: Vec<MenuPart>,
    /// The commands in the order of the parts.
    commands: Vec<Choice>,
}

/// A command in the platform's menu.
enum Choice {
    Plain(MenuItem<Wry>),
    Switched(CheckMenuItem<Wry>),
}

/// Has the bar be as the page wants it.
pub fn set(app: &AppHandle, parts: Vec<MenuPart>) -> tauri::Result<()> {
    let parts = bounded(parts, &mut { PARTS }, DEPTH);
    let handle = app.clone();
    // One after another, and where menus are made.
    app.run_on_main_thread(move || {
        let state = Arc::clone(&handle.state::<Arc<App>>());
        let mut bar = state.menus.bar.lock();
        let done = match &mut *bar {
            Some(bar) if bar.parts == parts => return,
            Some(bar) if shape(&bar.parts) == shape(&parts) => bar.change(parts),
            _ => make(&handle, parts).map(|made| *bar = made),
        };
        if let Err(error) = done {
            say!("the menu bar cannot be shown: {error}");
        }
    })
}

/// Something was chosen.
pub fn chosen(app: &AppHandle, id: &str) {
    let state = Arc::clone(&app.state::<Arc<App>>());
    if let Some(command) = id.strip_prefix(DO) {
        // A switch is as the page says, and not as the platform turned it when it was pressed.
        if let Some(bar) = &*state.menus.bar.lock() {
            bar.put_back(id);
        }
        tell(app, &state, command);
    } else if let Some(edit) = id.strip_prefix(EDIT) {
        #[cfg(target_os = "linux")]
        gtk_bar::edit(app, edit);
        #[cfg(not(target_os = "linux"))]
        let _ = edit;
    }
}

/// Tells the page of the window that has the focus. What its page does not know the main window's does, and that comes to the
/// front for it.
fn tell(app: &AppHandle, state: &App, command: &str) {
    let windows = app.webview_windows();
    let focused = windows
        .values()
        .find(|window| window.is_focused().unwrap_or(false))
        .map_or(window::LABEL, |window| window.label());
    let told = |label: &str| {
        state
            .pumps
            .tell(label, |told| told.commands.push(command.to_owned()))
    };
    let is_others = focused != window::LABEL && state.menus.knows(focused, command) && told(focused);
    if !is_others {
        told(window::LABEL);
        if focused != window::LABEL {
            window::present(app, None);
        }
    }
}

impl Bar {
    /// Changes what can be chosen and what is on; nothing else differs.
    fn change(&mut self, parts: Vec<MenuPart>) -> tauri::Result<()> {
        let before = commands(&self.parts);
        for ((choice, before), now) in self.commands.iter().zip(before).zip(commands(&parts)) {
            if before.enabled != now.enabled {
                match choice {
                    Choice::Plain(item) => item.set_enabled(now.enabled)?,
                    Choice::Switched(item) => item.set_enabled(now.enabled)?,
                }
            }
            if let (Choice::Switched(item), Some(checked)) = (choice, now.checked)
                && before.checked != now.checked
            {
                item.set_checked(checked)?;
            }
        }
        self.parts = parts;
        Ok(())
    }

    fn put_back(&self, id: &str) {
        for (choice, command) in self.commands.iter().zip(commands(&self.parts)) {
            if let (Choice::Switched(item), Some(checked)) = (choice, command.checked)
                && item.id().as_ref() == id
                && let Err(error) = item.set_checked(checked)
            {
                say!("a switch of the menu stays as it was turned: {error}");
            }
        }
    }
}

/// A command of a part.
struct Command<'a> {
    enabled: bool,
    checked: Option<bool>,
    id: &'a str,
}

/// All commands, in order.
fn commands(parts: &[MenuPart]) -> Vec<Command<'_>> {
    let mut all = Vec::new();
    for part in parts {
        match part {
            MenuPart::Menu { parts, .. } => all.extend(commands(parts)),
            MenuPart::Command {
                id, enabled, checked, ..
            } => all.push(Command {
                enabled: *enabled,
                checked: *checked,
                id,
            }),
            MenuPart::Edit { .. } | MenuPart::Line => {}
        }
    }
    all
}

/// The parts without what is changed where it stands.
fn shape(parts: &[MenuPart]) -> Vec<MenuPart> {
    let of = |part: &MenuPart| match part {
        MenuPart::Menu { label, parts } => MenuPart::Menu {
            label: label.clone(),
            parts: shape(parts),
        },
        MenuPart::Command {
            id,
            label,
            keys,
            checked,
            ..
        } => MenuPart::Command {
            id: id.clone(),
            label: label.clone(),
            keys: keys.clone(),
            enabled: true,
            checked: checked.map(|_| false),
        },
        other => other.clone(),
    };
    parts.iter().map(of).collect()
}

/// What a page may ask for: `room` parts are left.
fn bounded(parts: Vec<MenuPart>, room: &mut usize, depth: usize) -> Vec<MenuPart> {
    let mut kept = Vec::new();
    for part in parts {
        if *room == 0 {
            break;
        }
        *room -= 1;
        kept.push(match part {
            MenuPart::Menu { .. } if depth == 0 => continue,
            MenuPart::Menu { label, parts } => MenuPart::Menu {
                label: cut(&label, LABEL_CHARS),
                parts: bounded(parts, room, depth - 1),
            },
            MenuPart::Command {
                id,
                label,
                keys,
                enabled,
                checked,
            } => {
                if id.is_empty() || id.chars().count() > ID_CHARS {
                    continue;
                }
                MenuPart::Command {
                    id,
                    label: cut(&label, LABEL_CHARS),
                    keys,
                    enabled,
                    checked,
                }
            }
            MenuPart::Edit { edit, label } => MenuPart::Edit {
                edit,
                label: cut(&label, LABEL_CHARS),
            },
            MenuPart::Line => MenuPart::Line,
        });
    }
    kept
}

/// A label in one line.
fn cut(label: &str, chars: usize) -> String {
    let plain = label.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(chars).collect()
}

/// Makes the bar anew, in the place of the one that is there.
fn make(app: &AppHandle, parts: Vec<MenuPart>) -> tauri::Result<Option<Bar>> {
    let mut making = Making {
        app,
        commands: Vec::new(),
    };
    let menu = Menu::new(app)?;
    #[cfg(target_os = "macos")]
    menu.append(&making.of_the_program(&parts)?)?;
    let mut letters = Vec::new();
    for part in &parts {
        if let MenuPart::Menu { label, parts } = part {
            let label = with_letter(label, &mut letters);
            menu.append(&making.menu(&label, parts)?)?;
        }
    }
    let commands = making.in_order(&parts);
    #[cfg(target_os = "macos")]
    app.set_menu(menu)?;
    #[cfg(not(target_os = "macos"))]
    {
        let Some(main) = app.get_webview_window(window::LABEL) else {
            return Ok(None);
        };
        main.set_menu(menu)?;
        #[cfg(target_os = "linux")]
        gtk_bar::dress(&main, &parts);
    }
    Ok(Some(Bar { parts, commands }))
}

struct Making<'a> {
    app: &'a AppHandle,
    /// By the id that the page knows.
    commands: Vec<(String, Choice)>,
}

impl Making<'_> {
    fn menu(&mut self, label: &str, parts: &[MenuPart]) -> tauri::Result<Submenu<Wry>> {
        let menu = Submenu::new(self.app, label, true)?;
        #[cfg(target_os = "macos")]
        let parts = without(parts, &OF_THE_PROGRAM);
        for part in parts {
            match part {
                MenuPart::Menu { label, parts } => {
                    menu.append(&self.menu(&plain(label), parts)?)?;
                }
                MenuPart::Command { .. } => menu.append(&*self.command(part)?)?,
                MenuPart::Edit { edit, label } => menu.append(&*self.edit(*edit, label)?)?,
                MenuPart::Line => menu.append(&PredefinedMenuItem::separator(self.app)?)?,
            }
        }
        Ok(menu)
    }

    fn command(&mut self, part: &MenuPart) -> tauri::Result<Box<dyn IsMenuItem<Wry>>> {
        let MenuPart::Command {
            id,
            label,
            keys,
            enabled,
            checked,
        } = part
        else {
            unreachable!("asked for commands alone");
        };
        let (native, label) = (format!("{DO}{id}"), plain(label));
        let keys = keys.as_deref().and_then(|keys| match keys::native(keys) {
            Ok(keys) => keys,
            Err(()) => {
                say!("the menu's keys of {} cannot be used", cut(id, ID_CHARS));
                None
            }
        });
        if let Some(checked) = checked {
            let item = CheckMenuItem::with_id(self.app, native, label, *enabled, *checked, keys)?;
            self.commands.push((id.clone(), Choice::Switched(item.clone())));
            return Ok(Box::new(item));
        }
        let item = MenuItem::with_id(self.app, native, label, *enabled, keys)?;
        self.commands.push((id.clone(), Choice::Plain(item.clone())));
        Ok(Box::new(item))
    }

    /// On Linux the platform's own items need a library that types for the user, and would take the page's keys from it.
    fn edit(&self, edit: Edit, label: &str) -> tauri::Result<Box<dyn IsMenuItem<Wry>>> {
        let label = plain(label);
        if cfg!(target_os = "linux") {
            let id = format!("{EDIT}{edit:?}");
            return Ok(Box::new(MenuItem::with_id(
                self.app,
                id,
                label,
                true,
                None::<&str>,
            )?));
        }
        let text = Some(label.as_str());
        Ok(Box::new(match edit {
            Edit::Undo => PredefinedMenuItem::undo(self.app, text)?,
            Edit::Redo => PredefinedMenuItem::redo(self.app, text)?,
            Edit::Cut => PredefinedMenuItem::cut(self.app, text)?,
            Edit::Copy => PredefinedMenuItem::copy(self.app, text)?,
            Edit::Paste => PredefinedMenuItem::paste(self.app, text)?,
            Edit::SelectAll => PredefinedMenuItem::select_all(self.app, text)?,
        }))
    }

    /// The menu that macOS gives every program. What the page has words for stands in it with them.
    #[cfg(target_os = "macos")]
    fn of_the_program(&mut self, parts: &[MenuPart]) -> tauri::Result<Submenu<Wry>> {
        let menu = Submenu::new(self.app, "Tapewriter", true)?;
        let app = self.app;
        let line = || PredefinedMenuItem::separator(app);
        let [about, settings, quit] = OF_THE_PROGRAM.map(|id| find(parts, id).cloned());
        match about {
            Some(about) => menu.append(&*self.command(&about)?)?,
            None => menu.append(&PredefinedMenuItem::about(self.app, None, None)?)?,
        }
        menu.append(&line()?)?;
        if let Some(settings) = settings {
            menu.append(&*self.command(&settings)?)?;
            menu.append(&line()?)?;
        }
        menu.append(&PredefinedMenuItem::services(self.app, None)?)?;
        menu.append(&line()?)?;
        menu.append(&PredefinedMenuItem::hide(self.app, None)?)?;
        menu.append(&PredefinedMenuItem::hide_others(self.app, None)?)?;
        menu.append(&PredefinedMenuItem::show_all(self.app, None)?)?;
        menu.append(&line()?)?;
        match quit {
            Some(quit) => menu.append(&*self.command(&quit)?)?,
            None => menu.append(&PredefinedMenuItem::quit(self.app, None)?)?,
        }
        Ok(menu)
    }

    /// The commands as the parts have them, wherever the platform put them.
    fn in_order(mut self, parts: &[MenuPart]) -> Vec<Choice> {
        let mut ordered = Vec::new();
        for command in commands(parts) {
            if let Some(at) = self.commands.iter().position(|(id, _)| id == command.id) {
                ordered.push(self.commands.remove(at).1);
            }
        }
        ordered
    }
}

/// The parts of a menu without some commands, and without the lines that would part nothing.
#[cfg(any(target_os = "macos", test))]
fn without<'a>(parts: &'a [MenuPart], ids: &[&str]) -> Vec<&'a MenuPart> {
    let mut kept: Vec<&MenuPart> = Vec::new();
    for part in parts {
        match part {
            MenuPart::Command { id, .. } if ids.contains(&id.as_str()) => {}
            MenuPart::Line if matches!(kept.last(), None | Some(MenuPart::Line)) => {}
            part => kept.push(part),
        }
    }
    if matches!(kept.last(), Some(MenuPart::Line)) {
        kept.pop();
    }
    kept
}

/// The command of an id.
#[cfg(target_os = "macos")]
fn find<'a>(parts: &'a [MenuPart], wanted: &str) -> Option<&'a MenuPart> {
    parts.iter().find_map(|part| match part {
        MenuPart::Menu { parts, .. } => find(parts, wanted),
        MenuPart::Command { id, .. } => (id == wanted).then_some(part),
        MenuPart::Edit { .. } | MenuPart::Line => None,
    })
}

/// A label that is shown as it is: `&` would mark the letter behind it.
fn plain(label: &str) -> String {
    label.replace('&', "&&")
}

/// The label of a menu of the bar, its first letter marked where nothing else has it: Alt and that letter open the menu.
/// macOS knows no such letters.
fn with_letter(label: &str, taken: &mut Vec<char>) -> String {
    let letter = label.chars().next().filter(char::is_ascii_alphabetic);
    let label = plain(label);
    let Some(letter) = letter.map(|letter| letter.to_ascii_lowercase()) else {
        return label;
    };
    if cfg!(target_os = "macos") || taken.contains(&letter) {
        return label;
    }
    taken.push(letter);
    format!("&{label}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(id: &str, enabled: bool, checked: Option<bool>) -> MenuPart {
        MenuPart::Command {
            id: id.to_owned(),
            label: id.to_uppercase(),
            keys: None,
            enabled,
            checked,
        }
    }

    fn menu(label: &str, parts: Vec<MenuPart>) -> MenuPart {
        MenuPart::Menu {
            label: label.to_owned(),
            parts,
        }
    }

    #[test]
    fn what_is_on_and_can_be_chosen_does_not_make_another_bar() {
        let bar = |enabled, checked, label: &str| {
            vec![menu(
                label,
                vec![
                    command("a", enabled, None),
                    MenuPart::Line,
                    command("b", true, Some(checked)),
                ],
            )]
        };
        let first = shape(&bar(true, false, "File"));
        assert_eq!(first, shape(&bar(false, true, "File")));
        assert_ne!(first, shape(&bar(true, false, "文件")));
        // A command that becomes a switch is another thing to the platform.
        assert_ne!(
            shape(&[command("a", true, None)]),
            shape(&[command("a", true, Some(false))])
        );
    }

    #[test]
    fn a_page_may_not_ask_for_more_than_a_menu() {
        let many = vec![menu("File", vec![MenuPart::Line; 10_000])];
        let kept = bounded(many, &mut { PARTS }, DEPTH);
        let MenuPart::Menu { parts, .. } = &kept[0] else {
            panic!("a menu");
        };
        assert_eq!(parts.len(), PARTS - 1);
        let mut deep = menu("x", Vec::new());
        for _ in 0..1_000 {
            deep = menu("x", vec![deep]);
        }
        let mut kept = bounded(vec![deep], &mut { PARTS }, DEPTH);
        let mut depth = 0;
        while let Some(MenuPart::Menu { parts, .. }) = kept.pop() {
            depth += 1;
            kept = parts;
        }
        assert_eq!(depth, DEPTH);
        let odd = vec![
            command(&"i".repeat(ID_CHARS + 1), true, None),
            command("", true, None),
            menu(&"é\n".repeat(1_000), Vec::new()),
        ];
        let kept = bounded(odd, &mut { PARTS }, DEPTH);
        assert_eq!(kept, [menu(&"é ".repeat(LABEL_CHARS / 2), Vec::new())]);
    }

    #[test]
    fn commands_are_found_in_the_order_of_the_parts() {
        let parts = [
            menu(
                "File",
                vec![
                    command("a", true, None),
                    menu("More", vec![command("b", false, Some(true))]),
                ],
            ),
            menu("View", vec![command("c", true, None)]),
        ];
        let all: Vec<_> = commands(&parts)
            .iter()
            .map(|command| (command.id, command.enabled, command.checked))
            .collect();
        assert_eq!(
            all,
            [("a", true, None), ("b", false, Some(true)), ("c", true, None)]
        );
    }

    #[test]
    fn no_line_is_left_where_commands_were_taken_out() {
        let (plain, line) = (|id: &str| command(id, true, None), MenuPart::Line);
        let parts = [
            plain("about"),
            line.clone(),
            plain("a"),
            line.clone(),
            plain("settings"),
            line.clone(),
            menu("More", vec![plain("b")]),
            line.clone(),
            plain("quit"),
        ];
        let kept = without(&parts, &["about", "settings", "quit"]);
        assert_eq!(kept, [&plain("a"), &line, &menu("More", vec![plain("b")])]);
        assert_eq!(
            without(&[plain("quit"), line.clone()], &["quit"]),
            [] as [&MenuPart; 0]
        );
    }

    #[test]
    fn what_another_window_does_not_know_is_not_its_own() {
        let menus = Menus::default();
        menus.note(
            "session-1",
            vec![menu("Session", vec![command("stop", true, None)])],
        );
        let knows = |label, id| menus.knows(label, id);
        assert!(knows("session-1", "stop"));
        assert!(!knows("session-1", "new-stream") && !knows("session-2", "stop"));
        menus.forget("session-1");
        assert!(!menus.knows("session-1", "stop"));
    }

    #[test]
    fn labels_are_shown_as_they_are() {
        let mut taken = Vec::new();
        assert_eq!(plain("Q&A"), "Q&&A");
        if !cfg!(target_os = "macos") {
            assert_eq!(with_letter("File", &mut taken), "&File");
            assert_eq!(with_letter("Format & more", &mut taken), "Format && more");
        }
        assert_eq!(with_letter("文件", &mut taken), "文件");
    }
}
