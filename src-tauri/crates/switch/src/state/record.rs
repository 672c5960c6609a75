//! What is remembered, and how each command changes it. No clock, no files.

use serde::{Deserialize, Serialize};

use crate::protocol::{Confirmation, ErrorCode, Failure, Route};

/// Version of the file's shape.
pub(crate) const VERSION: u32 = 1;

/// Everything the switch remembers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    /// [`VERSION`].
    pub(crate) version: u32,
    /// Grows by one with each durable change.
    pub(crate) revision: u64,
    /// The route in force.
    pub(crate) route: Route,
    /// The commit that waits for its confirmation.
    pub(crate) unconfirmed: Option<Pending>,
    /// The revision confirmed last, so that a repeated confirmation is no error.
    pub(crate) confirmed: Option<u64>,
}

/// A commit that waits for its confirmation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pending {
    /// The terms.
    pub(crate) confirmation: Confirmation,
    /// The route to go back to.
    pub(crate) previous: Route,
}

/// What a command does to the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// It asks for what is already so.
    Nothing,
    /// This is to be stored, then to take force.
    To(Record),
}

impl Default for Record {
    fn default() -> Self {
        Self {
            version: VERSION,
            revision: 0,
            route: Route::default(),
            unconfirmed: None,
            confirmed: None,
        }
    }
}

impl Record {
    /// A new route. A commit on top of an unconfirmed one keeps the last confirmed route to go
    /// back to.
    ///
    /// # Errors
    /// [`ErrorCode::BadRoute`], [`ErrorCode::StaleRevision`].
    pub(crate) fn commit(
        &self,
        route: Route,
        confirm: Option<Confirmation>,
        expect_revision: Option<u64>,
    ) -> Result<Change, Failure> {
        check(&route)?;
        if let Some(expected) = expect_revision.filter(|expected| *expected != self.revision) {
            return Err(Failure {
                code: ErrorCode::StaleRevision,
                message: format!(
                    "the route is at revision {}, not {expected}; nothing was changed: read the \
                     status and decide again",
                    self.revision
                ),
            });
        }
        let in_force = self.unconfirmed.as_ref().map(|pending| pending.confirmation);
        if route == self.route && confirm == in_force {
            return Ok(Change::Nothing);
        }
        let previous = self.unconfirmed.as_ref().map_or(&self.route, |pending| &pending.previous);
        let unconfirmed =
            confirm.map(|confirmation| Pending { confirmation, previous: previous.clone() });
        Ok(Change::To(Self { route, unconfirmed, ..self.next() }))
    }

    /// The route in force is good.
    ///
    /// # Errors
    /// [`ErrorCode::NothingUnconfirmed`], [`ErrorCode::StaleRevision`].
    pub(crate) fn confirm(&self, revision: u64) -> Result<Change, Failure> {
        if self.unconfirmed.is_none() && self.confirmed == Some(revision) {
            return Ok(Change::Nothing);
        }
        if self.unconfirmed.is_none() {
            return Err(nothing_unconfirmed());
        }
        if revision != self.revision {
            return Err(Failure {
                code: ErrorCode::StaleRevision,
                message: format!(
                    "revision {} waits for its confirmation, not {revision}; nothing was changed",
                    self.revision
                ),
            });
        }
        Ok(Change::To(Self { unconfirmed: None, confirmed: Some(revision), ..self.next() }))
    }

    /// Back to the route before.
    ///
    /// # Errors
    /// [`ErrorCode::NothingUnconfirmed`].
    pub(crate) fn revert(&self) -> Result<Change, Failure> {
        let pending = self.unconfirmed.as_ref().ok_or_else(nothing_unconfirmed)?;
        Ok(Change::To(Self { route: pending.previous.clone(), unconfirmed: None, ..self.next() }))
    }

    /// Time is up, and the route stays.
    pub(crate) fn keep(&self) -> Change {
        Change::To(Self { unconfirmed: None, ..self.next() })
    }

    fn next(&self) -> Self {
        Self { revision: self.revision + 1, ..self.clone() }
    }
}

/// # Errors
/// [`ErrorCode::BadRoute`].
pub(crate) fn check(route: &Route) -> Result<(), Failure> {
    let bad = |message: String| Err(Failure { code: ErrorCode::BadRoute, message });
    for (index, backend) in route.backends.iter().enumerate() {
        let name = &backend.generation;
        if name.is_empty() {
            return bad("a backend has no generation; the old route stays".into());
        }
        if backend.hosts.is_empty() || backend.hosts.iter().any(String::is_empty) {
            return bad(format!("generation {name} has no host; the old route stays"));
        }
        if route.backends[..index].iter().any(|other| other.generation == *name) {
            return bad(format!("generation {name} is named twice; the old route stays"));
        }
    }
    Ok(())
}

fn nothing_unconfirmed() -> Failure {
    Failure {
        code: ErrorCode::NothingUnconfirmed,
        message: "no commit waits for a confirmation; the route stays".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Backend, OnTimeout};

    const TERMS: Confirmation = Confirmation { within_ms: 100, otherwise: OnTimeout::Revert };

    fn route(name: &str) -> Route {
        Route { backends: vec![Backend { generation: name.into(), hosts: vec![name.into()] }] }
    }

    fn changed(change: Result<Change, Failure>) -> Record {
        match change.unwrap() {
            Change::To(record) => record,
            Change::Nothing => panic!("nothing changed"),
        }
    }

    fn on(name: &str) -> Record {
        changed(Record::default().commit(route(name), None, None))
    }

    #[test]
    fn every_change_grows_the_revision_by_one() {
        let pending = changed(on("a").commit(route("b"), Some(TERMS), Some(1)));
        let confirmed = changed(pending.confirm(2));
        assert_eq!((pending.revision, confirmed.revision), (2, 3));
    }

    #[test]
    fn a_commit_that_expects_another_revision_is_refused() {
        let refused = on("a").commit(route("b"), None, Some(7)).unwrap_err();
        assert_eq!(refused.code, ErrorCode::StaleRevision);
    }

    #[test]
    fn a_repeated_commit_changes_nothing() {
        let pending = changed(on("a").commit(route("b"), Some(TERMS), None));
        assert_eq!(pending.commit(route("b"), Some(TERMS), None), Ok(Change::Nothing));
    }

    #[test]
    fn a_repeated_confirmation_is_no_error() {
        let pending = changed(on("a").commit(route("b"), Some(TERMS), None));
        let confirmed = changed(pending.confirm(2));
        assert_eq!(confirmed.confirm(2), Ok(Change::Nothing));
    }

    #[test]
    fn a_confirmation_of_another_revision_is_refused() {
        let pending = changed(on("a").commit(route("b"), Some(TERMS), None));
        assert_eq!(pending.confirm(1).unwrap_err().code, ErrorCode::StaleRevision);
    }

    #[test]
    fn a_revert_goes_back_past_every_unconfirmed_commit() {
        let first = changed(on("a").commit(route("b"), Some(TERMS), None));
        let second = changed(first.commit(route("c"), Some(TERMS), None));
        assert_eq!(changed(second.revert()).route, route("a"));
    }

    #[test]
    fn a_commit_without_terms_needs_no_confirmation() {
        let pending = changed(on("a").commit(route("b"), Some(TERMS), None));
        let settled = changed(pending.commit(route("b"), None, None));
        assert_eq!(settled.revert().unwrap_err().code, ErrorCode::NothingUnconfirmed);
    }

    #[test]
    fn a_route_that_names_a_generation_twice_is_refused() {
        let twice = Route { backends: [route("a").backends, route("a").backends].concat() };
        let refused = Record::default().commit(twice, None, None).unwrap_err();
        assert_eq!(refused.code, ErrorCode::BadRoute);
    }

    #[test]
    fn a_backend_without_a_host_is_refused() {
        let bare = Route { backends: vec![Backend { generation: "a".into(), hosts: Vec::new() }] };
        assert_eq!(
            Record::default().commit(bare, None, None).unwrap_err().code,
            ErrorCode::BadRoute
        );
    }
}
