/** Ticks merged into columns wide enough to be seen. Pure. */
import type { Plot, Tick } from '../host/host';

/** Some neighbouring ticks. Times are milliseconds from the plot's begin. */
export interface Bin {
  fromMs: number;
  toMs: number;
  requests: number;
  failed: number;
  /** The slowest answer in milliseconds; `null` where nothing was answered. */
  slowestMs: number | null;
}

/** At most `most` columns of equally many ticks each, the last one perhaps of fewer. */
export function bins({ ticks, tickMs }: Pick<Plot, 'ticks' | 'tickMs'>, most: number): Bin[] {
  const per = Math.max(1, Math.ceil(ticks.length / Math.max(1, most)));
  const columns: Bin[] = [];
  for (let from = 0; from < ticks.length; from += per) {
    const some = ticks.slice(from, from + per);
    columns.push(merge(some, from * tickMs, (from + some.length) * tickMs));
  }
  return columns;
}

function merge(some: Tick[], fromMs: number, toMs: number): Bin {
  const sum = (of: (tick: Tick) => number): number => some.reduce((all, tick) => all + of(tick), 0);
  const requests = sum((tick) => tick.requests);
  const slowest = Math.max(...some.map((tick) => tick.slowestUs)) / 1e3;
  return {
    fromMs,
    toMs,
    requests,
    failed: sum((tick) => tick.failed),
    slowestMs: requests > 0 ? slowest : null,
  };
}
