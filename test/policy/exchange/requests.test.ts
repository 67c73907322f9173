import t from 'tap';
import { type RequestedGroup, Requests } from '../../../src/policy/exchange/requests.js';

/** Node a of a pair: group A is its own, B is b's, which is a Heartbeat. */
class Bench {
  at = 0;
  readonly requests = new Requests({ peer: 'b' });
  readonly groups = {
    A: { key: 'A', isOwn: true, holds: false, wish: null } as RequestedGroup,
    B: { key: 'B', isOwn: false, holds: false, wish: null } as RequestedGroup,
  };
  regained: string[] = [];

  set(key: 'A' | 'B', wishes: Partial<RequestedGroup>): this {
    this.groups[key] = { ...this.groups[key], ...wishes };
    return this;
  }

  advance(): string[] {
    this.requests.advance({ at: this.at, active: true, groups: Object.values(this.groups) });
    const { messages, regained } = this.requests.drain();
    this.regained = regained;
    return messages.map(({ type, fields }) => `${type} ${fields.ipaddr} ${fields.weown ?? ''}`.trim());
  }

  say(type: string, key: string): string[] {
    this.requests.hear({ type, fields: { ipaddr: key, ok: 'OK' } }, this.at);
    return this.advance();
  }

  wait(ms: number): string[] {
    this.at += ms;
    return this.advance();
  }

  assignments(): string[] {
    return ['A', 'B'].map((key) => this.requests.assignment(key));
  }

  /** a alone with everything, then b comes. */
  joined(): this {
    this.advance();
    this.set('A', { holds: true }).set('B', { holds: true });
    this.requests.meet(Object.values(this.groups));
    this.advance();
    return this;
  }
}

t.test('at the start it asks for its own and leaves the other its own', async (t) => {
  const bench = new Bench();
  bench.requests.meet(Object.values(bench.groups));
  t.same(bench.advance(), ['ip-request A']);
  t.same(bench.assignments(), ['unknown', 'peer']);
  t.same(bench.wait(9999), []);
  t.equal(bench.requests.nextDeadline(), 10_000);
  t.same(bench.wait(1), ['ip-request A'], 'asked again');
  t.same(bench.say('ip-request-resp', 'A'), []);
  t.same(bench.assignments(), ['self', 'peer']);
  t.same(bench.regained, []);
});

t.test("what does not run here is the other's for the asking", async (t) => {
  const bench = new Bench();
  bench.requests.meet(Object.values(bench.groups));
  bench.advance();
  t.same(bench.say('ip-request', 'B'), ['ip-request-resp B no']);
  t.same(bench.say('ip-request', 'C'), ['ip-request-resp C no'], 'also what nobody knows');
});

t.test('what runs here is stopped, then answered for', async (t) => {
  const bench = new Bench().joined();
  t.same(bench.assignments(), ['self', 'self']);
  t.same(bench.say('ip-request', 'B'), []);
  t.same(bench.assignments(), ['self', 'giving']);
  t.same(bench.say('ip-request', 'B'), [], 'asked twice, answered once');
  bench.set('B', { holds: false });
  t.same(bench.wait(300), ['ip-request-resp B yes']);
  t.same(bench.assignments(), ['self', 'peer']);
});

t.test('an answer to no question changes nothing', async (t) => {
  const bench = new Bench();
  bench.requests.meet(Object.values(bench.groups));
  bench.advance();
  bench.say('ip-request-resp', 'B');
  t.same(bench.assignments(), ['unknown', 'peer']);
});

t.test("an operator's wishes are requests and gifts", async (t) => {
  const bench = new Bench().joined().set('A', { wish: 'peer' });
  t.same(bench.advance(), []);
  t.same(bench.assignments(), ['giving', 'self']);
  bench.set('A', { holds: false, wish: null });
  t.same(bench.advance(), ['ip-request-resp A yes'], 'an answer starts it there, asked or not');
  bench.set('A', { wish: 'self' });
  t.same(bench.advance(), ['ip-request A']);
  bench.say('ip-request-resp', 'A');
  t.same(bench.assignments(), ['self', 'self']);
});

t.test('after a partition it keeps its own and leaves the other its own', async (t) => {
  const bench = new Bench().joined();
  bench.requests.part();
  t.same(bench.assignments(), ['self', 'self']);
  bench.at = 5000;
  bench.requests.meetAgain(Object.values(bench.groups), 5000);
  t.same(bench.assignments(), ['self', 'peer']);
  t.same(bench.advance(), ['ip-request A'], 'the other may have taken it');
  t.same(bench.wait(9000), [], 'its script may take a while');
  t.same(bench.wait(1000), ['ip-request A'], 'the question may have been lost');
  bench.say('ip-request-resp', 'A');
  t.same(bench.regained, ['A'], 'the neighbours are to be told');
  t.same(bench.wait(20_000), [], 'answered');
  t.same(bench.assignments(), ['self', 'peer']);
});

t.test('who was away asks as at its start, also when the other is the same as before', async (t) => {
  const bench = new Bench().joined();
  bench.requests.startAgain();
  bench.set('A', { holds: false }).set('B', { holds: false });
  bench.requests.meetAgain(Object.values(bench.groups), bench.at);
  t.same(bench.assignments(), ['unknown', 'peer'], 'the other may run what is its own');
  t.same(bench.advance(), ['ip-request A']);
});

t.test('one that was restarted without being missed is asked for what it may have kept', async (t) => {
  const bench = new Bench().joined().set('A', { wish: 'peer' });
  bench.advance();
  bench.set('A', { holds: false, wish: null });
  bench.advance();
  t.same(bench.assignments(), ['peer', 'self']);
  bench.requests.meetAnew(Object.values(bench.groups), bench.at);
  t.same(bench.advance(), ['ip-request A']);
  t.same(bench.assignments(), ['peer', 'self'], 'until it has answered');
});

t.test('what a former life left up here is stopped before it is answered for', async (t) => {
  const bench = new Bench();
  bench.set('B', { holds: true });
  bench.requests.meet(Object.values(bench.groups));
  bench.requests.hear({ type: 'ip-request', fields: { ipaddr: 'B' } }, 0);
  t.same(bench.advance(), ['ip-request A']);
  bench.set('B', { holds: false });
  t.same(bench.advance(), ['ip-request-resp B yes']);
});

t.test('an answer that is not OK is none', async (t) => {
  const bench = new Bench();
  bench.requests.meet(Object.values(bench.groups));
  bench.advance();
  bench.requests.hear({ type: 'ip-request-resp', fields: { ipaddr: 'A', ok: 'no' } }, 0);
  t.same(bench.assignments(), ['unknown', 'peer']);
});
