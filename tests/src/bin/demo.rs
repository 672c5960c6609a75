//! The demo: an update and a rollback of a real container under load.

use phoenix_tests::{ContainerSpec, GatewayImage, Result, Scene, engines};

#[tokio::main]
async fn main() -> Result<()> {
    let engine = engines().await?.swap_remove(0);
    let scene = Scene::set(&engine, "demo").await?;
    scene.publish(&GatewayImage::new("1.0.0")).await?;
    scene.run(ContainerSpec::new("gateway")).await?;
    scene.finish().await
}
