//! The desktop itself, proven with ordinary programs.

use std::time::Duration;

use phoenix_tests::desktop::Desktop;

use crate::support::on_a_desktop;

#[test]
fn two_desktops_stand_side_by_side_and_leave_nothing() {
    on_a_desktop(async || {
        let (one, other) = tokio::try_join!(Desktop::start(), Desktop::start())?;
        let picture = one.folder().join("screen.png");
        one.picture(&picture).await?;
        assert!(std::fs::metadata(&picture)?.len() > 0);
        let folder = other.folder().to_owned();
        one.finish().await?;
        other.finish().await?;
        assert!(!folder.exists());
        Ok(())
    });
}

#[test]
fn a_button_of_a_notification_can_be_pressed() {
    on_a_desktop(async || {
        let desktop = Desktop::start_without_panel().await?;
        let mut command = desktop.command("gdbus");
        command.args([
            "call",
            "--session",
            "--dest",
            "org.freedesktop.Notifications",
            "--object-path",
            "/org/freedesktop/Notifications",
            "--method",
            "org.freedesktop.Notifications.Notify",
            "test",
            "0",
            "",
            "Something happened",
            "Do you want it?",
            "['default', '', 'yes', 'Yes, please', 'no', 'No']",
            "{}",
            "0",
        ]);
        desktop.spawn("gdbus", command)?.ended(Duration::from_secs(20)).await?;
        let shown = desktop.notifications().wait_for("Something happened").await?;
        assert_eq!(shown.buttons, ["Yes, please", "No"]);
        assert!(shown.has_default);
        desktop.notifications().press(&shown, "No").await?;
        desktop.finish().await
    });
}
