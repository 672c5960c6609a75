//! What holds for every plan.

use std::{collections::BTreeSet, time::Duration};

use proptest::{prelude::*, strategy::Strategy as _};

use super::{
    super::{Decision, adopt, release, rollback},
    fixture::Fixture,
};
use crate::{
    policy::{ComposeDeploy, Order, UpdateConfig},
    step::{Action, Plan, Who},
    strategy::Strategy,
};

fn plans() -> impl proptest::strategy::Strategy<Value = Plan> {
    let strategy = prop_oneof![
        Just(None),
        Just(Some(Strategy::Overlap)),
        Just(Some(Strategy::Hold)),
        Just(Some(Strategy::Recreate))
    ];
    let order =
        prop_oneof![Just(None), Just(Some(Order::StartFirst)), Just(Some(Order::StopFirst))];
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (1_usize..5, 0_u32..6, 0_u64..20, strategy, order, flags, 0..4).prop_filter_map(
        "held",
        |(replicas, parallelism, delay, strategy, order, flags, purpose)| {
            let (adopted, volume, config, parked, generation) = flags;
            let mut fixture = Fixture::new(replicas, adopted, volume);
            fixture.policy.strategy = strategy;
            if config {
                fixture.policy.config_files.push("/etc/app".to_owned());
            }
            let update = UpdateConfig {
                parallelism: Some(parallelism),
                delay: Some(Duration::from_secs(delay)),
                order,
                ..UpdateConfig::default()
            };
            fixture = fixture.compose(ComposeDeploy { update, ..ComposeDeploy::default() });
            let mut kept = fixture.kept(parked, generation);
            kept.backup = config.then(|| "b".to_owned());
            let basis = fixture.basis();
            let decision = match purpose {
                0 => fixture.updated(),
                1 => adopt(&basis),
                2 => release(&basis),
                _ => rollback(&basis, &kept),
            };
            match decision {
                Decision::Go(plan) => Some(*plan),
                Decision::UpToDate | Decision::Held(_) => None,
            }
        },
    )
}

proptest! {
    #[test]
    fn steps_are_numbered_one_after_the_other(plan in plans()) {
        for (index, step) in plan.steps.iter().enumerate() {
            prop_assert_eq!(step.number, index);
        }
        prop_assert!(matches!(plan.steps[plan.no_return].action, Action::Confirm));
    }

    #[test]
    fn nothing_is_removed_or_renamed_while_there_is_a_way_back(plan in plans()) {
        for step in &plan.steps[..plan.no_return] {
            let destroys = matches!(
                step.action,
                Action::Remove { .. }
                    | Action::Rename { .. }
                    | Action::Park { .. }
                    | Action::RemoveSwitch { .. }
                    | Action::Keep { .. }
                    | Action::Discard { .. }
            );
            prop_assert!(!destroys, "{}", plan);
        }
    }

    #[test]
    fn overlap_behind_a_switch_stops_nobody_before_the_point_of_no_return(plan in plans()) {
        if plan.choice.strategy == Strategy::Overlap && plan.switch.is_some() {
            let stops = |step: &crate::step::Step| {
                matches!(&step.action, Action::Stop { who: Who::Existing { .. }, .. })
            };
            prop_assert!(!plan.steps[..plan.no_return].iter().any(stops), "{}", plan);
        }
    }

    #[test]
    fn what_changes_something_before_the_point_of_no_return_can_be_undone(plan in plans()) {
        for step in &plan.steps[..plan.no_return] {
            let only_looks = matches!(
                step.action,
                Action::Compare { .. }
                    | Action::Gate { .. }
                    | Action::Drain { .. }
                    | Action::VerifyPort { .. }
                    | Action::Monitor { .. }
                    | Action::Wait { .. }
            );
            prop_assert!(only_looks || step.action.has_undo(), "{}", step.action);
        }
    }

    #[test]
    fn names_and_generations_are_given_once(plan in plans()) {
        let (mut names, mut generations) = (BTreeSet::new(), BTreeSet::new());
        for step in &plan.steps {
            match &step.action {
                Action::Create { name, generation, .. } => {
                    prop_assert!(names.insert(name.clone()), "{}", plan);
                    prop_assert!(generations.insert(generation.clone()), "{}", plan);
                }
                Action::Park { name, .. } | Action::Rename { name, .. } => {
                    prop_assert!(names.insert(name.clone()), "{}", plan);
                }
                _ => {}
            }
        }
    }

    #[test]
    fn every_new_container_gets_a_gate_before_traffic_and_a_name_at_the_end(plan in plans()) {
        let mut gated = BTreeSet::new();
        let mut routed = BTreeSet::new();
        let mut named = 0;
        for step in &plan.steps {
            match &step.action {
                Action::Gate { who, .. } => {
                    gated.insert(who.clone());
                }
                Action::Commit { backends, .. } => {
                    for backend in backends {
                        routed.insert(backend.generation.clone());
                        let known = gated.iter().any(|w| w.generation() == Some(&backend.generation));
                        let old = plan.steps.iter().any(|step| matches!(&step.action,
                            Action::Commit { before, .. } if before.contains(backend)));
                        prop_assert!(known || old, "{}", plan);
                    }
                }
                Action::Rename { who, .. } => {
                    prop_assert!(gated.contains(who), "{}", plan);
                    named += 1;
                }
                _ => {}
            }
        }
        prop_assert_eq!(named, gated.len());
    }
}
