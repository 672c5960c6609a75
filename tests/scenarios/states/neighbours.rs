//! A registry that cannot be asked is named in its own service's answer, and nobody else's.

use std::{fs, net::SocketAddr};

use phoenix_tests::{
    Authority, ContainerSpec, GatewayImage, Guard, Holds, Result, Running, Scene, ensure,
    on_each_engine,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinSet,
};

use super::{AVAILABLE, settings};

const PAGE: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html\r\n\
    Content-Length: 20\r\n\r\n<html>Sign in</html>";
const ASKS: &str = "HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\
    WWW-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n\r\n";

/// A service at the scene's registry, one at another, and the other registry's address.
struct Neighbours<'a> {
    scene: &'a Scene,
    good: Running,
    bad: Running,
    host: String,
}

impl Neighbours<'_> {
    fn settings(&self, more: &str) -> Result<()> {
        let (good, bad) = (&self.good.name, &self.bad.name);
        settings(self.scene, &format!("[services.{good}]\n[services.{bad}]\n{more}"))
    }

    /// One round over both: the one finds what is new, the other says why nobody knows.
    async fn reason(&self) -> Result<String> {
        let found = self.scene.ctl(["check", "--json"]).await?.expect_code(AVAILABLE)?.json()?;
        let of = |name: &str| {
            let mut all = found["services"].as_array().into_iter().flatten();
            all.find(|line| line["service"] == name).cloned().unwrap_or_default()
        };
        let (good, bad) = (of(&self.good.name), of(&self.bad.name));
        ensure!(good["state"] == "update_available", "{good:#}");
        ensure!(good["version"] == "1.1.0", "{good:#}");
        ensure!(bad["state"] == "check_failed", "{bad:#}");
        let reason = bad["reason"].as_str().unwrap_or_default().to_owned();
        ensure!(reason.contains(&self.host), "{reason}");
        Ok(reason)
    }
}

/// Answers the same to everything.
async fn answering(address: SocketAddr, answer: &'static str) -> Result<JoinSet<()>> {
    let listener = TcpListener::bind(address).await?;
    let mut serving = JoinSet::new();
    serving.spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _asked = stream.read(&mut request).await;
            let _answered = stream.write_all(answer.as_bytes()).await;
        }
    });
    Ok(serving)
}

#[test]
fn a_registry_that_cannot_be_asked_is_named_and_the_others_are_asked_all_the_same() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "neighbours").await?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let good = scene.run(ContainerSpec::new("good").unpublished()).await?;
        let authority = Authority::new()?;
        let tls = Some((&authority, Holds::UntilYear2020));
        let front = scene.registry.front(Guard::Nobody, tls).await?;
        let host = front.host();
        let bad = ContainerSpec::new("bad").unpublished();
        let bad = scene.run(bad.image(&format!("{host}/phoenix/gateway:latest"))).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let both = Neighbours { scene: &scene, good, bad, host };

        let ca = authority.file();
        both.settings(&format!(
            "[registries.\"{}\"]\nca = {:?}\n",
            both.host,
            ca.display().to_string()
        ))?;
        let reason = both.reason().await?;
        ensure!(reason.contains("its certificate expired on 2020-01-01"), "{reason}");

        drop(front);
        let mut serving = answering(both.host.parse()?, PAGE).await?;
        both.settings("")?;
        let reason = both.reason().await?;
        ensure!(reason.contains("a page for people"), "{reason}");

        serving.shutdown().await;
        let _serving = answering(both.host.parse()?, ASKS).await?;
        helper(&scene, &both.host)?;
        let reason = both.reason().await?;
        ensure!(reason.contains("docker-credential-absent"), "{reason}");
        scene.finish().await
    });
}

/// The user's Docker config names a credentials helper that is not installed.
fn helper(scene: &Scene, host: &str) -> Result<()> {
    let folder = scene.home_dir().join(".docker");
    fs::create_dir_all(&folder)?;
    let config: Value = json!({ "credHelpers": { host: "absent" } });
    Ok(fs::write(folder.join("config.json"), config.to_string())?)
}
