/** What the live view says about an operation. */
import type { Activity, Aim, Service } from '../../host/host';
import { t } from '../../words/index.svelte';

/** "Updating to 1.1.0", also before the program has said anything. */
export function titleOf(activity: Activity | null, aim: Aim | null, service: Service): string {
  const purpose = activity?.purpose ?? aim?.kind ?? 'update';
  const to = activity?.plan?.to.name ?? wanted(aim, service);
  switch (purpose) {
    case 'rollback':
      return to ? t('live.rolling_back_to', { version: to }) : t('live.rolling_back');
    case 'adopt':
      return t('live.adopting');
    case 'release':
      return t('live.releasing');
    default:
      return to ? t('live.updating_to', { version: to }) : t('live.updating');
  }
}

/** What the user has asked for, as far as it has a name. */
function wanted(aim: Aim | null, service: Service): string | null {
  if (!aim || aim.kind === 'adopt' || aim.kind === 'release') return null;
  if (aim.kind === 'rollback') return aim.to === null ? (service.rollBackTo?.name ?? null) : null;
  return aim.to ?? offered(service);
}

/** What the registry offers, if it is something to update to. */
export function offered(service: Service): string | null {
  const { finding } = service;
  switch (finding?.state) {
    case 'updateAvailable':
    case 'pulledNotRunning':
    case 'newerTag':
      return finding.name;
    default:
      return null;
  }
}
