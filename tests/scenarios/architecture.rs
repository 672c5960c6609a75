//! The shape of the code itself: who may depend on whom, and that it stays easy to read.

mod dependencies;
mod sources;
mod tidiness;
