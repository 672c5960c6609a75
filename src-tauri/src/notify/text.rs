//! What a notification says and offers.

use phoenix_adapters::words::{Said, said};
use phoenix_engine::controller::{Aim, Notice};
use phoenix_plan::{
    receipt::{Ending, Outcome, Receipt},
    service::ServiceId,
    step::Purpose,
};

use super::Response;
use crate::{
    ipc::view::{self, Page},
    words::Words,
};

/// A notification, ready to be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Announcement {
    /// The headline.
    pub title: String,
    /// One or two sentences.
    pub body: String,
    /// Pressing it anywhere else than on a button.
    pub otherwise: Response,
    /// Its buttons, at most three: some desktops show no more.
    pub buttons: Vec<Button>,
    /// How much it may disturb.
    pub urgency: Urgency,
}

/// A button.
#[derive(Debug, Clone, PartialEq)]
pub struct Button {
    /// What it says.
    pub text: String,
    /// What it does.
    pub response: Response,
}

/// How much a notification may disturb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// Good to know.
    Normal,
    /// Stays until it is read.
    Critical,
}

/// What to show for a notice; `None` where nothing is to be shown.
pub fn announcement(notice: &Notice, words: Words) -> Option<Announcement> {
    let Said { title, body } = said(notice, words)?;
    let (otherwise, urgency) = match notice {
        Notice::UpdateAvailable { service, .. } | Notice::QuitsAfter { service } => {
            (service_page(service), Urgency::Normal)
        }
        Notice::Ended(receipt) => (page_of(receipt), urgency_of(receipt.ending())),
        Notice::ConsentNeeded { service, aim } => {
            (Response::Open(plan_page(service, aim)), Urgency::Normal)
        }
        Notice::Trouble { service, .. } => (service_page(service), Urgency::Critical),
        Notice::OtherUpdater(_) => (Response::Open(Page::Services), Urgency::Normal),
    };
    let buttons = buttons(notice, &otherwise, words);
    Some(Announcement { title, body, otherwise, buttons, urgency })
}

fn buttons(notice: &Notice, page: &Response, words: Words) -> Vec<Button> {
    let show = button(words, "notice.button.show", page.clone());
    match notice {
        Notice::UpdateAvailable { service, tag, .. } => {
            let begin = Response::Begin(service.clone(), Aim::Update(tag.clone()));
            vec![
                button(words, "notice.button.update", begin),
                button(words, "notice.button.later", Response::Later(service.clone())),
                button(words, "notice.button.skip", Response::Skip(service.clone())),
            ]
        }
        Notice::Ended(receipt)
            if (receipt.ending(), receipt.purpose) == (Ending::Updated, Purpose::Update) =>
        {
            let back = Response::Begin(receipt.service.clone(), Aim::Rollback(None));
            vec![show, button(words, "notice.button.roll_back", back)]
        }
        Notice::Ended(_)
        | Notice::ConsentNeeded { .. }
        | Notice::Trouble { .. }
        | Notice::OtherUpdater(_)
        | Notice::QuitsAfter { .. } => vec![show],
    }
}

const fn urgency_of(ending: Ending) -> Urgency {
    if ending.went_wrong() { Urgency::Critical } else { Urgency::Normal }
}

fn page_of(receipt: &Receipt) -> Response {
    match receipt.outcome {
        Outcome::Held | Outcome::Unchanged => service_page(&receipt.service),
        Outcome::Updated | Outcome::RolledBack | Outcome::Failed | Outcome::Stuck => {
            Response::Open(Page::Receipt {
                service: receipt.service.to_string(),
                receipt: receipt.id.to_string(),
            })
        }
    }
}

fn button(words: Words, key: &str, response: Response) -> Button {
    Button { text: words.say(key), response }
}

fn service_page(service: &ServiceId) -> Response {
    Response::Open(Page::Service { service: service.to_string() })
}

fn plan_page(service: &ServiceId, aim: &Aim) -> Page {
    Page::Plan { service: service.to_string(), aim: view::Aim::from(aim) }
}

#[cfg(test)]
mod tests;
