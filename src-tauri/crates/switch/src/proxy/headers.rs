//! Which header fields end at this hop (RFC 9110 §7.6.1), and which requests have two meanings.

use http::header::{
    CONNECTION, CONTENT_LENGTH, HOST, HeaderName, HeaderValue, TE, TRAILER, TRANSFER_ENCODING,
    UPGRADE,
};
use http::{HeaderMap, Method, StatusCode, Version, request, uri};

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// The answer's status.
    pub(crate) status: StatusCode,
    /// For people.
    pub(crate) reason: &'static str,
}

/// What a client wants to switch to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Upgrade {
    /// RFC 6455.
    WebSocket,
    /// Something else, relayed as it is.
    Other,
}

/// Refuses what two programs could read in two ways, and brings the target into the form that
/// servers expect.
///
/// # Errors
/// [`Malformed`].
pub(crate) fn normalise(head: &mut request::Parts) -> Result<(), Malformed> {
    let bad = |reason| Err(Malformed { status: StatusCode::BAD_REQUEST, reason });
    if head.method == Method::CONNECT {
        let status = StatusCode::METHOD_NOT_ALLOWED;
        return Err(Malformed { status, reason: "this is not a forward proxy" });
    }
    if head.headers.get_all(HOST).iter().count() > 1 {
        return bad("more than one Host");
    }
    if head.headers.contains_key(TRANSFER_ENCODING) {
        if head.headers.contains_key(CONTENT_LENGTH) {
            return bad("both Content-Length and Transfer-Encoding");
        }
        let mut codings = head.headers.get_all(TRANSFER_ENCODING).iter();
        let only = codings.next().is_some_and(|coding| is(coding, "chunked"));
        if !only || codings.next().is_some() {
            return bad("a transfer coding other than chunked");
        }
    }
    if head.version < Version::HTTP_2 && head.uri.authority().is_some() {
        return make_origin_form(head);
    }
    Ok(())
}

/// What an HTTP/1.1 request without a body wants to switch to. An upgrade to HTTP/2 is never
/// wanted: a server may ignore it, and prior knowledge works.
pub(crate) fn wanted_upgrade(head: &request::Parts) -> Option<Upgrade> {
    let asked = head.version == Version::HTTP_11 && lists(&head.headers, &CONNECTION, "upgrade");
    let protocol = head.headers.get(UPGRADE).filter(|_| asked)?;
    if is(protocol, "websocket") {
        Some(Upgrade::WebSocket)
    } else if lists(&head.headers, &UPGRADE, "h2c") {
        None
    } else {
        Some(Upgrade::Other)
    }
}

/// Removes what ends at this hop.
pub(crate) fn strip_hop_by_hop(headers: &mut HeaderMap) {
    for name in named_by_connection(headers) {
        headers.remove(name);
    }
    let wants_trailers = lists(headers, &TE, "trailers");
    for name in [CONNECTION, TE, TRANSFER_ENCODING, UPGRADE] {
        headers.remove(name);
    }
    for name in ["keep-alive", "proxy-connection"] {
        headers.remove(name);
    }
    if wants_trailers {
        headers.insert(TE, HeaderValue::from_static("trailers"));
    }
}

/// Asks for, or agrees to, an upgrade on this hop.
pub(crate) fn set_upgrade(headers: &mut HeaderMap, protocol: HeaderValue) {
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, protocol);
}

fn make_origin_form(head: &mut request::Parts) -> Result<(), Malformed> {
    let bad = Malformed { status: StatusCode::BAD_REQUEST, reason: "the target is malformed" };
    let mut target = std::mem::take(&mut head.uri).into_parts();
    let authority = target.authority.take().ok_or(bad)?;
    let host = authority.as_str().rsplit('@').next().unwrap_or_default();
    head.headers.insert(HOST, HeaderValue::from_str(host).map_err(|_| bad)?);
    target.scheme = None;
    let slash = uri::PathAndQuery::from_static("/");
    target.path_and_query.get_or_insert(slash);
    head.uri = http::Uri::from_parts(target).map_err(|_| bad)?;
    Ok(())
}

/// The fields named by Connection, without those that frame or address a message: nobody may have
/// them removed.
fn named_by_connection(headers: &HeaderMap) -> Vec<HeaderName> {
    let kept = [HOST, CONTENT_LENGTH, TRANSFER_ENCODING, TRAILER, TE, UPGRADE];
    tokens(headers, &CONNECTION)
        .filter_map(|token| HeaderName::from_bytes(token.as_bytes()).ok())
        .filter(|name| !kept.contains(name))
        .collect()
}

fn tokens<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).filter(|token| !token.is_empty())
}

fn lists(headers: &HeaderMap, name: &HeaderName, wanted: &str) -> bool {
    tokens(headers, name).any(|token| token.eq_ignore_ascii_case(wanted))
}

fn is(value: &HeaderValue, wanted: &str) -> bool {
    value.as_bytes().trim_ascii().eq_ignore_ascii_case(wanted.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(uri: &str, fields: &[(&str, &str)]) -> request::Parts {
        let mut request = http::Request::get(uri);
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn fields_named_by_connection_end_here() {
        let fields = [("Connection", "close, X-Secret"), ("X-Secret", "1"), ("X-Kept", "2")];
        let mut head = head("/", &fields);
        strip_hop_by_hop(&mut head.headers);
        let names: Vec<&str> = head.headers.keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["x-kept"]);
    }

    #[test]
    fn nobody_can_have_the_host_removed() {
        let mut head = head("/", &[("Connection", "Host, Content-Length"), ("Host", "a")]);
        strip_hop_by_hop(&mut head.headers);
        assert_eq!(head.headers[HOST], "a");
    }

    #[test]
    fn the_wish_for_trailers_goes_on() {
        let mut head = head("/", &[("TE", "gzip, trailers")]);
        strip_hop_by_hop(&mut head.headers);
        assert_eq!(head.headers[TE], "trailers");
    }

    #[test]
    fn two_lengths_of_one_body_are_refused() {
        let fields = [("Content-Length", "5"), ("Transfer-Encoding", "chunked")];
        assert!(normalise(&mut head("/", &fields)).is_err());
    }

    #[test]
    fn a_coding_that_only_looks_like_chunked_is_refused() {
        for coding in ["xchunked", "gzip, chunked", "chunked, identity"] {
            let mut head = head("/", &[("Transfer-Encoding", coding)]);
            assert!(normalise(&mut head).is_err(), "{coding}");
        }
    }

    #[test]
    fn an_absolute_target_names_the_host() {
        let mut head = head("http://user@real:81?x=1", &[("Host", "other")]);
        normalise(&mut head).unwrap();
        assert_eq!(
            (head.uri.to_string(), head.headers[HOST].to_str().unwrap()),
            ("/?x=1".into(), "real:81")
        );
    }

    #[test]
    fn an_upgrade_to_http_2_is_ignored() {
        let fields = [("Connection", "Upgrade, HTTP2-Settings"), ("Upgrade", "h2c")];
        assert_eq!(wanted_upgrade(&head("/", &fields)), None);
    }

    #[test]
    fn an_upgrade_that_connection_does_not_name_is_none() {
        assert_eq!(wanted_upgrade(&head("/", &[("Upgrade", "websocket")])), None);
    }
}
