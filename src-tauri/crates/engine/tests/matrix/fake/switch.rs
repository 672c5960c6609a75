//! The switch: its route is durable, its hold is not.

use std::time::Duration;

use async_trait::async_trait;
use phoenix_engine::ports::{
    GenerationTraffic, PreviewAnswer, RouteChange, SwitchControl, SwitchError, SwitchSession,
    SwitchStatus, SwitchTimeline,
};
use phoenix_plan::{
    receipt::PlotTick,
    route::{Backend, Routed, Traffic},
};

use super::{Fake, FakeContainer, FakeSwitch, Things};

struct Session {
    fake: Fake,
    container_id: String,
}

fn away() -> SwitchError {
    SwitchError::Away("connection reset".to_owned())
}

impl FakeSwitch {
    /// Some requests come by.
    fn serve(&mut self) {
        for backend in &self.route {
            self.counted.entry(backend.generation.clone()).or_default().requests += 10;
        }
    }

    pub(crate) fn routed(&self) -> Routed {
        Routed {
            revision: self.revision,
            backends: self.route.clone(),
            unconfirmed_previous: self.previous.clone(),
            holding: self.holding,
        }
    }
}

impl Things {
    /// The container behind a backend: by alias on the switch's network, else by name.
    pub(crate) fn behind(&self, backend: &Backend) -> Option<&FakeContainer> {
        let switch = self.containers.values().find(|container| container.is_switch())?;
        let near = |c: &&FakeContainer| c.runs() && c.networks.contains_key(&switch.name);
        let mut found = backend.hosts.iter().filter_map(|host| {
            self.containers.values().filter(near).find(|container| {
                container.networks[&switch.name].contains(host) || container.name == *host
            })
        });
        found.next()
    }

    fn running(&mut self, container_id: &str) -> Result<&mut FakeSwitch, SwitchError> {
        let runs = self.containers.get(container_id).is_some_and(FakeContainer::runs);
        self.switch.as_mut().filter(|_| runs).ok_or_else(away)
    }
}

#[async_trait]
impl SwitchControl for Fake {
    async fn connect(
        &self,
        container_id: &str,
    ) -> Result<std::sync::Arc<dyn SwitchSession>, SwitchError> {
        let container_id = container_id.to_owned();
        self.call("switch connect", away, |things| things.running(&container_id).map(|_| ()))
            .await?;
        Ok(std::sync::Arc::new(Session { fake: self.clone(), container_id }))
    }
}

impl Session {
    async fn routed(
        &self,
        name: &str,
        change: impl FnOnce(&mut FakeSwitch) -> Result<(), SwitchError> + Send,
    ) -> Result<Routed, SwitchError> {
        let effect = |things: &mut Things| {
            let switch = things.running(&self.container_id)?;
            change(switch)?;
            Ok(switch.routed())
        };
        self.fake.call(name, away, effect).await
    }
}

#[async_trait]
impl SwitchSession for Session {
    async fn status(&self) -> Result<SwitchStatus, SwitchError> {
        let effect = |things: &mut Things| {
            let switch = things.running(&self.container_id)?;
            switch.serve();
            let generations = switch.counted.iter().map(|(generation, traffic)| {
                let (generation, traffic) = (generation.clone(), *traffic);
                GenerationTraffic { generation, in_flight: 0, upgraded: 0, traffic }
            });
            Ok(SwitchStatus {
                routed: switch.routed(),
                generations: generations.collect(),
                unrouted: Traffic::default(),
                held_now: 0,
                state_warning: None,
            })
        };
        self.fake.call("switch status", away, effect).await
    }

    async fn timeline(&self) -> Result<SwitchTimeline, SwitchError> {
        let effect = |things: &mut Things| {
            if things.running(&self.container_id)?.tells_no_timeline {
                return Err(SwitchError::Refused("unknown variant `timeline`".to_owned()));
            }
            let tick = PlotTick { requests: 2, failed: 0, slowest_us: 800 };
            Ok(SwitchTimeline { age_ms: 20_000, tick_ms: 100, ticks: vec![tick; 200] })
        };
        self.fake.call("switch timeline", away, effect).await
    }

    async fn preview(
        &self,
        backend: &Backend,
        _port: u16,
        _path: Option<&str>,
        _timeout: Duration,
    ) -> Result<PreviewAnswer, SwitchError> {
        let effect = |things: &mut Things| {
            let switch = things.running(&self.container_id)?;
            switch.serve();
            let answered = things.behind(backend).is_some();
            let status = answered.then_some(200);
            Ok(PreviewAnswer { answered, status, text: String::new() })
        };
        self.fake.call("switch preview", away, effect).await
    }

    async fn hold(&self, _limit: Duration) -> Result<Routed, SwitchError> {
        self.routed("switch hold", |switch| {
            switch.holding = true;
            Ok(())
        })
        .await
    }

    async fn resume(&self) -> Result<Routed, SwitchError> {
        self.routed("switch resume", |switch| {
            switch.holding = false;
            Ok(())
        })
        .await
    }

    async fn commit(&self, change: &RouteChange) -> Result<Routed, SwitchError> {
        self.routed("switch commit", |switch| {
            let confirmed = switch.previous.clone().unwrap_or_else(|| switch.route.clone());
            let same = switch.route == change.backends
                && switch.previous.is_some() == change.confirm.is_some();
            if !same {
                switch.previous = change.confirm.map(|_| confirmed);
                switch.route.clone_from(&change.backends);
                switch.revision += 1;
            }
            if !change.keep_holding {
                switch.holding = false;
            }
            Ok(())
        })
        .await
    }

    async fn confirm(&self, revision: u64) -> Result<Routed, SwitchError> {
        self.routed("switch confirm", |switch| {
            if switch.revision != revision {
                return Err(SwitchError::Refused("stale".to_owned()));
            }
            switch.previous.take().map(|_| ()).ok_or(SwitchError::NothingUnconfirmed)?;
            switch.revision += 1;
            Ok(())
        })
        .await
    }

    async fn revert(&self) -> Result<Routed, SwitchError> {
        self.routed("switch revert", |switch| {
            switch.route = switch.previous.take().ok_or(SwitchError::NothingUnconfirmed)?;
            switch.revision += 1;
            Ok(())
        })
        .await
    }

    async fn drain(&self, _generation: &str, _deadline: Duration) -> Result<u64, SwitchError> {
        self.routed("switch drain", |_| Ok(())).await.map(|_| 0)
    }

    async fn close_upgraded(&self, _: &str, _: Duration) -> Result<u64, SwitchError> {
        Ok(0)
    }

    async fn forget(&self, generation: &str) -> Result<(), SwitchError> {
        let change = |switch: &mut FakeSwitch| {
            switch.counted.remove(generation);
            Ok(())
        };
        self.routed("switch forget", change).await.map(|_| ())
    }
}
