/** epmd, which tells Erlang's programs where the node listens: started with the broker where there is none, and ended with it. */
import type { AgentContext } from '../frame/agent.js';
import { asBroker } from './broker.js';

const limitMs = 5000;

/** Whether one answers, be it the system's (epmd.socket of systemd) or another node's. */
export async function isMapping(context: AgentContext): Promise<boolean> {
  return (await asBroker(context, ['epmd', '-names'], limitMs)).code === 0;
}

/** Ends it, unless another node has joined it meanwhile: then it stays for that one, and refuses. */
export async function endMapping(context: AgentContext): Promise<void> {
  const { stdout } = await asBroker(context, ['epmd', '-names'], limitMs);
  if (/^name /m.test(stdout)) context.world.say('info', 'epmd stays: another Erlang node uses it');
  else await asBroker(context, ['epmd', '-kill'], limitMs);
}
