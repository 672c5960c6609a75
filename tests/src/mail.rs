//! A real mail server on loopback: Debian's exim, with STARTTLS, TLS and a login, by its own
//! authority. It ends when it is dropped.

use std::{
    fs,
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::{
    registry::{Authority, Holds},
    scene::free_port,
    wait::eventually,
};

/// Who may log in.
pub const USER: &str = "ops";
/// With what.
pub const PASSWORD: &str = "hush-hush";

const BOUND: Duration = Duration::from_secs(20);

/// The server.
#[derive(Debug)]
pub struct MailServer {
    folder: TempDir,
    authority: Authority,
    child: Child,
    /// Greets in plain text and offers STARTTLS.
    pub port: u16,
    /// Speaks TLS from the first byte.
    pub tls_port: u16,
}

impl MailServer {
    /// Starts one whose authority is new.
    pub async fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let root = folder.path();
        for name in ["spool", "log"] {
            fs::create_dir(root.join(name))?;
        }
        let authority = Authority::new()?;
        let signed = authority.sign(root, Holds::Now)?;
        let (port, tls_port) = (free_port()?, free_port()?);
        let config = root.join("exim.conf");
        fs::write(
            &config,
            configuration(root, (&signed.certificate, &signed.key), (port, tls_port))?,
        )?;
        open_to_all(root, &signed.key)?;
        let child = Command::new("/usr/sbin/exim4")
            .arg("-C")
            .arg(&config)
            .args(["-bdf", "-q1h"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("exim4 is missing: tests/setup/install.sh test")?;
        let server = Self { folder, authority, child, port, tls_port };
        eventually("the mail server listens", BOUND, async || {
            TcpStream::connect(("127.0.0.1", port))?;
            Ok(())
        })
        .await?;
        Ok(server)
    }

    /// The certificate of its authority.
    pub fn authority(&self) -> PathBuf {
        self.authority.file()
    }

    /// All that was delivered, as it lies in the mailbox, once it holds `wanted`.
    pub async fn inbox(&self, wanted: &str) -> Result<String> {
        eventually("the mail is delivered", BOUND, async || {
            let text = fs::read_to_string(self.folder.path().join("inbox"))?;
            ensure!(text.contains(wanted), "the inbox holds {text}");
            Ok(text)
        })
        .await
    }

    /// Its log; what it refused is in it too.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log/main")).unwrap_or_default()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// exim gives up root's rights, and delivers with those it has left.
fn configuration(
    root: &Path,
    (certificate, key): (&Path, &Path),
    (port, tls_port): (u16, u16),
) -> Result<String> {
    let own = |flag: &str| -> Result<String> {
        let output = Command::new("id").arg(flag).output().context("id is missing")?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let (user, group) = match own("-un")?.as_str() {
        "root" => ("nobody".to_owned(), "nogroup".to_owned()),
        user => (user.to_owned(), own("-gn")?),
    };
    let (root, certificate, key) = (root.display(), certificate.display(), key.display());
    Ok(format!(
        "primary_hostname = localhost\n\
         spool_directory = {root}/spool\n\
         log_file_path = {root}/log/%s\n\
         pid_file_path = {root}/exim.pid\n\
         exim_user = {user}\n\
         exim_group = {group}\n\
         local_interfaces = 127.0.0.1\n\
         daemon_smtp_ports = {port} : {tls_port}\n\
         tls_on_connect_ports = {tls_port}\n\
         tls_advertise_hosts = *\n\
         tls_certificate = {certificate}\n\
         tls_privatekey = {key}\n\
         acl_smtp_rcpt = recipient\n\
         host_lookup =\n\
         rfc1413_hosts =\n\
         deliver_drop_privilege = true\n\
         keep_environment =\n\
         begin acl\n\
         recipient:\n\
         \x20 deny ! domains = example.org\n\
         \x20 accept authenticated = *\n\
         \x20 accept condition = ${{if eq{{$local_part}}{{open}}}}\n\
         begin routers\n\
         all:\n\
         \x20 driver = accept\n\
         \x20 transport = inbox\n\
         begin transports\n\
         inbox:\n\
         \x20 driver = appendfile\n\
         \x20 file = {root}/inbox\n\
         \x20 user = {user}\n\
         begin authenticators\n\
         plain:\n\
         \x20 driver = plaintext\n\
         \x20 public_name = PLAIN\n\
         \x20 server_prompts = :\n\
         \x20 server_condition = \
            ${{if and{{{{eq{{$auth2}}{{{USER}}}}}{{eq{{$auth3}}{{{PASSWORD}}}}}}}}}\n\
         \x20 server_set_id = $auth2\n"
    ))
}

/// exim runs as somebody else than root where root starts it.
fn open_to_all(root: &Path, key: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    for path in [root.to_owned(), root.join("spool"), root.join("log")] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o777))?;
    }
    fs::set_permissions(key, fs::Permissions::from_mode(0o644))?;
    Ok(())
}
