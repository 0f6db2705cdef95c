//! Where the main window is and how large, from one start to the next.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tapewriter_engine::say;
use tauri::{AppHandle, Manager, WebviewWindow};
use tokio::sync::Notify;

use crate::{App, window};

/// While a window is dragged it is somewhere else in each frame; so long after the last it is written down.
const QUIET: Duration = Duration::from_millis(400);
/// What of a window's upper edge must be on a monitor, so that it can be taken hold of.
const GRIP: (i32, i32) = (120, 32);

/// A window's place. Where it stands and how large it is are those of the window when it is not maximised, in the
/// units of the toolkit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    x: i32,
    y: i32,
    width: i32,
    height: i32,
    maximized: bool,
}

impl Place {
    /// That of a window that is maximised at `position`. One that was never anything else has the usual size, `scale` being
    /// what the toolkit's units are in those.
    fn of_maximized(position: (i32, i32), last: Option<Self>, scale: f64) -> Self {
        let length = |length: f64| (length * scale).round() as i32;
        let usual = Self {
            x: position.0,
            y: position.1,
            width: length(window::SIZE.0),
            height: length(window::SIZE.1),
            maximized: true,
        };
        Self {
            maximized: true,
            ..last.unwrap_or(usual)
        }
    }
}

/// A part of the desktop, in the same units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Area {
    x: i32,
    y: i32,
    width: i32,
    height: i32,
}

impl Area {
    /// Width and height of what two areas share.
    fn shared(self, other: Self) -> (i32, i32) {
        let along = |a: i32, a_len: i32, b: i32, b_len: i32| {
            (a.saturating_add(a_len).min(b.saturating_add(b_len)) - a.max(b)).max(0)
        };
        (
            along(self.x, self.width, other.x, other.width),
            along(self.y, self.height, other.y, other.height),
        )
    }
}

/// How a place is taken up on the monitors that are there: the size, and where, unless the system is to choose.
fn fitted(place: Place, monitors: &[Area]) -> ((i32, i32), Option<(i32, i32)>) {
    let grip = Area {
        x: place.x,
        y: place.y,
        width: place.width,
        height: GRIP.1,
    };
    let on = monitors.iter().find(|monitor| {
        let (across, down) = grip.shared(**monitor);
        across >= GRIP.0 && down >= GRIP.1
    });
    let room = on.or(monitors.first());
    let least = (window::LEAST.0 as i32, window::LEAST.1 as i32);
    let within = |length: i32, least: i32, most: Option<i32>| length.min(most.unwrap_or(length)).max(least);
    let size = (
        within(place.width, least.0, room.map(|room| room.width)),
        within(place.height, least.1, room.map(|room| room.height)),
    );
    (size, on.map(|_| (place.x, place.y)))
}

/// Keeps the main window's place.
#[derive(Default)]
pub struct Places {
    last: Mutex<Option<Place>>,
    changed: Notify,
}

impl Places {
    /// The window was moved or resized, or is about to go.
    pub fn changed(&self) {
        self.changed.notify_one();
    }

    /// Looks where the window is now. On the thread that draws.
    pub fn look(&self, window: &WebviewWindow) {
        let mut last = self.last.lock();
        if let Some(place) = toolkit::place(window, *last) {
            *last = Some(place);
        }
    }
}

/// Takes up the place that was stored.
pub fn restore(app: &App, window: &WebviewWindow) {
    let Some(place) = app.store.lock().place() else {
        return;
    };
    *app.places.last.lock() = Some(place);
    let (size, position) = fitted(place, &toolkit::monitors(window));
    if let Err(error) = toolkit::put(window, size, position, place.maximized) {
        say!("the window is not where it was: {error}");
    }
}

/// Writes down where the window is, once it has come to rest.
pub async fn keep(app: AppHandle) {
    let state = Arc::clone(&app.state::<Arc<App>>());
    loop {
        state.places.changed.notified().await;
        while tokio::time::timeout(QUIET, state.places.changed.notified())
            .await
            .is_ok()
        {}
        let (done, looked) = tokio::sync::oneshot::channel();
        let (handle, places) = (app.clone(), Arc::clone(&state));
        let asked = app.run_on_main_thread(move || {
            if let Some(window) = handle.get_webview_window(window::LABEL) {
                places.places.look(&window);
            }
            let _ = done.send(());
        });
        if asked.is_err() || looked.await.is_err() {
            return;
        }
        let written = Arc::clone(&state);
        let _ = tauri::async_runtime::spawn_blocking(move || write(&written)).await;
    }
}

/// Writes down where the window was last seen.
pub fn write(app: &App) {
    let Some(place) = *app.places.last.lock() else {
        return;
    };
    if let Err(error) = app.store.lock().save_place(&place) {
        say!("the window's place is not kept: {error}");
    }
}

/// GTK says itself which of its numbers can be given back to it; what the events report takes a frame with it.
#[cfg(target_os = "linux")]
mod toolkit {
    use super::{Area, Place};
    use gtk::prelude::{GtkWindowExt, MonitorExt, WidgetExt};
    use tauri::WebviewWindow;

    pub fn place(window: &WebviewWindow, last: Option<Place>) -> Option<Place> {
        let gtk = window.gtk_window().ok()?;
        let minimized = window.is_minimized().unwrap_or(false);
        if !gtk.is_visible() || minimized || window.is_fullscreen().unwrap_or(false) {
            return None;
        }
        let ((x, y), (width, height)) = (gtk.position(), gtk.size());
        if gtk.is_maximized() {
            return Some(Place::of_maximized((x, y), last, 1.0));
        }
        Some(Place {
            x,
            y,
            width,
            height,
            maximized: false,
        })
    }

    pub fn put(
        window: &WebviewWindow,
        size: (i32, i32),
        position: Option<(i32, i32)>,
        maximized: bool,
    ) -> tauri::Result<()> {
        let gtk = window.gtk_window()?;
        gtk.resize(size.0, size.1);
        if let Some((x, y)) = position {
            gtk.move_(x, y);
        }
        if maximized {
            gtk.maximize();
        }
        Ok(())
    }

    pub fn monitors(window: &WebviewWindow) -> Vec<Area> {
        let Ok(gtk) = window.gtk_window() else {
            return Vec::new();
        };
        let display = gtk.display();
        (0..display.n_monitors())
            .filter_map(|at| display.monitor(at))
            .map(|monitor| {
                let area = monitor.workarea();
                Area {
                    x: area.x(),
                    y: area.y(),
                    width: area.width(),
                    height: area.height(),
                }
            })
            .collect()
    }
}

#[cfg(not(target_os = "linux"))]
mod toolkit {
    use super::{Area, Place};
    use tauri::{PhysicalPosition, PhysicalSize, WebviewWindow};

    pub fn place(window: &WebviewWindow, last: Option<Place>) -> Option<Place> {
        let visible = window.is_visible().ok()?;
        if !visible || window.is_minimized().ok()? || window.is_fullscreen().ok()? {
            return None;
        }
        let (position, size) = (window.outer_position().ok()?, window.inner_size().ok()?);
        if window.is_maximized().ok()? {
            let scale = window.scale_factor().ok()?;
            return Some(Place::of_maximized((position.x, position.y), last, scale));
        }
        Some(Place {
            x: position.x,
            y: position.y,
            width: size.width.try_into().ok()?,
            height: size.height.try_into().ok()?,
            maximized: false,
        })
    }

    pub fn put(
        window: &WebviewWindow,
        size: (i32, i32),
        position: Option<(i32, i32)>,
        maximized: bool,
    ) -> tauri::Result<()> {
        // Before the size: a window that comes to another monitor is scaled as that is.
        if let Some((x, y)) = position {
            window.set_position(PhysicalPosition::new(x, y))?;
        }
        window.set_size(PhysicalSize::new(size.0.unsigned_abs(), size.1.unsigned_abs()))?;
        if maximized {
            window.maximize()?;
        }
        Ok(())
    }

    pub fn monitors(window: &WebviewWindow) -> Vec<Area> {
        let monitors = window.available_monitors().unwrap_or_default();
        monitors
            .iter()
            .map(|monitor| Area {
                x: monitor.position().x,
                y: monitor.position().y,
                width: monitor.size().width.try_into().unwrap_or(i32::MAX),
                height: monitor.size().height.try_into().unwrap_or(i32::MAX),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Area = Area {
        x: 0,
        y: 0,
        width: 1366,
        height: 768,
    };
    const LARGE: Area = Area {
        x: 1366,
        y: -300,
        width: 2560,
        height: 1440,
    };

    fn at(x: i32, y: i32, width: i32, height: i32) -> Place {
        Place {
            x,
            y,
            width,
            height,
            maximized: false,
        }
    }

    #[test]
    fn a_window_comes_back_to_where_it_was() {
        let both = [SMALL, LARGE];
        assert_eq!(
            fitted(at(10, 20, 1000, 700), &both),
            ((1000, 700), Some((10, 20)))
        );
        assert_eq!(
            fitted(at(1500, -250, 2400, 1300), &both),
            ((2400, 1300), Some((1500, -250)))
        );
        // Half over the edge, as it was left.
        assert_eq!(
            fitted(at(-500, 0, 1000, 700), &[SMALL]),
            ((1000, 700), Some((-500, 0)))
        );
    }

    #[test]
    fn where_its_monitor_is_gone_the_system_chooses_and_it_fits() {
        assert_eq!(fitted(at(1500, 0, 2400, 1300), &[SMALL]), ((1366, 768), None));
        assert_eq!(
            fitted(at(10, -40, 1000, 700), &[SMALL]),
            ((1000, 700), None),
            "no title bar"
        );
        assert_eq!(
            fitted(at(1300, 0, 1000, 700), &[SMALL]),
            ((1000, 700), None),
            "no grip"
        );
        assert_eq!(fitted(at(0, 0, 1000, 700), &[]), ((1000, 700), None));
        assert_eq!(
            fitted(at(i32::MAX, i32::MIN, i32::MAX, i32::MAX), &[SMALL]),
            ((1366, 768), None)
        );
    }

    #[test]
    fn a_window_that_was_only_ever_maximised_has_the_usual_size() {
        let first = Place::of_maximized((1366, -300), None, 1.0);
        assert_eq!(
            first,
            Place {
                maximized: true,
                ..at(1366, -300, 1240, 800)
            }
        );
        assert_eq!(Place::of_maximized((0, 0), None, 1.5).width, 1860);
        // One that was smaller before comes back to that.
        let before = at(10, 20, 1000, 700);
        assert_eq!(
            Place::of_maximized((0, 0), Some(before), 1.0),
            Place {
                maximized: true,
                ..before
            }
        );
    }

    #[test]
    fn it_is_never_smaller_than_it_can_be_used() {
        assert_eq!(fitted(at(0, 0, 1, -5), &[SMALL]).0, (900, 600));
        let tiny = Area {
            width: 800,
            height: 480,
            ..SMALL
        };
        assert_eq!(fitted(at(0, 0, 1000, 700), &[tiny]).0, (900, 600));
    }
}
