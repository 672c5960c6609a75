/** Where everything of a plot stands, in pixels. Pure. */
import type { Plot } from '../host/host';
import { type Bin, bins } from './bins';
import { type Placed, place } from './labels';
import { line } from './path';
import { type Scale, linear, roundUp, ticks } from './scale';

const LEFT = 34;
const RIGHT = 10;
const ROW = 16;
const BARS = 92;
const BETWEEN = 22;
const LATENCY = 64;
const AXIS = 20;
/** The narrowest column that shows a bar with a gap beside it. */
const COLUMN = 1.6;

/** A bar: what was answered, and on top of it what failed. */
export interface Bar {
  bin: Bin;
  x: number;
  width: number;
  y: number;
  height: number;
  failedHeight: number;
}

/** A value beside an axis. */
export interface Tick {
  at: number;
  value: number;
}

/** Everything. */
export interface Geometry {
  width: number;
  height: number;
  left: number;
  right: number;
  /** Top and bottom of the two panels. */
  bars: [number, number];
  latency: [number, number];
  columns: Bar[];
  path: string;
  labels: (Placed & { y: number })[];
  times: Tick[];
  requestTicks: Tick[];
  latencyTicks: Tick[];
  /** The moment that the time axis counts from, in milliseconds from the plot's begin. */
  zero: number;
  x: Scale;
}

/** `label` names a moment; a letter is taken as 7 pixels wide. */
export function geometry(plot: Plot, width: number, label: (moment: string) => string): Geometry {
  const [left, right] = [LEFT, width - RIGHT];
  const end = plot.ticks.length * plot.tickMs;
  const x = linear([0, end], [left, right]);
  const marks = plot.marks
    .filter(({ atMs }) => atMs >= 0 && atMs <= end)
    .map(({ atMs, moment }) => ({ x: x(atMs), text: label(moment) }));
  const labels = place(marks, width, (text) => text.length * 7);
  const rows = Math.max(0, ...labels.map(({ row }) => row + 1));
  const top = rows * ROW + 6;
  const barsSpan: [number, number] = [top, top + BARS];
  const latency: [number, number] = [barsSpan[1] + BETWEEN, barsSpan[1] + BETWEEN + LATENCY];
  const columns = bins(plot, (right - left) / COLUMN);
  const mostRequests = roundUp(Math.max(...columns.map((bin) => bin.requests)), 4);
  const slowest = roundUp(Math.max(...columns.map((bin) => bin.slowestMs ?? 0)), 5);
  const yRequests = linear([0, mostRequests], [barsSpan[1], barsSpan[0]]);
  const yLatency = linear([0, slowest], [latency[1], latency[0]]);
  const zero = plot.marks.find(({ moment }) => moment === 'switched')?.atMs ?? 0;
  return {
    width,
    height: latency[1] + AXIS,
    left,
    right,
    bars: barsSpan,
    latency,
    columns: columns.map((bin) => bar(bin, x, yRequests)),
    path: line(
      columns.map((bin) =>
        bin.slowestMs === null ? null : [x((bin.fromMs + bin.toMs) / 2), yLatency(bin.slowestMs)],
      ),
    ),
    labels: labels.map((label) => ({ ...label, y: label.row * ROW + 12 })),
    times: ticks(-zero / 1e3, (end - zero) / 1e3, width / 70).map((value) => ({
      at: x(value * 1e3 + zero),
      value,
    })),
    requestTicks: [0, mostRequests / 2, mostRequests].map((value) => ({
      at: yRequests(value),
      value,
    })),
    latencyTicks: [0, slowest / 2, slowest].map((value) => ({ at: yLatency(value), value })),
    zero,
    x,
  };
}

function bar(bin: Bin, x: Scale, y: Scale): Bar {
  const [from, to] = [x(bin.fromMs), x(bin.toMs)];
  const gap = Math.min(1, (to - from) * 0.25);
  const base = y(0);
  return {
    bin,
    x: from,
    width: Math.max(0.5, to - from - gap),
    y: y(bin.requests),
    height: base - y(bin.requests),
    // A single failure among thousands must be seen.
    failedHeight: bin.failed > 0 ? Math.max(4, base - y(bin.failed)) : 0,
  };
}
