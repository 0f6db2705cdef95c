//! Whether the machine has slept, and whether a road to the network is there: what makes a wait for the next
//! attempt pointless. Looked at once a second while a line is up or waited for; nothing is sent.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::time::Duration;

use crate::session::now_us;

/// How often it is looked at.
pub const LOOK: Duration = Duration::from_secs(1);
/// Between two looks the wall clock moves by about [`LOOK`]. When it moves by this much more, the machine was
/// asleep. A clock that was set forward reads the same: it costs one early attempt, or a line that stays silent for
/// [`GRACE`] after it.
const ASLEEP_US: u64 = 8_000_000;
/// How long a line that was up when the machine fell asleep may be silent before it is taken for dead: its
/// server may have given it up meanwhile, and nobody would tell.
pub const GRACE: Duration = Duration::from_secs(5);

/// What can be seen of the machine.
pub trait Surroundings: Send + Sync {
    /// The wall clock, microseconds since the Unix epoch.
    fn wall_us(&self) -> u64;
    /// The own address from which the network can be reached; none where it cannot.
    fn road(&self) -> Option<IpAddr>;
}

/// The machine this program runs on.
#[derive(Debug, Default)]
pub struct Machine;

impl Surroundings for Machine {
    fn wall_us(&self) -> u64 {
        now_us()
    }

    /// Connecting a UDP socket sends nothing; the system only picks the route, by its own tables. The addresses
    /// are those for documentation (RFC 5737, RFC 3849), which no network has for itself.
    fn road(&self) -> Option<IpAddr> {
        let by = |own: IpAddr, there: IpAddr| {
            let socket = UdpSocket::bind((own, 0)).ok()?;
            socket.connect((there, 9)).ok()?;
            socket.local_addr().ok().map(|address| address.ip())
        };
        by(Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::new(192, 0, 2, 1).into()).or_else(|| {
            let there = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
            by(Ipv6Addr::UNSPECIFIED.into(), there.into())
        })
    }
}

/// What changed between two looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The machine slept.
    Woke,
    /// The network is there again, or is another one.
    Back,
}

/// The look before.
#[derive(Debug)]
pub struct Watch {
    wall_us: u64,
    road: Option<IpAddr>,
}

impl Watch {
    /// Looks for the first time.
    pub fn new(around: &dyn Surroundings) -> Self {
        Self {
            wall_us: around.wall_us(),
            road: around.road(),
        }
    }

    /// Looks again, [`LOOK`] later.
    pub fn look(&mut self, around: &dyn Surroundings) -> Option<Change> {
        let (wall_us, road) = (around.wall_us(), around.road());
        let passed = wall_us.saturating_sub(std::mem::replace(&mut self.wall_us, wall_us));
        let before = std::mem::replace(&mut self.road, road);
        if passed >= ASLEEP_US {
            Some(Change::Woke)
        } else if road.is_some() && road != before {
            Some(Change::Back)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parking_lot::Mutex;

    struct Told(Mutex<(u64, Option<IpAddr>)>);

    impl Surroundings for Told {
        fn wall_us(&self) -> u64 {
            self.0.lock().0
        }

        fn road(&self) -> Option<IpAddr> {
            self.0.lock().1
        }
    }

    #[test]
    fn tells_sleep_and_a_network_that_came_back() {
        let home: IpAddr = Ipv4Addr::new(192, 168, 1, 7).into();
        let cafe: IpAddr = Ipv4Addr::new(10, 0, 0, 3).into();
        let around = Told(Mutex::new((0, Some(home))));
        let mut watch = Watch::new(&around);
        let mut after = |seconds: u64, road: Option<IpAddr>| {
            let mut told = around.0.lock();
            *told = (told.0 + seconds * 1_000_000, road);
            drop(told);
            watch.look(&around)
        };
        assert_eq!(after(1, Some(home)), None);
        assert_eq!(after(2, None), None);
        assert_eq!(after(1, None), None);
        assert_eq!(after(1, Some(home)), Some(Change::Back));
        assert_eq!(after(1, Some(cafe)), Some(Change::Back));
        assert_eq!(after(3_600, Some(cafe)), Some(Change::Woke));
        assert_eq!(after(1, Some(cafe)), None);
    }

    #[test]
    fn looking_at_this_machine_sends_nothing_and_does_not_fail() {
        let mut watch = Watch::new(&Machine);
        assert_eq!(watch.look(&Machine), None);
    }
}
