//! Registries behind passwords, tokens and TLS: the client against distribution's own registry.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use phoenix_adapters::{
    docker::DockerEngine,
    registry::{DockerConfig, RegistryClient, RegistryRule, RegistrySetup},
};
use phoenix_engine::ports::{Registry, RegistryError};
use phoenix_plan::image::ImageReference;
use phoenix_tests::{
    Accounts, Authority, Guard, Holds, RegistryFront, RegistryServer, Result, Scene, TokenServer,
    on_each_engine, push_tiny,
};
use serde_json::json;

fn reference(host: &str, name: &str) -> Result<ImageReference> {
    Ok(ImageReference::parse(&format!("{host}/{name}:1"))?)
}

/// A client with the config that `docker login` would have left, or with none.
fn client(
    folder: &Path,
    logins: &[(&str, &str)],
    rules: &[(String, RegistryRule)],
) -> Result<RegistryClient> {
    let auths: BTreeMap<&str, _> =
        logins.iter().map(|(host, auth)| (*host, json!({ "auth": auth }))).collect();
    std::fs::write(folder.join("config.json"), json!({ "auths": auths }).to_string())?;
    let rules: BTreeMap<String, RegistryRule> = rules.iter().cloned().collect();
    Ok(RegistryClient::of(RegistrySetup {
        credentials: Arc::new(DockerConfig::in_folder(folder.to_owned())),
        rules: Arc::new(move || Some(rules.clone())),
        ..RegistrySetup::default()
    }))
}

/// `me:right` and `me:wrong`, as Docker's config has them.
const RIGHT: &str = "bWU6cmlnaHQ=";
const WRONG: &str = "bWU6d3Jvbmc=";

/// Requests of a kind that a registry had.
fn count(front: &RegistryFront, kind: impl Fn(&str) -> bool) -> Result<usize> {
    Ok(front.requests()?.iter().filter(|request| kind(request)).count())
}

#[tokio::test]
async fn a_password_is_sent_once_it_is_asked_for_and_a_wrong_one_once_only() -> Result<()> {
    let (registry, folder) = (RegistryServer::start_new().await?, tempfile::tempdir()?);
    let digest = push_tiny(&registry, "org/app", "1").await?;
    let front = registry.front(Guard::Password("me", "right"), None).await?;
    let host = front.host();
    let good = client(folder.path(), &[(&host, RIGHT)], &[])?;
    for _ in 0..3 {
        assert_eq!(good.digest(&reference(&host, "org/app")?).await, Ok(digest.clone()));
    }
    assert_eq!(count(&front, |it| it.ends_with(" 401"))?, 1);
    assert_eq!(count(&front, |it| it.ends_with(" 200"))?, 3);

    let bad = client(folder.path(), &[(&host, WRONG)], &[])?;
    for _ in 0..3 {
        let refused = bad.digest(&reference(&host, "org/app")?).await;
        let expected = RegistryError::PasswordRefused { host: host.clone(), account: "me".into() };
        assert_eq!(refused, Err(expected));
    }
    // one without anything, one with the wrong password
    assert_eq!(count(&front, |it| it.ends_with(" 401"))?, 1 + 2);

    let nobody = client(folder.path(), &[], &[])?;
    let refused = nobody.digest(&reference(&host, "org/app")?).await;
    assert!(matches!(refused, Err(RegistryError::Unauthorized { .. })), "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn a_round_over_many_repositories_takes_one_token_and_no_manifest() -> Result<()> {
    let (registry, folder) = (RegistryServer::start_new().await?, tempfile::tempdir()?);
    let names: Vec<String> = (0..20).map(|n| format!("org/app-{n}")).collect();
    let mut digests = Vec::new();
    for name in &names {
        digests.push(Ok(push_tiny(&registry, name, "1").await?));
    }
    let tokens = TokenServer::start(Accounts::default()).await?;
    let front = registry.front(Guard::Tokens(&tokens, tokens.address()), None).await?;
    let references: Vec<_> =
        names.iter().map(|name| reference(&front.host(), name)).collect::<Result<_>>()?;
    let client = client(folder.path(), &[], &[])?;
    for _ in 0..2 {
        client.expect(&references);
        let all = references.iter().map(|reference| client.digest(reference));
        assert_eq!(futures_util::future::join_all(all).await, digests);
    }
    assert_eq!(tokens.asked().len(), 1);
    assert_eq!(count(&front, |it| it.ends_with(" 401"))?, 1);
    assert_eq!(count(&front, |it| it.starts_with("HEAD ") && it.ends_with(" 200"))?, 40);
    assert_eq!(count(&front, |it| it.starts_with("GET "))?, 0);

    let platform = format!("linux/{}", env!("PHOENIX_IMAGE_ARCHITECTURE"));
    let described = client.describe(&references[0], &platform).await?;
    assert_eq!(digests[0], Ok(described.manifest_digest));
    assert_eq!(client.tags(&references[0]).await?.names, ["1"]);
    Ok(())
}

#[tokio::test]
async fn a_private_repository_needs_its_account_and_the_others_do_not_notice() -> Result<()> {
    let (registry, folder) = (RegistryServer::start_new().await?, tempfile::tempdir()?);
    for name in ["org/open", "org/hidden"] {
        push_tiny(&registry, name, "1").await?;
    }
    let accounts = Accounts {
        account: Some(("me".to_owned(), "right".to_owned())),
        private: ["org/hidden".to_owned()].into(),
    };
    let tokens = TokenServer::start(accounts).await?;
    let front = registry.front(Guard::Tokens(&tokens, tokens.address()), None).await?;
    let host = front.host();
    let both = [reference(&host, "org/open")?, reference(&host, "org/hidden")?];
    let outcomes = async |client: &RegistryClient| {
        client.expect(&both);
        tokio::join!(client.digest(&both[0]), client.digest(&both[1]))
    };
    let (open, hidden) = outcomes(&client(folder.path(), &[], &[])?).await;
    assert!(open.is_ok(), "{open:?}");
    assert!(matches!(hidden, Err(RegistryError::Unauthorized { .. })), "{hidden:?}");

    let (open, hidden) = outcomes(&client(folder.path(), &[(&host, RIGHT)], &[])?).await;
    assert!(open.is_ok() && hidden.is_ok(), "{open:?} {hidden:?}");

    let before = tokens.asked().len();
    let (open, hidden) = outcomes(&client(folder.path(), &[(&host, WRONG)], &[])?).await;
    for refused in [open, hidden] {
        assert!(matches!(refused, Err(RegistryError::PasswordRefused { .. })), "{refused:?}");
    }
    assert_eq!(tokens.asked().len(), before + 1);
    Ok(())
}

/// What a client says of a registry whose certificate is like this.
async fn over_tls(holds: Holds, rule: impl Fn(&Authority) -> RegistryRule) -> Result<String> {
    let (registry, folder) = (RegistryServer::start_new().await?, tempfile::tempdir()?);
    let authority = Authority::new()?;
    push_tiny(&registry, "org/app", "1").await?;
    let front = registry.front(Guard::Nobody, Some((&authority, holds))).await?;
    let host = front.host();
    let client = client(folder.path(), &[], &[(host.clone(), rule(&authority))])?;
    Ok(match client.digest(&reference(&host, "org/app")?).await {
        Ok(_) => "answered".to_owned(),
        Err(error) => error.to_string().replace(&host, "HOST"),
    })
}

fn with_authority(authority: &Authority) -> RegistryRule {
    RegistryRule { ca: Some(authority.file()), ..RegistryRule::default() }
}

#[tokio::test]
async fn a_registry_of_a_private_authority_is_trusted_when_that_is_named() -> Result<()> {
    assert_eq!(over_tls(Holds::Now, with_authority).await?, "answered");
    let strict = |_: &Authority| RegistryRule { insecure: Some(false), ..RegistryRule::default() };
    assert_eq!(
        over_tls(Holds::Now, strict).await?,
        "the registry HOST cannot be reached: its certificate is signed by nobody whom this \
         machine trusts; name its authority's certificate with ca = \"FILE\" in \
         [registries.\"HOST\"]"
    );
    Ok(())
}

#[tokio::test]
async fn tls_on_this_machine_is_found_and_not_checked_as_the_engine_does_it() -> Result<()> {
    assert_eq!(over_tls(Holds::Now, |_| RegistryRule::default()).await?, "answered");
    Ok(())
}

#[tokio::test]
async fn a_certificate_out_of_its_time_names_both_dates() -> Result<()> {
    let today = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    for (holds, expected) in [
        (Holds::UntilYear2020, "its certificate expired on 2020-01-01, and"),
        (Holds::FromYear2090, "its certificate is not valid before 2090-01-01, and"),
    ] {
        let said = over_tls(holds, with_authority).await?;
        assert!(said.contains(expected) && said.contains(&today), "{said}");
        assert!(said.ends_with("if that is wrong, set it"), "{said}");
    }
    Ok(())
}

#[tokio::test]
async fn an_authority_that_cannot_be_read_is_named() -> Result<()> {
    let gone = |_: &Authority| RegistryRule {
        ca: Some("/nowhere/ca.pem".into()),
        ..RegistryRule::default()
    };
    let said = over_tls(Holds::Now, gone).await?;
    assert!(said.contains("its authorities in /nowhere/ca.pem cannot be read"), "{said}");
    Ok(())
}

#[tokio::test]
async fn password_and_tls_work_together() -> Result<()> {
    let (registry, folder) = (RegistryServer::start_new().await?, tempfile::tempdir()?);
    let authority = Authority::new()?;
    let digest = push_tiny(&registry, "org/app", "1").await?;
    let tls = Some((&authority, Holds::Now));
    let front = registry.front(Guard::Password("me", "right"), tls).await?;
    let host = front.host();
    let rules = [(host.clone(), with_authority(&authority))];
    let client = client(folder.path(), &[(&host, RIGHT)], &rules)?;
    assert_eq!(client.digest(&reference(&host, "org/app")?).await, Ok(digest));
    Ok(())
}

#[test]
fn what_the_engine_says_of_registries_holds_here_too() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "rules").await?;
        let digest = push_tiny(&scene.registry, "org/app", "1").await?;
        let engine = DockerEngine::connect_to(scene.engine.address.parse()?).await?;
        let client = RegistryClient::of(RegistrySetup {
            engine: Some(Arc::new(engine)),
            ..RegistrySetup::default()
        });
        let host = scene.registry.host();
        assert_eq!(client.digest(&reference(&host, "org/app")?).await, Ok(digest));
        scene.finish().await
    });
}
