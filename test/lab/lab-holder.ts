/** A process with a lab, a program in it and a pinging client, for the test that ends it in a bad way. Prints the lab's id. */
import { createLab } from './lab.js';
import { startPinging } from './ping-client.js';

const lab = await createLab({ nodes: ['a'], networks: ['eth0'] });
await lab.node('a').spawn(['sleep', '1000']);
await startPinging(lab, { addresses: [lab.node('a').address('eth0')] });
process.stdout.write(`${lab.id}\n`);
if (process.argv[2] === 'throw') throw new Error('an error that nobody catches');
