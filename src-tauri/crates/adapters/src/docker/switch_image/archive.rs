//! An image as `docker save` writes it: one layer, the same bytes for the same binary.

use std::{fmt::Write as _, io};

use serde_json::json;
use sha2::{Digest as _, Sha256};
use tar::{Builder, EntryType, Header};

/// User and group of the switch: nobody that exists on any host.
const USER: u32 = 65_532;

/// The whole archive.
pub(super) fn image(binary: &[u8], architecture: &str, reference: &str) -> io::Result<Vec<u8>> {
    let layer = layer(binary)?;
    let configuration = json!({
        "architecture": architecture, "os": "linux", "created": "1970-01-01T00:00:00Z",
        "config": {
            "Entrypoint": ["/phoenix-switch"], "User": format!("{USER}:{USER}"),
            "WorkingDir": "/", "StopSignal": "SIGTERM",
            "Labels": {
                "org.opencontainers.image.title": "Phoenix Tray switch",
                "org.opencontainers.image.version": env!("CARGO_PKG_VERSION"),
                "org.opencontainers.image.licenses": env!("CARGO_PKG_LICENSE"),
                "org.opencontainers.image.source": env!("CARGO_PKG_REPOSITORY"),
            },
        },
        "rootfs": { "type": "layers", "diff_ids": [format!("sha256:{}", hex_digest(&layer))] },
        "history": [{ "created": "1970-01-01T00:00:00Z", "created_by": "phoenix-tray" }],
    })
    .to_string();
    let configuration_name = format!("{}.json", hex_digest(configuration.as_bytes()));
    let layer_name = "layer.tar";
    let manifest = json!([{
        "Config": configuration_name, "RepoTags": [reference], "Layers": [layer_name],
    }])
    .to_string();
    let mut archive = Builder::new(Vec::new());
    file(&mut archive, layer_name, 0o644, 0, &layer)?;
    file(&mut archive, &configuration_name, 0o644, 0, configuration.as_bytes())?;
    file(&mut archive, "manifest.json", 0o644, 0, manifest.as_bytes())?;
    archive.into_inner()
}

/// SHA-256 as hexadecimal text.
pub(super) fn hex_digest(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The engine copies owner and mode of a folder to the volume that is first mounted there.
fn layer(binary: &[u8]) -> io::Result<Vec<u8>> {
    let mut layer = Builder::new(Vec::new());
    file(&mut layer, "phoenix-switch", 0o755, 0, binary)?;
    folder(&mut layer, "run/", 0o755, 0)?;
    folder(&mut layer, "run/phoenix/", 0o700, USER)?;
    folder(&mut layer, "state/", 0o700, USER)?;
    layer.into_inner()
}

fn file(
    archive: &mut Builder<Vec<u8>>,
    path: &str,
    mode: u32,
    owner: u32,
    content: &[u8],
) -> io::Result<()> {
    let mut header = header(EntryType::Regular, mode, owner);
    header.set_size(u64::try_from(content.len()).map_err(io::Error::other)?);
    archive.append_data(&mut header, path, content)
}

fn folder(archive: &mut Builder<Vec<u8>>, path: &str, mode: u32, owner: u32) -> io::Result<()> {
    let mut header = header(EntryType::Directory, mode, owner);
    header.set_size(0);
    archive.append_data(&mut header, path, io::empty())
}

fn header(kind: EntryType, mode: u32, owner: u32) -> Header {
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_uid(u64::from(owner));
    header.set_gid(u64::from(owner));
    header.set_mtime(0);
    header
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, io::Read as _};

    use serde_json::Value;

    use super::*;

    fn entries(archive: &[u8]) -> BTreeMap<String, (Header, Vec<u8>)> {
        let mut archive = tar::Archive::new(archive);
        let entries = archive.entries().unwrap().map(|entry| {
            let mut entry = entry.unwrap();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            let path = entry.path().unwrap().to_string_lossy().into_owned();
            (path, (entry.header().clone(), content))
        });
        entries.collect()
    }

    #[test]
    fn the_same_binary_makes_the_same_image() {
        let make = || image(b"program", "amd64", "a/b:1").unwrap();
        assert_eq!(make(), make());
    }

    #[test]
    fn the_state_folder_belongs_to_the_switchs_user_alone() {
        let layer = layer(b"program").unwrap();
        let (header, _) = &entries(&layer)["state/"];
        assert_eq!(header.uid().unwrap(), u64::from(USER));
        assert_eq!(header.mode().unwrap(), 0o700);
    }

    #[test]
    fn the_program_may_be_run_by_everybody_and_changed_by_nobody() {
        let layer = layer(b"program").unwrap();
        let (header, content) = &entries(&layer)["phoenix-switch"];
        assert_eq!((header.mode().unwrap(), header.uid().unwrap()), (0o755, 0));
        assert_eq!(content, b"program");
    }

    #[test]
    fn the_manifest_names_what_is_in_the_archive() {
        let archive = image(b"program", "amd64", "a/b:1").unwrap();
        let entries = entries(&archive);
        let manifest: Value = serde_json::from_slice(&entries["manifest.json"].1).unwrap();
        assert_eq!(manifest[0]["RepoTags"], json!(["a/b:1"]));
        let configuration = &entries[manifest[0]["Config"].as_str().unwrap()].1;
        let configuration: Value = serde_json::from_slice(configuration).unwrap();
        let layer = &entries[manifest[0]["Layers"][0].as_str().unwrap()].1;
        let digest = format!("sha256:{}", hex_digest(layer));
        assert_eq!(configuration["rootfs"]["diff_ids"], json!([digest]));
    }
}
