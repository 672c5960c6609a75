//! Building blocks: the runs of steps that several plans share.

use std::time::Duration;

use super::{Basis, PORT_HANDOVER, VERIFY_WITHIN, naming, refuse};
use crate::{
    image::Release,
    journal::JournalId,
    observed::{ContainerState, Member, PortBinding},
    policy::{GatePolicy, HookEvent},
    probe,
    route::Backend,
    service::ServiceId,
    step::{
        Action, Dropped, Plan, Ports, Purpose, Source, Stall, Step, StepCause, Target, Who, Witness,
    },
    strategy::{Choice, Strategy, StrategyReason},
};

/// The switch's own patience beyond the times that the plan itself needs, before it reverts.
const CONFIRM_MARGIN: Duration = Duration::from_secs(30);

/// A plan in the making.
pub(super) struct Sequence<'a> {
    pub(super) basis: &'a Basis<'a>,
    pub(super) choice: Choice,
    steps: Vec<Step>,
    no_return: usize,
    hook_at_end: Option<HookEvent>,
}

/// One container's way from the old release to the new one.
pub(super) struct Change<'a> {
    pub(super) old: &'a Member,
    pub(super) new: Who,
    pub(super) backend: Backend,
}

impl<'a> Sequence<'a> {
    pub(super) const fn new(basis: &'a Basis<'a>, choice: Choice) -> Self {
        Self { basis, choice, steps: Vec::new(), no_return: 0, hook_at_end: None }
    }

    pub(super) fn push(&mut self, action: Action, cause: StepCause) {
        self.steps.push(Step { number: self.steps.len(), action, cause });
    }

    /// One change per member, with fresh generations.
    pub(super) fn changes(&self) -> Vec<Change<'a>> {
        let members = self.basis.observed.members.iter().enumerate();
        members
            .map(|(index, old)| {
                let generation = naming::generation(self.basis.fresh, index);
                let backend = naming::backend(&generation);
                Change { old, new: Who::New { generation }, backend }
            })
            .collect()
    }

    /// Whether the service does not run, and is left like that.
    pub(super) fn stays_stopped(&self) -> bool {
        self.choice.reason == StrategyReason::Stopped
    }

    pub(super) fn behind_switch(&self) -> bool {
        self.choice.strategy != Strategy::Recreate
    }

    /// The user's own commands come before everything else; what runs afterwards runs also when
    /// all is undone.
    pub(super) fn hooks_first(&mut self, before: HookEvent, after: HookEvent) {
        let hooks = &self.basis.policy.hooks;
        self.hook_at_end = Some(after);
        let (hook, afterwards) = (hooks.at(before).cloned(), hooks.at(after).cloned());
        if hook.is_none() && afterwards.is_none() {
            return;
        }
        let who = existing(&self.basis.observed.members[0]);
        let cause = if hook.is_some() { StepCause::MayRefuse } else { StepCause::ToldOfEveryEnd };
        self.push(Action::Hook { moment: before, hook, who, afterwards }, cause);
    }

    /// The running image survives any pruning from here on.
    pub(super) fn pin(&mut self) {
        if let Some(image_id) = self.basis.from.image_id.clone() {
            let tag = naming::pin_tag(self.service(), &image_id);
            self.push(Action::Pin { image_id, tag }, StepCause::WithoutRegistry);
        }
    }

    pub(super) fn back_up_config(&mut self) {
        if !self.basis.policy.config_files.is_empty() {
            self.push(
                Action::BackUpConfig {
                    release: self.basis.from.name(),
                    files: self.basis.policy.config_files.clone(),
                },
                StepCause::ConfigBelongs,
            );
        }
    }

    pub(super) fn create_switch(&mut self) {
        let action = Action::CreateSwitch {
            name: naming::switch_name(self.service()),
            labels: naming::switch_labels(self.service()),
            ports: self.ports(),
            raw_ports: self.basis.raw_ports.to_vec(),
            hold_limit: self.basis.policy.hold_limit,
        };
        self.push(action, StepCause::WillOwnPort);
    }

    pub(super) fn create(&mut self, change: &Change<'_>, image: Target, reference: &str) {
        let Who::New { generation } = &change.new else { return };
        let model = &change.old.container;
        let behind = self.behind_switch();
        self.push(
            Action::Create {
                generation: generation.clone(),
                name: naming::parking_name(&model.name, generation),
                like: Source::Container { id: model.id.clone(), name: model.name.clone() },
                image,
                reference: reference.to_owned(),
                ports: if behind { Ports::BehindSwitch } else { Ports::Same },
                network: behind.then(|| naming::switch_name(self.service())),
                joins: Vec::new(),
            },
            StepCause::Successor { name: model.name.clone() },
        );
        let generation = generation.clone();
        self.push(Action::Compare { generation }, StepCause::NothingMayDiffer);
    }

    pub(super) fn start_and_gate(&mut self, who: &Who, policy: GatePolicy) {
        self.push(Action::Start { who: who.clone() }, StepCause::MustProveItself);
        self.push(Action::Gate { who: who.clone(), policy }, StepCause::NotBeforeReady);
    }

    pub(super) fn hold_and_stop_old(&mut self) {
        let limit = self.basis.policy.hold_limit;
        self.push(Action::Hold { limit }, StepCause::NotTwiceAtOnce);
        self.drain_old();
        self.stop_old(&StepCause::RequestsAnswered);
    }

    pub(super) fn drain_old(&mut self) {
        for member in &self.basis.observed.members {
            if let Some(generation) = member.generation.clone() {
                let limit = self.basis.policy.drain_limit;
                self.push(Action::Drain { generation, limit }, StepCause::MayFinish);
            }
        }
    }

    pub(super) fn stop_old(&mut self, cause: &StepCause) {
        for member in &self.basis.observed.members {
            // What did not run must not be started by an undo.
            if !matches!(member.container.state, ContainerState::Stopped { .. }) {
                self.push(stop(member), cause.clone());
            }
        }
    }

    /// The switch takes the port over from containers that have just stopped.
    pub(super) fn take_port(&mut self) {
        let name = naming::switch_name(self.service());
        self.push(Action::StartSwitch { name }, StepCause::PortIsFree);
    }

    /// Containers are made by reference, so the tag must mean the right image before.
    pub(super) fn tag(&mut self, reference: &str, image: Target) {
        let already = match &image {
            Target::Local { image_id } => self.basis.tagged == Some(image_id.as_str()),
            Target::Pulled => false,
        };
        if already || reference.contains('@') {
            return;
        }
        let before = self.basis.tagged.map(str::to_owned);
        self.push(
            Action::Tag { reference: reference.to_owned(), image, before },
            StepCause::SameImageForAll,
        );
    }

    pub(super) fn commit(
        &mut self,
        backends: Vec<Backend>,
        before: Vec<Backend>,
        watched: Duration,
    ) {
        let revertible = !before.is_empty() && self.choice.strategy == Strategy::Overlap;
        let confirm_within = (revertible && !watched.is_zero())
            .then(|| watched + self.basis.policy.drain_limit + CONFIRM_MARGIN);
        let hold_on_undo =
            (self.choice.strategy == Strategy::Hold).then_some(self.basis.policy.hold_limit);
        self.push(
            Action::Commit { backends, before, confirm_within, hold_on_undo },
            StepCause::OneMoment,
        );
    }

    pub(super) fn verify_port(&mut self) {
        self.push(Action::VerifyPort { within: VERIFY_WITHIN }, StepCause::NewPortOwner);
    }

    /// From here on there is only forward.
    pub(super) fn confirm(&mut self) {
        self.no_return = self.steps.len();
        let cause = if self.stays_stopped() {
            StepCause::ProvesItselfLater
        } else {
            StepCause::HasProvenItself
        };
        self.push(Action::Confirm, cause);
    }

    /// What ran before steps aside, and the new containers get its names.
    pub(super) fn retire(&mut self, changes: &[Change<'_>], old_is_stopped: bool) {
        let olds: Vec<Who> = self.basis.observed.members.iter().map(existing).collect();
        let park = matches!(self.service(), ServiceId::Container(_));
        let pin = self.basis.from.image_id.as_deref().map(|id| naming::pin_tag(self.service(), id));
        self.push(
            Action::Keep { containers: olds.clone(), pin: pin.unwrap_or_default(), park },
            StepCause::OneClickBack,
        );
        for (index, (member, who)) in self.basis.observed.members.iter().zip(&olds).enumerate() {
            if !old_is_stopped {
                self.push(stop(member), StepCause::NobodyAsks);
            }
            if park {
                let before = || naming::before_adoption(self.basis.fresh, index);
                let generation = member.generation.clone().unwrap_or_else(before);
                let name = naming::parking_name(&member.container.name, &generation);
                self.push(Action::Park { who: who.clone(), name }, StepCause::KeepsForRollback);
            } else {
                self.push(Action::Remove { who: who.clone() }, StepCause::ComposeCounts);
            }
        }
        for change in changes {
            let name = naming::base_name(&change.old.container.name).to_owned();
            self.push(Action::Rename { who: change.new.clone(), name }, StepCause::IsTheServiceNow);
        }
        self.retire_dependents();
        self.hook_last(changes);
        let policy = self.basis.policy;
        let keep = policy.clean_up.then_some(policy.keep_releases);
        let cause =
            if policy.clean_up { StepCause::DisksAreFinite } else { StepCause::CleanUpIsOff };
        self.push(Action::Discard { keep, drops: Vec::new() }, cause);
    }

    fn hook_last(&mut self, changes: &[Change<'_>]) {
        let Some(moment) = self.hook_at_end else { return };
        let hook = self.basis.policy.hooks.at(moment).cloned();
        let Some((hook, change)) = hook.zip(changes.first()) else { return };
        let who = change.new.clone();
        let action = Action::Hook { moment, hook: Some(hook), who, afterwards: None };
        self.push(action, StepCause::NewReleaseServes);
    }

    /// Kept releases that go, once what runs now is kept as well and what will run is not.
    fn drops(&self, purpose: Purpose, to: &Release) -> Vec<Dropped> {
        let policy = self.basis.policy;
        let from = self.basis.from;
        let is_from = |kept: &&Dropped| kept.image_id == from.image_id;
        let serves = |kept: &&Dropped| {
            purpose != Purpose::Adopt && to.image_id.is_some() && kept.image_id == to.image_id
        };
        let older = self.basis.kept.iter().filter(|kept| !is_from(kept) && !serves(kept));
        let beyond = policy.keep_releases.saturating_sub(1);
        if policy.clean_up { older.skip(beyond).cloned().collect() } else { Vec::new() }
    }

    pub(super) fn finish(mut self, purpose: Purpose, to: Release, stall: Stall) -> Plan {
        let gone = self.drops(purpose, &to);
        if let Some(Action::Discard { drops, .. }) = self.steps.last_mut().map(|it| &mut it.action)
        {
            *drops = gone;
        }
        Plan {
            id: JournalId::new(self.basis.now, self.basis.fresh),
            service: self.service().clone(),
            purpose,
            from: self.basis.from.clone(),
            to,
            stall,
            witness: self.witness().filter(|_| !self.stays_stopped()),
            probe: self.basis.probe.clone(),
            switch: self.basis.observed.switch.as_ref().map(|s| s.container_id.clone()),
            no_return: self.no_return,
            was_unhealthy: refuse::is_unhealthy_now(self.basis),
            compose_hash: self.basis.policy.compose_hash.clone(),
            choice: self.choice,
            steps: self.steps,
        }
    }

    pub(super) fn routed(&self) -> Vec<Backend> {
        let switch = self.basis.observed.switch.as_ref();
        let routed = switch.and_then(|switch| switch.routed.as_ref());
        routed.map(|routed| routed.backends.clone()).unwrap_or_default()
    }

    /// The bindings of the service: the switch's, else its containers' own.
    pub(super) fn ports(&self) -> Vec<PortBinding> {
        ports(self.basis)
    }

    pub(super) const fn handover_stall() -> Stall {
        Stall::PortMoves { about: PORT_HANDOVER }
    }

    fn service(&self) -> &'a ServiceId {
        &self.basis.observed.service
    }

    fn witness(&self) -> Option<Witness> {
        let ports = self.ports();
        let asked = self.basis.probe.as_ref();
        let port = asked.map(|probe| probe.port).or_else(|| probe::main_port(&ports));
        let binding = ports.iter().find(|b| b.is_tcp() && Some(b.container_port) == port)?.clone();
        Some(Witness { binding, path: asked.map(|probe| probe.path.clone()) })
    }
}

/// A tag that already meant a newer image, not running yet, means it again.
pub(super) fn give_tag_back(plan: &mut Sequence<'_>, reference: &str) {
    let running = plan.basis.from.image_id.clone();
    let Some(newer) = plan.basis.tagged.filter(|tagged| Some(*tagged) != running.as_deref()) else {
        return;
    };
    let image = Target::Local { image_id: newer.to_owned() };
    let reference = reference.to_owned();
    plan.push(Action::Tag { reference, image, before: running }, StepCause::PulledBefore);
}

/// The bindings of the service: the switch's, else its containers' own.
pub(super) fn ports(basis: &Basis<'_>) -> Vec<PortBinding> {
    if let Some(switch) = &basis.observed.switch {
        return switch.ports.clone();
    }
    let members = basis.observed.members.iter();
    members.flat_map(|member| member.container.ports.iter().cloned()).collect()
}

/// A member as something that steps can be about.
pub(super) fn existing(member: &Member) -> Who {
    Who::Existing {
        id: member.container.id.clone(),
        name: member.container.name.clone(),
        generation: member.generation.clone(),
    }
}

fn stop(member: &Member) -> Action {
    Action::Stop { who: existing(member), grace: member.container.stop_timeout }
}
