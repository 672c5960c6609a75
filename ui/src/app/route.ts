/** Routes and their hashes, both ways. Pure. */
import type { Aim, Page } from '../host/host';

/** The parts of a service's page. */
export type Tab = 'overview' | 'history' | 'health';

/** Pages that the program may open, and those that only the window leads to. */
export type Route =
  | Exclude<Page, { page: 'service' }>
  | { page: 'service'; service: string; tab?: Tab }
  | { page: 'watch' };

/** The hash of a route, with its `#`. */
export function hashOf(route: Route): string {
  switch (route.page) {
    case 'services':
      return '#/';
    case 'service': {
      const tab = route.tab && route.tab !== 'overview' ? `/${route.tab}` : '';
      return `#/service/${encodeURIComponent(route.service)}${tab}`;
    }
    case 'plan': {
      const { aim } = route;
      const to = 'to' in aim && aim.to !== null ? `/${encodeURIComponent(aim.to)}` : '';
      return `#/plan/${encodeURIComponent(route.service)}/${aim.kind}${to}`;
    }
    case 'receipt': {
      const [service, id] = [route.service, route.receipt].map(encodeURIComponent);
      return `#/receipt/${service}/${id}`;
    }
    case 'settings':
    case 'doctor':
    case 'watch':
      return `#/${route.page}`;
  }
}

/** The route of a hash; the list for anything unknown. */
export function routeOf(hash: string): Route {
  const [page = '', first, second, third] = parts(hash);
  if (page === 'settings' || page === 'doctor' || page === 'watch') return { page };
  if (page === 'service' && first) {
    const tab: Tab = second === 'history' || second === 'health' ? second : 'overview';
    return { page, service: first, tab };
  }
  const aim = page === 'plan' ? aimOf(second, third) : null;
  if (page === 'plan' && first && aim) return { page, service: first, aim };
  if (page === 'receipt' && first && second) return { page, service: first, receipt: second };
  return { page: 'services' };
}

/** Where "back" leads; `null` on the list. */
export function parentOf(route: Route): Route | null {
  switch (route.page) {
    case 'services':
      return null;
    case 'service':
      return { page: 'services' };
    case 'plan':
      return { page: 'service', service: route.service };
    case 'receipt':
      return { page: 'service', service: route.service, tab: 'history' };
    case 'settings':
    case 'doctor':
    case 'watch':
      return { page: 'services' };
  }
}

function parts(hash: string): string[] {
  return hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return '';
      }
    });
}

function aimOf(kind: string | undefined, to: string | undefined): Aim | null {
  switch (kind) {
    case 'update':
    case 'rollback':
      return { kind, to: to || null };
    case 'adopt':
    case 'release':
      return { kind };
    default:
      return null;
  }
}
