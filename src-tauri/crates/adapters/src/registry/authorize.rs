//! Meets challenges: one token for a whole round, one of its own for what that does not serve, and
//! no password twice.

use jiff::SignedDuration;
use phoenix_engine::ports::RegistryError;
use reqwest::{Method, Response, StatusCode, Url};

use super::{
    answer::error_of,
    challenge::Challenge,
    credentials::Credential,
    grants::{Grant, GrantKind, Grants, Want, scope},
    host::Way,
    refused::Account,
    session::Session,
    token::{self, Issuer, NoToken, Token},
    transport::unexpected,
};

/// Without anything, with a token that has run out since, with a new one, with one of its own.
const TRIES: usize = 4;
/// A token that was made this recently has not run out: it does not reach so far.
const RECENT: SignedDuration = SignedDuration::from_secs(5);
/// How long user name and password are used before they are read again.
const BASIC_LIFE: SignedDuration = SignedDuration::from_mins(5);

/// What became of the first question to a host.
enum First {
    Answered(Box<Response>),
    With(Option<Grant>),
}

impl Session<'_> {
    /// Asks, and meets challenges. A last 401 or 403 is the answer.
    pub(super) async fn ask(
        &self,
        want: &Want,
        method: Method,
        url: Url,
    ) -> Result<Response, RegistryError> {
        let mut grant = match self.first(want, &method, &url).await? {
            First::Answered(answer) => return Ok(*answer),
            First::With(grant) => grant,
        };
        let mut tries = TRIES;
        loop {
            let answer = self.send(method.clone(), url.clone(), grant.as_ref()).await?;
            tries = tries.saturating_sub(1);
            let better = match tries {
                0 => None,
                _ => self.better(want, grant.as_ref(), &answer).await?,
            };
            if better.is_none() {
                return Ok(answer);
            }
            grant = better;
        }
    }

    /// Finds out how a host wants to be asked, which one question does for all that wait.
    async fn first(&self, want: &Want, method: &Method, url: &Url) -> Result<First, RegistryError> {
        if self.host.way() == Way::Unknown {
            let turn = self.host.turn().await?;
            if self.host.way() == Way::Unknown {
                let met = self.meet(want, method.clone(), url.clone()).await;
                let met = met.inspect_err(|error| self.host.share_failure(error));
                drop(turn);
                return met;
            }
        }
        self.grant(want, None).await.map(First::With)
    }

    async fn meet(&self, want: &Want, method: Method, url: Url) -> Result<First, RegistryError> {
        let answer = self.send(method, url, None).await?;
        if answer.status() != StatusCode::UNAUTHORIZED {
            self.host.learn(None);
            return Ok(First::Answered(Box::new(answer)));
        }
        let Some(challenge) = Challenge::of(&answer) else {
            return Ok(First::Answered(Box::new(answer)));
        };
        self.host.learn(Some(&challenge));
        self.make(want, challenge.scope()).await.map(|grant| First::With(Some(grant)))
    }

    /// The grant that serves now, made where there is none; `None` where none is needed.
    async fn grant(
        &self,
        want: &Want,
        scope: Option<String>,
    ) -> Result<Option<Grant>, RegistryError> {
        let known = || self.host.find(want, self.registries.now());
        match self.host.way() {
            Way::Unknown | Way::Open => return Ok(None),
            Way::Basic | Way::Bearer(_) => {}
        }
        if let Some(grant) = known() {
            return Ok(Some(grant));
        }
        if !self.host.grants(|grants| grants.is_apart(want)) {
            let turn = self.host.turn().await?;
            if let Some(grant) = known() {
                return Ok(Some(grant));
            }
            if !self.host.grants(|grants| grants.is_apart(want)) {
                let made = self.make(want, scope).await;
                let made = made.inspect_err(|error| self.host.share_failure(error));
                drop(turn);
                return made.map(Some);
            }
        }
        self.own(want, scope).await.map(Some)
    }

    /// A better grant than the one that was not enough; `None` where the answer is the last word.
    async fn better(
        &self,
        want: &Want,
        current: Option<&Grant>,
        answer: &Response,
    ) -> Result<Option<Grant>, RegistryError> {
        let challenge = Challenge::of(answer);
        let scope = challenge.as_ref().and_then(Challenge::scope);
        let unauthorized = answer.status() == StatusCode::UNAUTHORIZED;
        let Some(current) = current else {
            let Some(challenge) = challenge.filter(|_| unauthorized) else { return Ok(None) };
            self.host.learn(Some(&challenge));
            return self.grant(want, scope).await;
        };
        let is_recent = self.registries.now().duration_since(current.made_at) < RECENT;
        match current.kind {
            GrantKind::Basic if unauthorized => {
                self.host.grants(|grants| grants.discard(current.id));
                current.account.as_ref().map_or(Ok(None), |account| Err(self.refuse(account)))
            }
            GrantKind::Shared => {
                let lacks_scope = challenge.as_ref().is_some_and(Challenge::lacks_scope);
                if unauthorized && !is_recent && !lacks_scope {
                    self.host.grants(|grants| grants.discard(current.id));
                    return self.grant(want, None).await;
                }
                if !unauthorized && !may_be_too_much(answer.status()) {
                    return Ok(None);
                }
                self.host.grants(|grants| grants.set_apart(want.clone()));
                self.own(want, scope).await.map(Some)
            }
            GrantKind::Own if unauthorized && !is_recent => {
                self.host.grants(|grants| grants.discard(current.id));
                self.own(want, scope).await.map(Some)
            }
            GrantKind::Basic | GrantKind::Own => Ok(None),
        }
    }

    /// A grant for as much of the round as possible.
    async fn make(&self, want: &Want, stated: Option<String>) -> Result<Grant, RegistryError> {
        let Way::Bearer(issuer) = self.host.way() else { return self.basic().await };
        let now = self.registries.now();
        let shared = self.host.grants(|grants| grants.to_share(want, now));
        if shared.len() == 1 {
            return self.own(want, stated).await;
        }
        let found = self.registries.credential(&self.host).await?;
        let (credential, account) = parts(found);
        let scopes: Vec<String> = shared.iter().map(|repository| scope(repository)).collect();
        match self.fetch(&issuer, &scopes, credential.as_ref()).await {
            Ok(token) => Ok(self.host.grants(|grants| {
                let grant = granted(grants.next_id(), token, GrantKind::Shared, now, account);
                grants.keep_shared(shared, grant.clone());
                grant
            })),
            Err(NoToken::Failed(error)) => Err(error),
            Err(NoToken::Refused(status)) => {
                if let Some(account) = account
                    && self.is_wrong(&issuer, status, credential.as_ref()).await?
                {
                    return Err(self.refuse(&account));
                }
                self.host.grants(Grants::go_one_by_one);
                self.own(want, stated).await
            }
        }
    }

    /// A grant for one repository.
    async fn own(&self, want: &Want, stated: Option<String>) -> Result<Grant, RegistryError> {
        let Way::Bearer(issuer) = self.host.way() else { return self.basic().await };
        let (credential, account) = parts(self.registries.credential(&self.host).await?);
        let scopes = [stated.unwrap_or_else(|| want.scope())];
        let now = self.registries.now();
        match self.fetch(&issuer, &scopes, credential.as_ref()).await {
            Ok(token) => Ok(self.host.grants(|grants| {
                let grant = granted(grants.next_id(), token, GrantKind::Own, now, account);
                grants.keep_own(want.clone(), grant.clone());
                grant
            })),
            Err(NoToken::Failed(error)) => Err(error),
            Err(NoToken::Refused(StatusCode::UNAUTHORIZED)) if account.is_some() => {
                Err(account.map_or_else(|| self.unauthorized(), |account| self.refuse(&account)))
            }
            Err(NoToken::Refused(status)) => {
                self.host.grants(|grants| grants.set_apart(want.clone()));
                Err(self.no_token(status))
            }
        }
    }

    /// User name and password themselves.
    async fn basic(&self) -> Result<Grant, RegistryError> {
        let (credential, account) = parts(self.registries.credential(&self.host).await?);
        let Some(Credential::Password { user, password }) = credential else {
            return Err(self.unauthorized());
        };
        let header = token::basic(&user, &password)
            .ok_or_else(|| unexpected(self.host(), "a password that cannot be sent"))?;
        let (token, now) = (Token { header, life: BASIC_LIFE }, self.registries.now());
        Ok(self.host.grants(|grants| {
            let grant = granted(grants.next_id(), token, GrantKind::Basic, now, account);
            grants.keep_basic(grant.clone());
            grant
        }))
    }

    /// Whether a refusal means the credential and not what was asked for. 403 can mean either: then
    /// a token for nothing is asked for, as `docker login` does it.
    async fn is_wrong(
        &self,
        issuer: &Issuer,
        status: StatusCode,
        credential: Option<&Credential>,
    ) -> Result<bool, RegistryError> {
        match status {
            StatusCode::UNAUTHORIZED => Ok(true),
            StatusCode::FORBIDDEN => match self.fetch(issuer, &[], credential).await {
                Ok(_) => Ok(false),
                Err(NoToken::Refused(status)) => {
                    Ok(matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN))
                }
                Err(NoToken::Failed(error)) => Err(error),
            },
            _ => Ok(false),
        }
    }

    async fn fetch(
        &self,
        issuer: &Issuer,
        scopes: &[String],
        credential: Option<&Credential>,
    ) -> Result<Token, NoToken> {
        token::fetch(self.registries, &self.host, issuer, scopes, credential).await
    }

    fn refuse(&self, account: &Account) -> RegistryError {
        self.registries.refuse(&self.host, account)
    }

    fn no_token(&self, status: StatusCode) -> RegistryError {
        match status {
            StatusCode::NOT_FOUND => {
                unexpected(self.host(), "its authorisation server does not exist")
            }
            StatusCode::BAD_REQUEST => self.unauthorized(),
            _ => error_of(self.host(), &self.reference.familiar(), status)
                .unwrap_or_else(|| self.unauthorized()),
        }
    }

    fn unauthorized(&self) -> RegistryError {
        RegistryError::Unauthorized {
            host: self.host().to_owned(),
            reference: self.reference.familiar(),
        }
    }
}

/// Whether a token for many may have been refused for its scopes or its length.
const fn may_be_too_much(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::BAD_REQUEST
            | StatusCode::FORBIDDEN
            | StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE
    )
}

fn parts(found: Option<(Credential, Account)>) -> (Option<Credential>, Option<Account>) {
    found.map_or((None, None), |(credential, account)| (Some(credential), Some(account)))
}

fn granted(
    id: u64,
    token: Token,
    kind: GrantKind,
    now: jiff::Timestamp,
    account: Option<Account>,
) -> Grant {
    let expires_at = now.saturating_add(token.life).unwrap_or(now);
    Grant { id, header: token.header, kind, made_at: now, expires_at, account }
}
