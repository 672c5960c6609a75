//! Builds the demo gateway as a static program, to be put into the images of the tests.

fn main() {
    let gateway = phoenix_embed::static_binary("phoenix-demo-gateway", "phoenix-demo-gateway");
    println!("cargo::rustc-env=PHOENIX_DEMO_GATEWAY={}", gateway.display());
    println!("cargo::rustc-env=PHOENIX_IMAGE_ARCHITECTURE={}", phoenix_embed::image_architecture());
}
