//! The sizes of what the window shows.

use crate::ipc::view::ZoomStep;

/// The sizes that one key press leads through, in percent.
const STEPS: [u32; 9] = [50, 75, 100, 125, 150, 175, 200, 250, 300];

/// The next size from this one, both in percent; the last one stays.
pub fn zoomed(percent: u32, step: ZoomStep) -> u32 {
    let next = match step {
        ZoomStep::In => STEPS.into_iter().find(|size| *size > percent),
        ZoomStep::Out => STEPS.into_iter().rev().find(|size| *size < percent),
        ZoomStep::Reset => Some(100),
    };
    next.unwrap_or(percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_press_is_a_step_and_the_last_one_stays() {
        assert_eq!([100, 110, 200, 300].map(|at| zoomed(at, ZoomStep::In)), [125, 125, 250, 300]);
        assert_eq!([100, 110, 75, 50].map(|at| zoomed(at, ZoomStep::Out)), [75, 100, 50, 50]);
        assert_eq!(zoomed(250, ZoomStep::Reset), 100);
    }
}
