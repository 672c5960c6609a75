import { expect, it } from 'vitest';
import { type Pressed, zoomStepOf } from './keys';

const press = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  key,
  code: '',
  ctrlKey: true,
  metaKey: false,
  altKey: false,
  ...more,
});

it('Ctrl with plus, minus or zero changes the size', () => {
  expect(['+', '=', '-', '0'].map((key) => zoomStepOf(press(key)))).toEqual([
    'in',
    'in',
    'out',
    'reset',
  ]);
  expect(zoomStepOf(press('à', { code: 'Digit0' }))).toBe('reset');
  expect(zoomStepOf(press('+', { ctrlKey: false, metaKey: true }))).toBe('in');
});

it('the same keys alone or with AltGr write what stands on them', () => {
  expect(zoomStepOf(press('+', { ctrlKey: false }))).toBeNull();
  expect(zoomStepOf(press('-', { altKey: true }))).toBeNull();
  expect(zoomStepOf(press('a'))).toBeNull();
});
