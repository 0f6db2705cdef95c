//! Views that the program itself keeps beside those that a window opens: the rows of chat and feed, and what actions
//! have found. They do not count against [`super::MAX_VIEWS`]; there is one of each kind.

use std::time::{Duration, Instant};

use super::filter::Compiled;
use super::rows::View;
use super::{PAGE_ROWS, Views};
use crate::contract::ViewState;
use crate::log::Span;

/// How long a scene's view goes on after it was last asked for: a person who looks at another scene comes back.
const KEPT: Duration = Duration::from_secs(60);

/// Which they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Events that are rows of chat.
    Chat,
    /// Events that are cards.
    Feed,
    /// What actions have found, for as long as the session has some.
    Actions,
}

/// What makes a view one of these.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    kind: Kind,
    /// Of what is asked; another one begins anew.
    version: u64,
    asked: Instant,
}

/// A page of such a view.
pub struct Rows {
    /// How far its search has come.
    pub state: ViewState,
    /// Number of the first row of the page.
    pub from: u64,
    /// The entries.
    pub chosen: Vec<u64>,
}

impl View {
    /// Whether nobody has asked for it for a while.
    pub fn has_lapsed(&self) -> bool {
        self.own
            .is_some_and(|own| own.kind != Kind::Actions && own.asked.elapsed() > KEPT)
    }
}

impl Views {
    /// Sees to it that a view is kept; `filter` is what it asks in this version.
    pub(crate) fn keep(&self, kind: Kind, version: u64, filter: impl FnOnce() -> Compiled) {
        let span = self.shared.log.span();
        {
            let mut inner = self.shared.inner.lock();
            let own = Own {
                kind,
                version,
                asked: Instant::now(),
            };
            let there = |view: &&mut View| view.own.is_some_and(|own| own.kind == kind);
            if let Some(view) = inner.views.iter_mut().find(there) {
                if view.own.is_some_and(|own| own.version == version) {
                    view.own = Some(own);
                    return;
                }
                inner
                    .views
                    .retain(|view| view.own.is_none_or(|own| own.kind != kind));
            }
            inner.newest += 1;
            let mut view = View::new(inner.newest, filter().into(), span, span.first);
            view.own = Some(own);
            inner.views.push(view);
            self.shared.count_open(&inner);
        }
        self.shared.run_worker();
    }

    /// Lets go of a view that was kept.
    pub(crate) fn let_go(&self, kind: Kind) {
        let mut inner = self.shared.inner.lock();
        inner
            .views
            .retain(|view| view.own.is_none_or(|own| own.kind != kind));
        self.shared.count_open(&inner);
    }

    /// At most `len` (and at most [`PAGE_ROWS`]) rows of a view that is kept, from row `from` on or the newest; none
    /// where it is not kept.
    pub(crate) fn kept(&self, kind: Kind, from: Option<u64>, len: u64) -> Option<Rows> {
        let len = len.min(PAGE_ROWS);
        let span = self.shared.log.span();
        let inner = self.shared.inner.lock();
        let view = inner
            .views
            .iter()
            .find(|view| view.own.is_some_and(|own| own.kind == kind))?;
        let state = view.state(span, 0);
        let from = from
            .unwrap_or_else(|| state.rows.saturating_sub(len))
            .clamp(state.gone, state.rows.max(state.gone));
        Some(Rows {
            state,
            from,
            chosen: view.chosen(span, from, len),
        })
    }

    /// Other events are hidden now: views that leave those out begin anew.
    pub(crate) fn hide_anew(&self) {
        let span = self.shared.log.span();
        {
            let mut inner = self.shared.inner.lock();
            // Those of now, whoever comes here first.
            let actions = self.shared.actions.now();
            for view in inner.views.iter_mut().filter(|view| view.asked.is_some()) {
                // It has been read before.
                let Some(Ok(filter)) = view.asked.as_ref().map(|asked| Compiled::beside(asked, &actions))
                else {
                    continue;
                };
                let mut anew = View::new(view.id, filter.into(), span, span.first);
                anew.asked = view.asked.take();
                anew.epoch = view.epoch + 1;
                *view = anew;
            }
        }
        self.shared.run_worker();
    }

    /// What can be read of the log now.
    pub(crate) fn span(&self) -> Span {
        self.shared.log.span()
    }
}
