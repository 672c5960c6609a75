import { describe, expect, it } from 'vitest';
import { english, said } from '../host/fake/said';
import { wording } from './said';

const exited = said('gate.exited', { exit_code: '78', after_ms: 2_100 });

describe('a sentence of a closed set', () => {
  it('is worded in the language of the window', () => {
    expect(wording(exited, 'en')).toMatch(/with code 78 after 2\.1.s\.$/);
    expect(wording(exited, 'fr')).toMatch(/avec le code 78 après 2,1.s\.$/);
  });

  it('groups what is counted', () => {
    const slow = said('monitor.only_errors', { requests: 1_234, after_ms: 900 });
    expect(wording(slow, 'en')).toContain('1,234 requests');
  });

  it('writes sizes as the language does', () => {
    const full = said('hold.disk_too_full', { needed_bytes: 2.1e9, free_bytes: 9e8 });
    expect(wording(full, 'en')).toMatch(/2\.1.GB.*900.MB/);
    expect(wording(full, 'fr')).toMatch(/2,1.Go.*900.Mo/);
  });

  it('says a sentence within it in the same language', () => {
    const remedy = said('help.config.meant', { key: 'monitor' });
    const bad = said('trouble.config.unknown', { place: 'config.toml:3', key: 'montior', remedy });
    expect(wording(bad, 'en')).toMatch(/here; did you mean "monitor"\?$/);
    expect(wording(bad, 'fr')).toMatch(/vouliez-vous dire "monitor".\?$/);
  });

  it('is left in English where it is free text', () => {
    expect(wording(english('no such file'), 'fr')).toBeNull();
  });
});
