/** Every page in every state that differs, by scene and route. */
const GATEWAY = encodeURIComponent('phoenix/phoenix-gateway');

/** A state: its name, its scene, its route. */
export type State = [name: string, scene: string, hash: string];

export const STATES: readonly State[] = [
  ['list', 'list', '#/'],
  ['list-empty', 'empty', '#/'],
  ['list-loading', 'loading', '#/'],
  ['list-lost', 'lost', '#/'],
  ['list-connecting', 'connecting', '#/'],
  ['list-away', 'away', '#/'],
  ['list-away-empty', 'awayEmpty', '#/'],
  ['list-config-error', 'config', '#/'],
  ['list-paused', 'paused', '#/'],
  ['list-updating', 'watching', '#/'],
  ['list-trouble', 'trouble', '#/'],
  ['quitting', 'quitting', '#/'],
  ['overview', 'list', `#/service/${GATEWAY}`],
  ['overview-own-port', 'adopt', `#/service/${GATEWAY}`],
  ['overview-skipped', 'skipped', `#/service/${GATEWAY}`],
  ['overview-trouble', 'trouble', `#/service/${GATEWAY}`],
  ['overview-gone', 'empty', `#/service/${GATEWAY}`],
  ['live-pulling', 'pulling', `#/service/${GATEWAY}`],
  ['live-gate', 'gate', `#/service/${GATEWAY}`],
  ['live-watching', 'watching', `#/service/${GATEWAY}`],
  ['live-going-back', 'goingBack', `#/service/${GATEWAY}`],
  ['history', 'list', `#/service/${GATEWAY}/history`],
  ['history-empty', 'list', '#/service/dns/history'],
  ['health', 'list', `#/service/${GATEWAY}/health`],
  ['plan', 'list', `#/plan/${GATEWAY}/update`],
  ['plan-hold', 'hold', `#/plan/${GATEWAY}/update`],
  ['plan-recreate', 'recreate', `#/plan/${GATEWAY}/update`],
  ['plan-adopt-update', 'adopt', `#/plan/${GATEWAY}/update`],
  ['plan-held', 'held', `#/plan/${GATEWAY}/update`],
  ['plan-up-to-date', 'upToDate', `#/plan/${GATEWAY}/update`],
  ['plan-rollback', 'list', `#/plan/${GATEWAY}/rollback`],
  ['plan-adopt', 'adopt', `#/plan/${GATEWAY}/adopt`],
  ['plan-adopt-refused', 'refusedCompose', `#/plan/${GATEWAY}/adopt`],
  ['plan-release', 'list', `#/plan/${GATEWAY}/release`],
  ['receipt', 'list', `#/receipt/${GATEWAY}/0199c0de-7a10-7c3f-9b1e-2d4c5e6f7a81`],
  ['receipt-held', 'list', `#/receipt/${GATEWAY}/held`],
  ['receipt-failed', 'list', `#/receipt/${GATEWAY}/failed`],
  ['receipt-rolled-back', 'list', `#/receipt/${GATEWAY}/rolled-back`],
  ['receipt-stuck', 'list', `#/receipt/${GATEWAY}/stuck`],
  ['receipt-witnessed', 'list', `#/receipt/${GATEWAY}/witnessed`],
  ['receipt-missing', 'list', `#/receipt/${GATEWAY}/none`],
  ['watch', 'list', '#/watch'],
  ['settings', 'list', '#/settings'],
  ['settings-autostart', 'autostart', '#/settings'],
  ['doctor', 'list', '#/doctor'],
];

/** States in which the page waits on purpose. */
export const WAITING = ['list-loading', 'list-connecting'];
