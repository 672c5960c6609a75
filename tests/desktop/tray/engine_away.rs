//! The engine goes away and comes back.

use phoenix_icons::TrayState;
use phoenix_tests::{Scene, desktop::Desktop};

use crate::support::{adopted, app_of, on_newest_engine, only_ours};

#[test]
fn an_engine_that_goes_is_told_in_tray_and_window_and_comes_back_by_itself() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "daway").await?;
        let gateway = adopted(&scene).await?;
        let mut proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.start(&desktop)?;
        let (tray, window) = (app.tray().await?, app.window().await?);
        let service = format!("{} 1.0.0 · healthy", gateway.name);
        tray.wait_for(&service).await?;
        window.wait_for_text(&gateway.name).await?;

        proxy.cut();
        let view = tray.wait_for_icon(TrayState::Unreachable).await?;
        assert!(view.says("Docker does not answer"), "{view:#?}");
        assert!(!view.offers("Check now"), "{view:#?}");
        window.wait_for_text("Docker does not answer").await?;

        proxy.restore()?;
        let view = tray.wait_for_icon(TrayState::Healthy).await?;
        assert!(view.offers(&service), "{view:#?}");
        assert!(!view.says("Docker does not answer"), "{view:#?}");
        desktop.finish().await?;
        scene.finish().await
    });
}
