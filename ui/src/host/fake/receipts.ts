/** Receipts of the scripted host. */
import type { Mark, Plot, Receipt, Tick } from '../host';
import { NEXT, NOW, OLD } from './releases';
import { english, said } from './said';

/** Numbers that look random and are always the same. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const TICKS = 180;

/** Traffic of 18 s; `stallAt` is the tick in which requests waited, `failing` those that failed. */
function traffic(stallMs: number, failing: number): Tick[] {
  const next = noise(7);
  return Array.from({ length: TICKS }, (_, at) => {
    const wave = 62 + 14 * Math.sin(at / 11) + 22 * next();
    const stalled = stallMs > 0 && at >= 50 && at < 50 + stallMs / 100;
    const after = stallMs > 0 && at >= 50 + stallMs / 100 && at < 56 + stallMs / 100;
    const requests = Math.round(stalled ? 0 : after ? wave * 1.8 : wave);
    const failed = failing > 0 && at >= 88 && at < 108 ? Math.round(failing * next()) : 0;
    const base = 3_000 + 2_600 * next() + (at > 46 && at < 58 ? 16_000 * next() : 0);
    const slow = after ? stallMs * 1e3 * (1 - (at - 50 - stallMs / 100) / 8) : 0;
    const bad = failing > 0 && at >= 84 && at < 110 ? 60_000 * next() : 0;
    return { requests, failed, slowestUs: requests > 0 ? Math.round(base + slow + bad) : 0 };
  });
}

function plot(ticks: Tick[], marks: Mark[]): Plot {
  return { beganAt: new Date(Date.now() - 9e4).toISOString(), tickMs: 100, ticks, marks };
}

const MARKS: Mark[] = [
  { atMs: 1_900, moment: 'started' },
  { atMs: 4_100, moment: 'ready' },
  { atMs: 5_000, moment: 'switched' },
  { atMs: 7_700, moment: 'drained' },
];

function ago(minutes: number): string {
  return new Date(Date.now() - minutes * 6e4).toISOString();
}

/** An update that nobody noticed. */
export function updated(minutesAgo = 2): Receipt {
  return {
    id: '0199c0de-7a10-7c3f-9b1e-2d4c5e6f7a81',
    service: 'phoenix/phoenix-gateway',
    purpose: 'update',
    outcome: 'updated',
    ending: 'updated',
    reason: english('the release serves'),
    headline: 'Updated 1.1.0 → 1.2.0.',
    strategy: 'overlap',
    strategyReason: said('because.nothing_shared'),
    from: NOW,
    to: NEXT,
    requests: {
      total: 12_408,
      failed: 0,
      held: 0,
      retried: 3,
      longestStallMs: 31,
      app5xxBefore: 0,
      app5xxAfter: 0,
    },
    websockets: { carried: 42, closedByApp: 39, closedBySwitch: 3, cut: 0 },
    probe: { ok: 812, failed: 0, longestGapMs: 27 },
    timings: {
      pull: 3_120,
      create: 84,
      ready: 2_210,
      switch: 7,
      drain: 2_704,
      monitor: 60_012,
      total: 71_380,
    },
    failure: null,
    plot: plot(traffic(0, 0), MARKS),
    startedAt: ago(minutesAgo + 1.2),
    finishedAt: ago(minutesAgo),
    canRollBackTo: true,
  };
}

/** An update whose requests waited. */
export function heldReceipt(): Receipt {
  const marks = [
    { atMs: 4_900, moment: 'held' },
    { atMs: 5_300, moment: 'stopped' },
    { atMs: 5_500, moment: 'started' },
    { atMs: 7_300, moment: 'ready' },
    { atMs: 7_400, moment: 'switched' },
  ];
  const base = updated(4 * 60);
  return {
    ...base,
    id: 'held',
    strategy: 'hold',
    strategyReason: said('because.shared_writable_volume', { what: '/data' }),
    requests: { ...base.requests, total: 9_877, held: 164, longestStallMs: 2_431 },
    plot: plot(traffic(2_400, 0), marks),
  };
}

/** A release that turned bad while it was watched. */
export function rolledBack(): Receipt {
  const marks = [
    ...MARKS.slice(0, 3),
    { atMs: 10_300, moment: 'failed' },
    { atMs: 10_800, moment: 'rolled_back' },
  ];
  const ticks = traffic(0, 6);
  const failures = ticks.reduce((sum, tick) => sum + tick.failed, 0);
  const base = updated(60 * 26);
  return {
    ...base,
    id: 'rolled-back',
    outcome: 'rolled_back',
    ending: 'rolled_back',
    reason: said('monitor.too_many_errors', {
      answered_5xx: 207,
      broken: 0,
      requests: 668,
      before_errors: 0,
      before_requests: 11_264,
    }),
    requests: { ...base.requests, total: 11_932, failed: failures, app5xxAfter: 207 },
    failure: {
      log: [
        '2026-11-23T22:14:07Z INFO  gateway 1.2.0 listening on :18789',
        '2026-11-23T22:14:12Z ERROR upstream "models" refused the token: signature version 3',
        '2026-11-23T22:14:12Z ERROR 502 GET /api/models (12 ms)',
        '2026-11-23T22:14:13Z ERROR 502 GET /api/models (9 ms)',
      ],
      healthOutput: null,
      remedy: said('remedy.dependency'),
    },
    plot: plot(ticks, marks),
  };
}

/** A release that never became healthy. */
export function failed(): Receipt {
  const base = updated(18);
  return {
    ...base,
    id: 'failed',
    outcome: 'failed',
    ending: 'failed',
    reason: said('gate.exited', { exit_code: '78', after_ms: 2_100 }),
    requests: { ...base.requests, total: 4_102, retried: 0, longestStallMs: 12 },
    websockets: { carried: 12, closedByApp: 0, closedBySwitch: 0, cut: 0 },
    timings: { ...base.timings, switch: 0, drain: 0, monitor: 0, total: 6_910 },
    failure: {
      log: [
        '2026-11-23T22:40:51Z INFO  gateway 1.2.0 starting',
        '2026-11-23T22:40:51Z INFO  reading /etc/phoenix.json',
        '2026-11-23T22:40:51Z FATAL config: unknown field "listen_addr" at line 14 (did you mean ' +
          '"listen"?)',
        '2026-11-23T22:40:51Z INFO  exit 78',
      ],
      healthOutput: 'dial tcp 127.0.0.1:18789: connect: connection refused',
      remedy: said('remedy.configuration'),
    },
    plot: null,
    canRollBackTo: false,
  };
}

/** The way back, taken. */
export function wentBack(): Receipt {
  const base = updated(0);
  return {
    ...base,
    id: 'went-back',
    purpose: 'rollback',
    from: NEXT,
    to: NOW,
    requests: { ...base.requests, total: 3_204, longestStallMs: 18 },
    timings: { ...base.timings, pull: 0, ready: 12, total: 2_310 },
  };
}

/** Uncertain. */
export function stuck(): Receipt {
  return {
    ...failed(),
    id: 'stuck',
    outcome: 'stuck',
    ending: 'stuck',
    reason: english(
      'the old container could not be started again: port 18789 is taken by nginx',
    ),
  };
}

/** A first receipt without a switch: only the witness saw it. */
export function witnessed(): Receipt {
  const base = updated(60 * 24 * 9);
  const none = {
    total: 0,
    failed: 0,
    held: 0,
    retried: 0,
    longestStallMs: 0,
    app5xxBefore: 0,
    app5xxAfter: 0,
  };
  const probe = { ok: 214, failed: 11, longestGapMs: 1_180 };
  return { ...base, id: 'witnessed', from: OLD, to: NOW, requests: none, probe, plot: null };
}
