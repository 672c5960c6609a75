/** Keys that mean something on every page. Pure. */
import type { ZoomStep } from '../host/host';

/** What is known of a key press. */
export type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** What a key press does to the size: Ctrl (on a Mac Cmd) with plus, minus or zero. */
export function zoomStepOf({ key, code, ctrlKey, metaKey, altKey }: Pressed): ZoomStep | null {
  // AltGr is Ctrl with Alt on some systems, and writes letters.
  if (!(ctrlKey || metaKey) || altKey) return null;
  // Plus lies above the equals sign on most keyboards, zero above another sign on French ones.
  if (key === '+' || key === '=') return 'in';
  if (key === '-') return 'out';
  return key === '0' || code === 'Digit0' || code === 'Numpad0' ? 'reset' : null;
}
