import { describe, expect, it } from 'vitest';
import { failed, heldReceipt, updated, wentBack, witnessed } from '../host/fake/receipts';
import { during, goingBack } from '../host/fake/activity';
import { adoptPlan, overlapPlan } from '../host/fake/releases';
import { bytes, speed } from './bytes';
import { diffLines } from './diff';
import { shortDigest } from './digest';
import { countdown, duration, parseDuration } from './duration';
import { headline } from './headline';
import { planned, underWay } from './stages';
import { age } from './time';

const NBSP = '\u00a0';
/** Without the spaces that only keep words together. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

describe('durations', () => {
  it.each([
    [0, '0 ms'],
    [31.4, '31 ms'],
    [999.6, '1 s'],
    [2_431, '2.4 s'],
    [9_960, '10 s'],
    [48_200, '48 s'],
    [59_700, '1 min'],
    [200_000, '3 min 20 s'],
    [3_900_000, '1 h 5 min'],
    [172_800_000, '2 d'],
  ])('%d ms are read as %s', (ms, text) => {
    expect(plain(duration(ms, 'en'))).toBe(text);
  });

  it('are written with a comma in French', () => {
    expect(duration(2_431, 'fr')).toBe(`2,4${NBSP}s`);
  });

  it('never run below zero in a countdown', () => {
    expect(countdown(-4)).toBe('0:00');
    expect(countdown(47_100)).toBe('0:48');
    expect(countdown(125_000)).toBe('2:05');
  });

  it.each([
    ['6h', 216e5],
    ['90s', 9e4],
    ['1h 30m', 54e5],
    ['soon', null],
    ['5 parsecs', null],
    ['', null],
  ])('%s is understood as people write it', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
});

describe('sizes', () => {
  it('have the language’s own unit', () => {
    expect(plain(bytes(38_400_000, 'en'))).toBe('38.4 MB');
    expect(plain(bytes(38_400_000, 'fr'))).toBe('38,4 Mo');
  });

  it('lose their decimals when they are large', () => {
    expect(plain(bytes(212_000_000_000, 'en'))).toBe('212 GB');
    expect(plain(bytes(512, 'en'))).toBe('512 byte');
  });

  it('per second are speeds', () => {
    expect(plain(speed(12_400_000, 'en'))).toBe('12.4 MB/s');
    expect(plain(speed(12_400_000, 'fr'))).toBe('12,4 Mo/s');
  });
});

describe('ages', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');

  it.each([
    ['2026-11-23T11:59:30Z', null],
    ['2026-11-23T12:05:00Z', null],
    ['nonsense', null],
    ['2026-11-23T11:57:00Z', '3 minutes ago'],
    ['2026-11-23T09:59:00Z', '2 hours ago'],
    ['2026-11-20T12:00:00Z', '3 days ago'],
  ])('%s is %s', (at, text) => {
    expect(age(at, now, 'en')).toBe(text);
  });

  it('are said in French', () => {
    expect(age('2026-11-23T11:57:00Z', now, 'fr')).toBe('il y a 3 minutes');
  });
});

describe('the headline', () => {
  it('says what was done and what clients noticed', () => {
    expect(plain(headline(updated(), 'en'))).toBe(
      'Updated to 1.2.0. 12,408 requests, none failed. Longest pause 31 ms.',
    );
  });

  it('says it in French', () => {
    expect(plain(headline(updated(), 'fr'))).toBe(
      'Mis à jour vers 1.2.0. 12 408 requêtes, aucune en échec. Plus longue pause : 31 ms.',
    );
  });

  it('tells a rollback from an update', () => {
    expect(headline(wentBack(), 'en')).toContain('Rolled back to 1.1.0.');
  });

  it('names the release that keeps serving', () => {
    expect(headline(failed(), 'en')).toContain('Not updated. 1.1.0 keeps serving.');
  });

  it('takes the longer of the stall and the gap', () => {
    expect(plain(headline(heldReceipt(), 'en'))).toContain('Longest pause 2.4 s.');
  });

  it('counts the failed ones', () => {
    const receipt = updated();
    receipt.requests.failed = 1_200;
    expect(headline(receipt, 'en')).toContain('12,408 requests, 1,200 failed.');
  });

  it('believes the witness where no switch stood in front', () => {
    expect(plain(headline(witnessed(), 'en'))).toContain(
      '214 probes answered, 11 not. Longest pause 1.2 s.',
    );
  });

  it('stays short where nobody saw anything', () => {
    const receipt = { ...witnessed(), probe: { ok: 0, failed: 0, longestGapMs: 0 } };
    expect(headline(receipt, 'en')).toBe('Updated to 1.1.0.');
  });

  it('does not fall silent for an ending that it does not know', () => {
    expect(headline({ ...updated(), ending: 'odd', purpose: 'new' }, 'en')).toContain(
      'Needs attention.',
    );
  });
});

describe('stages', () => {
  it('fold a plan into what a person thinks in', () => {
    expect(planned(overlapPlan()).map(({ name }) => name)).toEqual([
      'prepare',
      'start',
      'move',
      'watch',
      'tidy',
    ]);
  });

  it('count everything after the point of no return as tidying up', () => {
    const tidy = planned(overlapPlan()).at(-1);
    expect(tidy?.rows.map(({ step }) => step.action)).toContain('stop');
  });

  it('keep each step once and in order', () => {
    const plan = adoptPlan(true);
    const numbers = planned(plan).flatMap(({ rows }) => rows.map(({ step }) => step.number));
    expect(numbers).toEqual(plan.steps.map(({ number }) => number));
  });

  it('are under way from their first step to their last', () => {
    const states = underWay(during(overlapPlan(), 5, 5)).map(({ state }) => state);
    expect(states).toEqual(['running', 'ahead', 'ahead', 'ahead', 'ahead']);
  });

  it('between two of their steps are still under way', () => {
    const activity = during(overlapPlan(), 2, 5);
    for (const progress of activity.steps) progress.state = 'done';
    expect(underWay(activity)[0]?.state).toBe('running');
  });

  it('show the failed one before what was undone', () => {
    const states = underWay(goingBack(overlapPlan(), 7, 'no')).map(({ state }) => state);
    expect(states.slice(0, 2)).toEqual(['undone', 'failed']);
  });

  it('are there before the plan is', () => {
    const activity = { ...during(overlapPlan(), 1, 5), plan: null };
    expect(underWay(activity).flatMap(({ rows }) => rows)).toHaveLength(2);
  });
});

it('a diff loses its file names and keeps its lines', () => {
  const lines = diffLines('--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n same\n');
  expect(lines).toEqual([
    { kind: 'place', text: '@@ -1 +1 @@' },
    { kind: 'removed', text: 'old' },
    { kind: 'added', text: 'new' },
    { kind: 'same', text: 'same' },
  ]);
});

it('a digest is twelve digits', () => {
  expect(shortDigest('sha256:0123456789abcdef')).toBe('0123456789ab');
});
