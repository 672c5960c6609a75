//! Containers that live in the service's namespaces: made again as they are, in those of the new ones.

use super::{
    naming,
    sequence::{Change, Sequence},
};
use crate::{
    image::ImageReference,
    observed::Dependent,
    policy::GatePolicy,
    step::{Action, Joining, Ports, Source, StepCause, Target, Who},
};

impl<'a> Sequence<'a> {
    /// Their successors, beside the new containers of the service, which serve `image` as
    /// `reference`. Nothing has been stopped yet when they prove to be the same.
    pub(super) fn create_dependents(
        &mut self,
        changes: &[Change<'_>],
        image: &Target,
        reference: &str,
    ) {
        for (dependent, new) in self.dependents() {
            let borrowed = self.tag_for(dependent, image, reference);
            let model = &dependent.container;
            let action = Action::Create {
                generation: new.generation().unwrap_or_default().to_owned(),
                name: naming::parking_name(&model.name, new.generation().unwrap_or_default()),
                like: Source::Container { id: model.id.clone(), name: model.name.clone() },
                image: Target::Local { image_id: model.image_id.clone() },
                reference: model.image.clone(),
                ports: Ports::Same,
                network: None,
                joins: joins(dependent, changes),
            };
            self.push(action, StepCause::LivesInIt);
            let generation = new.generation().unwrap_or_default().to_owned();
            self.push(Action::Compare { generation }, StepCause::NothingMayDiffer);
            if let Some(image) = borrowed {
                let before = Some(model.image_id.clone());
                let reference = model.image.clone();
                self.push(Action::Tag { reference, image, before }, StepCause::SameImageForAll);
            }
        }
    }

    /// Those that run end before what they live in.
    pub(super) fn stop_dependents(&mut self) {
        for (dependent, _) in self.dependents().into_iter().filter(|(it, _)| runs(it)) {
            let grace = dependent.container.stop_timeout;
            self.push(Action::Stop { who: existing(dependent), grace }, StepCause::LivesInIt);
        }
    }

    /// The successors of those that ran.
    pub(super) fn start_dependents(&mut self, gate: GatePolicy) {
        for who in self.running_dependents() {
            self.start_and_gate(&who, gate);
        }
    }

    /// The successors of those that ran.
    pub(super) fn running_dependents(&self) -> Vec<Who> {
        let running = self.dependents().into_iter().filter(|(dependent, _)| runs(dependent));
        running.map(|(_, new)| new).collect()
    }

    /// The old ones go: what they lived in does not come back, and a rollback makes them again.
    pub(super) fn retire_dependents(&mut self) {
        for (dependent, new) in self.dependents() {
            self.push(Action::Remove { who: existing(dependent) }, StepCause::SameRelease);
            let name = dependent.container.name.clone();
            self.push(Action::Rename { who: new, name }, StepCause::LivesInIt);
        }
    }

    /// Each with its successor; generations count on from those of the service's own containers.
    fn dependents(&self) -> Vec<(&'a Dependent, Who)> {
        let first = self.basis.observed.members.len();
        let all = self.basis.observed.dependents.iter().enumerate();
        all.map(|(index, dependent)| {
            let generation = naming::generation(self.basis.fresh, first + index);
            (dependent, Who::New { generation })
        })
        .collect()
    }

    /// They keep their image, whatever their reference has come to mean; answers what the reference
    /// has to mean again.
    fn tag_for(
        &mut self,
        dependent: &Dependent,
        image: &Target,
        reference: &str,
    ) -> Option<Target> {
        let container = &dependent.container;
        let stated = ImageReference::parse(&container.image).ok()?;
        let is_id = container.image == container.image_id || container.image.starts_with("sha256:");
        if is_id || stated.is_pinned() {
            return None;
        }
        let own = Target::Local { image_id: container.image_id.clone() };
        let meant = if stated.familiar() == reference {
            Some(image.clone())
        } else {
            dependent.tagged.clone().map(|image_id| Target::Local { image_id })
        };
        if meant.as_ref() == Some(&own) {
            return None;
        }
        let action = Action::Tag {
            reference: container.image.clone(),
            image: own,
            before: dependent.tagged.clone(),
        };
        self.push(action, StepCause::SameImageForAll);
        meant
    }
}

fn runs(dependent: &Dependent) -> bool {
    dependent.container.is_running()
}

fn existing(dependent: &Dependent) -> Who {
    let container = &dependent.container;
    Who::Existing { id: container.id.clone(), name: container.name.clone(), generation: None }
}

/// Each container that it names, and who takes its place.
fn joins(dependent: &Dependent, changes: &[Change<'_>]) -> Vec<Joining> {
    let mut joins: Vec<Joining> = Vec::new();
    for join in &dependent.joins {
        let known = joins.iter().any(|known| known.reference == join.reference);
        let change = changes.iter().find(|change| change.old.container.id == join.owner);
        if let Some(change) = change.filter(|_| !known) {
            let owner = change.new.clone();
            joins.push(Joining { reference: join.reference.clone(), owner });
        }
    }
    joins
}
