//! What a registry's status codes mean.

use phoenix_engine::ports::RegistryError;
use reqwest::{Response, StatusCode, header::CONTENT_TYPE};

use super::transport::{unexpected, unreachable};

/// The error that a status code stands for; `None` for success. 429 and 503 are the host's matter.
pub(super) fn error_of(host: &str, reference: &str, status: StatusCode) -> Option<RegistryError> {
    let (host_owned, reference) = (host.to_owned(), reference.to_owned());
    match status.as_u16() {
        200..=299 => None,
        401 | 403 => Some(RegistryError::Unauthorized { host: host_owned, reference }),
        404 => Some(RegistryError::NotFound { reference }),
        500..=599 => Some(unreachable(host, format!("it answers with HTTP status {status}"))),
        _ => Some(unexpected(host, format!("HTTP status {status}"))),
    }
}

/// A page for people, such as a proxy's or a hotel's, is no answer.
pub(super) fn not_a_page(host: &str, answer: &Response) -> Result<(), RegistryError> {
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind.is_some_and(|kind| kind.trim().to_ascii_lowercase().starts_with("text/html")) {
        let message = "a page for people, which a proxy or a network's sign-in may have sent";
        return Err(unexpected(host, message));
    }
    Ok(())
}
