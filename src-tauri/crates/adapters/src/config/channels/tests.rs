use super::*;
use crate::config::parse;

fn read(text: &str) -> ChannelSettings {
    let settings = parse(text, "config.toml").unwrap();
    settings.channels().values().next().unwrap().clone()
}

fn complaint(text: &str) -> String {
    parse(text, "config.toml").unwrap_err().to_string()
}

/// A table without the key whose complaint is wanted.
fn complaint_about(kind: &str, line: &str) -> String {
    let rest = match kind {
        "smtp" => "host = \"mail.example.org\"\nfrom = \"a@example.org\"\nto = [\"b@example.org\"]",
        "gotify" => "server = \"https://push.example.org\"",
        _ => "",
    };
    complaint(&format!("[channels.one]\nkind = \"{kind}\"\n{line}\n{rest}\n"))
}

#[test]
fn a_mail_channel_is_read_with_its_defaults() {
    let channel = read(
        "[channels.mail]\nkind = \"smtp\"\nhost = \"mail.example.org\"\nuser = \"ops\"\n\
         password = { env = \"SMTP_PASSWORD\" }\nfrom = \"Phoenix <p@example.org>\"\n\
         to = [\"a@example.org\", \"B <b@example.org>\"]\nlanguage = \"fr\"\n\
         events = [\"failed\", \"available\"]\n",
    );
    let smtp = Smtp {
        host: "mail.example.org".to_owned(),
        port: 587,
        security: Security::StartTls,
        login: Some(("ops".to_owned(), SecretSource::Env("SMTP_PASSWORD".to_owned()))),
        from: "Phoenix <p@example.org>".to_owned(),
        to: vec!["a@example.org".to_owned(), "B <b@example.org>".to_owned()],
    };
    assert_eq!(channel.kind, Kind::Smtp(smtp));
    assert_eq!(channel.events, Some([Event::Available, Event::Failed].into()));
    assert_eq!(channel.language, Some(crate::config::Language::French));
}

#[test]
fn every_kind_is_read() {
    for (kind, keys) in [
        ("smtp", "host = \"h\"\nfrom = \"a@example.org\"\nto = \"b@example.org\""),
        ("ntfy", "topic = \"updates\"\ntoken = { file = \"/run/token\" }"),
        ("ntfy", "topic = \"updates\"\nuser = \"me\"\npassword = { env = \"P\" }"),
        ("discord", "url = { env = \"DISCORD\" }"),
        ("slack", "url = { keychain = \"phoenix-tray/slack\" }"),
        ("telegram", "chat = \"-100123\"\ntoken = { env = \"BOT\" }"),
        ("gotify", "server = \"http://127.0.0.1:8080\"\ntoken = { file = \"gotify\" }"),
        ("webhook", "url = \"https://example.org/hook\"\nauthorization = { env = \"AUTH\" }"),
        ("webhook", "url = { env = \"HOOK\" }\nbody = '{\"text\": \"{headline}\"}'"),
    ] {
        let channel = read(&format!("[channels.one]\nkind = \"{kind}\"\n{keys}\n"));
        assert_eq!(channel.kind.name(), kind);
    }
}

#[test]
fn a_secret_in_plain_text_is_refused_and_not_repeated() {
    for (kind, line) in [
        ("smtp", "user = \"ops\"\npassword = \"hunter2\""),
        ("smtp", "user = \"ops\"\npassword = { plain = \"hunter2\" }"),
        ("smtp", "user = \"ops\"\npassword = { hunter2 = true }"),
        ("smtp", "user = \"ops\"\npassword = { env = \"hunter2!\" }"),
        ("smtp", "password = \"hunter2\""),
        ("gotify", "token = \"hunter2\""),
        ("gotify", "token = 427777"),
        ("gotify", "token = { keychain = \"hunter2\" }"),
        ("discord", "url = \"https://discord.com/api/webhooks/1/hunter2\""),
        ("slack", "url = \"https://hooks.slack.com/services/hunter2\""),
        ("telegram", "chat = \"1\"\ntoken = \"1:hunter2\""),
        ("webhook", "url = \"https://me:hunter2@example.org/\""),
        ("webhook", "url = \"http://example.org/hunter2\""),
    ] {
        let said = complaint_about(kind, line);
        assert!(said.starts_with("config.toml:"), "{said}");
        assert!(!said.contains("hunter2") && !said.contains("7777"), "{line}: {said}");
    }
}

#[test]
fn a_complaint_names_line_key_and_remedy() {
    let said = complaint("[channels.mail]\nkind = \"smtp\"\nhost = \"h\"\nsecurity = \"none\"\n");
    assert!(said.starts_with("config.toml:4: channels.\"mail\".security"), "{said}");
    assert!(said.contains("allow_plain = true"), "{said}");
    let said = complaint("[channels.mail]\nkind = \"email\"\n");
    assert!(said.contains("config.toml:2") && said.contains("\"smtp\""), "{said}");
    let said = complaint_about("gotify", "token = { env = \"T\" }\nevents = [\"update\"]");
    assert!(said.contains("config.toml:4") && said.contains("\"available\""), "{said}");
    let said = complaint_about("gotify", "token = { env = \"T\" }\nsubject = \"{sevrice}\"");
    assert!(said.contains("{sevrice}") && said.contains("{service}"), "{said}");
    let said = complaint_about("gotify", "tokne = { env = \"T\" }");
    assert!(said.contains("it needs a key \"token\""), "{said}");
}

#[test]
fn plain_http_leaves_this_machine_only_when_it_is_allowed() {
    let table = |rest: &str| {
        format!("[channels.g]\nkind = \"gotify\"\ntoken = {{ env = \"T\" }}\n{rest}\n")
    };
    let said = complaint(&table("server = \"http://push.lan\""));
    assert!(said.contains("allow_plain"), "{said}");
    read(&table("server = \"http://push.lan\"\nallow_plain = true"));
    read(&table("server = \"http://[::1]:8080\""));
}

#[test]
fn addresses_and_recipients_are_checked() {
    for line in ["to = [\"nobody\"]", "to = []", "from = \"@\""] {
        let key = line.split(' ').next().unwrap();
        let rest: Vec<_> = ["host = \"h\"", "from = \"a@example.org\"", "to = [\"b@example.org\"]"]
            .into_iter()
            .filter(|other| !other.starts_with(key))
            .collect();
        let text = format!("[channels.m]\nkind = \"smtp\"\n{line}\n{}\n", rest.join("\n"));
        let said = complaint(&text);
        assert!(said.contains("config.toml:3"), "{line}: {said}");
    }
}
