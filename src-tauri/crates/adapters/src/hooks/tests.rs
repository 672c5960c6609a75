//! Real processes on this machine.

use std::{path::Path, time::Instant};

use phoenix_plan::hooks::HookEnded;

use super::*;

const LIMIT: Duration = Duration::from_secs(20);

async fn shell(script: &str, variables: &[(String, String)], limit: Duration) -> HookRun {
    let command = ["sh", "-c", script].map(str::to_owned);
    host::run(&command, variables, limit).await
}

fn lives(pid: &str) -> bool {
    // A process that has ended and was not waited for is a zombie.
    let stat = std::fs::read_to_string(Path::new("/proc").join(pid).join("stat"));
    stat.is_ok_and(|stat| !stat.contains(") Z "))
}

#[tokio::test]
async fn exit_code_output_and_variables_are_told() {
    let variables = [("PHOENIX_FROM".to_owned(), "1.0".to_owned())];
    let run = shell("echo from $PHOENIX_FROM; echo hm >&2; exit 75", &variables, LIMIT).await;
    assert_eq!(run.ended, HookEnded::Exited { code: 75 });
    assert!(run.output.contains("from 1.0") && run.output.contains("hm"), "{run:?}");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_said() {
    let run = host::run(&["/no/such/hook".to_owned()], &[], LIMIT).await;
    assert!(matches!(&run.ended, HookEnded::NotRun { why } if why.contains("/no/such/hook")));
}

#[tokio::test]
async fn a_signal_is_an_exit_code_as_in_a_shell() {
    assert_eq!(shell("kill -9 $$", &[], LIMIT).await.ended, HookEnded::Exited { code: 137 });
}

#[tokio::test]
async fn a_hook_over_its_time_is_ended_with_all_that_it_started() {
    let script = "sleep 300 & echo $!; sh -c 'trap \"\" TERM; sleep 300' & echo $!; wait";
    let run = shell(script, &[], Duration::from_millis(500)).await;
    assert!(matches!(run.ended, HookEnded::TimedOut { tree_ended: true, .. }), "{run:?}");
    let pids: Vec<&str> = run.output.split_whitespace().collect();
    assert_eq!(pids.len(), 2, "{run:?}");
    assert!(pids.iter().all(|pid| !lives(pid)), "still running: {pids:?}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_child_with_a_session_of_its_own_is_ended_too() {
    let run = shell("setsid sleep 300 & echo $!; wait; sleep 300", &[], Duration::from_millis(500));
    let run = run.await;
    assert!(matches!(run.ended, HookEnded::TimedOut { tree_ended: true, .. }), "{run:?}");
    assert!(!lives(run.output.trim()), "{run:?}");
}

#[tokio::test]
async fn what_a_hook_leaves_running_does_not_keep_it_waiting() {
    let begun = Instant::now();
    let run = shell("sleep 300 & echo $!", &[], LIMIT).await;
    assert_eq!(run.ended, HookEnded::Exited { code: 0 });
    assert!(begun.elapsed() < LIMIT, "it was waited for");
    assert!(lives(run.output.trim()), "{run:?}");
    shell(&format!("kill {}", run.output.trim()), &[], LIMIT).await;
}

#[tokio::test]
async fn a_hook_that_nobody_waits_for_any_more_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let script = format!("echo $$ > {0}.new; mv {0}.new {0}; sleep 300", file.display());
    let running = shell(&script, &[], LIMIT);
    let written = async {
        while !file.exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        run = running => panic!("{run:?}"),
        () = written => {}
    }
    let pid = std::fs::read_to_string(&file).unwrap();
    let gone = async {
        while lives(pid.trim()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LIMIT, gone).await.unwrap();
}

#[tokio::test]
async fn endless_output_is_bounded_and_does_not_block() {
    let run = shell("yes | head -c 1000000; exit 3", &[], LIMIT).await;
    assert_eq!((run.ended, run.output.len()), (HookEnded::Exited { code: 3 }, 16 * 1024));
}
