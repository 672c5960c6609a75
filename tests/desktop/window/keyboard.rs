//! The keyboard alone: every way that a mouse goes, with the focus in sight.

use phoenix_tests::{
    GatewayImage, Scene,
    desktop::{Desktop, Key},
};

use crate::support::{adopted, app_of, on_newest_engine, only_ours, serves};

#[test]
fn an_update_and_its_rollback_need_no_mouse() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "wkeys").await?;
        let gateway = adopted(&scene).await?;
        scene.publish(&GatewayImage::new("1.1.0").env("NEW_IN_1_1", "yes")).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.start(&desktop)?;
        let window = app.window().await?;
        window.wait_for_text("1.1.0 is available").await?;
        window.tab_to(&gateway.name).await?;
        window.press(&[Key::ENTER]).await?;
        window.tab_to("What changes?").await?;
        window.press(&[Key::ENTER]).await?;
        window.wait_for_text("NEW_IN_1_1").await?;
        let moved = "document.querySelector('main').scrollTop > 0";
        window.press(&[Key::DOWN]).await?;
        window.wait_until("the arrow key to move the plan", moved, &[]).await?;

        window.press(&[Key::ESCAPE]).await?;
        window.wait_for_text("Overview").await?;
        window.press(&[Key::ESCAPE]).await?;
        window.wait_for_text("Services").await?;

        window.tab_to(&gateway.name).await?;
        window.press(&[Key::ENTER]).await?;
        window.tab_to("What changes?").await?;
        window.press(&[Key::ENTER]).await?;
        window.tab_to("Update to 1.1.0").await?;
        window.press(&[Key::ENTER]).await?;
        window.wait_for_text("Updated to 1.1.0.").await?;
        serves(&gateway, "1.1.0").await?;
        window.tab_to("Roll back to 1.0.0").await?;
        window.press(&[Key::of(' ')]).await?;
        window.wait_for_text("Rolled back to 1.0.0.").await?;
        serves(&gateway, "1.0.0").await?;
        desktop.finish().await?;
        scene.finish().await
    });
}
