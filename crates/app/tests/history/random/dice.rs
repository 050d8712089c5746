//! A generator of numbers that is the same on every run.

pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        // Xorshift never leaves zero.
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number from 0 to one below `sides`.
    pub(crate) fn roll(&mut self, sides: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from(self.0 >> 1).expect("63 bits fit") % sides
    }

    /// The place of something in a list that is not empty.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        let sides = i64::try_from(length).expect("a small number");
        usize::try_from(self.roll(sides)).expect("a small number")
    }

    /// One of these.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.index(from.len())]
    }

    /// Yes, once in so many times.
    pub(crate) fn once_in(&mut self, times: i64) -> bool {
        self.roll(times) == 0
    }
}
