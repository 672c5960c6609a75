/**
 * A scripted host: a small world that answers like the program, for tests and for `npm run dev`.
 * It plays updates and rollbacks through, `pace` times as fast as the real thing.
 */
import {
  type Aim,
  type Check,
  type Details,
  type History,
  type Host,
  type Page,
  type Plan,
  type Preview,
  type Receipt,
  Refusal,
  type Service,
  type SettingChange,
  type Settings,
  type Snapshot,
  type Unlisten,
  type Watchable,
  type ZoomStep,
} from '../host';
import { during, tookMs } from './activity';
import { changed } from './change';
import { updated, wentBack } from './receipts';
import { said } from './said';
import { type Scene, scene } from './scenes';
import { CHECKS, DETAILS, WATCHABLE, ago } from './world';

/** Receipts of a page, few enough that there is a second one. */
const PAGE = 3;

/** How the world is. */
export interface Wish {
  language: 'en' | 'fr';
  pace: number;
}

export class FakeHost implements Host {
  #scene: Scene;
  #ears = new Set<(snapshot: Snapshot) => void>();
  #guides = new Set<(page: Page) => void>();
  #watchable = structuredClone(WATCHABLE);
  #pace: number;
  /** Grows with each operation, so that one that was cancelled notices. */
  #turn = 0;

  constructor(name: string, { language, pace }: Wish) {
    this.#scene = scene(name, language);
    this.#pace = pace;
    Object.assign(window, { phoenixFake: this });
  }

  /** As if the tray had asked for a page. */
  navigate(page: Page): void {
    for (const guide of this.#guides) guide(page);
  }

  /** Changes the world and tells it. */
  set(more: Partial<Snapshot>): void {
    this.#scene.snapshot = { ...this.#scene.snapshot, ...more };
    for (const ear of this.#ears) ear(structuredClone(this.#scene.snapshot));
  }

  first(): null {
    return null;
  }

  async snapshot(): Promise<Snapshot> {
    if (this.#scene.silent) return new Promise(() => undefined);
    if (this.#scene.refuse) throw new Refusal('state', 'state: permission denied (os error 13)');
    return structuredClone(this.#scene.snapshot);
  }

  async checkNow(service: string | null): Promise<void> {
    const mine = (one: Service): boolean => service === null || one.id === service;
    this.#each(mine, { checking: true });
    await this.#pause(900);
    this.#each(mine, { checking: false, checkedAt: ago(0) });
  }

  async preview(service: string, aim: Aim): Promise<Preview> {
    await this.#pause(260);
    this.#find(service);
    const preview = this.#scene.plans[aim.kind];
    if (!preview) throw new Refusal('badRequest', `no plan for ${aim.kind}`);
    return preview;
  }

  async carryOut(service: string, aim: Aim, agreed: boolean): Promise<void> {
    if (this.#find(service).activity) throw new Refusal('busy', 'phoenixctl (pid 4711) updates it');
    const preview = this.#scene.plans[aim.kind];
    if (preview?.decision !== 'go') throw new Refusal('refused', 'there is nothing to do');
    if (preview.plan.needsConsent && !agreed) {
      throw new Refusal('refused', 'a person has to agree to this plan');
    }
    void this.#play(service, preview.plan);
  }

  async cancel(service: string): Promise<void> {
    const { activity } = this.#find(service);
    if (!activity) throw new Refusal('notFound', 'nothing is being done');
    this.#turn += 1;
    const cancelled = { ...activity, cancelling: true, canCancel: false };
    this.#one(service, { activity: { ...cancelled, phase: 'goingBack' } });
    await this.#pause(900);
    const told = { outcome: 'failed', ending: 'cancelled', reason: said('why.cancelled') };
    const receipt = { ...updated(0), ...told, id: `cancelled-${this.#turn}`, plot: null };
    this.#end(service, receipt, {});
  }

  async skip(service: string, skip: boolean): Promise<void> {
    this.#one(service, { skipped: skip });
  }

  async snooze(service: string, hours: number): Promise<void> {
    this.#one(service, { snoozedUntil: hours > 0 ? ago(-60 * hours) : null });
  }

  async setPaused(paused: boolean): Promise<void> {
    this.set({ paused });
  }

  async seen(service: string): Promise<void> {
    this.#one(service, { unseenReceipt: null, trouble: null });
  }

  async history(service: string | null, after: string | null): Promise<History> {
    await this.#pause(60);
    const all = service === 'dns' ? [] : this.#scene.receipts;
    const begin = all.findIndex((one) => one.id === after) + 1;
    const page = all.slice(begin, begin + PAGE).map((one) => ({ ...one, plot: null }));
    const next = begin + PAGE < all.length ? (page.at(-1)?.id ?? null) : null;
    return { receipts: page, next };
  }

  async receipt(_service: string, id: string): Promise<Receipt> {
    await this.#pause(60);
    const found = this.#scene.receipts.find((one) => one.id === id);
    if (!found) throw new Refusal('notFound', `there is no receipt ${id}`);
    return found;
  }

  async details(service: string): Promise<Details> {
    await this.#pause(60);
    this.#find(service);
    return DETAILS;
  }

  async watchable(): Promise<Watchable[]> {
    await this.#pause(60);
    return structuredClone(this.#watchable);
  }

  async watch(service: string, on: boolean): Promise<void> {
    await this.#pause(120);
    for (const one of this.#watchable) if (one.id === service) one.watched = on;
  }

  async settings(): Promise<Settings> {
    return structuredClone(this.#scene.settings);
  }

  async changeSettings(changes: SettingChange[]): Promise<Settings> {
    for (const change of changes) changed(this.#scene.settings, change);
    const { language } = this.#scene.settings;
    if (language !== 'system') this.set({ language });
    return structuredClone(this.#scene.settings);
  }

  async zoom(step: ZoomStep): Promise<void> {
    const by = { in: 25, out: -25 };
    const { settings } = this.#scene;
    settings.zoomPercent = step === 'reset' ? 100 : settings.zoomPercent + by[step];
  }

  async doctor(): Promise<Check[]> {
    await this.#pause(200);
    return CHECKS;
  }

  async remedy(action: number): Promise<void> {
    await this.#pause(300);
    if (action === 2)
      throw new Refusal('refused', 'port 53 is already allocated by systemd-resolve');
  }

  async tryChannel(name: string): Promise<void> {
    await this.#pause(500);
    if (name === 'phone') throw new Refusal('refused', 'ntfy.example answers 403');
  }

  async openNotes(): Promise<void> {}

  async openConfig(): Promise<void> {}

  async listens(): Promise<Page | null> {
    return null;
  }

  async painted(): Promise<void> {
    document.documentElement.dataset['painted'] = 'yes';
  }

  async quit(): Promise<void> {
    this.set({ quitting: true });
  }

  async onSnapshot(told: (snapshot: Snapshot) => void): Promise<Unlisten> {
    this.#ears.add(told);
    return () => this.#ears.delete(told);
  }

  async onNavigate(told: (page: Page) => void): Promise<Unlisten> {
    this.#guides.add(told);
    return () => this.#guides.delete(told);
  }

  async #play(service: string, plan: Plan): Promise<void> {
    const turn = ++this.#turn;
    for (const [at, step] of plan.steps.entries()) {
      const parts = step.action === 'pull' ? 12 : 1;
      for (let part = 0; part < parts; part += 1) {
        if (turn !== this.#turn) return;
        const activity = during(plan, at, (part * tookMs(step.action)) / parts);
        this.#one(service, { activity, standing: 'updating' });
        await this.#pause(tookMs(step.action) / parts);
      }
    }
    if (turn !== this.#turn) return;
    const receipt = plan.purpose === 'rollback' ? wentBack() : updated(0);
    const id = `${receipt.id}-${turn}`;
    const adopted = plan.adopts ? { behindSwitch: true, switchAnswers: true } : {};
    this.#end(
      service,
      { ...receipt, id, purpose: plan.purpose, from: plan.from, to: plan.to },
      {
        running: plan.to,
        rollBackTo: plan.from,
        finding: { state: 'upToDate' },
        ...adopted,
      },
    );
  }

  #end(service: string, receipt: Receipt, more: Partial<Service>): void {
    this.#scene.receipts = [receipt, ...this.#scene.receipts];
    const standing = 'good';
    this.#one(service, { activity: null, standing, unseenReceipt: receipt.id, ...more });
  }

  #find(service: string): Service {
    const found = this.#scene.snapshot.services.find((one) => one.id === service);
    if (!found) throw new Refusal('notFound', `there is no service ${service}`);
    return found;
  }

  #one(service: string, more: Partial<Service>): void {
    this.#each((one) => one.id === service, more);
  }

  #each(which: (one: Service) => boolean, more: Partial<Service>): void {
    const { services } = this.#scene.snapshot;
    this.set({ services: services.map((one) => (which(one) ? { ...one, ...more } : one)) });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((over) => setTimeout(over, ms / this.#pace));
  }
}
