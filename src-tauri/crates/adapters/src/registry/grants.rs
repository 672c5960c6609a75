//! Which token serves which repository: pure bookkeeping, one for each host.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use reqwest::header::HeaderValue;

use super::refused::Account;

/// Longest text of all scopes of one token together: addresses and headers of more than 8 KiB are
/// refused by many servers, and the token repeats its scopes.
const SCOPES_BYTES: usize = 4096;

/// What is to be done with a repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Want {
    /// Read manifests and blobs.
    Pull(String),
    /// List tags, for which Azure's registries want a scope of its own.
    List(String),
}

/// A value for `Authorization` and what is known of it.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    /// Tells it from every other one of its host.
    pub(super) id: u64,
    /// Marked as a secret.
    pub(super) header: HeaderValue,
    /// For what it was made.
    pub(super) kind: GrantKind,
    /// When it was made.
    pub(super) made_at: Timestamp,
    /// When it is not used any more.
    pub(super) expires_at: Timestamp,
    /// Whose it is; `None` for anonymous ones.
    pub(super) account: Option<Account>,
}

/// For what a grant was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GrantKind {
    /// User name and password themselves: for everything.
    Basic,
    /// A token for all repositories of a round.
    Shared,
    /// A token for one repository.
    Own,
}

/// The grants of a host.
#[derive(Debug, Default)]
pub(super) struct Grants {
    expected: BTreeSet<String>,
    apart: BTreeSet<Want>,
    one_by_one: bool,
    basic: Option<Grant>,
    shared: Vec<(BTreeSet<String>, Grant)>,
    own: BTreeMap<Want, Grant>,
    made: u64,
}

impl Want {
    pub(super) fn repository(&self) -> &str {
        match self {
            Self::Pull(repository) | Self::List(repository) => repository,
        }
    }

    /// The scope where the registry does not name one.
    pub(super) fn scope(&self) -> String {
        scope(self.repository())
    }
}

impl Grants {
    /// A round begins: these repositories will be asked for, and what made a shared token fail
    /// before may be over.
    pub(super) fn expect(&mut self, repositories: impl IntoIterator<Item = String>) {
        self.expected = repositories.into_iter().collect();
        self.one_by_one = false;
    }

    /// The grant that serves now.
    pub(super) fn find(&self, want: &Want, now: Timestamp) -> Option<&Grant> {
        let shared = self.shared.iter().filter(|_| !self.is_apart(want));
        let shared = shared.filter(|(repositories, _)| repositories.contains(want.repository()));
        let own = self.own.get(want).into_iter();
        let all = self.basic.iter().chain(own).chain(shared.map(|(_, grant)| grant));
        // a grant of the future was made by a clock that has been set back since
        all.into_iter().find(|grant| grant.made_at <= now && now < grant.expires_at)
    }

    /// Whether a shared token does not serve here.
    pub(super) fn is_apart(&self, want: &Want) -> bool {
        self.one_by_one || self.apart.contains(want)
    }

    /// The repositories that the next shared token should serve, the wanted one among them.
    pub(super) fn to_share(&self, want: &Want, now: Timestamp) -> BTreeSet<String> {
        let mut chosen = BTreeSet::from([want.repository().to_owned()]);
        let mut left = SCOPES_BYTES.saturating_sub(want.scope().len());
        for repository in &self.expected {
            let other = Want::Pull(repository.clone());
            let needed = !self.is_apart(&other) && self.find(&other, now).is_none();
            let bytes = other.scope().len();
            if needed && bytes <= left && chosen.insert(repository.clone()) {
                left = left.saturating_sub(bytes);
            }
        }
        chosen
    }

    /// An identity for the next grant.
    pub(super) const fn next_id(&mut self) -> u64 {
        self.made = self.made.saturating_add(1);
        self.made
    }

    pub(super) fn keep_basic(&mut self, grant: Grant) {
        self.basic = Some(grant);
    }

    pub(super) fn keep_shared(&mut self, repositories: BTreeSet<String>, grant: Grant) {
        // grants of another account are of no use any more
        let (now, account) = (grant.made_at, grant.account.clone());
        self.shared.retain(|(_, old)| now < old.expires_at && old.account == account);
        self.own.retain(|_, old| now < old.expires_at && old.account == account);
        self.shared.push((repositories, grant));
    }

    pub(super) fn keep_own(&mut self, want: Want, grant: Grant) {
        self.own.insert(want, grant);
    }

    /// Does not use a grant again.
    pub(super) fn discard(&mut self, id: u64) {
        self.basic.take_if(|grant| grant.id == id);
        self.shared.retain(|(_, grant)| grant.id != id);
        self.own.retain(|_, grant| grant.id != id);
    }

    /// Does not use any grant again.
    pub(super) fn discard_all(&mut self) {
        (self.basic, self.shared, self.own) = (None, Vec::new(), BTreeMap::new());
    }

    /// Shared tokens do not serve this one.
    pub(super) fn set_apart(&mut self, want: Want) {
        self.apart.insert(want);
    }

    /// Shared tokens are not to be had until the next round.
    pub(super) const fn go_one_by_one(&mut self) {
        self.one_by_one = true;
    }
}

/// To read a repository (distribution's token specification).
pub(super) fn scope(repository: &str) -> String {
    format!("repository:{repository}:pull")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-01-01T00:00:00Z".parse().unwrap()
    }

    fn grant(id: u64, kind: GrantKind, lives_s: i64) -> Grant {
        let lives = jiff::SignedDuration::from_secs(lives_s);
        let expires_at = now().checked_add(lives).unwrap();
        let header = HeaderValue::from_static("Bearer t");
        Grant { id, header, kind, made_at: now(), expires_at, account: None }
    }

    fn pull(repository: &str) -> Want {
        Want::Pull(repository.to_owned())
    }

    fn expecting(repositories: &[&str]) -> Grants {
        let mut grants = Grants::default();
        grants.expect(repositories.iter().map(|text| (*text).to_owned()));
        grants
    }

    fn found(grants: &Grants, want: &Want) -> Option<u64> {
        grants.find(want, now()).map(|grant| grant.id)
    }

    #[test]
    fn a_shared_token_is_asked_for_all_that_is_expected() {
        let shared = expecting(&["a", "b", "c"]).to_share(&pull("d"), now());
        assert_eq!(shared, ["a", "b", "c", "d"].map(str::to_owned).into());
    }

    #[test]
    fn five_hundred_repositories_take_a_few_tokens() {
        let names: Vec<String> = (0..500).map(|n| format!("organisation/service-{n}")).collect();
        let mut grants = Grants::default();
        grants.expect(names.clone());
        let mut tokens = 0;
        for name in &names {
            if found(&grants, &pull(name)).is_none() {
                let shared = grants.to_share(&pull(name), now());
                tokens += 1;
                grants.keep_shared(shared, grant(tokens, GrantKind::Shared, 60));
            }
        }
        assert!((2..10).contains(&tokens), "{tokens}");
    }

    #[test]
    fn an_expired_token_serves_nobody() {
        let mut grants = expecting(&["a"]);
        grants.keep_shared(["a".to_owned()].into(), grant(1, GrantKind::Shared, 0));
        assert_eq!(found(&grants, &pull("a")), None);
    }

    #[test]
    fn what_a_shared_token_lacks_gets_one_of_its_own() {
        let mut grants = expecting(&["a", "b"]);
        grants
            .keep_shared(["a".to_owned(), "b".to_owned()].into(), grant(1, GrantKind::Shared, 60));
        grants.set_apart(pull("b"));
        grants.keep_own(pull("b"), grant(2, GrantKind::Own, 60));
        assert_eq!((found(&grants, &pull("a")), found(&grants, &pull("b"))), (Some(1), Some(2)));
        grants.discard(1);
        assert_eq!(grants.to_share(&pull("a"), now()), ["a".to_owned()].into());
    }

    #[test]
    fn a_new_round_tries_a_shared_token_again() {
        let mut grants = expecting(&["a"]);
        grants.go_one_by_one();
        assert!(grants.is_apart(&pull("a")));
        grants.expect(["a".to_owned()]);
        assert!(!grants.is_apart(&pull("a")));
    }

    #[test]
    fn listing_tags_may_need_a_token_that_pulling_does_not() {
        let mut grants = expecting(&["a"]);
        grants.keep_shared(["a".to_owned()].into(), grant(1, GrantKind::Shared, 60));
        let list = Want::List("a".to_owned());
        assert_eq!(found(&grants, &list), Some(1));
        grants.set_apart(list.clone());
        assert_eq!((found(&grants, &list), found(&grants, &pull("a"))), (None, Some(1)));
    }

    #[test]
    fn tokens_of_another_account_are_forgotten() {
        let mut grants = expecting(&["a"]);
        grants.keep_own(pull("a"), grant(1, GrantKind::Own, 60));
        let account = Some(Account::of("r", "me", "me:secret"));
        let other = Grant { account, ..grant(2, GrantKind::Shared, 60) };
        grants.keep_shared(["b".to_owned()].into(), other);
        assert_eq!(found(&grants, &pull("a")), None);
    }
}
