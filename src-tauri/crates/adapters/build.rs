//! Embeds the switch: its image is made on the engine from the binary inside this program.

fn main() {
    let switch = phoenix_embed::static_binary("phoenix-switch", "phoenix-switch");
    println!("cargo::rustc-env=PHOENIX_SWITCH_BINARY={}", switch.display());
    println!(
        "cargo::rustc-env=PHOENIX_SWITCH_ARCHITECTURE={}",
        phoenix_embed::image_architecture()
    );
}
