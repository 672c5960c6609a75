import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Refusal } from './host';
import { tauriHost } from './tauri';

beforeEach(() => vi.stubGlobal('window', globalThis));
afterEach(() => {
  clearMocks();
  vi.unstubAllGlobals();
});

it('asks by the command’s name and gives the answer back', async () => {
  const asked: unknown[] = [];
  mockIPC((command, payload) => {
    asked.push(command, payload);
    return [];
  });
  expect(await tauriHost.history('shop/web', null)).toEqual([]);
  expect(asked).toEqual(['history', { service: 'shop/web', after: null }]);
});

it('makes a refusal an exception with its code', async () => {
  mockIPC(() => {
    // The program's error arrives as a plain value.
    throw { code: 'busy', message: 'phoenixctl (pid 4711) updates it' };
  });
  const refused = await tauriHost.cancel('web').catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Refusal);
  expect(refused).toMatchObject({ code: 'busy', message: 'phoenixctl (pid 4711) updates it' });
});

it('carries consent and the compose edit along', async () => {
  const asked: unknown[] = [];
  mockIPC((_, payload) => {
    asked.push(payload);
    return null;
  });
  await tauriHost.carryOut('web', { kind: 'adopt' }, true, false);
  expect(asked).toEqual([
    { service: 'web', aim: { kind: 'adopt' }, agreed: true, editCompose: false },
  ]);
});
