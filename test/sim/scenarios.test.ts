/** Plays every written scenario and compares its transcript. TAP_SNAPSHOT=1 (or `tap run --snapshot`) records anew: review the diff. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { createCluster } from '../../src/cluster.js';
import { playScenario } from '../../src/sim/scenario.js';
import { parseScenario } from '../../src/sim/scenario-text.js';
import { testdata } from '../support/paths.js';

const folder = `${testdata}scenarios/`;
const record = process.env.TAP_SNAPSHOT === '1';

for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt'))) {
  t.test(file, async (t) => {
    const text = readFileSync(folder + file, 'utf8');
    const { problems, transcript, failures } = playScenario({ createCore: createCluster, file, text });
    t.same(problems, []);
    t.same(failures, []);
    const { head, recorded } = parseScenario(file, text);
    const played = `${transcript.join('\n')}\n`;
    if (record) writeFileSync(folder + file, `${head}${'-'.repeat(20)}\n${played}`);
    else t.equal(played, recorded, 'plays as it was recorded');
  });
}
