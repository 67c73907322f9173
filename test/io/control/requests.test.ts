import t from 'tap';
import { parseRequest } from '../../../src/io/control/requests.js';

const good = [
  { id: 1, ask: 'status' },
  { id: 2, ask: 'command', command: { verb: 'node-standby', node: 'a' } },
  { id: 3, ask: 'command', command: { verb: 'node-online', node: 'a' } },
  { id: 4, ask: 'command', command: { verb: 'move', group: 'IPaddr2::10.0.0.1', node: 'b' } },
  { id: 5, ask: 'command', command: { verb: 'clear', group: 'g' } },
  { id: 6, ask: 'command', command: { verb: 'cleanup', group: 'g' } },
  { id: 7, ask: 'command', command: { verb: 'standby', set: 'all' } },
  { id: 8, ask: 'command', command: { verb: 'takeover', set: 'foreign' } },
];

t.test('every request of the protocol is read', async (t) => {
  for (const request of good) t.same(parseRequest(JSON.stringify(request)), { ok: true, request });
});

t.test('fields that nobody asked for are left out', async (t) => {
  const line = JSON.stringify({ id: 1, ask: 'status', extra: 1, __proto__: { x: 1 } });
  t.same(parseRequest(line), { ok: true, request: { id: 1, ask: 'status' } });
});

t.test('anything else is refused with a sentence, and never thrown', async (t) => {
  const bad: [string, number][] = [
    ['', 0],
    ['no json', 0],
    ['null', 0],
    ['[]', 0],
    ['{"ask":"status"}', 0],
    ['{"id":"1","ask":"status"}', 0],
    ['{"id":1.5,"ask":"status"}', 0],
    ['{"id":1}', 1],
    ['{"id":1,"ask":"reboot"}', 1],
    ['{"id":1,"ask":"command"}', 1],
    ['{"id":1,"ask":"command","command":null}', 1],
    ['{"id":1,"ask":"command","command":{"verb":"move","group":"g"}}', 1],
    ['{"id":1,"ask":"command","command":{"verb":"move","group":"g","node":7}}', 1],
    ['{"id":1,"ask":"command","command":{"verb":"clear","group":""}}', 1],
    ['{"id":1,"ask":"command","command":{"verb":"standby","set":"some"}}', 1],
    [JSON.stringify({ id: 1, ask: 'command', command: { verb: 'clear', group: 'x'.repeat(1001) } }), 1],
  ];
  for (const [line, id] of bad) t.match(parseRequest(line), { ok: false, id, text: /^(the|a) \w/ }, line);
});
