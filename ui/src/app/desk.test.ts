import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Host, type Page, Refusal, type Snapshot } from '../host/host';
import { scene } from '../host/fake/scenes';
import { GATEWAY } from '../host/fake/world';
import { Desk } from './desk.svelte';

/** A host that answers from a scene and remembers what it was asked to carry out. */
function hostOf(name: string, fault?: Refusal) {
  const { snapshot, plans } = scene(name, 'en');
  const told: ((snapshot: Snapshot) => void)[] = [];
  const carryOut = vi.fn(async () => {
    if (fault) throw fault;
  });
  const host = {
    first: () => null as Snapshot | null,
    snapshot: async () => snapshot,
    preview: async (_: string, aim: { kind: keyof typeof plans }) => plans[aim.kind],
    carryOut,
    listens: async (): Promise<Page | null> => null,
    painted: async () => undefined,
    onSnapshot: async (tell: (snapshot: Snapshot) => void) => {
      told.push(tell);
      return () => undefined;
    },
    onNavigate: async () => () => undefined,
  } as unknown as Host;
  const tell = (more: Partial<Snapshot['services'][number]>): void => {
    const services = snapshot.services.map((one) =>
      one.id === GATEWAY ? { ...one, ...more } : one,
    );
    for (const ear of told) ear({ ...snapshot, services });
  };
  return { host, carryOut, tell };
}

beforeEach(() => {
  vi.stubGlobal('location', { hash: '' });
  vi.stubGlobal('window', {
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  });
  vi.stubGlobal('history', { replaceState: () => undefined });
  vi.stubGlobal('document', { documentElement: {} });
});

async function opened(name: string, fault?: Refusal) {
  const world = hostOf(name, fault);
  const desk = new Desk(world.host);
  desk.open();
  await vi.waitFor(() => expect(desk.snapshot).not.toBeNull());
  return { desk, ...world };
}

/** A promise, and how to keep it. */
function later<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((kept) => (resolve = kept));
  return { promise, resolve };
}

const UPDATE = { kind: 'update', to: null } as const;

describe('the first snapshot', () => {
  it('is asked for only when what changes is heard', async () => {
    const { host } = hostOf('list');
    const order: string[] = [];
    const listen = later<() => void>();
    host.onSnapshot = () => listen.promise;
    const { snapshot } = host;
    host.snapshot = () => {
      order.push('asked');
      return snapshot();
    };
    const desk = new Desk(host);
    desk.open();
    await new Promise((resolve) => setTimeout(resolve));
    order.push('heard');
    listen.resolve(() => undefined);
    await vi.waitFor(() => expect(desk.snapshot).not.toBeNull());
    expect(order).toEqual(['heard', 'asked']);
  });

  it('does not replace what was told while it was on its way', async () => {
    const { host, tell } = hostOf('list');
    const answer = later<Snapshot>();
    const { snapshot } = host;
    host.snapshot = vi.fn(() => answer.promise);
    const desk = new Desk(host);
    desk.open();
    await vi.waitFor(() => expect(host.snapshot).toHaveBeenCalled());
    tell({ trouble: 'newer' });
    answer.resolve(await snapshot());
    await new Promise((resolve) => setTimeout(resolve));
    expect(desk.service(GATEWAY)?.trouble).toBe('newer');
  });
});

describe('a page that is asked for while the window is being loaded', () => {
  it('is shown as soon as it listens', async () => {
    const { host } = hostOf('list');
    host.listens = async () => ({ page: 'doctor' });
    const desk = new Desk(host);
    desk.open();
    await vi.waitFor(() => expect(desk.route).toEqual({ page: 'doctor' }));
  });
});

describe('one click', () => {
  it('shows the beginning before the program has answered', async () => {
    const { desk } = await opened('list');
    void desk.begin(GATEWAY, UPDATE);
    expect(desk.starting?.service).toBe(GATEWAY);
    expect(desk.route).toEqual({ page: 'service', service: GATEWAY });
  });

  it('starts at once what nobody will notice', async () => {
    const { desk, carryOut } = await opened('list');
    await desk.begin(GATEWAY, UPDATE);
    expect(carryOut).toHaveBeenCalledWith(GATEWAY, UPDATE, false, false);
  });

  it('asks first where clients will notice', async () => {
    const { desk, carryOut } = await opened('adopt');
    await desk.begin(GATEWAY, UPDATE);
    expect(carryOut).not.toHaveBeenCalled();
    expect(desk.route).toEqual({ page: 'plan', service: GATEWAY, aim: UPDATE });
    expect(desk.starting).toBeNull();
  });

  it('begins with the consent that was given, and the edit that was chosen', async () => {
    const { desk, carryOut } = await opened('adopt');
    await desk.begin(GATEWAY, { kind: 'adopt' }, true, true);
    expect(carryOut).toHaveBeenCalledWith(GATEWAY, { kind: 'adopt' }, true, true);
  });

  it('shows why it was refused', async () => {
    const { desk } = await opened('list', new Refusal('busy', 'somebody else'));
    await desk.begin(GATEWAY, UPDATE);
    expect(desk.refusal?.code).toBe('busy');
    expect(desk.starting).toBeNull();
  });

  it('says why there is nothing to do', async () => {
    const { desk } = await opened('held');
    await desk.begin(GATEWAY, UPDATE);
    expect(desk.route.page).toBe('plan');
  });
});

describe('the snapshot', () => {
  it('is there before anything is asked, where the window began with one', () => {
    const { host } = hostOf('list');
    const { snapshot } = scene('list', 'en');
    expect(new Desk(host).snapshot).toBeNull();
    expect(new Desk({ ...host, first: () => snapshot }).snapshot).toBe(snapshot);
  });

  it('shows a receipt that was there before what it is about had ended', async () => {
    const { desk, tell } = await opened('watching');
    desk.route = { page: 'service', service: GATEWAY };
    tell({ unseenReceipt: 'r2' });
    expect(desk.route.page).toBe('service');
    tell({ unseenReceipt: 'r2', activity: null });
    expect(desk.route).toEqual({ page: 'receipt', service: GATEWAY, receipt: 'r2' });
  });

  it('shows a receipt that comes only after what it is about had ended', async () => {
    const { desk, tell } = await opened('watching');
    desk.route = { page: 'service', service: GATEWAY };
    for (const more of [{}, { health: 'healthy' }] as const) tell({ ...more, activity: null });
    expect(desk.route.page).toBe('service');
    tell({ unseenReceipt: 'r2', activity: null });
    expect(desk.route).toEqual({ page: 'receipt', service: GATEWAY, receipt: 'r2' });
  });

  it('ends the beginning with a new receipt, and shows it', async () => {
    const { desk, tell } = await opened('list');
    await desk.begin(GATEWAY, UPDATE);
    tell({ unseenReceipt: 'r1' });
    expect(desk.starting).toBeNull();
    expect(desk.route).toEqual({ page: 'receipt', service: GATEWAY, receipt: 'r1' });
  });

  it('leaves whoever looks at something else where they are', async () => {
    const { desk, tell } = await opened('watching');
    desk.go({ page: 'settings' });
    tell({ activity: null, unseenReceipt: 'r1' });
    expect(desk.route).toEqual({ page: 'settings' });
  });

  it('keeps an old trouble from ending a new beginning', async () => {
    const { desk, tell } = await opened('trouble');
    void desk.begin(GATEWAY, UPDATE);
    tell({});
    expect(desk.starting).not.toBeNull();
    tell({ trouble: 'another one' });
    expect(desk.starting).toBeNull();
  });
});
