//! Chance that is the same on every machine: streams of the demo server are functions of a seed, so that tests can rely
//! on them and a client that resumes finds what it left.

/// SplitMix64: four lines that give the same numbers on every machine and in every version.
pub struct SplitMix(pub u64);

impl SplitMix {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `first..=last`. The remainder's bias is nothing at these sizes.
    pub fn between(&mut self, first: u64, last: u64) -> u64 {
        first + self.next() % (last - first + 1)
    }

    /// The numbers below `n` in some order (Fisher and Yates).
    pub fn order(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<_> = (0..n).collect();
        for i in (1..n).rev() {
            order.swap(i, self.between(0, i as u64) as usize);
        }
        order
    }
}

/// A number that looks like chance, of these two.
pub fn scatter(seed: u64, at: u64) -> u64 {
    SplitMix(seed ^ at.wrapping_mul(0xd6e8_feb8_6659_fd93)).next()
}

/// Likewise, in 0 to 1. Only sums and products follow from it, which every machine rounds alike.
pub fn unit(seed: u64, at: u64) -> f64 {
    (scatter(seed, at) >> 11) as f64 / (1u64 << 53) as f64
}

/// A seed of a text (FNV-1a).
pub fn seed_of(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_numbers_everywhere() {
        // The reference implementation's, from seed 1234567.
        let mut random = SplitMix(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
        assert_eq!(seed_of(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(seed_of("a"), 0xaf63_dc4c_8601_ec8c);
    }

    #[test]
    fn an_order_has_each_once() {
        let mut order = SplitMix(7).order(30);
        assert_ne!(order, (0..30).collect::<Vec<_>>());
        order.sort_unstable();
        assert_eq!(order, (0..30).collect::<Vec<_>>());
        assert!((0..1000).all(|at| (0.0..1.0).contains(&unit(3, at))));
    }
}
