//! Whether a message is worth another try, and when: a decision over plain data.

use std::time::Duration;

use super::SendError;

/// Tries of one message in all.
pub(super) const TRIES: usize = 5;
/// The waits between them.
const WAITS: [Duration; TRIES - 1] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_mins(2),
    Duration::from_mins(10),
];
/// A server that asks for more time than this does not get the message.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// What is done after a try that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Try again after this time.
    After(Duration),
    /// It was the last.
    GiveUp,
}

/// Decides after `tries` tries, the last of which ended with `error`.
pub(super) fn next(tries: usize, error: &SendError) -> Next {
    let Some(own) = tries.checked_sub(1).and_then(|index| WAITS.get(index)) else {
        return Next::GiveUp;
    };
    match error {
        SendError::Unreachable { .. }
        | SendError::TimedOut { .. }
        | SendError::Busy { wait: None, .. } => Next::After(*own),
        SendError::Busy { wait: Some(wait), .. } if *wait <= LONGEST_WAIT => {
            // Asked for zero seconds, the next try would come at once, and all tries be used up.
            Next::After((*wait).max(Duration::from_secs(1)))
        }
        SendError::Busy { .. }
        | SendError::Secret(_)
        | SendError::Setting(_)
        | SendError::Refused { .. }
        | SendError::Strange { .. } => Next::GiveUp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn busy(wait: Option<Duration>) -> SendError {
        SendError::Busy { host: "chat.example".to_owned(), said: "slow down".to_owned(), wait }
    }

    #[test]
    fn waits_grow_and_end() {
        let away = SendError::TimedOut { host: "chat.example".to_owned() };
        let waits: Vec<_> = (1..=TRIES).map(|tries| next(tries, &away)).collect();
        assert!(waits.windows(2).take(TRIES - 2).all(|pair| match (pair[0], pair[1]) {
            (Next::After(first), Next::After(second)) => first < second,
            _ => false,
        }));
        assert_eq!(waits.last(), Some(&Next::GiveUp));
    }

    #[test]
    fn a_stated_wait_is_obeyed() {
        assert_eq!(
            next(1, &busy(Some(Duration::from_secs(77)))),
            Next::After(Duration::from_secs(77))
        );
    }

    #[test]
    fn a_wait_of_more_than_an_hour_is_not_waited() {
        assert_eq!(next(1, &busy(Some(Duration::from_hours(2)))), Next::GiveUp);
    }

    #[test]
    fn a_refusal_is_final() {
        let refused =
            SendError::Refused { host: "mail.example".to_owned(), said: "535".to_owned() };
        assert_eq!(next(1, &refused), Next::GiveUp);
    }
}
