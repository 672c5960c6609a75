//! Services, and what is done with them.

use std::{collections::BTreeMap, time::Duration};

use phoenix_engine::{
    operate::{Aim, Consent, Ended, Operation, OperationError},
    ports::{Progress, ProgressEvent, PullProgress},
    recover::recover,
};
use phoenix_plan::{
    policy::{ComposeDeploy, GatePolicy, Hook, HookCommand, Hooks, Policy, UpdateConfig},
    receipt::{Outcome, Receipt},
    service::ServiceId,
    step::Plan,
    strategy::Strategy,
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::fake::{Fake, FakeImage, Nature, Things};

/// What a user does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Update,
    Adopt,
    Release,
    Rollback,
}

/// A service in some state, and the act that is watched.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) before: &'static [Act],
    pub(crate) act: Act,
    pub(crate) strategy: Option<Strategy>,
    pub(crate) nature: Nature,
    pub(crate) replicas: usize,
    pub(crate) hooks: bool,
    /// Whether another container lives in its network.
    pub(crate) dependent: bool,
}

pub(crate) struct Quiet;

impl PullProgress for Quiet {
    fn layers(&self, _: u64, _: u64) {}
}

impl Progress for Quiet {
    fn event(&self, _: ProgressEvent<'_>) {}
}

impl Consent for Quiet {
    fn agrees(&self, _: &Plan) -> bool {
        true
    }
}

impl Scenario {
    pub(crate) fn service(&self) -> ServiceId {
        ServiceId::parse(if self.replicas > 1 { "shop/web" } else { "web" }).unwrap()
    }

    pub(crate) fn policy(&self) -> Policy {
        Policy {
            strategy: self.strategy,
            monitor: Some(Duration::from_millis(1_200)),
            config_files: vec!["/etc/app".to_owned()],
            hooks: if self.hooks { hooks() } else { Hooks::default() },
            gate: GatePolicy {
                successes: 1,
                spacing: Duration::from_secs(3),
                margin: Duration::from_secs(1),
                weak_stability: Duration::from_secs(2),
            },
            ..Policy::default()
        }
    }

    /// The service as it stands before the act.
    pub(crate) async fn prepared(&self) -> Things {
        let mut things = Things { config: "1".to_owned(), ..Things::default() };
        let one = FakeImage {
            tags: ["app:latest".to_owned()].into(),
            digests: [format!("app@{}", digest("d1"))].into(),
            version: "1".to_owned(),
            nature: Nature::Good,
        };
        things.images.insert("sha256:one-good".to_owned(), one);
        for index in 0..self.replicas {
            let id = things.create(&self.name_of(index), &self.body(index)).unwrap();
            things.start(&id).unwrap();
        }
        if self.dependent {
            self.add_dependent(&mut things);
        }
        if self.replicas > 1 {
            let delay = Some(Duration::from_secs(10));
            let update = UpdateConfig { parallelism: Some(2), delay, ..UpdateConfig::default() };
            things.deploy = Some(ComposeDeploy { update, ..ComposeDeploy::default() });
        }
        offer(&mut things, "d2", "sha256:two-good");
        let fake = Fake::new(things);
        for act in self.before {
            let ended = self.perform(&fake, *act, &CancellationToken::new()).await;
            let done = matches!(&ended, Ok(Ended::Receipt(r)) if r.outcome == Outcome::Updated);
            assert!(done, "{}: {act:?}: {ended:?}", self.name);
        }
        let mut things = fake.snapshot();
        things.hooks.clear();
        let id = match self.nature {
            Nature::Good => "sha256:three-good",
            Nature::NeverHealthy => "sha256:three-hang",
            Nature::Exits => "sha256:three-exit",
            Nature::CannotStart => "sha256:three-exec",
            Nature::TurnsSick => "sha256:three-sick",
        };
        offer(&mut things, "d3", id);
        things
    }

    /// A container in the network of the service's.
    fn add_dependent(&self, things: &mut Things) {
        let side = FakeImage {
            tags: ["side:1".to_owned()].into(),
            digests: [format!("side@{}", digest("e1"))].into(),
            version: "1".to_owned(),
            nature: Nature::Good,
        };
        things.images.insert("sha256:side".to_owned(), side);
        let owner = things.find(&self.name_of(0)).unwrap().id.clone();
        let body = json!({ "Image": "side:1", "HostConfig": {
            "NetworkMode": format!("container:{owner}"),
            "RestartPolicy": { "Name": "unless-stopped" } } });
        let id = things.create("side", &body).unwrap();
        things.start(&id).unwrap();
    }

    pub(crate) fn name_of(&self, index: usize) -> String {
        if self.replicas > 1 { format!("shop-web-{}", index + 1) } else { "web".to_owned() }
    }

    fn body(&self, index: usize) -> serde_json::Value {
        let labels: BTreeMap<&str, String> = if self.replicas > 1 {
            BTreeMap::from([
                ("com.docker.compose.project", "shop".to_owned()),
                ("com.docker.compose.service", "web".to_owned()),
                ("com.docker.compose.container-number", (index + 1).to_string()),
            ])
        } else {
            BTreeMap::new()
        };
        json!({
            "Image": "app:latest", "Labels": labels,
            "Healthcheck": { "Test": ["CMD", "/check"], "Interval": 1_000_000_000, "Retries": 2 },
            "HostConfig": { "NetworkMode": "bridge",
                "RestartPolicy": { "Name": "unless-stopped" },
                "PortBindings": { "80/tcp": [
                    { "HostIp": "", "HostPort": (8080 + index).to_string() }] } },
            "NetworkingConfig": { "EndpointsConfig": { "bridge": {} } }
        })
    }

    pub(crate) async fn perform(
        &self,
        fake: &Fake,
        act: Act,
        cancel: &CancellationToken,
    ) -> Result<Ended, OperationError> {
        let (world, service, policy) = (fake.world(), self.service(), self.policy());
        let operation = Operation {
            world: &world,
            service: &service,
            policy: &policy,
            raw_ports: &[],
            progress: &Quiet,
            consent: &Quiet,
            cancel,
        };
        match act {
            Act::Update => operation.update(&Aim::Newest).await,
            Act::Adopt => operation.adopt().await,
            Act::Release => operation.release().await,
            Act::Rollback => operation.rollback(None).await,
        }
    }

    /// The next start of the program.
    pub(crate) async fn recover(&self, fake: &Fake) -> Vec<Receipt> {
        let (world, service, policy) = (fake.world(), self.service(), self.policy());
        let facts = world.engine.facts().await.unwrap();
        let unfinished = world.state.unfinished(&service).unwrap();
        recover(&world, &facts, &policy, &service, &unfinished, &Quiet).await.unwrap()
    }
}

/// One hook for each moment of an update and a rollback.
fn hooks() -> Hooks {
    let hook = || {
        let command = HookCommand::Host(vec!["hook".to_owned()]);
        Some(Hook { run: command, timeout: Duration::from_secs(5) })
    };
    Hooks {
        pre_update: hook(),
        post_update: hook(),
        pre_rollback: hook(),
        post_rollback: hook(),
        ..Hooks::default()
    }
}

/// A digest that begins so.
pub(crate) fn digest(begin: &str) -> String {
    format!("sha256:{begin:0<64}")
}

fn offer(things: &mut Things, begin: &str, image_id: &str) {
    let digest = format!("app@{}", digest(begin));
    things.registry.insert("app:latest".to_owned(), (digest, image_id.to_owned()));
}

/// All plans, for good releases and for bad ones.
#[expect(clippy::too_many_lines, reason = "one line per plan: the table of the matrix")]
pub(crate) fn scenarios() -> Vec<Scenario> {
    use Act::{Adopt, Release, Rollback, Update};
    use Nature::{CannotStart, Exits, Good, NeverHealthy, TurnsSick};
    let (hold, recreate) = (Some(Strategy::Hold), Some(Strategy::Recreate));
    let one = |name, before, act, strategy, nature| Scenario {
        name,
        before,
        act,
        strategy,
        nature,
        replicas: 1,
        hooks: false,
        dependent: false,
    };
    let shared = |name, before, act, nature| Scenario {
        dependent: true,
        ..one(name, before, act, recreate, nature)
    };
    let hooked = |name, before, act, strategy, nature| Scenario {
        hooks: true,
        ..one(name, before, act, strategy, nature)
    };
    let three = |name, before, act, strategy, nature| Scenario {
        replicas: 3,
        ..one(name, before, act, strategy, nature)
    };
    vec![
        one("overlap", &[Adopt], Update, None, Good),
        one("overlap, never healthy", &[Adopt], Update, None, NeverHealthy),
        one("overlap, turns sick", &[Adopt], Update, None, TurnsSick),
        one("overlap, second update", &[Adopt, Update], Update, None, Good),
        one("hold", &[Adopt], Update, hold, Good),
        one("hold, exits", &[Adopt], Update, hold, Exits),
        one("hold, turns sick", &[Adopt], Update, hold, TurnsSick),
        one("adopting overlap", &[], Update, None, Good),
        one("adopting overlap, cannot start", &[], Update, None, CannotStart),
        one("adopting overlap, turns sick", &[], Update, None, TurnsSick),
        one("adopting hold", &[], Update, hold, Good),
        one("adopting hold, never healthy", &[], Update, hold, NeverHealthy),
        one("adopting hold, turns sick", &[], Update, hold, TurnsSick),
        one("recreate", &[], Update, recreate, Good),
        one("recreate, exits", &[], Update, recreate, Exits),
        one("recreate, turns sick", &[], Update, recreate, TurnsSick),
        one("adopt", &[], Adopt, None, Good),
        one("adopt by hold", &[], Adopt, hold, Good),
        one("release", &[Adopt], Release, None, Good),
        one("release by hold", &[Adopt, Update], Release, hold, Good),
        one("rollback", &[Adopt, Update], Rollback, None, Good),
        one("rollback by hold", &[Adopt, Update], Rollback, hold, Good),
        one("rollback past the adoption", &[Update], Rollback, None, Good),
        one("rollback by recreate", &[Update], Rollback, recreate, Good),
        one("rollback after release", &[Adopt, Update, Release], Rollback, None, Good),
        three("three, overlap", &[Adopt], Update, None, Good),
        three("three, turn sick", &[Adopt], Update, None, TurnsSick),
        three("three, rollback", &[Adopt, Update], Rollback, None, Good),
        three("three, recreate", &[], Update, recreate, Good),
        shared("shared network", &[], Update, Good),
        shared("shared network, exits", &[], Update, Exits),
        shared("shared network, turns sick", &[], Update, TurnsSick),
        shared("shared network, rollback", &[Update], Rollback, Good),
        hooked("hooks, overlap", &[Adopt], Update, None, Good),
        hooked("hooks, turns sick", &[Adopt], Update, None, TurnsSick),
        hooked("hooks, recreate exits", &[], Update, recreate, Exits),
        hooked("hooks, rollback", &[Adopt, Update], Rollback, None, Good),
    ]
}
