//! The desktop application: tray, window, notifications, autostart. Thin over the engine's
//! controller; the only code that names tauri.

pub mod app;
pub mod arguments;
pub mod autostart;
pub mod desk;
pub mod ipc;
pub mod notify;
pub mod panel;
pub mod surroundings;
pub mod theme;
pub mod tray;
pub mod window;
pub mod words;
