//! Consent without a terminal.

use std::sync::{Mutex, PoisonError};

use phoenix_plan::step::Plan;

use crate::operate::Consent;

/// How far a person has agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Agreement {
    /// To nothing: the plan is only to be shown.
    ShowOnly,
    /// To whatever clients do not notice, and only to one release where there is one.
    Unnoticed { only: Option<String> },
    /// Also to what clients notice, but only to one release where there is one.
    Noticed { only: Option<String> },
    /// To the plan that was shown.
    Given,
}

/// Agrees as far as a person did, and keeps the plan.
pub(super) struct Remembering {
    agreement: Agreement,
    plan: Mutex<Option<Plan>>,
    tell: Box<dyn Fn(&Plan) + Send + Sync>,
}

impl Remembering {
    pub(super) fn new(agreement: Agreement, tell: impl Fn(&Plan) + Send + Sync + 'static) -> Self {
        Self { agreement, plan: Mutex::new(None), tell: Box::new(tell) }
    }

    /// Whether the plan leads to another release than the one that was agreed to.
    pub(super) fn was_superseded(&self) -> bool {
        let plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        plan.as_ref().is_some_and(|plan| self.is_another(plan))
    }

    fn is_another(&self, plan: &Plan) -> bool {
        match &self.agreement {
            Agreement::Unnoticed { only: Some(release) }
            | Agreement::Noticed { only: Some(release) } => {
                let to = [plan.to.digest.as_ref(), plan.to.image_id.as_ref()];
                !to.into_iter().flatten().any(|it| it == release)
            }
            Agreement::Unnoticed { only: None }
            | Agreement::Noticed { only: None }
            | Agreement::ShowOnly
            | Agreement::Given => false,
        }
    }

    pub(super) fn into_plan(self) -> Option<Plan> {
        self.plan.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Consent for Remembering {
    fn agrees(&self, plan: &Plan) -> bool {
        let agrees = match &self.agreement {
            Agreement::ShowOnly => false,
            Agreement::Unnoticed { .. } => !plan.stall.is_noticed() && !self.is_another(plan),
            Agreement::Noticed { .. } => !self.is_another(plan),
            Agreement::Given => true,
        };
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = Some(plan.clone());
        if agrees {
            (self.tell)(plan);
        }
        agrees
    }
}
