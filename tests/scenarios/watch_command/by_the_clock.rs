//! A whole night in seconds: the schedule is due, the update is installed under load, the mail comes.

use std::fs;

use phoenix_tests::{
    GatewayImage, MAIL_PASSWORD, MAIL_USER, MailServer, Running, Scene, ensure, on_each_engine,
};

use super::Watching;
use crate::{
    faults::BOUND,
    overlap::{adopted, version},
    trouble::{light, undisturbed},
};

/// Every five seconds, by itself, and told by mail.
fn settings(gateway: &Running, mail: &MailServer) -> String {
    format!(
        "[schedule]\ncron = \"*/5 * * * * *\"\n\
         [services.\"{}\"]\nupdates = \"auto\"\nmonitor = \"2s\"\n\
         [channels.mail]\nkind = \"smtp\"\nhost = \"localhost\"\nport = {}\n\
         from = \"Phoenix <phoenix@example.org>\"\nto = \"ton@example.org\"\n\
         security = \"starttls\"\nca = \"{}\"\nuser = \"{MAIL_USER}\"\n\
         password = {{ env = \"PHOENIX_TEST_PASSWORD\" }}\n",
        gateway.name,
        mail.port,
        mail.authority().display()
    )
}

#[test]
fn a_scheduled_update_is_installed_under_load_without_a_failure_and_told_by_one_mail() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "night").await?;
        let gateway = adopted(&scene).await?;
        let mail = MailServer::start().await?;
        fs::write(scene.config_dir().join("config.toml"), settings(&gateway, &mail))?;
        let password = [("PHOENIX_TEST_PASSWORD", MAIL_PASSWORD)];
        let mut watch = Watching::start_with(&scene, &password)?;
        watch.line("checked").await?;
        let load = light(&gateway)?;
        load.wait_for_successes(100, BOUND).await?;

        // Nobody asks for it: the next run of the schedule finds it.
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let ended = watch.line("ended").await?;
        ensure!(ended["details"]["outcome"] == "updated", "{ended:#}");
        load.wait_for_version("1.1.0", BOUND).await?;
        let inbox = mail.inbox("1.1.0").await?;
        ensure!(inbox.contains("To: ton@example.org"), "{inbox}");

        // Further runs have nothing to say.
        watch.line("checked").await?;
        watch.line("checked").await?;
        let said = watch.stop().await?;
        let ends = said.iter().filter(|line| line["event"] == "ended").count();
        ensure!(ends == 1, "{said:#?}");
        let log = mail.log();
        ensure!(log.matches(" <= ").count() == 1, "more than one mail was received: {log}");
        ensure!(log.contains("P=esmtpsa"), "{log}");
        ensure!(version(&gateway).await? == "1.1.0");
        undisturbed(load).await;
        scene.finish().await
    });
}
