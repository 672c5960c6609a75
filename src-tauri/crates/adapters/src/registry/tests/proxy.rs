//! Proxies of the environment, which can only be set for another process: this program itself.

use super::{
    fake::{Fake, answer},
    secrets::{Nobody, with_credentials},
    *,
};

/// Asks two registries, of which `NO_PROXY` names one.
#[tokio::test]
#[ignore = "runs in a process of its own, which the test below starts"]
async fn asking_two_registries() {
    let client = with_credentials(Nobody);
    for host in ["proxied.invalid", "direct.invalid"] {
        let outcome = client.digest(&reference(host, ":1")).await;
        assert!(matches!(outcome, Err(RegistryError::Unreachable { .. })), "{outcome:?}");
    }
}

#[tokio::test]
async fn the_environments_proxy_is_used_except_where_it_says_not_to() {
    let proxy = Fake::start(|_| answer("502 Bad Gateway", &[], "")).await;
    let child = tokio::process::Command::new(std::env::current_exe().unwrap())
        .args(["registry::tests::proxy::asking_two_registries", "--exact", "--ignored"])
        .env("HTTPS_PROXY", format!("http://{}", proxy.address))
        .env("NO_PROXY", "direct.invalid,other.example")
        .env_remove("https_proxy")
        .env_remove("no_proxy")
        .output();
    let output = child.await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let asked = proxy.asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert!(asked[0].starts_with("CONNECT proxied.invalid:443 "), "{}", asked[0]);
}
