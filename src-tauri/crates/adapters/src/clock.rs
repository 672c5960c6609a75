//! Time and chance of the real world.

mod jumps;

use jiff::Timestamp;
use phoenix_engine::ports::Clock;

pub use jumps::clock_jumps;

/// The machine's wall clock and random numbers.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn fresh_id(&self) -> String {
        format!("{:08x}", rand::random::<u32>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_id_is_eight_lower_case_hexadecimal_digits_and_another_each_time() {
        let (one, other) = (SystemClock.fresh_id(), SystemClock.fresh_id());
        assert!(one.len() == 8 && one.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f')), "{one}");
        assert_ne!(one, other);
    }
}
