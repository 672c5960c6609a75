/** Digests, short enough to compare at a glance. Pure. */

/** The first twelve digits of `sha256:…`. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}
