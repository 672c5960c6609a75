//! What is wrong with a certificate, and what can be done about it.

use std::{error::Error, io};

use jiff::Timestamp;
use rustls::{CertificateError, pki_types::UnixTime};

use super::super::rules::Rules;

/// The words for a certificate that was not accepted; `None` for every other failure. Wrong dates
/// come from wrong clocks as often as from old certificates, so both are named.
pub(super) fn complaint(
    error: &(dyn Error + 'static),
    host: &str,
    now: Timestamp,
) -> Option<String> {
    let rustls::Error::InvalidCertificate(problem) = find(error)? else { return None };
    let here = now.strftime("%Y-%m-%d %H:%M UTC");
    let date = |time: UnixTime| {
        let second = i64::try_from(time.as_secs()).ok()?;
        Timestamp::from_second(second).ok().map(|time| time.strftime("%Y-%m-%d").to_string())
    };
    let clock = format!("this machine's clock says {here}; if that is wrong, set it");
    // the enum is rustls' own and grows: what is not named here speaks for itself
    Some(if let CertificateError::ExpiredContext { not_after, .. } = problem {
        let since = date(*not_after).map(|date| format!(" on {date}"));
        format!("its certificate expired{}, and {clock}", since.unwrap_or_default())
    } else if let CertificateError::NotValidYetContext { not_before, .. } = problem {
        let from = date(*not_before).map(|date| format!(" before {date}"));
        format!("its certificate is not valid{}, and {clock}", from.unwrap_or_default())
    } else if *problem == CertificateError::Expired {
        format!("its certificate expired, and {clock}")
    } else if *problem == CertificateError::NotValidYet {
        format!("its certificate is not valid yet, and {clock}")
    } else if *problem == CertificateError::UnknownIssuer {
        let remedy = Rules::remedy(host);
        format!("its certificate is signed by nobody whom this machine trusts; {remedy}")
    } else {
        problem.to_string()
    })
}

/// What rustls said, inside whatever carries it.
fn find<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<rustls::Error>() {
            return Some(found);
        }
        // an `io::Error` hides the error that it carries and shows that one's source
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(carried) => Some(carried),
            None => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn told(problem: CertificateError) -> Option<String> {
        let carried = io::Error::other(rustls::Error::InvalidCertificate(problem));
        complaint(&carried, "r.example", "2026-11-24T12:00:00Z".parse().unwrap())
    }

    fn day(second: u64) -> UnixTime {
        UnixTime::since_unix_epoch(Duration::from_secs(second))
    }

    #[test]
    fn wrong_dates_name_the_certificates_and_the_machines() {
        let expired =
            CertificateError::ExpiredContext { time: day(0), not_after: day(1_700_000_000) };
        let text = told(expired).unwrap();
        assert_eq!(
            text,
            "its certificate expired on 2023-11-14, and this machine's clock says \
             2026-11-24 12:00 UTC; if that is wrong, set it"
        );
        let early =
            CertificateError::NotValidYetContext { time: day(0), not_before: day(1_900_000_000) };
        assert!(told(early).unwrap().starts_with("its certificate is not valid before 2030-03-17"));
    }

    #[test]
    fn an_unknown_authority_names_the_setting() {
        let text = told(CertificateError::UnknownIssuer).unwrap();
        assert!(text.ends_with("with ca = \"FILE\" in [registries.\"r.example\"]"), "{text}");
    }

    #[test]
    fn other_failures_are_not_about_certificates() {
        let error = io::Error::other("connection reset");
        assert_eq!(complaint(&error, "r.example", Timestamp::UNIX_EPOCH), None);
    }
}
