//! Work on files that takes a while: exports and imports, each on a thread of its own, looked at and cancelled by
//! number.
//!
//! Bounds: [`RUNNING`] at once, since the disk is one; [`WAITING`] more in line; [`FINISHED`] that are still told of.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::contract::{Code, Failure, Job, JobKind, JobState};
use crate::export::Progress;

/// Jobs that run at once; further ones wait. More would only make one disk seek between them.
pub const RUNNING: usize = 4;
/// Jobs that wait, at most: as many files as anyone drops at once.
pub const WAITING: usize = 60;
/// Finished jobs that can still be asked for, oldest forgotten first.
pub const FINISHED: usize = 64;

/// What a job made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// The tape, of an import.
    pub tape: Option<String>,
}

type Work = Box<dyn FnOnce(&JobHandle) -> Result<Made, Failure> + Send>;

/// All jobs of the program. Clones are the same.
#[derive(Clone, Default)]
pub struct Jobs {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    /// A job ended.
    ended: Condvar,
}

#[derive(Default)]
struct State {
    last: u32,
    /// All that are told of, oldest first.
    held: VecDeque<Held>,
    /// Numbers and work of those that wait, in order.
    waiting: VecDeque<(u32, Work)>,
    running: usize,
    closed: bool,
}

struct Held {
    job: Job,
    handle: JobHandle,
}

/// What a job tells while it works. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct JobHandle {
    inner: Arc<Told>,
}

#[derive(Debug, Default)]
struct Told {
    done: AtomicU64,
    total: AtomicU64,
    bytes: AtomicU64,
    cancelled: AtomicBool,
}

impl JobHandle {
    /// Whether it has been cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.inner.cancelled.load(Ordering::Relaxed)
    }

    /// How far it is; breaks once it has been cancelled. What [`crate::export::Watch`] is told.
    pub fn watch(&self, progress: Progress) -> ControlFlow<()> {
        self.inner.done.store(progress.done, Ordering::Relaxed);
        self.inner.bytes.store(progress.bytes, Ordering::Relaxed);
        if self.is_cancelled() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    /// Of how much, once that is known better than at the start.
    pub fn set_total(&self, total: u64) {
        self.inner.total.store(total, Ordering::Relaxed);
    }
}

impl Held {
    fn told(&self) -> Job {
        let told = &self.handle.inner;
        Job {
            done: told.done.load(Ordering::Relaxed),
            total: told.total.load(Ordering::Relaxed),
            bytes: told.bytes.load(Ordering::Relaxed),
            ..self.job.clone()
        }
    }

    fn is_live(&self) -> bool {
        self.job.state == JobState::Running
    }
}

impl Jobs {
    /// Starts a job, or lets it wait. A job of the same kind on the same file that has not ended is that job: a page
    /// that reloads may ask twice.
    ///
    /// # Errors
    /// [`Code::Limit`] when too many wait, [`Code::Stopped`] after [`Jobs::shutdown`].
    pub fn start(
        &self,
        kind: JobKind,
        path: &Path,
        total: u64,
        work: impl FnOnce(&JobHandle) -> Result<Made, Failure> + Send + 'static,
    ) -> Result<Job, Failure> {
        let path = path.display().to_string();
        let mut state = self.inner.state.lock();
        if state.closed {
            return Err(Failure::new(Code::Stopped, "the program is ending"));
        }
        let same = |held: &&Held| held.is_live() && held.job.kind == kind && held.job.path == path;
        if let Some(held) = state.held.iter().find(same) {
            return Ok(held.told());
        }
        if state.running >= RUNNING && state.waiting.len() >= WAITING {
            let message = format!(
                "{} files are being worked on; wait for one of them",
                RUNNING + WAITING
            );
            return Err(Failure::new(Code::Limit, message)
                .with("what", "jobs")
                .with("bound", RUNNING + WAITING));
        }
        state.last += 1;
        let no = state.last;
        let handle = JobHandle::default();
        handle.set_total(total);
        let held = Held {
            job: Job {
                job: no,
                kind,
                state: JobState::Running,
                done: 0,
                total,
                bytes: 0,
                path,
                tape: None,
                failure: None,
            },
            handle,
        };
        let told = held.told();
        state.held.push_back(held);
        state.waiting.push_back((no, Box::new(work)));
        self.fill(&mut state);
        Ok(told)
    }

    /// A job; none for one that was never there or is forgotten.
    pub fn get(&self, job: u32) -> Option<Job> {
        let state = self.inner.state.lock();
        state.held.iter().find(|held| held.job.job == job).map(Held::told)
    }

    /// All that are told of, oldest first.
    pub fn all(&self) -> Vec<Job> {
        self.inner.state.lock().held.iter().map(Held::told).collect()
    }

    /// Ends a job; one that has ended, or is not there, is no error. It ends at its next look, within a thousand
    /// entries.
    pub fn cancel(&self, job: u32) {
        let mut state = self.inner.state.lock();
        if let Some(held) = state.held.iter().find(|held| held.job.job == job) {
            held.handle.inner.cancelled.store(true, Ordering::Relaxed);
        }
        if let Some(at) = state.waiting.iter().position(|(no, _)| *no == job) {
            let work = state.waiting.remove(at);
            state.end(job, Err(crate::export::cancelled()));
            drop(state);
            // What it holds may take a while to let go.
            drop(work);
            self.inner.ended.notify_all();
        }
    }

    /// Waits until a job has ended; says how, or nothing if it is not there. Blocks.
    pub fn wait(&self, job: u32) -> Option<Job> {
        let mut state = self.inner.state.lock();
        loop {
            let held = state.held.iter().find(|held| held.job.job == job)?;
            if !held.is_live() {
                return Some(held.told());
            }
            self.inner.ended.wait(&mut state);
        }
    }

    /// Cancels all jobs, takes no more, and waits until they have let go of their files, or for `limit`. Says whether
    /// they have. Blocks.
    pub fn shutdown(&self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        let mut state = self.inner.state.lock();
        state.closed = true;
        for held in &state.held {
            held.handle.inner.cancelled.store(true, Ordering::Relaxed);
        }
        let waiting = std::mem::take(&mut state.waiting);
        for (no, _) in &waiting {
            state.end(*no, Err(crate::export::cancelled()));
        }
        while state.running > 0 {
            if self.inner.ended.wait_until(&mut state, deadline).timed_out() {
                return state.running == 0;
            }
        }
        true
    }

    /// Lets those that wait run, as many as may.
    fn fill(&self, state: &mut State) {
        while state.running < RUNNING {
            let Some((no, work)) = state.waiting.pop_front() else {
                return;
            };
            let Some(handle) = state.handle(no) else { continue };
            let jobs = self.clone();
            state.running += 1;
            let thread = std::thread::Builder::new().name(format!("job {no}"));
            let spawned = thread.spawn(move || {
                // Also when the work panics.
                let mut ending = Ending {
                    jobs,
                    no,
                    result: Err(
                        Failure::new(Code::Tape, "the work ended by a fault of the program itself")
                            .with("what", "unreadable"),
                    ),
                };
                ending.result = work(&handle);
            });
            if let Err(error) = spawned {
                state.running -= 1;
                state.end(no, Err(crate::export::disk_failure(&error)));
            }
        }
    }
}

impl State {
    fn handle(&self, job: u32) -> Option<JobHandle> {
        let held = self.held.iter().find(|held| held.job.job == job)?;
        Some(held.handle.clone())
    }

    fn end(&mut self, job: u32, result: Result<Made, Failure>) {
        if let Some(held) = self.held.iter_mut().find(|held| held.job.job == job) {
            match result {
                Ok(made) => {
                    held.job.state = JobState::Done;
                    held.job.tape = made.tape;
                }
                Err(failure) if failure.code == Code::Stopped && held.handle.is_cancelled() => {
                    held.job.state = JobState::Cancelled;
                }
                Err(failure) => {
                    held.job.state = JobState::Failed;
                    held.job.failure = Some(failure);
                }
            }
        }
        let finished = self.held.iter().filter(|held| !held.is_live()).count();
        if finished > FINISHED
            && let Some(oldest) = self.held.iter().position(|held| !held.is_live())
        {
            self.held.remove(oldest);
        }
    }
}

/// Ends a job when dropped.
struct Ending {
    jobs: Jobs,
    no: u32,
    result: Result<Made, Failure>,
}

impl Drop for Ending {
    fn drop(&mut self) {
        let mut state = self.jobs.inner.state.lock();
        let result = std::mem::replace(&mut self.result, Ok(Made::default()));
        state.running -= 1;
        state.end(self.no, result);
        if !state.closed {
            self.jobs.fill(&mut state);
        }
        drop(state);
        self.jobs.inner.ended.notify_all();
    }
}

impl std::fmt::Debug for Jobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.all()).finish()
    }
}

#[cfg(test)]
mod tests;
