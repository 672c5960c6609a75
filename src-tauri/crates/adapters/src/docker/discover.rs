//! Which engine is meant, as the docker command line decides it.

use std::{
    env,
    path::{Path, PathBuf},
};

use super::{BadEndpoint, Endpoint, context};

/// What the choice depends on.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// Said by the user in this program's own settings or arguments.
    pub explicit: Option<String>,
    /// `DOCKER_HOST`.
    pub docker_host: Option<String>,
    /// `DOCKER_CONTEXT`.
    pub docker_context: Option<String>,
    /// `DOCKER_CONFIG`, else `~/.docker`.
    pub docker_config: Option<PathBuf>,
    /// The user's home.
    pub home: Option<PathBuf>,
    /// `XDG_RUNTIME_DIR`.
    pub runtime_dir: Option<PathBuf>,
}

impl Surroundings {
    /// Those of this process.
    pub fn of_process() -> Self {
        let text = |key: &str| env::var(key).ok().filter(|value| !value.is_empty());
        let home = text("HOME").or_else(|| text("USERPROFILE")).map(PathBuf::from);
        Self {
            explicit: None,
            docker_host: text("DOCKER_HOST"),
            docker_context: text("DOCKER_CONTEXT"),
            docker_config: text("DOCKER_CONFIG")
                .map(PathBuf::from)
                .or_else(|| home.as_ref().map(|home| home.join(".docker"))),
            home,
            runtime_dir: text("XDG_RUNTIME_DIR").map(PathBuf::from),
        }
    }
}

/// The engines to try, best first. What the user said (a setting, `DOCKER_HOST`, `DOCKER_CONTEXT`,
/// the current context) is the only candidate; without it every usual place is one.
pub fn candidates(surroundings: &Surroundings) -> Result<Vec<Endpoint>, BadEndpoint> {
    if let Some(said) = surroundings.explicit.as_ref().or(surroundings.docker_host.as_ref()) {
        return Ok(vec![said.parse()?]);
    }
    if let Some(config) = &surroundings.docker_config {
        let named = surroundings.docker_context.clone().or_else(|| context::current(config));
        if let Some(name) = named.filter(|name| name != "default") {
            return Ok(vec![context::endpoint(config, &name)?]);
        }
    }
    Ok(usual_places(surroundings))
}

/// The default socket, then Desktop, Colima, `OrbStack`, Rancher Desktop, rootless Docker, Podman.
fn usual_places(surroundings: &Surroundings) -> Vec<Endpoint> {
    if cfg!(windows) {
        return vec![Endpoint::Pipe("//./pipe/docker_engine".to_owned())];
    }
    let at_home = [
        ".docker/run/docker.sock",
        ".docker/desktop/docker.sock",
        ".colima/default/docker.sock",
        ".orbstack/run/docker.sock",
        ".rd/docker.sock",
    ];
    let at_runtime = ["docker.sock", "podman/podman.sock"];
    let below = |folder: &Option<PathBuf>, names: &[&str]| -> Vec<PathBuf> {
        let folder = folder.iter();
        folder.flat_map(|folder| names.iter().map(|name| folder.join(name))).collect()
    };
    [PathBuf::from("/var/run/docker.sock")]
        .into_iter()
        .chain(below(&surroundings.home, &at_home))
        .chain(below(&surroundings.runtime_dir, &at_runtime))
        .chain([Path::new("/run/podman/podman.sock").to_owned()])
        .map(Endpoint::Unix)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn with_context(config: &str) -> (tempfile::TempDir, Surroundings) {
        let home = tempfile::tempdir().unwrap();
        let docker = home.path().join(".docker");
        let meta = docker.join("contexts/meta").join(context::folder_name("remote"));
        fs::create_dir_all(&meta).unwrap();
        let text = r#"{"Name":"remote","Endpoints":{"docker":{"Host":"tcp://10.0.0.1:2375"}}}"#;
        fs::write(meta.join("meta.json"), text).unwrap();
        fs::write(docker.join("config.json"), config).unwrap();
        let surroundings = Surroundings {
            docker_config: Some(docker),
            home: Some(home.path().to_owned()),
            runtime_dir: Some(PathBuf::from("/run/user/1")),
            ..Surroundings::default()
        };
        (home, surroundings)
    }

    fn first(surroundings: &Surroundings) -> String {
        candidates(surroundings).unwrap()[0].to_string()
    }

    #[test]
    fn a_setting_goes_before_docker_host() {
        let surroundings = Surroundings {
            explicit: Some("unix:///a".to_owned()),
            docker_host: Some("unix:///b".to_owned()),
            ..Surroundings::default()
        };
        assert_eq!(first(&surroundings), "unix:///a");
    }

    #[test]
    fn docker_host_goes_before_any_context() {
        let (_home, mut surroundings) = with_context(r#"{"currentContext":"remote"}"#);
        surroundings.docker_host = Some("unix:///b".to_owned());
        assert_eq!(first(&surroundings), "unix:///b");
    }

    #[test]
    fn the_current_context_goes_before_the_usual_places() {
        let (_home, surroundings) = with_context(r#"{"currentContext":"remote"}"#);
        assert_eq!(first(&surroundings), "tcp://10.0.0.1:2375");
    }

    #[test]
    fn docker_context_goes_before_the_current_one() {
        let (_home, mut surroundings) = with_context(r#"{"currentContext":"other"}"#);
        surroundings.docker_context = Some("remote".to_owned());
        assert_eq!(first(&surroundings), "tcp://10.0.0.1:2375");
    }

    #[test]
    fn a_context_that_does_not_exist_is_an_error_and_no_other_engine() {
        let (_home, surroundings) = with_context(r#"{"currentContext":"gone"}"#);
        assert!(candidates(&surroundings).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn without_a_word_every_usual_place_is_tried() {
        let (_home, surroundings) = with_context("{}");
        let places = candidates(&surroundings).unwrap();
        assert_eq!(places[0].to_string(), "unix:///var/run/docker.sock");
        assert!(
            places.iter().any(|place| place.to_string().ends_with("/.colima/default/docker.sock"))
        );
        assert!(places.contains(&Endpoint::Unix("/run/user/1/docker.sock".into())));
    }
}
