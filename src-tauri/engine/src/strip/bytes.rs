//! The tape strip's counts as bytes, as a tape keeps them: a version, then numbers of seven bits a byte. What is read
//! may come from anyone's file, and is refused where it could not have been written here.

use std::collections::VecDeque;

use super::{BINS, BREAKS, FIRST_BIN_US, Strips};
use crate::contract::{Bin, Break, Code};

const VERSION: u8 = 1;
/// A session of 65,536 steps of this width is longer than the clock.
const WIDEST_US: u64 = FIRST_BIN_US << 36;
/// By their place: codes may be added at the end.
const CODES: [Code; 16] = [
    Code::Eof,
    Code::Reset,
    Code::Timeout,
    Code::Idle,
    Code::Refused,
    Code::Dns,
    Code::Tls,
    Code::Status,
    Code::ContentType,
    Code::Redirect,
    Code::Limit,
    Code::Url,
    Code::Encoding,
    Code::Stopped,
    Code::Tape,
    Code::Filter,
];

impl Strips {
    /// As bytes: some eight for each step that holds events.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        let mut put = |number| write(&mut bytes, number);
        for number in [self.start_us, self.bin_us, self.last_pos, self.bins.len() as u64] {
            put(number);
        }
        let (mut at, mut pos) = (0, 0);
        for bin in &self.bins {
            put(u64::from(bin.at - at));
            put(bin.pos - pos);
            put(u64::from(bin.count));
            put(u64::from(bin.size) << 1 | u64::from(bin.named));
            (at, pos) = (bin.at, bin.pos);
        }
        put(self.breaks.len() as u64);
        for gap in &self.breaks {
            put(gap.from_us);
            put(CODES.iter().position(|code| *code == gap.code).unwrap_or(0) as u64);
            // None is 0, and a number one more than it is.
            for number in [gap.to_us, gap.lost, gap.repeated] {
                put(number.map_or(0, |number| number.saturating_add(1)));
            }
        }
        bytes
    }

    /// What [`Strips::to_bytes`] wrote; none where it did not, or where a later version did.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&VERSION, mut rest) = bytes.split_first()? else {
            return None;
        };
        let mut take = || read(&mut rest);
        let (start_us, bin_us, last_pos, count) = (take()?, take()?, take()?, take()?);
        let is_width = bin_us.is_power_of_two() && (FIRST_BIN_US..=WIDEST_US).contains(&bin_us);
        // Their sum is computed with.
        let fits = start_us.checked_add(bin_us.checked_mul(BINS)?).is_some();
        if !is_width || !fits || count > BINS || last_pos == u64::MAX {
            return None;
        }
        // Each bin was at least four bytes: nothing is kept free for bins that are not there.
        let mut bins: Vec<Bin> = Vec::new();
        for no in 0..count {
            let (after_at, after_pos, count, size) = (take()?, take()?, take()?, take()?);
            let (at, pos) = match bins.last() {
                Some(last) if after_at > 0 && after_pos > 0 => (
                    u64::from(last.at).checked_add(after_at)?,
                    last.pos.checked_add(after_pos)?,
                ),
                None if no == 0 => (after_at, after_pos),
                _ => return None,
            };
            if at >= BINS || pos > last_pos || count == 0 {
                return None;
            }
            bins.push(Bin {
                at: u32::try_from(at).ok()?,
                pos,
                count: u32::try_from(count).ok()?,
                size: u32::try_from(size >> 1).ok()?,
                named: size & 1 == 1,
            });
        }
        let count = take()?;
        if count > BREAKS as u64 {
            return None;
        }
        let mut breaks = VecDeque::new();
        for _ in 0..count {
            let from_us = take()?;
            let code = *CODES.get(usize::try_from(take()?).ok()?)?;
            let (to_us, lost, repeated) = (take()?, take()?, take()?);
            breaks.push_back(Break {
                from_us,
                to_us: to_us.checked_sub(1),
                code,
                lost: lost.checked_sub(1),
                repeated: repeated.checked_sub(1),
            });
        }
        rest.is_empty().then_some(Self {
            start_us,
            bin_us,
            bins,
            breaks,
            last_pos,
        })
    }
}

fn write(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push((number as u8 & 0x7f) | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn read(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let part = u64::from(byte & 0x7f);
        // The tenth byte has room for one bit.
        if shift == 63 && part > 1 {
            return None;
        }
        number |= part << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}
