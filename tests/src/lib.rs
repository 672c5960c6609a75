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
mod delay;
#[cfg(target_os = "linux")]
pub mod desktop;
mod engine;
mod http;
mod image;
mod mail;
mod registry;
mod scene;
mod wait;

pub use anyhow::{Context, Result, bail, ensure};
pub use bollard;
pub use ctl::{CtlOutcome, phoenixctl};
pub use delay::Distance;
pub use engine::{Engine, engines, on_each_engine};
pub use http::{Answer, get};
pub use image::{GatewayImage, Published, push_tiny};
pub use mail::{MailServer, PASSWORD as MAIL_PASSWORD, USER as MAIL_USER};
pub use registry::{Accounts, Authority, Guard, Holds, RegistryFront, RegistryServer, TokenServer};
pub use scene::{ComposeProject, ContainerSpec, Running, Scene, compose_cli, free_port};
pub use wait::{eventually, within};
