/** A unified diff, line by line. Pure. */

/** What a line of a diff is. */
export interface DiffLine {
  kind: 'added' | 'removed' | 'place' | 'same';
  text: string;
}

/** The lines without the two file names at the top. */
export function diffLines(diff: string): DiffLine[] {
  return diff
    .replace(/\n$/, '')
    .split('\n')
    .filter((line) => !line.startsWith('--- ') && !line.startsWith('+++ '))
    .map((line) => {
      if (line.startsWith('@@')) return { kind: 'place', text: line };
      const text = line.slice(1);
      if (line.startsWith('+')) return { kind: 'added', text };
      if (line.startsWith('-')) return { kind: 'removed', text };
      return { kind: 'same', text };
    });
}
