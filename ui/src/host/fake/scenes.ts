/** The states that the tests and the pictures show, each by its name. */
import type { Engine, Preview, Receipt, Service, Settings, Snapshot } from '../host';
import { during, goingBack } from './activity';
import { failed, heldReceipt, rolledBack, stuck, updated, wentBack, witnessed } from './receipts';
import {
  CHANGES,
  COMPOSE,
  NEXT,
  NOW,
  adoptPlan,
  holdPlan,
  overlapPlan,
  recreatePlan,
  releasePlan,
  rollbackPlan,
} from './releases';
import { said } from './said';
import { GATEWAY, SETTINGS, ago, gateway, services, snapshot } from './world';

/** What a scene starts from. */
export interface Scene {
  snapshot: Snapshot;
  /** Plans by the aim's kind. */
  plans: Partial<Record<'update' | 'rollback' | 'adopt' | 'release', Preview>>;
  receipts: Receipt[];
  settings: Settings;
  /** Commands that never answer, or are refused. */
  silent?: boolean;
  refuse?: boolean;
}

type Make = (language: 'en' | 'fr') => Partial<Scene> & { snapshot: Snapshot };

const AWAY: Engine = {
  state: 'away',
  reason: said('trouble.engine.absent', { endpoint: 'unix:///var/run/docker.sock' }),
  since: ago(4),
};

const all =
  (more: Partial<Snapshot> = {}): Make =>
  (language) => ({ snapshot: { ...snapshot(language, services()), ...more } });

const one =
  (more: Partial<Service>, plans: Scene['plans'] = {}): Make =>
  (language) => ({ snapshot: snapshot(language, [gateway(more)]), plans });

const adopted = { behindSwitch: false, switchAnswers: false } as const;
const updating = { standing: 'updating' } as const;
const step = (action: string): number =>
  overlapPlan().steps.findIndex((one) => one.action === action);

export const SCENES: Readonly<Record<string, Make>> = {
  list: all(),
  empty: (language) => ({ snapshot: snapshot(language, []) }),
  loading: (language) => ({ snapshot: snapshot(language, []), silent: true }),
  lost: (language) => ({ snapshot: snapshot(language, []), refuse: true }),
  connecting: (language) => ({
    snapshot: { ...snapshot(language, []), engine: { state: 'connecting' } },
  }),
  away: all({ engine: AWAY }),
  awayEmpty: (language) => ({ snapshot: { ...snapshot(language, []), engine: AWAY } }),
  config: all({
    configError: said('trouble.config.unknown', {
      place: 'config.toml:12',
      key: 'montior',
      remedy: said('help.config.meant', { key: 'monitor' }),
    }),
  }),
  paused: all({ paused: true, trayShown: false }),
  quitting: (language) => ({
    snapshot: {
      ...snapshot(language, [
        gateway({ ...updating, activity: during(overlapPlan(), step('gate'), 800) }),
      ]),
      quitting: true,
    },
  }),
  adopt: one(adopted, {
    update: go(adoptPlan(true)),
    adopt: { ...go(adoptPlan(false)), changes: null },
  }),
  refusedCompose: one(adopted, {
    adopt: {
      decision: 'go',
      plan: adoptPlan(false),
      changes: null,
      compose: {
        offer: 'refused',
        reason: said('trouble.compose.refused', {
          file: '/srv/phoenix/compose.yaml',
          reason: said('trouble.compose.variable', { port: '$PORT:18789' }),
        }),
      },
    },
  }),
  hold: one({}, { update: go(holdPlan()) }),
  recreate: one({ ...adopted, ports: [] }, { update: go(recreatePlan()) }),
  held: one(
    {},
    {
      update: {
        decision: 'held',
        reason: said('hold.unhealthy_already', { name: 'phoenix-gateway' }),
      },
    },
  ),
  upToDate: one(
    { standing: 'good', finding: { state: 'upToDate' } },
    {
      update: { decision: 'upToDate' },
    },
  ),
  skipped: one({ skipped: true, snoozedUntil: ago(-60 * 20), standing: 'good' }),
  trouble: one({
    standing: 'attention',
    trouble: 'no space left on device: 12 MB free in /var/lib/docker, 38 MB needed',
    holding: true,
    unseenReceipt: 'failed',
  }),
  pulling: one({ ...updating, activity: during(overlapPlan(), 0, 1_400) }),
  gate: one({ ...updating, activity: during(overlapPlan(), step('gate'), 1_300) }),
  watching: one({
    ...updating,
    warm: true,
    activity: during(overlapPlan(), step('monitor'), 12_000),
  }),
  goingBack: one({
    ...updating,
    activity: goingBack(overlapPlan(), step('gate'), 'the new container exited with code 78'),
  }),
  autostart: (language) => ({
    snapshot: snapshot(language, services()),
    settings: {
      ...structuredClone(SETTINGS),
      autostart: { state: 'unknown', reason: 'no ~/.config: permission denied' },
    },
  }),
};

function go(plan: ReturnType<typeof overlapPlan>): Extract<Preview, { decision: 'go' }> {
  return { decision: 'go', plan, changes: CHANGES, compose: plan.adopts ? COMPOSE : null };
}

/** A scene by name; the list for an unknown one. */
export function scene(name: string, language: 'en' | 'fr'): Scene {
  const made = (SCENES[name] ?? all())(language);
  return {
    receipts: [updated(), heldReceipt(), failed(), rolledBack(), stuck(), witnessed(), wentBack()],
    settings: structuredClone(SETTINGS),
    ...made,
    plans: {
      update: go(overlapPlan()),
      rollback: { ...go(rollbackPlan(NEXT, NOW)), changes: null },
      adopt: { ...go(adoptPlan(false)), changes: null },
      release: { ...go(releasePlan()), changes: null },
      ...made.plans,
    },
  };
}

export { GATEWAY };
