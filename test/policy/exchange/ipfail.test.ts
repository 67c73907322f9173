import t from 'tap';
import { readIpfailMessage } from '../../../src/membership/ipfail-message.js';
import { Ipfail } from '../../../src/policy/exchange/ipfail.js';
import { textMessage } from '../../../src/wire/message.js';

const lostBy = Number.NEGATIVE_INFINITY;

/** Node a beside Heartbeat b; keepalive 500 ms. */
class Bench {
  readonly ipfail: Ipfail;
  at = 0;
  lostBy = Number.NEGATIVE_INFINITY;

  constructor(failback = false) {
    this.ipfail = new Ipfail({ self: 'a', peer: 'b', keepaliveMs: 500, deadpingMs: 2000, failback });
    this.reach(2);
  }

  hear(type: string, fields: Record<string, string> = {}): this {
    const message = readIpfailMessage(textMessage({ t: type, from_id: 'ipfail', to_id: 'ipfail', ...fields }));
    if (message === null) throw new Error(`${type} is not read`);
    this.ipfail.hear(message, this.at);
    return this;
  }

  /** This node reaches so many; gives the types sent, with their counts. */
  reach(count: number | null): string[] {
    this.ipfail.advance({ count, lostBy: this.lostBy }, this.at);
    return this.ipfail.drain().messages.map(({ type, fields }) => [type, fields.num_ping].join(' ').trim());
  }

  after(ms: number) {
    this.at += ms;
    return this.ipfail.giveUpWish(this.at);
  }
}

t.test('it says that it is there, and how many it reaches, in the words of ipfail', async (t) => {
  const ipfail = new Ipfail({ self: 'a', peer: 'b', keepaliveMs: 500, deadpingMs: 2000, failback: false });
  ipfail.advance({ count: null, lostBy }, 0);
  t.same(ipfail.drain().messages, [
    {
      type: 'hbapi-clstat',
      fields: { st: 'join', from_id: 'ipfail', to_id: 'ipfail', info: 'signon', client_gen: '0' },
    },
  ]);
  ipfail.advance({ count: 1, lostBy }, 0);
  const [asking] = ipfail.drain().messages;
  t.same(Object.entries(asking?.fields ?? {}), [
    ['num_ping', '1'],
    ['dest', 'b'],
    ['from_id', 'ipfail'],
    ['to_id', 'ipfail'],
    ['client_gen', '0'],
  ]);
  ipfail.advance({ count: 1, lostBy }, 100);
  t.same(ipfail.drain(), { messages: [], log: [] });
});

t.test('what is compared with what the other reaches', async (t) => {
  for (const [own, theirs, answer, wish] of [
    [2, 1, 'you_are_dead', null],
    [1, 1, 'abort_giveup', null],
    [1, 2, undefined, 'all'],
    [0, 1, undefined, 'all'],
    [0, 0, 'abort_giveup', null],
  ] as const) {
    const bench = new Bench();
    bench.reach(own);
    bench.hear('num_ping_nodes', { num_ping: String(theirs) });
    t.same(bench.reach(own)[0], answer, `${own} against ${theirs}`);
    t.equal(bench.after(999), null, 'not before both had time to notice');
    t.equal(bench.after(1)?.set, wish ?? undefined);
  }
});

t.test('a change is told, a doubt is waited for', async (t) => {
  const bench = new Bench();
  t.same(bench.reach(2), []);
  t.same(bench.reach(null), []);
  bench.hear('num_ping_nodes', { num_ping: '2' });
  t.same(bench.reach(null), [], 'no answer yet');
  t.same(bench.reach(1), ['num_ping_nodes 1']);
  t.match(bench.after(1000), { set: 'all', reason: 'b reaches 2 ping nodes, a reaches 1' });
  t.same(bench.reach(2), ['num_ping_nodes 2'], 'one came up');
  bench.ipfail.linkDied();
  t.same(bench.reach(2), ['num_ping_nodes 2'], 'a link died');
  bench.hear('hbapi-clstat', { st: 'join' });
  t.same(bench.reach(2), ['num_ping_nodes 2'], 'the other ipfail started');
  bench.hear('hbapi-clstat', { st: 'leave' });
  t.same(bench.reach(2), []);
});

t.test('the other tells to give up, and to stop that', async (t) => {
  const bench = new Bench();
  bench.hear('you_are_dead');
  t.equal(bench.ipfail.nextDeadline(bench.at), 1000);
  t.equal(bench.after(600), null);
  bench.hear('you_are_dead');
  t.match(bench.after(400), { set: 'all', reason: 'b says that it reaches more ping nodes' }, 'not put off');
  t.equal(bench.ipfail.nextDeadline(bench.at), Number.POSITIVE_INFINITY);
  t.match(bench.after(60_000), { set: 'all' }, 'it stands');
  bench.hear('abort_giveup');
  t.equal(bench.after(0), null);
  bench.hear('you_are_dead');
  bench.hear('abort_giveup');
  t.equal(bench.after(5000), null, 'in time');
});

t.test('balance after a give-up, and balance by itself', async (t) => {
  const bench = new Bench(true);
  bench.reach(1);
  bench.hear('num_ping_nodes', { num_ping: '2' }).reach(1);
  t.equal(bench.after(1000)?.set, 'all');
  bench.hear('num_ping_nodes', { num_ping: '1' }).reach(1);
  t.equal(bench.after(5000), null);
  bench.hear('num_ping_nodes', { num_ping: '1' }).reach(1);
  t.equal(bench.after(1000)?.set, 'foreign', 'the other may have its own again');
  bench.hear('num_ping_nodes', { num_ping: '0' }).reach(1);
  t.equal(bench.after(5000), null);
  const staying = new Bench(false);
  staying.hear('num_ping_nodes', { num_ping: '2' }).reach(2);
  t.equal(staying.after(5000), null, 'with failback off nothing is given back');
});

t.test('a new life of the other begins from nothing', async (t) => {
  const bench = new Bench();
  bench.hear('you_are_dead');
  bench.ipfail.part();
  t.equal(bench.after(5000), null);
  t.same(bench.reach(2), ['hbapi-clstat', 'num_ping_nodes 2']);
});

t.test('what is no message of ipfail, and what is not understood', async (t) => {
  for (const fields of [
    { t: 'status', from_id: 'ipfail' },
    { t: 'num_ping_nodes', num_ping: '1' },
    { t: 'hbapi-clstat', st: 'join', from_id: 'ccm' },
    {},
  ]) {
    t.equal(readIpfailMessage(textMessage(fields)), null, JSON.stringify(fields));
  }
  const bench = new Bench();
  for (const num_ping of ['', '-1', '1.5', 'many', '99999999']) {
    t.same(bench.hear('num_ping_nodes', { num_ping }).reach(2), [], num_ping);
    t.equal(bench.after(5000), null);
  }
});

t.test('two of them understand each other', async (t) => {
  const sides = {
    a: new Ipfail({ self: 'a', peer: 'b', keepaliveMs: 500, deadpingMs: 2000, failback: true }),
    b: new Ipfail({ self: 'b', peer: 'a', keepaliveMs: 500, deadpingMs: 2000, failback: true }),
  };
  const settle = (a: number, b: number, at: number) => {
    let sent = 0;
    for (let round = 0; round < 10; round++) {
      for (const [from, count, to] of [
        [sides.a, a, sides.b],
        [sides.b, b, sides.a],
      ] as const) {
        from.advance({ count, lostBy }, at);
        for (const { type, fields } of from.drain().messages) {
          sent += 1;
          const message = readIpfailMessage(textMessage({ t: type, ...fields }));
          if (message !== null) to.hear(message, at);
        }
      }
    }
    return sent;
  };
  t.ok(settle(2, 2, 0) < 10, 'they come to rest');
  settle(1, 2, 10_000);
  t.equal(sides.a.giveUpWish(11_000)?.set, 'all');
  t.equal(sides.b.giveUpWish(11_000), null);
  settle(2, 2, 20_000);
  t.not(sides.a.giveUpWish(30_000)?.set, 'all');
  t.not(sides.b.giveUpWish(30_000)?.set, 'all');
});

t.test('the wait before giving up begins when the ping node was lost, not with the answer', async (t) => {
  // keepalive 500 ms, deadping 2000 ms: a Heartbeat that lost the same has said so a second after it noticed.
  for (const [answerAt, from] of [
    [2100, 3000],
    [2900, 3000],
    [4000, 4000],
  ] as const) {
    const bench = new Bench();
    bench.lostBy = 0;
    bench.at = 2000;
    t.same(bench.reach(1), ['num_ping_nodes 1']);
    bench.at = answerAt;
    bench.hear('you_are_dead').reach(1);
    t.equal(bench.ipfail.giveUpWish(from - 1), null);
    t.match(bench.ipfail.giveUpWish(from), { set: 'all' }, `answered at ${answerAt}`);
    bench.hear('num_ping_nodes', { num_ping: '1' });
    t.same(bench.reach(1), ['abort_giveup']);
    t.equal(bench.after(5000), null, 'the other lost it too');
  }
});

t.test('a ping node that comes back to the other first moves nothing', async (t) => {
  const bench = new Bench();
  bench.lostBy = 0;
  bench.at = 2000;
  bench.reach(1);
  bench.hear('num_ping_nodes', { num_ping: '1' }).reach(1);
  bench.at = 60_000;
  bench.hear('num_ping_nodes', { num_ping: '2' }).reach(1);
  t.equal(bench.after(999), null, 'what was lost long ago is no haste now');
  bench.reach(null);
  t.equal(bench.after(1000), null, 'here it may be reached too');
  t.same(bench.reach(2), ['num_ping_nodes 2']);
  t.equal(bench.after(5000), null, 'and what was held back meanwhile is void');
});

t.test('it answers before it asks, so that its answer ends nothing that its question began', async (t) => {
  const bench = new Bench();
  bench.reach(null);
  bench.hear('num_ping_nodes', { num_ping: '1' });
  t.same(bench.reach(null), []);
  t.same(bench.reach(1), ['abort_giveup', 'num_ping_nodes 1']);
});

t.test('who reaches more asks for what the other has, for a while', async (t) => {
  const bench = new Bench();
  t.equal(bench.ipfail.takeWish(0), null);
  bench.hear('num_ping_nodes', { num_ping: '1' });
  t.same(bench.reach(2), ['you_are_dead']);
  t.equal(bench.ipfail.takeWish(0), 'a reaches 2 ping nodes, b reaches 1');
  bench.reach(null);
  t.equal(bench.ipfail.takeWish(0), null, 'not in doubt');
  bench.reach(2);
  t.equal(bench.ipfail.takeWish(4999), 'a reaches 2 ping nodes, b reaches 1');
  t.equal(bench.ipfail.takeWish(5000), null);
  bench.ipfail.noteGiven();
  bench.ipfail.noteGiven();
  t.same(bench.reach(2), ['abort_giveup'], 'its ipfail is told, once, not to give again');
  t.equal(bench.ipfail.takeWish(0), null);
  bench.hear('num_ping_nodes', { num_ping: '1' }).reach(2);
  bench.hear('num_ping_nodes', { num_ping: '2' }).reach(2);
  t.equal(bench.ipfail.takeWish(0), null, 'equal again');
  bench.hear('num_ping_nodes', { num_ping: '1' }).reach(2);
  bench.reach(1);
  t.equal(bench.ipfail.takeWish(0), null, 'this node lost one too');
});
