//! From what a client sent to what may be sent on.

use std::sync::Arc;

use http::header::{EXPECT, UPGRADE};
use http::{HeaderValue, Method, Request, StatusCode, Version, request};
use hyper::body::{Body, Incoming};
use hyper::upgrade::OnUpgrade;
use tokio::sync::Notify;

use super::headers::{self, Malformed, Upgrade};
use super::upload::{Progress, RequestBody};

/// A request that may be sent on.
#[derive(Debug)]
pub(crate) struct Errand {
    /// Its head, without what ended here.
    pub(crate) head: request::Parts,
    /// Its body; taken by the attempt that sends it.
    pub(crate) body: Option<RequestBody>,
    /// How far the body has come.
    pub(crate) progress: Arc<Progress>,
    /// Whether there is no body at all.
    pub(crate) is_bare: bool,
    /// What sending it twice would mean.
    pub(crate) kind: Kind,
}

/// What sending a request twice would mean.
#[derive(Debug)]
pub(crate) enum Kind {
    /// Nothing: it only asks.
    Repeatable,
    /// It may be executed twice, so it is sent once.
    Once,
    /// It wants to switch protocols, and is sent once.
    Upgrade(Box<UpgradeWish>),
}

/// A wish to switch protocols.
#[derive(Debug)]
pub(crate) struct UpgradeWish {
    /// To what.
    pub(crate) upgrade: Upgrade,
    /// The client's side afterwards.
    pub(crate) client: OnUpgrade,
}

impl Errand {
    /// # Errors
    /// [`Malformed`], when two programs could read the request in two ways.
    pub(crate) fn admit(mut request: Request<Incoming>) -> Result<Self, Malformed> {
        let client = hyper::upgrade::on(&mut request);
        let (mut head, body) = request.into_parts();
        headers::normalise(&mut head)?;
        let is_bare = body.is_end_stream();
        let upgrade = headers::wanted_upgrade(&head).filter(|_| is_bare);
        let protocol = head.headers.get(UPGRADE).cloned();
        headers::strip_hop_by_hop(&mut head.headers);
        let kind = match (upgrade, protocol) {
            (Some(upgrade), Some(protocol)) => {
                headers::set_upgrade(&mut head.headers, protocol);
                Kind::Upgrade(Box::new(UpgradeWish { upgrade, client }))
            }
            _ if is_bare && is_safe(&head.method) => Kind::Repeatable,
            _ => Kind::Once,
        };
        let go_ahead = expects_go_ahead(&head).then(|| Arc::new(Notify::new()));
        let (body, progress) = RequestBody::new(body, go_ahead.clone());
        let mut errand = Self { head, body: Some(body), progress, is_bare, kind };
        if let Some(go_ahead) = go_ahead {
            errand.listen_for_go_ahead(go_ahead);
        }
        Ok(errand)
    }

    /// The request, or nothing when its only copy was sent.
    pub(crate) fn request_to_send(&mut self) -> Option<Request<RequestBody>> {
        let body = match self.kind {
            Kind::Repeatable => RequestBody::Empty,
            Kind::Once | Kind::Upgrade(_) => self.body.take()?,
        };
        Some(Request::from_parts(self.head.clone(), body))
    }

    /// It came back unsent.
    pub(crate) fn take_back(&mut self, unsent: Request<RequestBody>) {
        self.body = Some(unsent.into_body());
    }

    pub(crate) fn is_repeatable(&self) -> bool {
        matches!(self.kind, Kind::Repeatable)
    }

    pub(crate) fn is_http2(&self) -> bool {
        self.head.version == Version::HTTP_2
    }

    fn listen_for_go_ahead(&mut self, go_ahead: Arc<Notify>) {
        let mut carrier = Request::new(());
        std::mem::swap(carrier.extensions_mut(), &mut self.head.extensions);
        hyper::ext::on_informational(&mut carrier, move |answer| {
            if answer.status() == StatusCode::CONTINUE {
                go_ahead.notify_one();
            }
        });
        std::mem::swap(carrier.extensions_mut(), &mut self.head.extensions);
    }
}

fn is_safe(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::OPTIONS].contains(method)
}

fn expects_go_ahead(head: &request::Parts) -> bool {
    let is_wish = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"100-continue");
    head.version == Version::HTTP_11 && head.headers.get(EXPECT).is_some_and(is_wish)
}
