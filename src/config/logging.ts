/** Where the log goes, from four directives of ha.cf. */
import type { Reading } from './statement.js';
import type { LoggingConfig } from './types.js';

/** The destinations. Nothing said means syslog, as with Heartbeat, whose logging daemon writes there. */
export function resolveLogging({ draft }: Reading): LoggingConfig {
  const setting = (name: string) => draft.settings.get(name)?.value;
  const file = (name: string): string | null => {
    const path = setting(name);
    return typeof path === 'string' && path !== '/dev/null' ? path : null;
  };
  const facility = setting('logfacility') ?? (wantsSyslog(draft.settings) ? 'daemon' : 'none');
  const debug = setting('debug');
  return {
    facility: typeof facility === 'string' && facility !== 'none' ? facility : null,
    logfile: file('logfile'),
    debugfile: file('debugfile'),
    debug: typeof debug === 'number' ? debug : 0,
    syslogmsgfmt: setting('syslogmsgfmt') !== false,
  };
}

const destinations = ['logfile', 'debugfile', 'logfacility'];

function wantsSyslog(settings: Reading['draft']['settings']): boolean {
  return settings.get('use_logd')?.value !== false && !destinations.some((name) => settings.has(name));
}

/** There is no logging daemon: says what use_logd comes to. */
export function checkLogging({ draft, report }: Reading): void {
  const useLogd = draft.settings.get('use_logd');
  const told = destinations.some((name) => draft.settings.has(name) || draft.broken.has(name));
  if (useLogd?.value === true) {
    const instead = told
      ? 'the log goes where logfile, debugfile and logfacility say'
      : 'the log goes to syslog, facility daemon';
    report.warning(useLogd, `directive "use_logd" has no effect: there is no logging daemon; ${instead}`);
  } else if (useLogd?.value === false && !told) {
    report.warning(useLogd, 'no logfile, debugfile or logfacility: the log goes to standard error only');
  }
}
