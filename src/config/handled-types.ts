/**
 * Message types that are carried out here. Heartbeat's scripts of these names (rc.d) would start, stop and move resources
 * behind this daemon's back, so no message runs them.
 */
export const handledTypes: ReadonlySet<string> = new Set(
  'ask_resources hb_takeover ip-request ip-request-resp mach_down resource shutdone starting stonith'.split(' '),
);
