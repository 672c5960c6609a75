/** Setting changes of the scripted host. */
import { Refusal, type ServiceSettings, type SettingChange, type Settings } from '../host';

/** Carries a change out, or refuses it as the program would. */
export function changed(settings: Settings, change: SettingChange): void {
  const own = (service: string | null): ServiceSettings =>
    settings.services.find((one) => one.service === service) ?? settings.defaults;
  switch (change.set) {
    case 'engine':
      if (change.address !== null && !/^(unix|tcp|ssh|npipe):\/\//.test(change.address)) {
        throw new Refusal('badRequest', `"${change.address}" is no address: try unix:///…`);
      }
      settings.engine = change.address;
      return;
    case 'notifications':
      settings.notifications = change.on;
      return;
    case 'language':
      settings.language = change.language;
      return;
    case 'checkEvery':
      settings.checkEvery = change.every;
      return;
    case 'autostart':
      settings.autostart = { state: change.on ? 'on' : 'off' };
      return;
    case 'updates':
      own(change.service).updates = change.mode ?? 'notify';
      return;
    case 'strategy':
      own(change.service).strategy = change.strategy;
      return;
    case 'monitor':
      own(change.service).monitor = change.window ?? '60s';
      return;
    case 'keepReleases':
      own(change.service).keepReleases = change.count ?? 3;
      return;
  }
}
