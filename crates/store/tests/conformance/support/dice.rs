//! Chance that is the same each time.

/// Numbers that look random, after a seed.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number from 0 on, below `sides`.
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        // Knuth's MMIX generator; its high bits are the good ones.
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    /// One of these; `None` when there are none.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let place = usize::try_from(self.roll(items.len().max(1) as u64)).unwrap();
        items.get(place)
    }
}
