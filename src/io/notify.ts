/** Tells systemd how the service is doing (sd_notify); does nothing when no one asked. */
import { loadUnixDatagrams } from './kernel/unix-datagram.js';

/** Sends one state line such as `READY=1`. `socketPath` is $NOTIFY_SOCKET; gives false when it could not be told. */
export function notifyServiceManager(state: string, socketPath: string | undefined): boolean {
  if (socketPath === undefined || !socketPath.startsWith('/')) return false;
  const opened = loadUnixDatagrams().connect(socketPath);
  if (!('sender' in opened)) return false;
  const error = opened.sender.send(Buffer.from(state));
  opened.sender.close();
  return error === null;
}
