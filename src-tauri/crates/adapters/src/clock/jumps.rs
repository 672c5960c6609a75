//! The moments at which the wall clock jumps: the machine woke, or somebody set the clock.

use std::time::Duration;

use futures_util::stream::{self, BoxStream, StreamExt as _};

/// Tells of every jump.
///
/// On Linux the kernel does: a timer that is cancelled when the clock is set (`timerfd_create(2)`,
/// `TFD_TIMER_CANCEL_ON_SET`), which waking from sleep does, too. Until then it costs nothing.
#[cfg(target_os = "linux")]
pub fn clock_jumps() -> BoxStream<'static, ()> {
    match cancelled_timer::Timer::new() {
        Ok(timer) => stream::unfold(timer, |timer| async {
            timer.jump().await.ok()?;
            Some(((), timer))
        })
        .chain(stream::pending())
        .boxed(),
        Err(error) => {
            tracing::debug!(%error, "the kernel does not tell when the clock jumps");
            by_comparison()
        }
    }
}

/// Tells of every jump, a quarter of an hour later at most.
#[cfg(not(target_os = "linux"))]
pub fn clock_jumps() -> BoxStream<'static, ()> {
    by_comparison()
}

/// How often the clocks are compared where nobody tells.
const COMPARE_EVERY: Duration = Duration::from_mins(15);
/// What clocks may drift apart in that time.
const TOLERANCE: Duration = Duration::from_secs(30);

/// The wall clock goes on while the machine sleeps, the monotonic one may not.
fn by_comparison() -> BoxStream<'static, ()> {
    stream::unfold((), |()| async {
        loop {
            let (wall, steady) = (jiff::Timestamp::now(), tokio::time::Instant::now());
            tokio::time::sleep(COMPARE_EVERY).await;
            if is_jump(jiff::Timestamp::now().duration_since(wall), steady.elapsed()) {
                return Some(((), ()));
            }
        }
    })
    .boxed()
}

fn is_jump(wall: jiff::SignedDuration, steady: Duration) -> bool {
    Duration::try_from(wall).map_or(true, |wall| wall.abs_diff(steady) > TOLERANCE)
}

#[cfg(target_os = "linux")]
mod cancelled_timer {
    use std::os::fd::OwnedFd;

    use rustix::{
        io::Errno,
        time::{
            Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
            timerfd_settime,
        },
    };
    use tokio::io::unix::AsyncFd;

    pub(super) struct Timer(AsyncFd<OwnedFd>);

    /// The year 2200: it never runs out, it is only cancelled.
    const NEVER: Timespec = Timespec { tv_sec: 7_258_118_400, tv_nsec: 0 };

    impl Timer {
        #[expect(deprecated, reason = "an OwnedFd is what its safe replacement would demand")]
        pub(super) fn new() -> std::io::Result<Self> {
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            let timer = timerfd_create(TimerfdClockId::Realtime, flags)?;
            let timer = Self(AsyncFd::new(timer)?);
            timer.set()?;
            Ok(timer)
        }

        pub(super) async fn jump(&self) -> std::io::Result<()> {
            loop {
                let mut ready = self.0.readable().await?;
                let mut expirations = [0; 8];
                let read =
                    ready.try_io(|timer| Ok(rustix::io::read(timer.get_ref(), &mut expirations)?));
                match read {
                    // Not ready after all.
                    Err(_) => {}
                    Ok(Ok(_)) => return self.set(),
                    Ok(Err(error)) if Errno::from_io_error(&error) == Some(Errno::CANCELED) => {
                        return self.set();
                    }
                    Ok(Err(error)) => return Err(error),
                }
            }
        }

        fn set(&self) -> std::io::Result<()> {
            let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
            let once = Timespec { tv_sec: 0, tv_nsec: 0 };
            let when = Itimerspec { it_interval: once, it_value: NEVER };
            timerfd_settime(self.0.get_ref(), flags, &when)?;
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn a_night_of_sleep_and_a_clock_that_is_set_back_are_jumps() {
        let quarter = Duration::from_mins(15);
        assert!(is_jump(SignedDuration::from_hours(8), quarter));
        assert!(is_jump(SignedDuration::from_hours(-1), quarter));
        assert!(!is_jump(SignedDuration::from_secs(15 * 60 + 2), quarter));
    }

    #[tokio::test]
    async fn a_clock_that_runs_evenly_is_quiet() {
        let mut jumps = clock_jumps();
        let told = tokio::time::timeout(Duration::from_millis(100), jumps.next()).await;
        assert!(told.is_err());
    }
}
