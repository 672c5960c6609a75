/** Steps folded into the five stages that a person thinks in. Pure. */
import type { Activity, Plan, Step, StepProgress } from '../host/host';

/** What a stretch of steps is for. */
export type StageName = 'prepare' | 'start' | 'move' | 'watch' | 'tidy';

/** How far a step or a stage is; `ahead` is what has not begun. */
export type State = StepProgress['state'] | 'ahead';

/** A step, begun or not. */
export interface Row {
  step: Step;
  state: State;
  progress: StepProgress | null;
}

/** A stretch of steps. */
export interface Stage {
  name: StageName;
  state: State;
  rows: Row[];
  /** Sum of the steps that are over, in milliseconds. */
  tookMs: number;
}

const STAGES: Readonly<Record<string, StageName>> = {
  pull: 'prepare',
  pin: 'prepare',
  back_up_config: 'prepare',
  restore_config: 'prepare',
  create_switch: 'prepare',
  create: 'prepare',
  compare: 'prepare',
  tag: 'prepare',
  start: 'start',
  gate: 'start',
  hold: 'move',
  drain: 'move',
  stop: 'move',
  start_switch: 'move',
  stop_switch: 'move',
  commit: 'move',
  verify_port: 'move',
  monitor: 'watch',
  wait: 'watch',
  confirm: 'tidy',
  keep: 'tidy',
  park: 'tidy',
  rename: 'tidy',
  remove: 'tidy',
  remove_switch: 'tidy',
  discard: 'tidy',
};

/** The stages of a plan, nothing begun. */
export function planned(plan: Plan): Stage[] {
  return fold(
    plan.steps.map((step) => ({ step, state: 'ahead', progress: null })),
    plan.noReturn,
  );
}

/** The stages of what is being done. */
export function underWay({ plan, steps }: Activity): Stage[] {
  const begun = new Map(steps.map((progress) => [progress.step.number, progress]));
  const all = plan ? plan.steps : steps.map(({ step }) => step);
  const rows = all.map((step): Row => {
    const progress = begun.get(step.number) ?? null;
    return { step, state: progress?.state ?? 'ahead', progress };
  });
  return fold(rows, plan?.noReturn ?? Number.POSITIVE_INFINITY);
}

function fold(rows: Row[], noReturn: number): Stage[] {
  const stages: Stage[] = [];
  for (const row of rows) {
    const name: StageName =
      row.step.number >= noReturn ? 'tidy' : (STAGES[row.step.action] ?? 'prepare');
    const last = stages.at(-1);
    if (last?.name === name) last.rows.push(row);
    else stages.push({ name, state: 'ahead', rows: [row], tookMs: 0 });
  }
  for (const stage of stages) {
    stage.state = stateOf(stage.rows);
    stage.tookMs = stage.rows.reduce((sum, row) => sum + (row.progress?.tookMs ?? 0), 0);
  }
  return stages;
}

function stateOf(rows: Row[]): State {
  const has = (state: State): boolean => rows.some((row) => row.state === state);
  if (has('failed')) return 'failed';
  if (has('running')) return 'running';
  if (has('undone')) return 'undone';
  if (!has('ahead')) return 'done';
  return has('done') ? 'running' : 'ahead';
}
