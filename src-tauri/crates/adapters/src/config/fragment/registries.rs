//! `[registries."HOST"]`.

use std::{collections::BTreeMap, path::PathBuf};

use phoenix_engine::wording::wording;

use super::super::{
    ConfigError,
    reader::{Found, Reader},
};
use crate::registry::RegistryRule;

pub(super) fn read(found: &Found<'_>) -> Result<BTreeMap<String, RegistryRule>, ConfigError> {
    let mut rules = BTreeMap::new();
    for (name, found) in found.entries()? {
        if !RegistryRule::is_registry(name) {
            return Err(found.bad(wording!(
                "help.config.registry_name",
                "a registry is called by its host as images name it, such as \"ghcr.io\" or \
                 \"nas.lan:5000\"; Docker Hub is \"docker.io\"",
            )));
        }
        rules.insert(name.to_owned(), rule(found.table()?)?);
    }
    Ok(rules)
}

fn rule(mut keys: Reader<'_>) -> Result<RegistryRule, ConfigError> {
    let ca = keys.take("ca");
    let rule = RegistryRule {
        mirror: keys.take("mirror").map(|it| mirror(&it)).transpose()?,
        ca: ca.as_ref().map(file).transpose()?,
        insecure: keys.take("insecure").map(|it| it.flag()).transpose()?,
    };
    if let Some(ca) = ca.filter(|_| rule.insecure == Some(true)) {
        return Err(ca.bad(wording!(
            "help.config.insecure",
            "an insecure registry's certificate is not checked: remove one of both"
        )));
    }
    keys.finish().map(|()| rule)
}

fn mirror(found: &Found<'_>) -> Result<String, ConfigError> {
    let text = found.text()?;
    let remedy = wording!(
        "help.config.mirror",
        "write an address such as \"https://mirror.example\", without user and password"
    );
    RegistryRule::is_mirror(text).then(|| text.to_owned()).ok_or_else(|| found.bad(remedy))
}

fn file(found: &Found<'_>) -> Result<PathBuf, ConfigError> {
    let text = found.text()?;
    let below_home = text.strip_prefix("~/").and_then(|rest| {
        let home = etcetera::home_dir().ok()?;
        Some(home.join(rest))
    });
    below_home.or_else(|| Some(PathBuf::from(text)).filter(|path| path.is_absolute())).ok_or_else(
        || {
            found
                .bad(wording!("help.config.path", "write a whole path, or one that begins with ~/"))
        },
    )
}
