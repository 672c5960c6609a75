//! Embeds the switch: its image is made on the engine from the binary inside this program.

#[expect(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]
fn main() {
    let switch = phoenix_embed::static_binary("phoenix-switch", "phoenix-switch");
    println!("cargo::rustc-env=PHOENIX_SWITCH_BINARY={}", switch.display());
    println!(
        "cargo::rustc-env=PHOENIX_SWITCH_ARCHITECTURE={}",
        phoenix_embed::image_architecture()
    );
}
