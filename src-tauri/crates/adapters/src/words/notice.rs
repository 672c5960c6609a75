//! What a notice says, wherever it is said: on the desktop, in a mail, in a chat.

use phoenix_engine::controller::Notice;
use phoenix_plan::{
    receipt::{Ending, Receipt},
    service::ServiceId,
    step::Purpose,
};

use super::{Words, sentence};

/// A notice in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The headline.
    pub title: String,
    /// One or two sentences.
    pub body: String,
}

/// A notice in words; `None` where nothing is to be said.
pub fn said(notice: &Notice, words: Words) -> Option<Said> {
    match notice {
        Notice::UpdateAvailable { service, from, to, .. } => {
            let service = service.to_string();
            let parameters: &[_] = &[("name", &*service), ("version", to), ("from", from)];
            Some(both("notice.update", parameters, words))
        }
        Notice::Ended(receipt) => ended(receipt, words),
        Notice::ConsentNeeded { service, .. } => Some(simple("notice.consent", service, "", words)),
        Notice::Trouble { service, message } => {
            Some(simple("notice.attention", service, message, words))
        }
        Notice::OtherUpdater(updater) => {
            let (program, container) = (updater.program.name(), updater.container.as_str());
            let parameters: &[_] = &[("program", program), ("container", container)];
            Some(both("notice.other_updater", parameters, words))
        }
        Notice::QuitsAfter { service } => Some(simple("notice.quitting", service, "", words)),
    }
}

fn simple(key: &str, service: &ServiceId, reason: &str, words: Words) -> Said {
    both(key, &[("name", &service.to_string()), ("reason", reason)], words)
}

fn both(key: &str, parameters: &[(&str, &str)], words: Words) -> Said {
    Said {
        title: words.fill(&format!("{key}.title"), parameters),
        body: words.fill(&format!("{key}.body"), parameters),
    }
}

fn ended(receipt: &Receipt, words: Words) -> Option<Said> {
    let ending = receipt.ending();
    let key = match (ending, receipt.purpose) {
        (Ending::Unchanged, _) => return None,
        (Ending::Updated, Purpose::Update) => "notice.updated",
        (Ending::Updated, Purpose::Rollback) => "notice.went_back",
        (Ending::Updated, Purpose::Adopt) => "notice.adopted",
        (Ending::Updated, Purpose::Release) => "notice.released",
        (Ending::Cancelled, _) => "notice.cancelled",
        (Ending::TakenBack, _) => "notice.taken_back",
        (Ending::RolledBack, _) => "notice.rolled_back",
        (Ending::Failed, _) => "notice.failed",
        (Ending::Held, _) => "notice.held",
        (Ending::Stuck, _) => "notice.attention",
    };
    let body = if ending == Ending::Updated { numbers(receipt) } else { "body" };
    let body = format!("{key}.{body}");
    let title = fill(receipt, &format!("{key}.title"), words);
    Some(Said { title, body: fill(receipt, &body, words) })
}

fn fill(receipt: &Receipt, key: &str, words: Words) -> String {
    let requests = receipt.requests;
    let reason = sentence::reason(&receipt.reason, receipt.why.as_ref()).in_words(words);
    let pause = requests.longest_stall_ms.max(receipt.probe.longest_gap_ms);
    words.fill(
        key,
        &[
            ("name", &receipt.service.to_string()),
            ("version", &receipt.to.name()),
            ("from", &receipt.from.name()),
            ("reason", &reason),
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
