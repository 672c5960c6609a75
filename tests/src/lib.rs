//! The harness of the scenarios and of the demo: real engines, a real registry, images of the demo
//! gateway, and scenes that leave nothing behind. It looks at the product from outside: through
//! the Engine API, the host's ports and the program `phoenixctl`.
//!
//! ```no_run
//! use phoenix_tests::{ContainerSpec, GatewayImage, Scene, on_each_engine};
//!
//! on_each_engine(async |engine| {
//!     let scene = Scene::set(&engine, "first").await?;
//!     scene.publish(&GatewayImage::new("1.0.0")).await?;
//!     let gateway = scene.run(ContainerSpec::new("gateway")).await?;
//!     scene.ctl(["status", &gateway.name]).await?.expect_success()?;
//!     scene.finish().await
//! });
//! ```

mod ctl;
#[cfg(target_os = "linux")]
pub mod desktop;
mod engine;
mod http;
mod image;
mod registry;
mod scene;
mod wait;

pub use anyhow::{Context, Result, bail, ensure};
pub use bollard;
pub use ctl::{CtlOutcome, phoenixctl};
pub use engine::{Engine, engines, on_each_engine};
pub use http::{Answer, get};
pub use image::{GatewayImage, Published};
pub use registry::RegistryServer;
pub use scene::{ComposeProject, ContainerSpec, Running, Scene, free_port};
pub use wait::{eventually, within};
