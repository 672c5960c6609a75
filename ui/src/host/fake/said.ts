/** Sentences as the program says them. */
import type { Parameter, Said } from '../host';

/** One of a closed set. */
export function said(code: string, parameters: Record<string, Parameter> = {}): Said {
  return { code, parameters, text: code };
}

/** Free text, which has no other language. */
export function english(text: string): Said {
  return { code: '', parameters: {}, text };
}
