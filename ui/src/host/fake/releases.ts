/** Releases, plans and changes of the scripted host. */
import type { Changes, Compose, Plan, Release, Stall, Step } from '../host';
import { english } from './said';

/** A release of an image; its digest is made of one digit. */
export function release(version: string, digit: string, image = 'phoenix/gateway:latest'): Release {
  const digest = `sha256:${digit.repeat(8)}7c3f${digit.repeat(52)}`;
  return { name: version, image, digest, imageId: `sha256:${digit.repeat(64)}`, version };
}

export const OLD = release('1.0.0', '1');
export const NOW = release('1.1.0', '2');
export const NEXT = release('1.2.0', '3');

type Line = [action: string, what: string | null, text: string, cause: string];

function steps(lines: Line[]): Step[] {
  return lines.map(([action, what, text, cause], number) => ({
    number,
    action,
    what,
    text,
    cause: english(cause),
  }));
}

const PULL: Line[] = [
  ['pull', 'phoenix/gateway@sha256:333333333333', 'pull the image', 'the registry offers 1.2.0'],
  ['pin', 'phoenix-tray/keep/phoenix-gateway:2222', 'pin', 'going back must not need a registry'],
  ['back_up_config', '~/.phoenix/phoenix.json', 'back up', 'the new release may rewrite it'],
  ['tag', 'phoenix/gateway:latest', 'tag', 'compose must mean the same image'],
];
const NEW = 'phoenix-gateway-phoenix-g3-0';
const CREATE: Line[] = [
  ['create', NEW, 'create', 'the successor of phoenix-gateway'],
  ['compare', NEW, 'compare', 'nothing may differ that was not announced'],
];
const START: Line[] = [
  ['start', NEW, 'start', 'it must prove itself first'],
  ['gate', NEW, 'wait until it is ready 3 times in a row', 'no request before it is ready'],
];
const COMMIT: Line = ['commit', NEW, 'COMMIT', 'the one moment at which traffic moves'];
const WATCH: Line = ['monitor', '60 s', 'watch it for 60 s', 'a bad release never stays'];
const TIDY: Line[] = [
  ['confirm', null, 'confirm', 'the new release has proven itself'],
  ['keep', 'phoenix-gateway', 'keep', 'so that one click takes it back'],
  ['stop', 'phoenix-gateway', 'stop', 'nothing asks it any more'],
  ['park', 'phoenix-gateway-phoenix-g2-0', 'park', 'it keeps for a rollback'],
  ['rename', 'phoenix-gateway', 'rename', 'it is the service now'],
  ['discard', '3', 'drop kept releases beyond 3', 'disks are finite'],
];

function plan(purpose: string, all: Step[], stall: Stall, more: Partial<Plan> = {}): Plan {
  const noReturn = all.findIndex(({ action }) => action === 'confirm');
  return {
    id: '0199c0de-plan',
    purpose,
    strategy: 'overlap',
    because: {
      reason: 'nothing_shared',
      what: null,
      text: 'nothing is shared that two containers could break',
    },
    from: NOW,
    to: NEXT,
    stall,
    adopts: false,
    needsConsent: false,
    monitorMs: 60_000,
    steps: all,
    noReturn,
    ...more,
  };
}

const DRAIN: Line = ['drain', 'g2-0', 'let its requests finish', 'what it began it may finish'];

/** Nobody notices. */
export function overlapPlan(): Plan {
  const all = steps([...PULL, ...CREATE, ...START, COMMIT, DRAIN, WATCH, ...TIDY]);
  return plan('update', all, { kind: 'none' });
}

/** Requests wait. */
export function holdPlan(): Plan {
  const hold: Line = ['hold', '30 s', 'hold new requests', 'two copies must not run at once'];
  const stop: Line = ['stop', 'phoenix-gateway', 'stop', 'its requests are answered'];
  const all = steps([...PULL, ...CREATE, hold, DRAIN, stop, ...START, COMMIT, WATCH, ...TIDY]);
  const because = {
    reason: 'shared_writable_volume',
    what: '/data',
    text: 'two containers would write to /data at once',
  };
  return plan('update', all, { kind: 'held', limitMs: 30_000 }, { strategy: 'hold', because });
}

const ADOPTION: Line[] = [
  ['stop', 'phoenix-gateway', 'stop', 'it frees the port'],
  ['start_switch', 'phoenix-switch-phoenix-gateway', 'start switch', 'the port is free'],
  COMMIT,
  ['verify_port', '18789', 'see the port answer', 'the port has a new owner'],
];
const SWITCH: Line = [
  'create_switch',
  'phoenix-switch-phoenix-gateway',
  'create switch',
  'it will own the port',
];
const MOVES: Stall = { kind: 'portMoves', aboutMs: 1_200 };

/** The port moves; with an update, or alone. */
export function adoptPlan(update: boolean): Plan {
  const front = update ? PULL : PULL.slice(1, 2);
  const watch = update ? [WATCH] : [];
  const all = steps([...front, SWITCH, ...CREATE, ...START, ...ADOPTION, ...watch, ...TIDY]);
  const more = { adopts: true, needsConsent: true };
  if (update) return plan('update', all, MOVES, more);
  return plan('adopt', all, MOVES, { ...more, to: NOW, monitorMs: null });
}

/** The port goes back. */
export function releasePlan(): Plan {
  const stop: Line = ['stop_switch', 'phoenix-switch-phoenix-gateway', 'stop', 'it frees the port'];
  const gone: Line = ['remove_switch', 'phoenix-switch-phoenix-gateway', 'remove', 'not needed'];
  const all = steps([...CREATE, stop, ...START, ...TIDY.slice(0, 1), gone]);
  return plan('release', all, MOVES, { to: NOW, needsConsent: true, monitorMs: null });
}

/** Back, warm. */
export function rollbackPlan(from: Release, to: Release): Plan {
  const all = steps([...START, COMMIT, DRAIN, WATCH, ...TIDY]);
  return plan('rollback', all, { kind: 'none' }, { from, to });
}

/** It stops and starts. */
export function recreatePlan(): Plan {
  const stop: Line = ['stop', 'dns', 'stop', 'its successor needs its place'];
  const all = steps([...PULL, ...CREATE, stop, ...START, WATCH, ...TIDY]);
  const because = { reason: 'other_protocol', what: 'udp', text: 'it publishes a udp port' };
  const more = { strategy: 'recreate', because, needsConsent: true };
  return plan('update', all, { kind: 'restart' }, more);
}

export const CHANGES: Changes = {
  entries: [
    { kind: 'environment', name: 'PHOENIX_MODE', before: 'classic', after: 'swift' },
    { kind: 'environment', name: 'PHOENIX_TELEMETRY', before: '1', after: null },
    { kind: 'port', name: '9100/tcp', before: null, after: '9100/tcp' },
    { kind: 'user', name: null, before: 'root', after: '10001:10001' },
    {
      kind: 'health_check',
      name: null,
      before: 'curl -f http://localhost:18789/api/health',
      after: '/phoenix health --timeout 2s',
    },
  ],
  notesUrl: 'https://phoenix.example/changelog/1.2.0',
  releases: [
    {
      title: 'Phoenix 1.2.0',
      url: 'https://phoenix.example/changelog/1.2.0',
      text: '- Faster start\n- Health check without curl',
    },
  ],
  downloadBytes: 38_400_000,
  neededBytes: 115_200_000,
  freeBytes: 212_000_000_000,
};

export const COMPOSE: Compose = {
  offer: 'edit',
  file: '/home/ada/.phoenix/docker-compose.yml',
  diff: `--- docker-compose.yml
+++ docker-compose.yml
@@ -1,9 +1,10 @@
 services:
   gateway:
     image: phoenix/gateway:latest
     container_name: phoenix-gateway
     # the dashboard and the API
-    ports:
-      - "18789:18789"
+    expose:
+      - "18789"  # published by Phoenix Tray's switch
     volumes:
       - ./phoenix.json:/etc/phoenix.json:ro
     restart: unless-stopped
`,
};
