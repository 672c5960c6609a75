//! What the tray and the notifications say.

pub use phoenix_adapters::words::Words;

#[cfg(test)]
mod tests;
