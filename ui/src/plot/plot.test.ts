import { describe, expect, it } from 'vitest';
import type { Plot } from '../host/host';
import { heldReceipt, rolledBack, updated } from '../host/fake/receipts';
import { bins } from './bins';
import { geometry } from './geometry';
import { place } from './labels';
import { line } from './path';
import { linear, roundUp, ticks } from './scale';
import { perSecond } from './seconds';

function plotOf(receipt: { plot: Plot | null }): Plot {
  if (!receipt.plot) throw new Error('this receipt has no plot');
  return receipt.plot;
}
const sum = (all: number[]): number => all.reduce((a, b) => a + b, 0);

describe('scales', () => {
  it('map ends to ends, and a single value to the begin', () => {
    const scale = linear([0, 10], [100, 0]);
    expect([scale(0), scale(5), scale(10)]).toEqual([100, 50, 0]);
    expect(linear([3, 3], [7, 9])(3)).toBe(7);
  });

  it.each([
    [0, 1],
    [1, 1],
    [1.1, 2],
    [20, 20],
    [21, 50],
    [999, 1000],
    [0.03, 1],
  ])('round %d up to %d', (value, round) => {
    expect(roundUp(value)).toBeCloseTo(round);
  });

  it('have round values within their range', () => {
    expect(ticks(-5, 13, 5)).toEqual([-5, 0, 5, 10]);
    expect(ticks(0, 0.9, 3)).toEqual([0, 0.5]);
  });
});

describe('columns', () => {
  it('lose no request and no failure', () => {
    const plot = plotOf(rolledBack());
    const columns = bins(plot, 50);
    expect(columns.length).toBeLessThanOrEqual(50);
    expect(sum(columns.map(({ requests }) => requests))).toBe(
      sum(plot.ticks.map(({ requests }) => requests)),
    );
    expect(sum(columns.map(({ failed }) => failed))).toBe(
      sum(plot.ticks.map(({ failed }) => failed)),
    );
  });

  it('keep the slowest answer, and none where nothing was answered', () => {
    const tickMs = 100;
    const quiet = { requests: 0, failed: 0, slowestUs: 0 };
    const columns = bins(
      { tickMs, ticks: [quiet, quiet, { ...quiet, requests: 1, slowestUs: 9e3 }] },
      2,
    );
    expect(columns.map(({ slowestMs }) => slowestMs)).toEqual([null, 9]);
    expect(columns.at(-1)?.toMs).toBe(300);
  });
});

describe('labels', () => {
  const wide = (text: string): number => text.length * 7;

  it('share a row only where they do not touch', () => {
    const rows = place(
      [
        { x: 0, text: 'abc' },
        { x: 10, text: 'abc' },
        { x: 60, text: 'abc' },
      ],
      500,
      wide,
    );
    expect(rows.map(({ row }) => row)).toEqual([0, 1, 0]);
  });

  it('stand at the left of a mark at the right end', () => {
    expect(place([{ x: 490, text: 'abc' }], 500, wide)[0]?.anchor).toBe('end');
  });

  it('never leave the plot, even where it is narrow', () => {
    const [label] = place([{ x: 60, text: 'a long label' }], 120, wide);
    expect(label?.anchor).toBe('start');
    expect((label?.at ?? 0) + wide('a long label')).toBeLessThanOrEqual(120);
  });
});

describe('the line', () => {
  it('is interrupted where nothing is known, and a lone point is a dot', () => {
    expect(line([[0, 1], [1, 2], null, [3, 3], null])).toBe('M0 1L1 2M3 3h0');
  });
});

describe('the geometry', () => {
  it.each([210, 380, 1000])('keeps everything inside at %d pixels', (width) => {
    for (const receipt of [updated(), heldReceipt(), rolledBack()]) {
      const g = geometry(plotOf(receipt), width, (moment) => moment);
      for (const bar of g.columns) {
        expect(bar.x).toBeGreaterThanOrEqual(g.left);
        expect(bar.x + bar.width).toBeLessThanOrEqual(g.right + 0.01);
        expect(bar.y).toBeGreaterThanOrEqual(g.bars[0] - 0.01);
      }
      expect(g.height).toBeLessThan(330);
    }
  });

  it('shows a single failure among thousands', () => {
    const plot = plotOf(updated());
    const first = plot.ticks[0];
    if (first) first.failed = 1;
    expect(geometry(plot, 380, String).columns[0]?.failedHeight).toBeGreaterThanOrEqual(4);
  });

  it('shows every 100 ms at the width of the window', () => {
    expect(geometry(plotOf(updated()), 360, String).columns).toHaveLength(180);
  });

  it('counts time from the moment the traffic moved', () => {
    const g = geometry(plotOf(updated()), 380, String);
    expect(g.zero).toBe(5_000);
    expect(g.times.find(({ value }) => value === 0)?.at).toBeCloseTo(g.x(5_000));
  });

  it('leaves out marks that lie outside', () => {
    const plot = { ...plotOf(updated()), marks: [{ atMs: 9e9, moment: 'confirmed' }] };
    expect(geometry(plot, 380, String).labels).toEqual([]);
  });
});

it('the table has a line per second, and every moment once', () => {
  const plot = plotOf(heldReceipt());
  const rows = perSecond(plot, 7_400);
  expect(rows).toHaveLength(18);
  expect(rows.flatMap(({ moments }) => moments)).toEqual(plot.marks.map(({ moment }) => moment));
  expect(rows[0]?.at).toBe(-7.4);
});
