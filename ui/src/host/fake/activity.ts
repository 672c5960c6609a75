/** Operations under way, as the scripted host shows them. */
import type { Activity, Phase, Plan, StepProgress } from '../host';

const TOOK: Readonly<Record<string, number>> = {
  pull: 3_120,
  pin: 31,
  back_up_config: 12,
  tag: 18,
  create_switch: 410,
  create: 84,
  compare: 9,
  start: 218,
  gate: 2_210,
  hold: 14,
  stop: 640,
  start_switch: 380,
  commit: 7,
  verify_port: 92,
  drain: 2_704,
  monitor: 60_000,
  confirm: 22,
  keep: 14,
  park: 31,
  rename: 28,
  discard: 40,
};

/** How long a step takes in this world, in milliseconds. */
export function tookMs(action: string): number {
  return TOOK[action] ?? 20;
}

/** The operation while step `at` is under way, `into` milliseconds after that step's begin. */
export function during(plan: Plan, at: number, into: number, phase?: Phase): Activity {
  const before = plan.steps.slice(0, at).reduce((sum, step) => sum + tookMs(step.action), 0);
  const began = Date.now() - before - into;
  let clock = began;
  const steps = plan.steps.slice(0, at + 1).map((step, number): StepProgress => {
    const startedAt = new Date(clock).toISOString();
    const took = tookMs(step.action);
    clock += took;
    const running = number === at;
    return {
      step,
      startedAt,
      state: running ? 'running' : 'done',
      tookMs: running ? null : took,
      error: null,
    };
  });
  const action = plan.steps[at]?.action;
  const commit = plan.steps.findIndex((step) => step.action === 'commit');
  const moved = commit !== -1 && at > commit;
  const total = 38_400_000;
  const done = Math.min(total, total * (into / tookMs('pull')));
  return {
    purpose: plan.purpose,
    phase: phase ?? (moved ? 'watching' : 'working'),
    plan,
    steps,
    pull:
      action === 'pull'
        ? {
            doneBytes: done,
            totalBytes: total,
            bytesPerSecond: 12_400_000,
            remainingMs: ((total - done) / 12_400_000) * 1e3,
          }
        : null,
    notes: [],
    canCancel: !moved,
    cancelling: false,
    startedAt: new Date(began).toISOString(),
    percent: Math.round((100 * at) / plan.steps.length),
  };
}

/** The same on its way back after step `at` has failed. */
export function goingBack(plan: Plan, at: number, error: string): Activity {
  const before = during(plan, at, 900, 'goingBack');
  const steps = before.steps.map((progress, number): StepProgress => {
    if (number === at) return { ...progress, state: 'failed', tookMs: 900, error };
    return number >= at - 2 ? { ...progress, state: 'undone' } : progress;
  });
  return { ...before, steps, canCancel: false };
}
