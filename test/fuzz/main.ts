/** `npm run fuzz -- --packets COUNT --seed SEED`: mutated packets against the whole core. */
import { parseArgs } from 'node:util';
import { fuzz } from './run.js';

const number = (name: string, text: string): number => {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new Error(`--${name} takes a number, not "${text}"`);
};

try {
  const { values } = parseArgs({
    options: { packets: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
  });
  const options = { packets: number('packets', values.packets), seed: number('seed', values.seed) };
  const start = performance.now();
  const report = await fuzz({ ...options, progress: (line) => console.log(line) });
  const { findings, ...figures } = report;
  console.log(JSON.stringify(figures, null, 2));
  console.log(`${options.packets} packets, seed ${options.seed}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
  for (const finding of findings) console.log(`FOUND ${finding}`);
  console.log(findings.length === 0 ? 'nothing found' : `${findings.length} findings`);
  process.exitCode = findings.length === 0 ? 0 : 1;
} catch (error) {
  console.error(`fuzz: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
