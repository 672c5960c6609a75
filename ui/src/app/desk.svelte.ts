/**
 * What the window knows: the last snapshot, the route, and what the user has just asked for. It
 * holds no truth of its own: everything else is asked for when its page opens.
 */
import { getContext, setContext } from 'svelte';
import {
  type Aim,
  type Host,
  type Refusal,
  type Service,
  type Snapshot,
  type ZoomStep,
  refusalOf,
} from '../host/host';
import { speak } from '../words/index.svelte';
import { type Route, hashOf, routeOf } from './route';

/** How long a beginning is shown that the program says nothing about. */
const PATIENCE_MS = 20_000;

/** What the user has asked for and the snapshot does not show yet. */
export interface Starting {
  service: string;
  aim: Aim;
  /** What the snapshot said before, to tell what is new. */
  before: { receipt: string | null; trouble: string | null };
}

export class Desk {
  /** The newest receipt of each service from when nothing was being done to it. */
  #receipts = new Map<string, string | null>();
  snapshot = $state.raw<Snapshot | null>(null);
  route = $state.raw<Route>({ page: 'services' });
  starting = $state.raw<Starting | null>(null);
  /** The last command that was refused, until the user has read it. */
  refusal = $state.raw<Refusal | null>(null);
  /** The first snapshot could not be had. */
  lost = $state.raw<Refusal | null>(null);
  /** How often the window was made larger or smaller by a key. */
  zooms = $state(0);
  readonly host: Host;
  /** The service of the page, whose operation has ended without that its receipt has come. */
  #awaited: string | null = null;
  /** How many snapshots the program has told by itself. */
  #told = 0;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host) {
    this.host = host;
    const first = host.first();
    if (first) this.#take(first);
  }

  /** Listens, and only then asks for the first snapshot. Answers how to end it. */
  open(): () => void {
    const follow = (): void => {
      this.route = routeOf(location.hash);
    };
    follow();
    window.addEventListener('hashchange', follow);
    const listening = [
      this.host.onSnapshot((snapshot) => {
        this.#told += 1;
        this.#take(snapshot);
      }),
      this.host.onNavigate((page) => this.go(page)),
    ];
    void Promise.allSettled(listening).then(() => this.#catchUp());
    return () => {
      window.removeEventListener('hashchange', follow);
      for (const ear of listening) void ear.then((unlisten) => unlisten());
    };
  }

  /** What was told before somebody listened was told to nobody. */
  async #catchUp(): Promise<void> {
    const wanted = this.host.listens().catch(() => null);
    await this.load();
    const page = await wanted;
    if (page) this.go(page);
  }

  async load(): Promise<void> {
    this.lost = null;
    const told = this.#told;
    try {
      const snapshot = await this.host.snapshot();
      // What was told meanwhile may have overtaken it.
      if (this.#told === told) this.#take(snapshot);
    } catch (thrown) {
      if (!this.snapshot) this.lost = refusalOf(thrown);
    }
  }

  go(route: Route): void {
    const hash = hashOf(route);
    this.route = route;
    if (location.hash !== hash) location.hash = hash;
  }

  /** Goes there without a step in the browser's history. */
  swap(route: Route): void {
    this.route = route;
    history.replaceState(null, '', hashOf(route));
  }

  service(id: string): Service | null {
    return this.snapshot?.services.find((service) => service.id === id) ?? null;
  }

  /** Shows everything larger or smaller, from now on. */
  async zoom(step: ZoomStep): Promise<void> {
    if (await this.run(this.host.zoom(step))) this.zooms += 1;
  }

  /** Runs a command; a refusal is shown. Whether it was carried out. */
  async run(command: Promise<unknown>): Promise<boolean> {
    try {
      await command;
      return true;
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
      return false;
    }
  }

  /**
   * One click: shows at once that it begins. Where clients would notice something, the plan is
   * shown instead of carried out, unless the user has agreed to it.
   */
  async begin(service: string, aim: Aim, agreed = false, editCompose = false): Promise<void> {
    const known = this.service(service);
    const before = { receipt: known?.unseenReceipt ?? null, trouble: known?.trouble ?? null };
    const starting = { service, aim, before };
    this.starting = starting;
    this.go({ page: 'service', service });
    try {
      if (!agreed) {
        const preview = await this.host.preview(service, aim);
        if (preview.decision !== 'go' || preview.plan.needsConsent) {
          if (this.starting !== starting) return;
          this.starting = null;
          this.swap({ page: 'plan', service, aim });
          return;
        }
      }
      await this.host.carryOut(service, aim, agreed, editCompose);
      clearTimeout(this.#patience);
      this.#patience = setTimeout(() => (this.starting = null), PATIENCE_MS);
    } catch (thrown) {
      this.starting = null;
      this.refusal = refusalOf(thrown);
    }
  }

  /** A receipt may be there a moment before what it is about has ended. */
  #remember(snapshot: Snapshot): void {
    for (const { id, activity, unseenReceipt } of snapshot.services) {
      if (!activity || !this.#receipts.has(id)) this.#receipts.set(id, unseenReceipt);
    }
  }

  #take(snapshot: Snapshot): void {
    const before = this.snapshot;
    this.snapshot = snapshot;
    speak(snapshot.language);
    const { starting, route } = this;
    if (starting && begun(starting, this.service(starting.service))) this.starting = null;
    const known = route.page === 'service' ? this.#receipts.get(route.service) : null;
    this.#remember(snapshot);
    if (route.page !== 'service') return;
    const was = before?.services.find((service) => service.id === route.service);
    const is = this.service(route.service);
    const begins = starting?.service === route.service;
    const ends = Boolean(was?.activity) || this.#awaited === route.service;
    this.#awaited = null;
    if (!(ends || begins) || !is || is.activity) return;
    if (is.unseenReceipt && is.unseenReceipt !== known) {
      this.swap({ page: 'receipt', service: is.id, receipt: is.unseenReceipt });
    } else if (ends) {
      this.#awaited = is.id;
    }
  }
}

function begun(starting: Starting, service: Service | null): boolean {
  if (!service) return true;
  const { activity, unseenReceipt, trouble } = service;
  const { before } = starting;
  const over = unseenReceipt !== null && unseenReceipt !== before.receipt;
  return activity !== null || over || (trouble !== null && trouble !== before.trouble);
}

const KEY = Symbol('desk');

/** Gives the desk to all components below. */
export function layDesk(desk: Desk): Desk {
  return setContext(KEY, desk);
}

/** The desk. */
export function theDesk(): Desk {
  return getContext<Desk>(KEY);
}
