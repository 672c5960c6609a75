//! Consent without a terminal.

use std::sync::{Mutex, PoisonError};

use phoenix_plan::step::Plan;

use crate::operate::Consent;

/// How far a person has agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agreement {
    /// To nothing: the plan is only to be shown.
    ShowOnly,
    /// To whatever clients do not notice.
    Unnoticed,
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

    pub(super) fn into_plan(self) -> Option<Plan> {
        self.plan.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Consent for Remembering {
    fn agrees(&self, plan: &Plan) -> bool {
        let agrees = match self.agreement {
            Agreement::ShowOnly => false,
            Agreement::Unnoticed => !plan.stall.is_noticed(),
            Agreement::Given => true,
        };
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = Some(plan.clone());
        if agrees {
            (self.tell)(plan);
        }
        agrees
    }
}
