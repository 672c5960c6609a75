import { describe, expect, it } from 'vitest';
import { type Route, hashOf, parentOf, routeOf } from './route';

const service = 'my project/web server';
const ROUTES: Route[] = [
  { page: 'services' },
  { page: 'service', service, tab: 'overview' },
  { page: 'service', service, tab: 'history' },
  { page: 'service', service, tab: 'health' },
  { page: 'plan', service, aim: { kind: 'update', to: null } },
  { page: 'plan', service, aim: { kind: 'update', to: 'sha256:12/34' } },
  { page: 'plan', service, aim: { kind: 'rollback', to: '1.0.0' } },
  { page: 'plan', service, aim: { kind: 'adopt' } },
  { page: 'plan', service, aim: { kind: 'release' } },
  { page: 'receipt', service, receipt: '0199-ab/cd' },
  { page: 'settings' },
  { page: 'doctor' },
  { page: 'watch' },
];

describe('routes', () => {
  it.each(ROUTES.map((route) => [hashOf(route), route] as const))('%s and back', (hash, route) => {
    expect(routeOf(hash)).toEqual(route);
  });

  it.each([
    '',
    '#',
    '#/nowhere',
    '#/service',
    '#/plan/x/dance',
    '#/receipt/x',
    '#/service/%E0%A4%A',
  ])('the list for %j', (hash) => {
    expect(routeOf(hash)).toEqual({ page: 'services' });
  });

  it('lead back to the list in the end', () => {
    for (const route of ROUTES) {
      let at: Route | null = route;
      for (let steps = 0; at && at.page !== 'services'; steps += 1) {
        expect(steps).toBeLessThan(4);
        at = parentOf(at);
      }
      expect(at).toEqual({ page: 'services' });
    }
  });
});
