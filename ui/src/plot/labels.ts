/** Labels of marks, in as few rows as they need without touching each other. Pure. */

/** Something to be labelled. */
export interface Label {
  x: number;
  text: string;
}

/** A label with its place. */
export interface Placed extends Label {
  row: number;
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
    const span: [number, number] =
      anchor === 'start' ? [label.x, label.x + wide] : [label.x - wide, label.x];
    const free = taken.findIndex((row) => row.every(([a, b]) => span[1] <= a || span[0] >= b));
    const row = free === -1 ? taken.length : free;
    (taken[row] ??= []).push(span);
    return { ...label, row, anchor };
  });
}
