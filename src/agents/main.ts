/** What the launchers in resource.d run: `main.js AGENT [WORD...] VERB`. */
import { exitCodes } from './frame/answer.js';
import { perform } from './frame/perform.js';
import { realWorld } from './frame/real-world.js';
import { agents } from './table.js';

/** Ends the process once what it said has been taken; a reader that has gone is no error. */
function end(code: number, output: string): void {
  process.stdout.on('error', () => process.exit(code));
  process.stderr.on('error', () => process.exit(code));
  process.stdout.write(output, () => process.stderr.write('', () => process.exit(code)));
}

const [name = '', ...argv] = process.argv.slice(2);
const load = agents[name];
if (load === undefined) {
  process.stderr.write(`ERROR: there is no agent ${name}; there are ${Object.keys(agents).join(', ')}\n`);
  process.exitCode = exitCodes.notInstalled;
} else {
  const { code, output } = await perform(await load(), argv, realWorld(process.env));
  end(code, output);
}
