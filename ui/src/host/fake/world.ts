/** Services, settings, details and the check-list of the scripted host. */
import type {
  Check,
  Details,
  Engine,
  Service,
  ServiceSettings,
  Settings,
  Snapshot,
  Watchable,
} from '../host';
import { NEXT, NOW, OLD, release } from './releases';
import { said } from './said';

export const GATEWAY = 'phoenix/phoenix-gateway';

/** Minutes ago, as text. */
export function ago(minutes: number): string {
  return new Date(Date.now() - minutes * 6e4).toISOString();
}

const SERVICE: Service = {
  id: '',
  name: '',
  project: null,
  standing: 'good',
  running: null,
  health: 'healthy',
  healthDetail: null,
  containers: [],
  ports: [],
  behindSwitch: true,
  switchAnswers: true,
  holding: false,
  checking: false,
  checkedAt: null,
  finding: { state: 'upToDate' },
  skipped: false,
  snoozedUntil: null,
  pinned: false,
  held: null,
  rollBackTo: null,
  warm: false,
  activity: null,
  unseenReceipt: null,
  trouble: null,
};

/** The gateway, with an update to be had. */
export function gateway(more: Partial<Service> = {}): Service {
  return {
    ...SERVICE,
    id: GATEWAY,
    name: 'phoenix-gateway',
    project: 'phoenix',
    standing: 'updateAvailable',
    running: NOW,
    containers: ['phoenix-gateway'],
    ports: ['0.0.0.0:18789->18789/tcp', '[::]:18789->18789/tcp'],
    checkedAt: ago(3.2),
    finding: {
      state: 'updateAvailable',
      name: NEXT.name,
      digest: NEXT.digest ?? '',
      downloadBytes: 38_400_000,
    },
    rollBackTo: OLD,
    ...more,
  };
}

/** One of each kind. */
export function services(): Service[] {
  return [
    {
      ...SERVICE,
      id: 'shop/web',
      name: 'web',
      project: 'shop',
      standing: 'attention',
      health: 'unhealthy',
      healthDetail: 'wget: server returned error: HTTP/1.1 503 Service Unavailable',
      running: release('2025.11', '5', 'registry.example/shop/web:2025'),
      containers: ['shop-web-1', 'shop-web-2'],
      ports: ['127.0.0.1:8080->80/tcp'],
      checkedAt: ago(4),
      finding: {
        state: 'knownBad',
        digest: 'sha256:66f0a1b2c3d4',
        reason: 'it was not ready within 70 s',
        at: ago(60 * 20),
      },
    },
    gateway(),
    {
      ...SERVICE,
      id: 'photos/immich-server',
      name: 'immich-server',
      project: 'photos',
      running: release('2.4.1', '8', 'ghcr.io/immich-app/immich-server:v2'),
      containers: ['immich_server'],
      ports: ['0.0.0.0:2283->2283/tcp'],
      standing: 'updateAvailable',
      checkedAt: ago(3),
      finding: {
        state: 'newerTag',
        name: '2.5.0',
        tag: 'v2.5.0',
        digest: 'sha256:2500',
        downloadBytes: 61_000_000,
      },
      held: { why: 'outsideWindows', until: '2026-11-25T02:00:00Z' },
      rollBackTo: release('2.4.0', '7', 'ghcr.io/immich-app/immich-server:v2'),
    },
    {
      ...SERVICE,
      id: 'uptime-kuma',
      name: 'uptime-kuma',
      running: release('2.0.2', '9', 'louislam/uptime-kuma:2'),
      health: 'running',
      containers: ['uptime-kuma'],
      ports: ['0.0.0.0:3001->3001/tcp'],
      behindSwitch: false,
      checkedAt: ago(190),
      finding: {
        state: 'checkFailed',
        reason: said('no_answer.asked_too_often'),
        lastGood: ago(190),
      },
    },
    {
      ...SERVICE,
      id: 'dns',
      name: 'dns',
      standing: 'absent',
      health: 'missing',
      finding: null,
    },
  ];
}

export const CONNECTED: Engine = {
  state: 'connected',
  endpoint: 'unix:///var/run/docker.sock',
  version: '28.5.2',
};

/** A snapshot in which all is well. */
export function snapshot(language: 'en' | 'fr', all: Service[]): Snapshot {
  return {
    engine: CONNECTED,
    services: all,
    paused: false,
    nextChecks: [],
    otherUpdaters: [],
    configError: null,
    language,
    quitting: false,
    version: '0.1.0',
    trayShown: true,
  };
}

export const DETAILS: Details = {
  healthCheck: {
    command: 'curl -f http://localhost:18789/api/health',
    intervalMs: 30_000,
    timeoutMs: 5_000,
    retries: 3,
    startPeriodMs: 40_000,
  },
  healthOutputs: [
    { at: ago(0.2), exitCode: 0, output: '{"status":"healthy","version":"1.1.0"}' },
    { at: ago(0.7), exitCode: 0, output: '{"status":"healthy","version":"1.1.0"}' },
    { at: ago(1.2), exitCode: 22, output: 'curl: (22) The requested URL returned error: 503' },
    { at: ago(1.7), exitCode: 0, output: '' },
  ],
  switch: {
    container: 'phoenix-switch-phoenix-gateway',
    heldNow: 0,
    generations: [
      {
        name: 'g1-0',
        routed: false,
        inFlight: 0,
        upgraded: 1,
        requests: 48_211,
        failed: 0,
        held: 0,
        longestHoldMs: 0,
        app5xx: 3,
        websockets: 210,
      },
      {
        name: 'g2-0',
        routed: true,
        inFlight: 4,
        upgraded: 17,
        requests: 1_904_112,
        failed: 0,
        held: 164,
        longestHoldMs: 2_431,
        app5xx: 12,
        websockets: 5_120,
      },
    ],
    warning: null,
  },
  log: Array.from(
    { length: 14 },
    (_, at) =>
      `2026-11-23T22:5${Math.floor(at / 4)}:${String((at * 13) % 60).padStart(2, '0')}Z INFO  200 ` +
      `GET /api/sessions/${1000 + at * 37} (${3 + (at % 5)} ms)`,
  ),
};

export const WATCHABLE: Watchable[] = [
  { id: GATEWAY, image: 'phoenix/gateway:latest', state: 'running', watched: true },
  { id: 'shop/web', image: 'registry.example/shop/web:2025', state: 'running', watched: true },
  { id: 'shop/db', image: 'postgres:17', state: 'running', watched: false },
  { id: 'grafana', image: 'grafana/grafana:12.1.0', state: 'running', watched: false },
  { id: 'backup', image: 'restic/restic:latest', state: 'exited', watched: false },
];

const OWN: ServiceSettings = {
  service: null,
  updates: 'notify',
  strategy: null,
  monitor: '60s',
  keepReleases: 3,
  minAge: null,
  windows: [],
  follow: 'none',
  include: null,
  exclude: null,
  prereleases: false,
  pinned: false,
  includeStopped: false,
};

export const SETTINGS: Settings = {
  file: '/home/ada/.config/phoenix-tray/config.toml',
  engine: null,
  notifications: true,
  language: 'system',
  zoomPercent: 100,
  schedule: {
    every: null,
    cron: '0 4 * * *',
    zone: null,
    zoneInForce: 'Europe/Paris',
    next: ['2026-11-25T03:00:00Z', '2026-11-26T03:00:00Z', '2026-11-27T03:00:00Z'],
  },
  batteryAbove: 30,
  metered: false,
  channels: [
    { name: 'mail', kind: 'smtp', lastSent: ago(95), lastError: null },
    { name: 'phone', kind: 'ntfy', lastSent: null, lastError: 'ntfy.example answers 403' },
  ],
  autostart: { state: 'on' },
  defaults: OWN,
  services: [
    {
      ...OWN,
      service: GATEWAY,
      updates: 'auto',
      minAge: '3d',
      windows: ['Mon-Fri 02:00-05:00', 'Sun 00:00-24:00'],
      follow: 'minor',
      exclude: '-debug$',
    },
    { ...OWN, service: 'shop/web', strategy: 'hold', monitor: '90s' },
  ],
};

export const CHECKS: Check[] = [
  {
    topic: 'log',
    service: null,
    state: 'good',
    finding: said('found.log.good', { path: '~/.phoenix/updater.log' }),
    remedy: null,
  },
  {
    topic: 'engine',
    service: null,
    state: 'good',
    finding: said('found.engine.answers', {
      version: '28.5.2',
      endpoint: 'unix:///var/run/docker.sock',
    }),
    remedy: null,
  },
  {
    topic: 'compose',
    service: null,
    state: 'advice',
    finding: said('found.compose.version', { version: '2.18.1' }),
    remedy: { text: said('help.compose_old'), action: null, verb: null },
  },
  {
    topic: 'disk',
    service: null,
    state: 'good',
    finding: said('found.disk.free', { free_bytes: 212e9, path: '/var/lib/docker' }),
    remedy: null,
  },
  {
    topic: 'running',
    service: GATEWAY,
    state: 'good',
    finding: said('found.running.runs', { name: GATEWAY }),
    remedy: null,
  },
  {
    topic: 'health_check',
    service: GATEWAY,
    state: 'good',
    finding: said('found.health_check.command', {
      command: 'curl -f http://localhost:18789/api/health',
    }),
    remedy: null,
  },
  {
    topic: 'switch',
    service: GATEWAY,
    state: 'advice',
    finding: said('found.switch.none'),
    remedy: {
      text: said('help.adopt', { service: GATEWAY }),
      action: 1,
      verb: 'adopt',
    },
  },
  {
    topic: 'running',
    service: 'dns',
    state: 'bad',
    finding: said('found.running.stopped', { name: 'dns' }),
    remedy: { text: said('help.start', { name: 'dns' }), action: 2, verb: 'start_container' },
  },
  {
    topic: 'interrupted_update',
    service: 'shop/web',
    state: 'bad',
    finding: said('found.interrupted_update', { service: 'shop/web' }),
    remedy: { text: said('help.resume', { service: 'shop/web' }), action: 3, verb: 'resume' },
  },
];
