//! A certificate authority of a test's own, and what it signs.

use std::path::{Path, PathBuf};

use anyhow::Result;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use tempfile::TempDir;

/// A certificate authority of a test's own.
#[derive(Debug)]
pub struct Authority {
    folder: TempDir,
    issuer: Issuer<'static, KeyPair>,
}

/// When a certificate holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Today.
    Now,
    /// It ended at the beginning of 2020.
    UntilYear2020,
    /// It begins in 2090.
    FromYear2090,
}

/// A certificate and its key, in PEM.
#[derive(Debug, Clone)]
pub(crate) struct Signed {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Authority {
    /// Makes one; its files go with it.
    pub fn new() -> Result<Self> {
        let folder = TempDir::with_prefix("phoenix-authority-")?;
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        params.distinguished_name.push(DnType::CommonName, "Authority of a test");
        let key = KeyPair::generate()?;
        std::fs::write(folder.path().join("ca.pem"), params.self_signed(&key)?.pem())?;
        Ok(Self { folder, issuer: Issuer::new(params, key) })
    }

    /// Its certificate, in PEM.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Signs a certificate for 127.0.0.1 and `localhost`.
    pub(crate) fn sign(&self, folder: &Path, holds: Holds) -> Result<Signed> {
        let mut params = CertificateParams::new(["127.0.0.1".to_owned(), "localhost".to_owned()])?;
        match holds {
            Holds::Now => {}
            Holds::UntilYear2020 => {
                params.not_before = date_time_ymd(2019, 1, 1);
                params.not_after = date_time_ymd(2020, 1, 1);
            }
            Holds::FromYear2090 => params.not_before = date_time_ymd(2090, 1, 1),
        }
        let key = KeyPair::generate()?;
        let signed =
            Signed { certificate: folder.join("server.pem"), key: folder.join("server.key") };
        std::fs::write(&signed.certificate, params.signed_by(&key, &self.issuer)?.pem())?;
        std::fs::write(&signed.key, key.serialize_pem())?;
        Ok(signed)
    }
}
