/**
 * What the window may ask of the program, and what it is told. The rest of the window knows only
 * this; `tauri.ts` is the real one, `fake.ts` a scripted one.
 */
import type {
  Aim,
  Check,
  Details,
  ErrorCode,
  History,
  Page,
  Preview,
  Receipt,
  Said,
  SettingChange,
  Settings,
  Snapshot,
  Watchable,
  ZoomStep,
} from './bindings';

export type * from './bindings';

/** Ends a subscription. */
export type Unlisten = () => void;

/** Every command rejects with a `Refusal`. */
export interface Host {
  /** The snapshot that the window began with, if any; it may be older than what is asked for. */
  first(): Snapshot | null;
  snapshot(): Promise<Snapshot>;
  checkNow(service: string | null): Promise<void>;
  preview(service: string, aim: Aim): Promise<Preview>;
  carryOut(service: string, aim: Aim, agreed: boolean, editCompose: boolean): Promise<void>;
  cancel(service: string): Promise<void>;
  skip(service: string, skip: boolean): Promise<void>;
  snooze(service: string, hours: number): Promise<void>;
  setPaused(paused: boolean): Promise<void>;
  seen(service: string): Promise<void>;
  history(service: string | null, after: string | null): Promise<History>;
  receipt(service: string, id: string): Promise<Receipt>;
  details(service: string): Promise<Details>;
  watchable(): Promise<Watchable[]>;
  watch(service: string, on: boolean): Promise<void>;
  settings(): Promise<Settings>;
  changeSettings(changes: SettingChange[]): Promise<Settings>;
  zoom(step: ZoomStep): Promise<void>;
  doctor(): Promise<Check[]>;
  remedy(action: number): Promise<void>;
  tryChannel(name: string): Promise<void>;
  openNotes(service: string): Promise<void>;
  openConfig(): Promise<void>;
  /** From now on what is told is heard. The page that was asked for meanwhile. */
  listens(): Promise<Page | null>;
  painted(): Promise<void>;
  quit(): Promise<void>;
  onSnapshot(told: (snapshot: Snapshot) => void): Promise<Unlisten>;
  onNavigate(told: (page: Page) => void): Promise<Unlisten>;
}

/**
 * A command that was not carried out. `code` decides what is shown; `said` is why, where that is one
 * of a closed set, and `message` the same in English.
 */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly said: Said | null;

  constructor(code: ErrorCode, message: string, said: Said | null = null) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.said = said;
  }
}

/** Whatever was thrown, as a refusal. */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  return new Refusal('system', thrown instanceof Error ? thrown.message : String(thrown));
}
