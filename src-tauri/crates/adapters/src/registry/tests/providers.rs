//! The well-known registries by their documented answers: challenge, credential key, scope, odd
//! headers.

use super::{super::challenge::Challenge, super::endpoint::*, super::grants::Want, *};

/// What a registry answers to `GET /v2/NAME/manifests/TAG` without anything, and what comes of it.
struct Provider {
    image: &'static str,
    base: &'static str,
    key: &'static str,
    challenge: &'static str,
    realm: Option<&'static str>,
    service: Option<&'static str>,
    /// The scope that is asked for.
    scope: &'static str,
}

const PROVIDERS: [Provider; 10] = [
    Provider {
        image: "nginx",
        base: "https://registry-1.docker.io/",
        key: "https://index.docker.io/v1/",
        challenge: r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull""#,
        realm: Some("https://auth.docker.io/token"),
        service: Some("registry.docker.io"),
        scope: "repository:library/nginx:pull",
    },
    Provider {
        image: "ghcr.io/owner/app",
        base: "https://ghcr.io/",
        key: "ghcr.io",
        challenge: r#"Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:owner/app:pull""#,
        realm: Some("https://ghcr.io/token"),
        service: Some("ghcr.io"),
        scope: "repository:owner/app:pull",
    },
    Provider {
        image: "quay.io/prometheus/node-exporter",
        base: "https://quay.io/",
        key: "quay.io",
        challenge: r#"Bearer realm="https://quay.io/v2/auth",service="quay.io",scope="repository:prometheus/node-exporter:pull""#,
        realm: Some("https://quay.io/v2/auth"),
        service: Some("quay.io"),
        scope: "repository:prometheus/node-exporter:pull",
    },
    // GitLab: the authorisation server is the site itself, and says why
    Provider {
        image: "registry.gitlab.com/group/project/app",
        base: "https://registry.gitlab.com/",
        key: "registry.gitlab.com",
        challenge: r#"Bearer realm="https://gitlab.com/jwt/auth",service="container_registry",scope="repository:group/project/app:pull",error="invalid_token""#,
        realm: Some("https://gitlab.com/jwt/auth"),
        service: Some("container_registry"),
        scope: "repository:group/project/app:pull",
    },
    // ECR: user name and password, which its helper makes
    Provider {
        image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app",
        base: "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/",
        key: "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
        challenge: r#"Basic realm="https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/",service="ecr.amazonaws.com""#,
        realm: None,
        service: None,
        scope: "repository:app:pull",
    },
    // ECR Public: without a scope
    Provider {
        image: "public.ecr.aws/nginx/nginx",
        base: "https://public.ecr.aws/",
        key: "public.ecr.aws",
        challenge: r#"Bearer realm="https://public.ecr.aws/token/",service="public.ecr.aws",scope="aws""#,
        realm: Some("https://public.ecr.aws/token/"),
        service: Some("public.ecr.aws"),
        scope: "aws",
    },
    Provider {
        image: "gcr.io/project/app",
        base: "https://gcr.io/",
        key: "gcr.io",
        challenge: r#"Bearer realm="https://gcr.io/v2/token",service="gcr.io",scope="repository:project/app:pull""#,
        realm: Some("https://gcr.io/v2/token"),
        service: Some("gcr.io"),
        scope: "repository:project/app:pull",
    },
    // Artifact Registry: says no scope where the request is not for one
    Provider {
        image: "europe-docker.pkg.dev/project/repo/app",
        base: "https://europe-docker.pkg.dev/",
        key: "europe-docker.pkg.dev",
        challenge: r#"Bearer realm="https://europe-docker.pkg.dev/v2/token",service="""#,
        realm: Some("https://europe-docker.pkg.dev/v2/token"),
        service: Some(""),
        scope: "repository:project/repo/app:pull",
    },
    // ACR: without commas after blanks, and with an error
    Provider {
        image: "name.azurecr.io/app",
        base: "https://name.azurecr.io/",
        key: "name.azurecr.io",
        challenge: r#"Bearer realm="https://name.azurecr.io/oauth2/token",service="name.azurecr.io",scope="repository:app:pull",error="invalid_token""#,
        realm: Some("https://name.azurecr.io/oauth2/token"),
        service: Some("name.azurecr.io"),
        scope: "repository:app:pull",
    },
    // Harbor
    Provider {
        image: "harbor.example/library/app",
        base: "https://harbor.example/",
        key: "harbor.example",
        challenge: r#"Bearer realm="https://harbor.example/service/token",service="harbor-registry",scope="repository:library/app:pull""#,
        realm: Some("https://harbor.example/service/token"),
        service: Some("harbor-registry"),
        scope: "repository:library/app:pull",
    },
];

#[test]
fn every_registry_is_asked_where_and_as_it_documents() {
    for provider in &PROVIDERS {
        let image = ImageReference::parse(provider.image).unwrap();
        let endpoint = Endpoint::of(&image.registry, Trust::Checked(Vec::new())).unwrap();
        assert_eq!(endpoint.base.as_str(), provider.base);
        assert_eq!(endpoint.credential_key, provider.key);
        let challenge = Challenge::read([provider.challenge]).unwrap();
        let want = Want::Pull(image.repository.clone());
        let scope = challenge.scope().unwrap_or_else(|| want.scope());
        assert_eq!(scope, provider.scope, "{}", provider.image);
        let (realm, service) = match challenge {
            Challenge::Bearer { realm, service, .. } => (Some(realm), service),
            Challenge::Basic => (None, None),
        };
        assert_eq!(realm.as_deref(), provider.realm, "{}", provider.image);
        assert_eq!(service.as_deref(), provider.service, "{}", provider.image);
    }
}

#[test]
fn azure_wants_a_scope_of_its_own_for_tags_and_says_so() {
    let line = r#"Bearer realm="https://name.azurecr.io/oauth2/token",service="name.azurecr.io",scope="repository:app:metadata_read",error="insufficient_scope""#;
    let challenge = Challenge::read([line]).unwrap();
    assert!(challenge.lacks_scope());
    assert_eq!(challenge.scope().as_deref(), Some("repository:app:metadata_read"));
}
