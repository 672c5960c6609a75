//! What the program can be started with.

use clap::Parser;

/// Keeps self-hosted containers up to date without dropping a request.
#[derive(Debug, Clone, Copy, Parser)]
#[command(name = "phoenix-tray", version)]
pub struct Arguments {
    /// Start in the tray, without opening the window
    #[arg(long)]
    pub hidden: bool,
}
