/** Labels of marks, in as few rows as they need without touching each other. Pure. */

/** Something to be labelled. */
export interface Label {
  x: number;
  text: string;
}

/** A label with its place. */
export interface Placed extends Label {
  row: number;
  /** Where its text begins or ends: at the mark, or as near as the plot allows. */
  at: number;
  /** Which end of the text stands at the mark. */
  anchor: 'start' | 'end';
}

const GAP = 8;

/** `x` must rise. A label that would leave the plot at its right stands at the left of its mark. */
export function place(labels: Label[], width: number, widthOf: (text: string) => number): Placed[] {
  const taken: [number, number][][] = [];
  return labels.map((label) => {
    const wide = widthOf(label.text) + GAP;
    const anchor = label.x + wide > width && label.x - wide >= 0 ? 'end' : 'start';
    const at = anchor === 'end' ? label.x : Math.max(0, Math.min(label.x, width - wide + GAP));
    const span: [number, number] = anchor === 'start' ? [at, at + wide] : [at - wide, at];
    const free = taken.findIndex((row) => row.every(([a, b]) => span[1] <= a || span[0] >= b));
    const row = free === -1 ? taken.length : free;
    (taken[row] ??= []).push(span);
    return { ...label, row, at, anchor };
  });
}
