//! The durable route: torn, old, lost, or not to be written.

use std::time::Duration;

use phoenix_load::Load;
use phoenix_tests::{
    GatewayImage, Result, Running, Scene,
    bollard::{body_full, query_parameters::UploadToContainerOptionsBuilder},
    ensure, eventually, on_each_engine,
};
use tokio::time::timeout;

use super::{BOUND, status, switch_name, update};
use crate::overlap::{adopted, version};

/// How each of the two files can be found after a crash.
const BROKEN: [(&str, &str); 3] = [
    ("torn", r#"{"version":1,"revis"#),
    ("empty", ""),
    (
        "of another version",
        r#"{"version":0,"revision":9,"route":{"backends":[]},"unconfirmed":null,"confirmed":null}"#,
    ),
];

#[test]
fn a_broken_route_file_is_replaced_by_the_last_good_copy() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "torn").await?;
        let gateway = adopted(&scene).await?;
        for (name, content) in BROKEN {
            restarted_with(&scene, &gateway, &[File::text("route.json", content)]).await?;
            ensure!(version(&gateway).await? == "1.0.0", "with a file that is {name}");
            let status = status(&scene, &gateway).await?;
            let warning = status["state_warning"].as_str().unwrap_or_default();
            ensure!(warning.contains("last good copy"), "{name}: {warning:?}");
        }
        scene.finish().await
    });
}

#[test]
fn without_any_route_requests_wait_and_an_update_lets_them_through() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "routeless").await?;
        let gateway = adopted(&scene).await?;
        let files = ["route.json", "route.good.json"].map(|name| File::text(name, "{"));
        restarted_with(&scene, &gateway, &files).await?;

        let mut request = tokio::spawn({
            let gateway = gateway.clone();
            async move { gateway.get("/api/health").await }
        });
        let waited = timeout(Duration::from_secs(2), &mut request).await;
        ensure!(waited.is_err(), "answered without a route: {waited:?}");
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let receipt = update(&scene, &gateway, 0).await?;
        assert_eq!(receipt["outcome"], "updated", "{receipt:#}");
        let answer = request.await??;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()?["version"], "1.1.0");
        scene.finish().await
    });
}

#[test]
fn a_route_that_cannot_be_stored_is_not_taken_and_the_old_release_serves() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "unwritable").await?;
        let gateway = adopted(&scene).await?;
        // What the switch would write first cannot be created, as on a full or read-only volume.
        place(&scene, &switch_name(&gateway), &[File::Folder("route.tmp")]).await?;
        let mut plan = phoenix_load::LoadPlan::gentle(crate::overlap::addresses(&gateway));
        (plan.mix.stream, plan.mix.slow, plan.mix.upload) = (0, 0, 0);
        let load = Load::start(plan)?;
        load.wait_for_successes(100, BOUND).await?;

        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let receipt = update(&scene, &gateway, 1).await?;
        load.wait_for_successes(100, BOUND).await?;
        let report = load.stop().await;
        println!("Engine {}: {}", engine.version, receipt["reason"]);
        assert_eq!(receipt["outcome"], "failed", "{receipt:#}");
        assert_eq!(version(&gateway).await?, "1.0.0");
        assert_eq!(report.failed(), 0, "{report}");
        scene.finish().await
    });
}

/// Something to be put into a container.
pub(super) enum File<'a> {
    /// A file with this content.
    Text(&'a str, &'a str),
    /// A folder that may not be written to.
    Folder(&'a str),
}

impl<'a> File<'a> {
    fn text(name: &'a str, content: &'a str) -> Self {
        Self::Text(name, content)
    }
}

/// Puts files into the switch's state while it is away.
async fn restarted_with(scene: &Scene, gateway: &Running, files: &[File<'_>]) -> Result<()> {
    let switch = switch_name(gateway);
    scene.docker().stop_container(&switch, None).await?;
    place(scene, &switch, files).await?;
    scene.docker().start_container(&switch, None).await?;
    eventually("the switch can be asked", BOUND, async || status(scene, gateway).await).await?;
    Ok(())
}

/// Puts files into `/state`.
pub(super) async fn place(scene: &Scene, container: &str, files: &[File<'_>]) -> Result<()> {
    let options = UploadToContainerOptionsBuilder::default().path("/state").build();
    let archive = body_full(archive(files)?.into());
    scene.docker().upload_to_container(container, Some(options), archive).await?;
    Ok(())
}

fn archive(files: &[File<'_>]) -> Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for file in files {
        let mut header = tar::Header::new_gnu();
        header.set_uid(65_532);
        header.set_gid(65_532);
        let (name, content) = match file {
            File::Text(name, content) => {
                header.set_mode(0o600);
                (name, *content)
            }
            File::Folder(name) => {
                header.set_entry_type(tar::EntryType::Directory);
                header.set_mode(0o500);
                (name, "")
            }
        };
        header.set_size(content.len() as u64);
        archive.append_data(&mut header, name, content.as_bytes())?;
    }
    Ok(archive.into_inner()?)
}
