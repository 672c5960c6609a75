//! `phoenix`: the demo gateway as a program; see `phoenix help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    phoenix_demo_gateway::run(&arguments, &|name| std::env::var(name).ok())
}
