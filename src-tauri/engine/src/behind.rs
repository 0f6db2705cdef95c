//! Threads that work behind what a person looks at.

/// Lets the window's own threads go before the thread that calls this, where they want the same core: a flood then costs
/// the line some of its speed and not the window its frames. On Linux, where a nice value is a thread's own; elsewhere
/// it does nothing. A system that refuses is no trouble.
pub fn step_back() {
    /// A third of the share of a thread that has not stepped back (sched(7)): enough to be let go first, and far from
    /// starving where others are busy for long.
    #[cfg(target_os = "linux")]
    const NICE: i32 = 5;
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, NICE);
}
