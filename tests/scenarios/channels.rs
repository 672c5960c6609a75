//! What is told beyond the desktop: mail, to a real mail server, by the real program.

use std::{
    fs,
    process::{Command, Stdio},
};

use phoenix_tests::{
    Context as _, MAIL_PASSWORD as PASSWORD, MAIL_USER as USER, MailServer, Result, ensure,
    phoenixctl,
};
use tempfile::TempDir;

/// A user with one mail channel.
struct Person {
    home: TempDir,
}

struct Said {
    code: Option<i32>,
    text: String,
}

impl Person {
    fn with(config: &str) -> Result<Self> {
        let home = tempfile::tempdir()?;
        fs::write(home.path().join("config.toml"), config)?;
        Ok(Self { home })
    }

    fn channels(&self, arguments: &[&str], password: &str) -> Result<Said> {
        let output = Command::new(phoenixctl()?)
            .arg("channels")
            .args(arguments)
            .env("PHOENIX_TRAY_CONFIG_DIR", self.home.path())
            .env("PHOENIX_TRAY_STATE_DIR", self.home.path().join("state"))
            .env("PHOENIX_TEST_PASSWORD", password)
            .env("PHOENIX_LOG", "debug")
            .stdin(Stdio::null())
            .output()
            .context("phoenixctl could not be started")?;
        let both = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&both).into_owned();
        ensure!(!text.contains(password), "the password was printed: {text}");
        Ok(Said { code: output.status.code(), text })
    }
}

fn mail(port: u16, to: &str, more: &str) -> String {
    format!(
        "[channels.mail]\nkind = \"smtp\"\nhost = \"localhost\"\nport = {port}\n\
         from = \"Phoenix <phoenix@example.org>\"\nto = {to}\n{more}\n"
    )
}

fn secured(server: &MailServer, security: &str) -> String {
    format!(
        "security = \"{security}\"\nca = \"{}\"\nuser = \"{USER}\"\n\
         password = {{ env = \"PHOENIX_TEST_PASSWORD\" }}",
        server.authority().display()
    )
}

#[tokio::test]
async fn a_mail_goes_to_all_its_recipients_over_starttls_with_a_login() -> Result<()> {
    let server = MailServer::start().await?;
    let more = format!("{}\nlanguage = \"fr\"", secured(&server, "starttls"));
    let to = "[\"ton@example.org\", \"Ops <ops@example.org>\"]";
    let person = Person::with(&mail(server.port, to, &more))?;
    let said = person.channels(&["test", "mail"], PASSWORD)?;
    ensure!(said.code == Some(0) && said.text.contains("250"), "{}", said.text);
    let inbox = server.inbox("Auto-Submitted: auto-generated").await?;
    for wanted in ["ton@example.org", "Ops <ops@example.org>", "Subject: Essai de Phoenix Tray"] {
        ensure!(inbox.contains(wanted), "{wanted} is not in {inbox}");
    }
    let log = server.log();
    ensure!(log.contains("P=esmtpsa") && log.contains("A=plain:ops"), "{log}");
    Ok(())
}

#[tokio::test]
async fn a_mail_goes_over_tls_from_the_first_byte() -> Result<()> {
    let server = MailServer::start().await?;
    let more = secured(&server, "tls");
    let person = Person::with(&mail(server.tls_port, "\"ton@example.org\"", &more))?;
    let said = person.channels(&["test", "mail"], PASSWORD)?;
    ensure!(said.code == Some(0), "{}", said.text);
    server.inbox("Subject: Test from Phoenix Tray").await.map(drop)
}

#[tokio::test]
async fn on_this_machine_a_mail_needs_neither_tls_nor_login() -> Result<()> {
    let server = MailServer::start().await?;
    let config = mail(server.port, "\"open@example.org\"", "security = \"none\"");
    let said = Person::with(&config)?.channels(&["test", "mail"], "unused")?;
    ensure!(said.code == Some(0), "{}", said.text);
    server.inbox("To: open@example.org").await.map(drop)
}

#[tokio::test]
async fn a_wrong_password_is_tried_once_and_said_without_it() -> Result<()> {
    let server = MailServer::start().await?;
    let more = secured(&server, "starttls");
    let person = Person::with(&mail(server.port, "\"ton@example.org\"", &more))?;
    let said = person.channels(&["test", "mail"], "wrong-hush")?;
    ensure!(said.code == Some(1) && said.text.contains("535"), "{}", said.text);
    let log = server.log();
    ensure!(log.matches("authenticator failed").count() == 1, "{log}");
    Ok(())
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused_before_the_login() -> Result<()> {
    let server = MailServer::start().await?;
    let more = secured(&server, "starttls");
    let more: Vec<_> = more.lines().filter(|line| !line.starts_with("ca")).collect();
    let person = Person::with(&mail(server.port, "\"ton@example.org\"", &more.join("\n")))?;
    let said = person.channels(&["test", "mail"], PASSWORD)?;
    ensure!(said.code == Some(1), "{}", said.text);
    ensure!(!server.log().contains("A=plain"), "{}", server.log());
    Ok(())
}

#[tokio::test]
async fn a_recipient_that_the_server_refuses_is_said_in_its_words() -> Result<()> {
    let server = MailServer::start().await?;
    let more = secured(&server, "starttls");
    let person = Person::with(&mail(server.port, "\"ton@elsewhere.example\"", &more))?;
    let said = person.channels(&["test", "mail"], PASSWORD)?;
    ensure!(said.code == Some(1) && said.text.contains("550"), "{}", said.text);
    Ok(())
}
