//! A question that is not answered once says nothing about the release.

use std::time::Duration;

use tokio::time::Instant;

use super::StepError;

/// How long questions may go unanswered in a row.
const AT_MOST: Duration = Duration::from_secs(10);
/// Pause after an unanswered question.
const PAUSE: Duration = Duration::from_millis(200);

/// Bears with an engine or a switch that does not answer for a moment.
#[derive(Default)]
pub(super) struct Patience(Option<Instant>);

impl Patience {
    /// The answer; `None` after an error that may pass, and a pause.
    pub(super) async fn bear<T>(
        &mut self,
        result: Result<T, StepError>,
    ) -> Result<Option<T>, StepError> {
        match result {
            Ok(answer) => {
                self.0 = None;
                Ok(Some(answer))
            }
            Err(error) => {
                let since = *self.0.get_or_insert_with(Instant::now);
                if !error.may_pass() || since.elapsed() >= AT_MOST {
                    return Err(error);
                }
                tokio::time::sleep(PAUSE).await;
                Ok(None)
            }
        }
    }
}
