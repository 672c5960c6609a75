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
    case 'zoom':
      settings.zoomPercent = change.percent;
      return;
    case 'checkEvery':
      Object.assign(settings.schedule, { every: change.every, cron: null, next: [] });
      return;
    case 'cron':
      if (!/^(\S+\s+){4,5}\S+$/.test(change.cron)) {
        throw new Refusal('badRequest', `"${change.cron}" has not five or six fields`);
      }
      Object.assign(settings.schedule, { every: null, cron: change.cron });
      return;
    case 'timeZone':
      settings.schedule.zone = change.zone;
      settings.schedule.zoneInForce = change.zone ?? 'Europe/Paris';
      return;
    case 'batteryAbove':
      settings.batteryAbove = change.percent;
      return;
    case 'metered':
      settings.metered = change.on;
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
    case 'minAge':
      own(change.service).minAge = change.age;
      return;
    case 'windows':
      own(change.service).windows = change.windows;
      return;
    case 'follow':
      own(change.service).follow = change.follow;
      return;
    case 'include':
      own(change.service).include = change.pattern;
      return;
    case 'exclude':
      own(change.service).exclude = change.pattern;
      return;
    case 'prereleases':
      own(change.service).prereleases = change.on;
      return;
    case 'pinned':
      own(change.service).pinned = change.on;
      return;
    case 'includeStopped':
      own(change.service).includeStopped = change.on;
      return;
  }
}
