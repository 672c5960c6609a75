//! The desktop application: tray, notifications, autostart, and what the window asks for. Thin over
//! the engine's controller.

pub mod app;
pub mod arguments;
pub mod autostart;
pub mod desk;
#[cfg(target_os = "linux")]
pub mod instance;
pub mod ipc;
pub mod notify;
pub mod panel;
pub mod surroundings;
pub mod theme;
pub mod tray;
pub mod window;
pub mod words;
