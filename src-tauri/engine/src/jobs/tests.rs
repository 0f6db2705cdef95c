use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};

use super::*;

/// Only a bound on failures.
const FAILURE: Duration = Duration::from_secs(20);

/// A job that works until it is told to end or cancelled, and says when it began.
fn held(jobs: &Jobs, path: &str) -> (Job, Sender<()>, Receiver<()>) {
    let (end, ended) = channel::<()>();
    let (began, begun) = channel();
    let job = jobs.start(JobKind::Export, &PathBuf::from(path), 10, move |handle| {
        began.send(()).expect("somebody listens");
        for done in 0.. {
            if handle
                .watch(Progress {
                    done,
                    bytes: 2 * done,
                })
                .is_break()
            {
                return Err(crate::export::cancelled());
            }
            if ended.recv_timeout(Duration::from_millis(1)).is_ok() {
                break;
            }
        }
        Ok(Made {
            tape: Some("t".to_owned()),
        })
    });
    (job.expect("it starts"), end, begun)
}

#[test]
fn a_job_is_told_of_from_start_to_end() {
    let jobs = Jobs::default();
    let (job, end, begun) = held(&jobs, "a");
    assert_eq!((job.state, job.total), (JobState::Running, 10));
    begun.recv_timeout(FAILURE).expect("it runs");
    let (again, ..) = held(&jobs, "a");
    assert_eq!(again.job, job.job, "the same file is the same job");
    end.send(()).expect("it listens");
    let done = jobs.wait(job.job).expect("it is there");
    assert_eq!((done.state, done.tape.as_deref()), (JobState::Done, Some("t")));
    assert_eq!(done.bytes, 2 * done.done);
    let (next, end, _) = held(&jobs, "a");
    assert_ne!(next.job, job.job);
    drop(end);
    assert!(jobs.shutdown(FAILURE));
}

#[test]
fn few_run_and_the_rest_wait_or_are_cancelled() {
    let jobs = Jobs::default();
    let all: Vec<_> = (0..RUNNING + 2).map(|n| held(&jobs, &n.to_string())).collect();
    for (_, _, begun) in &all[..RUNNING] {
        begun.recv_timeout(FAILURE).expect("it runs");
    }
    let (waits, last) = (&all[RUNNING], &all[RUNNING + 1]);
    assert!(waits.2.try_recv().is_err(), "a fifth does not run");
    jobs.cancel(waits.0.job);
    assert_eq!(
        jobs.get(waits.0.job).map(|job| job.state),
        Some(JobState::Cancelled)
    );
    jobs.cancel(all[0].0.job);
    assert_eq!(
        jobs.wait(all[0].0.job).map(|job| job.state),
        Some(JobState::Cancelled)
    );
    last.2.recv_timeout(FAILURE).expect("it has its turn");
    assert!(jobs.shutdown(FAILURE));
    assert!(jobs.all().iter().all(|job| job.state == JobState::Cancelled));
    let refused = jobs.start(JobKind::Export, &PathBuf::from("z"), 0, |_| Ok(Made::default()));
    assert_eq!(refused.map_err(|failure| failure.code), Err(Code::Stopped));
}

#[test]
fn too_many_are_refused_and_old_ones_forgotten() {
    let jobs = Jobs::default();
    let all: Vec<_> = (0..RUNNING + WAITING)
        .map(|n| held(&jobs, &n.to_string()))
        .collect();
    let refused = jobs.start(JobKind::Export, &PathBuf::from("z"), 0, |_| Ok(Made::default()));
    assert_eq!(refused.map_err(|failure| failure.code), Err(Code::Limit));
    for (job, ..) in &all {
        jobs.cancel(job.job);
    }
    for n in 0..FINISHED as u32 {
        let quick = jobs.start(JobKind::Import, &PathBuf::from(format!("q{n}")), 0, |_| {
            Ok(Made::default())
        });
        jobs.wait(quick.expect("it starts").job);
    }
    for (job, ..) in &all {
        jobs.wait(job.job);
    }
    assert_eq!(jobs.get(all[RUNNING].0.job), None);
    assert!(jobs.all().len() <= FINISHED);
    assert!(jobs.shutdown(FAILURE));
}

#[test]
fn a_fault_fails_the_job_alone() {
    let jobs = Jobs::default();
    let job = jobs.start(JobKind::Import, &PathBuf::from("a"), 0, |_| panic!("on purpose"));
    let job = jobs.wait(job.expect("it starts").job).expect("it is there");
    assert_eq!(job.state, JobState::Failed);
    assert_eq!(job.failure.map(|failure| failure.code), Some(Code::Tape));
    // A failure while it is not cancelled is a failure, whatever its code.
    let job = jobs.start(JobKind::Import, &PathBuf::from("a"), 0, |_| {
        Err(crate::export::cancelled())
    });
    let job = jobs.wait(job.expect("it starts").job).expect("it is there");
    assert_eq!(job.state, JobState::Failed);
    assert!(jobs.shutdown(FAILURE));
}
