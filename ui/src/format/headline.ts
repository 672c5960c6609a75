/** The headline of a receipt, in the language of the window. Pure. */
import type { Receipt } from '../host/host';
import { type Key, type Lang, isKey, translate } from '../words/words';
import { duration } from './duration';

type Parts = Pick<Receipt, 'purpose' | 'ending' | 'from' | 'to' | 'requests' | 'probe'>;

/** What was done: "Updated to 1.1.0." */
export function outcomeLine(receipt: Parts, lang: Lang): string {
  const params = { from: receipt.from.name, to: receipt.to.name };
  const own = `receipt.headline.${receipt.ending}_${receipt.purpose}`;
  const common = `receipt.headline.${receipt.ending}`;
  const key: Key = isKey(own) ? own : isKey(common) ? common : 'receipt.headline.stuck';
  return translate(lang, key, params);
}

/**
 * What clients noticed: "12,408 requests, none failed. Longest pause 31 ms." By the switch where
 * one stood in front, else by the witness; empty where neither saw anything.
 */
export function numbersLine({ requests, probe }: Parts, lang: Lang): string {
  if (requests.total > 0) {
    const { total, failed } = requests;
    const served =
      failed === 0
        ? translate(lang, 'receipt.requests_none_failed', { count: total })
        : translate(lang, 'receipt.requests_failed', { count: total, failed });
    const pause = Math.max(requests.longestStallMs, probe.longestGapMs);
    return `${served} ${longestPause(pause, lang)}`;
  }
  if (probe.ok + probe.failed === 0) return '';
  const { ok, failed } = probe;
  const answered =
    failed === 0
      ? translate(lang, 'receipt.probes_all_answered', { count: ok })
      : translate(lang, 'receipt.probes_answered', { count: ok, failed });
  return `${answered} ${longestPause(probe.longestGapMs, lang)}`;
}

/** Both. */
export function headline(receipt: Parts, lang: Lang): string {
  return `${outcomeLine(receipt, lang)} ${numbersLine(receipt, lang)}`.trim();
}

function longestPause(ms: number, lang: Lang): string {
  return translate(lang, 'receipt.longest_pause', { time: duration(ms, lang) });
}
