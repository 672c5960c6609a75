/** The real host: the generated commands and events, with refusals as exceptions. */
import { type Answered, commands, events } from './bindings';
import { type Host, Refusal, type Snapshot } from './host';

declare global {
  /** Put there before the page is loaded, so that it is painted without a question. */
  var __PHOENIX_SNAPSHOT__: Snapshot | undefined;
}

async function good<T>(answer: Promise<Answered<T>>): Promise<T> {
  const came = await answer;
  if (came.status === 'ok') return came.data;
  const { code, message, said } = came.error;
  throw new Refusal(code, message, said);
}

async function done(answer: Promise<Answered<null>>): Promise<void> {
  await good(answer);
}

export const tauriHost: Host = {
  first: () => globalThis.__PHOENIX_SNAPSHOT__ ?? null,
  snapshot: () => good(commands.snapshot()),
  checkNow: (service) => done(commands.checkNow(service)),
  preview: (service, aim) => good(commands.preview(service, aim)),
  carryOut: (service, aim, agreed, editCompose) =>
    done(commands.carryOut(service, aim, agreed, editCompose)),
  cancel: (service) => done(commands.cancel(service)),
  skip: (service, skip) => done(commands.skip(service, skip)),
  snooze: (service, hours) => done(commands.snooze(service, hours)),
  setPaused: (paused) => done(commands.setPaused(paused)),
  seen: (service) => done(commands.seen(service)),
  history: (service, after) => good(commands.history(service, after)),
  receipt: (service, id) => good(commands.receipt(service, id)),
  details: (service) => good(commands.details(service)),
  watchable: () => good(commands.watchable()),
  watch: (service, on) => done(commands.watch(service, on)),
  settings: () => good(commands.settings()),
  changeSettings: (changes) => good(commands.changeSettings(changes)),
  zoom: (step) => done(commands.zoom(step)),
  doctor: () => good(commands.doctor()),
  remedy: (action) => done(commands.remedy(action)),
  tryChannel: (name) => done(commands.tryChannel(name)),
  openNotes: (service) => done(commands.openNotes(service)),
  openConfig: () => done(commands.openConfig()),
  listens: () => good(commands.listens()),
  painted: () => done(commands.painted()),
  quit: () => done(commands.quit()),
  onSnapshot: (told) => events.snapshotChanged(told),
  onNavigate: (told) => events.navigate(told),
};
