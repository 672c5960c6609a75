//! An authorisation server (distribution's token specification), whose tokens a real registry
//! believes because it has the certificate of their key.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use anyhow::{Context, Result};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use rcgen::{CertificateParams, KeyPair};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// For whom the tokens are.
pub(crate) const SERVICE: &str = "registry of a test";
/// Who makes them.
pub(crate) const ISSUER: &str = "authorisation server of a test";
/// How long they live.
const LIFE: Duration = Duration::from_mins(5);

/// An authorisation server on a free port of 127.0.0.1; ends when dropped.
#[derive(Debug)]
pub struct TokenServer {
    address: String,
    certificate: String,
    asked: Arc<Mutex<Vec<String>>>,
    _serving: JoinSet<()>,
}

/// Who may read what.
#[derive(Debug, Clone, Default)]
pub struct Accounts {
    /// User name and password of the only account.
    pub account: Option<(String, String)>,
    /// Repositories that only the account may read.
    pub private: BTreeSet<String>,
}

struct Signer {
    key: EcdsaKeyPair,
    random: SystemRandom,
    certificate: String,
    accounts: Accounts,
}

impl TokenServer {
    /// Starts one.
    pub async fn start(accounts: Accounts) -> Result<Self> {
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new(Vec::new())?.self_signed(&key)?;
        let random = SystemRandom::new();
        let signing = EcdsaKeyPair::from_pkcs8(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            &key.serialize_der(),
            &random,
        );
        let signer = Arc::new(Signer {
            key: signing.ok().context("the key of the token server cannot sign")?,
            random,
            certificate: STANDARD.encode(certificate.der()),
            accounts,
        });
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut answering = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (signer, log) = (Arc::clone(&signer), Arc::clone(&log));
                // who hangs up gets no answer
                answering.spawn(async move { drop(answer(stream, &signer, &log).await) });
            }
        });
        Ok(Self { address, certificate: certificate.pem(), asked, _serving: serving })
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The heads of the requests so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes the certificate by which a registry believes the tokens.
    pub(crate) fn write_certificate(&self, file: &Path) -> Result<()> {
        Ok(std::fs::write(file, &self.certificate)?)
    }
}

async fn answer(mut stream: TcpStream, signer: &Signer, log: &Mutex<Vec<String>>) -> Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head)?;
    log.lock().unwrap_or_else(PoisonError::into_inner).push(head.clone());
    let (status, body) = match signer.token(&head)? {
        Some(token) => {
            ("200 OK", json!({ "token": token, "expires_in": LIFE.as_secs() }).to_string())
        }
        None => ("401 Unauthorized", "{}".to_owned()),
    };
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    );
    Ok(stream.write_all(answer.as_bytes()).await?)
}

impl Signer {
    /// The token for a request; `None` where its password is wrong.
    fn token(&self, head: &str) -> Result<Option<String>> {
        let mut words = head.split(' ').skip(1);
        let query = words.next().and_then(|path| path.split_once('?')).map_or("", |(_, it)| it);
        let authorization = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("authorization").then_some(value)
        });
        let expected = self.accounts.account.as_ref().map(|(user, password)| {
            format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
        });
        if authorization.is_some() && authorization != expected.as_deref() {
            return Ok(None);
        }
        let scopes = query.split('&').filter_map(|pair| pair.strip_prefix("scope="));
        let scopes = scopes.map(|text| text.replace("%3A", ":").replace("%2F", "/"));
        let access = scopes.filter_map(|scope| {
            let repository = scope.strip_prefix("repository:")?.strip_suffix(":pull")?.to_owned();
            let open = authorization.is_some() || !self.accounts.private.contains(&repository);
            open.then(|| json!({ "type": "repository", "name": repository, "actions": ["pull"] }))
        });
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
        let claims = json!({ "iss": ISSUER, "sub": "", "aud": SERVICE, "iat": now, "nbf": now - 10,
            "exp": now + LIFE.as_secs(), "jti": "1", "access": access.collect::<Vec<_>>() });
        let header = json!({ "typ": "JWT", "alg": "ES256", "x5c": [self.certificate] });
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature = self.key.sign(&self.random, signed.as_bytes());
        let signature = signature.ok().context("a token cannot be signed")?;
        Ok(Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))))
    }
}
