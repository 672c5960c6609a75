//! Image indexes and manifests (OCI image specification; Docker schema 2).

use serde::Deserialize;
use serde_json::Value;

/// All that can be understood: index and manifest, OCI's and Docker's.
pub(super) const ACCEPTED: [&str; 4] = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
];

/// A manifest of either kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Manifest {
    /// One entry for each platform (and for attestations).
    Index(Vec<Entry>),
    /// One image.
    Image {
        /// Digest of its config blob.
        config: String,
        /// Size of each compressed layer, lowest first; 0 where the manifest does not say.
        layers: Vec<u64>,
    },
}

/// An entry of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The digest of the entry's own manifest.
    pub(super) digest: String,
    /// Absent where the index does not say.
    pub(super) platform: Option<Platform>,
}

/// `os/arch[/variant]`, in Go's words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Platform {
    pub(super) os: String,
    pub(super) architecture: String,
    #[serde(default)]
    pub(super) variant: Option<String>,
}

impl Manifest {
    /// Reads a body; what it is, its fields tell more reliably than its media type.
    pub(super) fn read(body: &[u8]) -> Result<Self, &'static str> {
        let raw: Value = serde_json::from_slice(body).map_err(|_| "a manifest that is no JSON")?;
        if let Some(entries) = raw["manifests"].as_array() {
            return Ok(Self::Index(entries.iter().filter_map(Entry::read).collect()));
        }
        let config = raw["config"]["digest"].as_str();
        let config = config.ok_or("a manifest of an unknown kind")?.to_owned();
        let layers = raw["layers"].as_array().into_iter().flatten();
        let layers = layers.map(|layer| layer["size"].as_u64().unwrap_or(0)).collect();
        Ok(Self::Image { config, layers })
    }
}

impl Entry {
    /// `None` for attestations, which are no images.
    fn read(raw: &Value) -> Option<Self> {
        let kind = &raw["annotations"]["vnd.docker.reference.type"];
        let platform: Option<Platform> = Platform::deserialize(&raw["platform"]).ok();
        let unknown = platform.as_ref().is_some_and(|platform| platform.architecture == "unknown");
        (kind != "attestation-manifest" && !unknown).then_some(())?;
        Some(Self { digest: raw["digest"].as_str()?.to_owned(), platform })
    }
}

impl Platform {
    /// Reads `os/arch[/variant]`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let (os, architecture) = (parts.next()?, parts.next()?);
        let variant = parts.next().filter(|variant| !variant.is_empty()).map(str::to_owned);
        let platform = Self { os: os.to_owned(), architecture: architecture.to_owned(), variant };
        (!os.is_empty() && !architecture.is_empty()).then(|| platform.normal())
    }

    /// How well an image for `self` runs on `wanted`: the greater the better, `None` not at all
    /// (containerd's `platforms.Only`: 32-bit ARM runs older variants).
    pub(super) fn suits(&self, wanted: &Self) -> Option<u8> {
        let (offered, wanted) = (self.normal(), wanted.normal());
        if (&offered.os, &offered.architecture) != (&wanted.os, &wanted.architecture) {
            return None;
        }
        let level = |variant: &Option<String>| {
            variant.as_deref().and_then(|text| text.strip_prefix('v')?.parse::<u8>().ok())
        };
        match (level(&offered.variant), level(&wanted.variant)) {
            (offered, wanted) if offered == wanted => Some(u8::MAX),
            (Some(offered), Some(wanted)) => (offered < wanted).then_some(offered),
            (None, Some(_)) => Some(0),
            // nothing wanted in particular: the one that asks for least
            (Some(offered), None) => Some(u8::MAX - 1 - offered.min(u8::MAX - 1)),
            (None, None) => Some(u8::MAX),
        }
    }

    /// Other spellings of the same, and variants that every such processor has.
    fn normal(&self) -> Self {
        let (architecture, variant) = match self.architecture.as_str() {
            "x86_64" | "x86-64" => ("amd64", self.variant.as_deref()),
            "aarch64" => ("arm64", self.variant.as_deref()),
            "armhf" => ("arm", Some("v7")),
            "armel" => ("arm", Some("v6")),
            other => (other, self.variant.as_deref()),
        };
        let variant = match (architecture, variant) {
            ("arm64", Some("v8" | "8")) | ("amd64", Some("v1")) | (_, Some("")) => None,
            ("arm", None) => Some("v7"),
            (_, variant) => variant,
        };
        Self {
            os: self.os.to_ascii_lowercase(),
            architecture: architecture.to_owned(),
            variant: variant.map(str::to_owned),
        }
    }
}

/// The sum of sizes that a registry states: one that cannot be is the greatest that can.
pub(super) fn total(layers: &[u64]) -> u64 {
    layers.iter().copied().fold(0, u64::saturating_add)
}

/// The entry that suits a platform best; entries that do not say theirs suit last.
pub(super) fn choose<'a>(entries: &'a [Entry], wanted: &Platform) -> Option<&'a Entry> {
    let suited = entries.iter().filter_map(|entry| {
        let suits = entry.platform.as_ref().map_or(Some(0), |platform| platform.suits(wanted));
        suits.map(|rank| (rank, entry))
    });
    // of equals the first, as Docker does
    suited.rev().max_by_key(|(rank, _)| *rank).map(|(_, entry)| entry)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn chosen(platforms: &[&str], wanted: &str) -> Option<String> {
        let entries: Vec<Value> = platforms
            .iter()
            .map(|text| {
                let mut parts = text.split('/');
                json!({ "digest": text, "platform": {
                    "os": parts.next(), "architecture": parts.next(), "variant": parts.next() } })
            })
            .collect();
        let body = json!({ "manifests": entries }).to_string();
        let Manifest::Index(entries) = Manifest::read(body.as_bytes()).unwrap() else {
            panic!("an index was read as an image");
        };
        choose(&entries, &Platform::parse(wanted).unwrap()).map(|entry| entry.digest.clone())
    }

    #[test]
    fn the_entry_of_the_platform_is_chosen() {
        let offered =
            ["linux/amd64", "linux/arm/v6", "linux/arm/v7", "linux/arm64/v8", "windows/amd64"];
        for (wanted, expected) in [
            ("linux/amd64", "linux/amd64"),
            ("linux/x86_64", "linux/amd64"),
            ("linux/arm/v7", "linux/arm/v7"),
            ("linux/arm/v6", "linux/arm/v6"),
            ("linux/arm64", "linux/arm64/v8"),
            ("linux/aarch64", "linux/arm64/v8"),
        ] {
            assert_eq!(chosen(&offered, wanted).as_deref(), Some(expected), "{wanted}");
        }
    }

    #[test]
    fn an_older_arm_variant_runs_and_a_newer_one_does_not() {
        let older = chosen(&["linux/arm/v5", "linux/arm/v6"], "linux/arm/v7");
        assert_eq!(older.as_deref(), Some("linux/arm/v6"));
        assert_eq!(chosen(&["linux/arm/v7"], "linux/arm/v6"), None);
    }

    #[test]
    fn another_platform_is_not_chosen() {
        assert_eq!(chosen(&["linux/arm64", "windows/amd64"], "linux/amd64"), None);
    }

    #[test]
    fn attestations_are_no_images() {
        let body = json!({ "manifests": [
            { "digest": "a", "platform": { "os": "unknown", "architecture": "unknown" } },
            { "digest": "b", "annotations": { "vnd.docker.reference.type": "attestation-manifest" } },
        ] });
        assert_eq!(Manifest::read(body.to_string().as_bytes()), Ok(Manifest::Index(vec![])));
    }

    #[test]
    fn a_layer_without_a_sensible_size_keeps_its_place() {
        let body = json!({ "config": { "digest": "c" },
            "layers": [{ "size": u64::MAX }, { "size": -1 }, {}, { "size": 5 }] });
        let layers = vec![u64::MAX, 0, 0, 5];
        assert_eq!(total(&layers), u64::MAX);
        let expected = Manifest::Image { config: "c".to_owned(), layers };
        assert_eq!(Manifest::read(body.to_string().as_bytes()), Ok(expected));
    }

    #[test]
    fn what_is_no_manifest_is_refused() {
        for body in ["", "[]", "{}", "<html>", r#"{"schemaVersion":1,"fsLayers":[]}"#] {
            assert!(Manifest::read(body.as_bytes()).is_err(), "{body}");
        }
    }
}
