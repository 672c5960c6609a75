/** A plot as a table: one line per second, with what happened in it. Pure. */
import type { Plot } from '../host/host';
import { bins } from './bins';

/** One second. */
export interface Second {
  /** Seconds from `zero`. */
  at: number;
  requests: number;
  failed: number;
  slowestMs: number | null;
  moments: string[];
}

/** `zero` in milliseconds from the plot's begin. */
export function perSecond(plot: Plot, zero: number): Second[] {
  const per = Math.max(1, Math.round(1e3 / plot.tickMs));
  const columns = bins(plot, Math.ceil(plot.ticks.length / per));
  return columns.map(({ fromMs, toMs, requests, failed, slowestMs }) => ({
    at: Math.round((fromMs - zero) / 100) / 10,
    requests,
    failed,
    slowestMs,
    moments: plot.marks
      .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
      .map(({ moment }) => moment),
  }));
}
