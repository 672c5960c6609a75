//! A hook on this machine, within its bound.

use std::{process::ExitStatus, process::Stdio, sync::Mutex, time::Duration};

use futures_util::FutureExt as _;
use phoenix_engine::ports::HookRun;
use phoenix_plan::hooks::{HookEnded, masked};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    process::{Child, Command},
};

use super::{MARK, tree::Tree};

/// More of a hook's output is of no use to anybody.
const OUTPUT_LIMIT_BYTES: usize = 16 * 1024;
/// What a hook has said is read for this long after its end; what it left running may hold its
/// output open for ever.
const REST: Duration = Duration::from_millis(300);

pub(super) async fn run(
    command: &[String],
    variables: &[(String, String)],
    limit: Duration,
) -> HookRun {
    let Some((program, arguments)) = command.split_first() else {
        return HookRun::not_run("no command is named".to_owned());
    };
    let mark = format!("{:016x}", rand::random::<u64>());
    let mut command = Command::new(program);
    command.args(arguments).envs(variables.iter().map(|(name, value)| (name, value)));
    command.env(MARK, &mark).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    command.process_group(0);
    let child = match command.kill_on_drop(true).spawn() {
        Ok(child) => child,
        Err(error) => return HookRun::not_run(format!("{program}: {error}")),
    };
    let tree = Tree::of(&child, mark);
    let (ended, output) = follow(child, tree, limit).await;
    let own = std::env::vars().map(|(name, value)| format!("{name}={value}"));
    let own: Vec<String> = own.collect();
    HookRun { ended, output: masked(&output, own.iter().map(String::as_str)) }
}

async fn follow(mut child: Child, mut tree: Tree, limit: Duration) -> (HookEnded, String) {
    let heard = Mutex::new(Vec::new());
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let listening = async { tokio::join!(listen(stdout, &heard), listen(stderr, &heard)) }.fuse();
    tokio::pin!(listening);
    let mut is_heard = false;
    let waiting = async {
        loop {
            tokio::select! {
                status = child.wait() => break status,
                _ = &mut listening, if !is_heard => is_heard = true,
            }
        }
    };
    let status = tokio::time::timeout(limit, waiting).await;
    let ended = match status {
        Ok(Ok(status)) => {
            tree.leave();
            HookEnded::Exited { code: code(status) }
        }
        Ok(Err(error)) => HookEnded::NotRun { why: error.to_string() },
        Err(_) => HookEnded::TimedOut { after: limit, tree_ended: tree.end(&mut child).await },
    };
    if !is_heard {
        let _ = tokio::time::timeout(REST, listening).await;
    }
    let heard = heard.lock().map(|heard| heard.clone()).unwrap_or_default();
    (ended, String::from_utf8_lossy(&heard).into_owned())
}

async fn listen(stream: Option<impl AsyncRead + Unpin>, heard: &Mutex<Vec<u8>>) {
    let Some(mut stream) = stream else { return };
    let mut piece = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut piece).await {
        if let Ok(mut heard) = heard.lock() {
            let room = OUTPUT_LIMIT_BYTES.saturating_sub(heard.len());
            heard.extend_from_slice(&piece[..room.min(count)]);
        }
    }
}

/// As a shell counts: 128 and the signal.
fn code(status: ExitStatus) -> i64 {
    #[cfg(unix)]
    let by_signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let by_signal: Option<i32> = None;
    let code = status.code().or_else(|| by_signal.map(|signal| 128 + signal));
    i64::from(code.unwrap_or(-1))
}
