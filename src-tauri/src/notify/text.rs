//! What a notification says and offers.

use phoenix_engine::controller::{Aim, Notice};
use phoenix_plan::{
    receipt::{Outcome, Receipt},
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
    match notice {
        Notice::UpdateAvailable { service, from, to } => Some(available(service, from, to, words)),
        Notice::Ended(receipt) => ended(receipt, words),
        Notice::ConsentNeeded { service, aim } => {
            let page = Response::Open(plan_page(service, aim));
            Some(simple(("notice.consent", words), service, "", page, Urgency::Normal))
        }
        Notice::Trouble { service, message } => {
            let page = service_page(service);
            Some(simple(("notice.attention", words), service, message, page, Urgency::Critical))
        }
        Notice::QuitsAfter { service } => {
            let page = service_page(service);
            Some(simple(("notice.quitting", words), service, "", page, Urgency::Normal))
        }
    }
}

/// Title and body of one key, and a button that leads to a page.
fn simple(
    (key, words): (&str, Words),
    service: &ServiceId,
    reason: &str,
    page: Response,
    urgency: Urgency,
) -> Announcement {
    let name = service.to_string();
    let parameters: &[(&str, &str)] = &[("name", &name), ("reason", reason)];
    Announcement {
        title: words.fill(&format!("{key}.title"), parameters),
        body: words.fill(&format!("{key}.body"), parameters),
        buttons: vec![button(words, "notice.button.show", page.clone())],
        otherwise: page,
        urgency,
    }
}

fn available(service: &ServiceId, from: &str, to: &str, words: Words) -> Announcement {
    let name = service.to_string();
    let begin = Response::Begin(service.clone(), Aim::Update(None));
    Announcement {
        title: words.fill("notice.update.title", &[("name", &name), ("version", to)]),
        body: words.fill("notice.update.body", &[("from", from)]),
        otherwise: service_page(service),
        buttons: vec![
            button(words, "notice.button.update", begin),
            button(words, "notice.button.later", Response::Later(service.clone())),
            button(words, "notice.button.skip", Response::Skip(service.clone())),
        ],
        urgency: Urgency::Normal,
    }
}

fn ended(receipt: &Receipt, words: Words) -> Option<Announcement> {
    let key = match (receipt.outcome, receipt.purpose) {
        (Outcome::Unchanged, _) => return None,
        (Outcome::Updated, Purpose::Update) => "notice.updated",
        (Outcome::Updated, Purpose::Rollback) => "notice.went_back",
        (Outcome::Updated, Purpose::Adopt) => "notice.adopted",
        (Outcome::Updated, Purpose::Release) => "notice.released",
        (Outcome::RolledBack, _) => "notice.rolled_back",
        (Outcome::Failed, _) => "notice.failed",
        (Outcome::Held, _) => "notice.held",
        (Outcome::Stuck, _) => "notice.attention",
    };
    let body = match receipt.outcome {
        Outcome::Updated => format!("{key}.{}", numbers(receipt)),
        Outcome::Unchanged
        | Outcome::RolledBack
        | Outcome::Failed
        | Outcome::Held
        | Outcome::Stuck => format!("{key}.body"),
    };
    let said = |key: &str| fill(receipt, key, words);
    let page = page_of(receipt);
    let mut buttons = vec![button(words, "notice.button.show", page.clone())];
    if (receipt.outcome, receipt.purpose) == (Outcome::Updated, Purpose::Update) {
        let back = Response::Begin(receipt.service.clone(), Aim::Rollback(None));
        buttons.push(button(words, "notice.button.roll_back", back));
    }
    let urgency = match receipt.outcome {
        Outcome::RolledBack | Outcome::Failed | Outcome::Stuck => Urgency::Critical,
        Outcome::Updated | Outcome::Unchanged | Outcome::Held => Urgency::Normal,
    };
    let title = said(&format!("{key}.title"));
    Some(Announcement { title, body: said(&body), otherwise: page, buttons, urgency })
}

fn fill(receipt: &Receipt, key: &str, words: Words) -> String {
    let requests = receipt.requests;
    let pause = requests.longest_stall_ms.max(receipt.probe.longest_gap_ms);
    words.fill(
        key,
        &[
            ("name", &receipt.service.to_string()),
            ("version", &receipt.to.name()),
            ("from", &receipt.from.name()),
            ("reason", &receipt.reason),
            ("requests", &words.number(requests.total)),
            ("failed", &words.number(requests.failed)),
            ("pause", &format!("{} ms", words.number(pause))),
        ],
    )
}

/// What clients noticed.
const fn numbers(receipt: &Receipt) -> &'static str {
    match (receipt.requests.total, receipt.requests.failed) {
        (0, _) => "body_quiet",
        (_, 0) => "body",
        (_, _) => "body_failed",
    }
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
