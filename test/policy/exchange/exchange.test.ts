import t from 'tap';
import type { ExchangeMessage } from '../../../src/membership/exchange-message.js';
import {
  Exchange,
  type ExchangeSituation,
  type SetProgress,
  type SetWish,
} from '../../../src/policy/exchange/exchange.js';
import type { Assignment } from '../../../src/policy/exchange/holdings.js';

const down: SetProgress = { holds: false, settled: false, stuck: true };
const up: SetProgress = { holds: true, settled: true, stuck: false };

/** Node a of a pair; b is a Heartbeat whose words the test says. */
class Bench {
  at = 0;
  readonly exchange: Exchange;
  readonly sets: Record<'local' | 'foreign', SetProgress> = { local: down, foreign: down };
  readonly wishes: Record<'local' | 'foreign', SetWish | null> = { local: null, foreign: null };
  readonly moves: string[] = [];
  readonly logged: string[] = [];
  leaving = false;
  hurry = false;
  isHeard = true;

  constructor(givesBack = false) {
    this.exchange = new Exchange({ self: 'a', peer: 'b', givesBack });
  }

  /** What a says since the last time, each as one text. */
  advance(): string[] {
    const { at, sets, wishes, leaving, hurry, isHeard } = this;
    const situation: ExchangeSituation = { at, active: true, leaving, hurry, isHeard, sets, wishes };
    this.exchange.advance(situation);
    const { messages, log, moves } = this.exchange.drain();
    this.logged.push(...log.map(({ text }) => text));
    this.moves.push(...moves.map(({ set, to }) => `${set} ${to}`));
    return messages.map(textOf);
  }

  /** b says: type and fields as `rsc_hold=local isstable=1`. */
  say(text: string): string[] {
    const [type = '', ...words] = text.split(' ');
    const fields = Object.fromEntries(words.map((word) => word.split('=')));
    this.exchange.hear({ type, fields }, this.at);
    return this.advance();
  }

  wait(ms: number): string[] {
    this.at += ms;
    return this.advance();
  }

  assignments(): Assignment[] {
    return [this.exchange.assignment('local'), this.exchange.assignment('foreign')];
  }

  /** Both are up, each with its own. */
  atHome(): this {
    this.exchange.meet(this.at);
    this.advance();
    this.say('starting');
    this.say('resource rsc_hold=none rtype=full isstable=0');
    this.sets.local = up;
    this.say('resource rsc_hold=local rtype=full isstable=1');
    return this;
  }

  /** a alone, with everything; then b, which holds nothing, becomes active. */
  joined(): this {
    this.advance();
    this.sets.local = up;
    this.sets.foreign = up;
    this.exchange.meet(this.at);
    this.advance();
    this.say('starting');
    this.say('resource rsc_hold=none rtype=full isstable=1');
    return this;
  }
}

function textOf({ type, fields }: ExchangeMessage): string {
  const words = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  return [type, ...words].join(' ');
}

const resource = (hold: string, stable: 0 | 1) => `resource rsc_hold=${hold} rtype=full isstable=${stable}`;

t.test("both start: what is its own is everybody's own", async (t) => {
  const bench = new Bench();
  bench.exchange.meet(0);
  t.same(bench.assignments(), ['unknown', 'unknown']);
  t.same(bench.advance(), ['starting']);
  t.same(bench.say('starting'), [resource('none', 0)]);
  t.same(bench.say(resource('none', 0)), [resource('local', 1)], 'no ten seconds');
  t.same(bench.assignments(), ['self', 'peer']);
  t.same(bench.say(resource('local', 1)), [resource('local', 1)]);
  t.same(bench.assignments(), ['self', 'peer']);
});

t.test('who was there before holds what it holds', async (t) => {
  const bench = new Bench();
  bench.exchange.meet(0);
  bench.advance();
  t.same(bench.say(resource('all', 1)), [resource('none', 1)]);
  t.same(bench.assignments(), ['peer', 'peer']);
  bench.say('ask_resources info=me rsc_hold=foreign');
  t.same(bench.assignments(), ['taking', 'peer'], 'its failback is an offer');
});

t.test('who comes back is not quiet before the other has taken over all it takes', async (t) => {
  const taking = (): Bench => {
    const bench = new Bench(true);
    bench.exchange.meet(0);
    bench.advance();
    t.same(bench.say(resource('all', 1)), [resource('none', 0)], 'it would give back what it is just starting');
    return bench;
  };
  const told = taking();
  t.same(told.wait(500), []);
  t.same(
    told.say('resource rsc_hold=foreign info=mach_down'),
    ['starting'],
    'it must hear who becomes quiet, not who is',
  );
  t.same(told.say(resource('all', 1)), []);
  t.same(told.wait(1000), [resource('none', 1)], 'now it may');
  t.same(told.wait(20_000), []);
  const silent = taking();
  t.equal(silent.exchange.nextDeadline(), 10_000);
  t.same(silent.wait(9999), []);
  t.same(silent.say(resource('all', 1)), []);
  t.same(silent.wait(1), [resource('none', 1)], 'it had taken over long before');
  const gone = taking();
  gone.exchange.part();
  t.same(gone.wait(20_000), []);
  const missed = new Bench(true);
  missed.exchange.meet(0);
  missed.advance();
  t.same(missed.say(resource('local', 1)), [resource('local', 1)], 'one that holds nothing of ours takes nothing over');
});

t.test('a silent one is asked again, and not waited for for ever', async (t) => {
  const bench = new Bench();
  bench.exchange.meet(0);
  t.same(bench.advance(), ['starting']);
  t.same(bench.wait(999), []);
  t.equal(bench.exchange.nextDeadline(), 1000);
  t.same(bench.wait(1), ['starting']);
  bench.at = 9999;
  t.same(bench.wait(1), [resource('local', 1)]);
  t.same(bench.assignments(), ['self', 'peer']);
});

t.test('alone it needs no exchange, and tells who comes what it holds', async (t) => {
  const bench = new Bench();
  t.same(bench.advance(), []);
  t.same(bench.assignments(), ['self', 'self']);
  bench.exchange.meet(5);
  t.same(bench.say('starting'), [resource('all', 1)]);
  t.same(bench.say(resource('none', 1)), [resource('all', 1)]);
  t.same(bench.assignments(), ['self', 'self']);
});

t.test('failback: offered, released, and taken', async (t) => {
  const bench = new Bench().joined();
  bench.wishes.foreign = { node: 'peer', reason: 'failback' };
  t.same(bench.advance(), ['ask_resources rsc_hold=foreign info=me']);
  t.same(bench.assignments(), ['self', 'self'], 'nothing is stopped before the other has agreed');
  t.same(bench.say('ask_resources info=other rsc_hold=foreign'), [`${resource('local', 0)} info=standby`]);
  t.same(bench.assignments(), ['self', 'giving']);
  t.same(bench.wait(500), [], 'still stopping');
  bench.sets.foreign = down;
  t.same(bench.wait(500), ['ask_resources rsc_hold=foreign info=done']);
  t.same(bench.assignments(), ['self', 'peer']);
  bench.wishes.foreign = null;
  t.same(bench.say('ask_resources info=done rsc_hold=foreign'), [resource('local', 1)]);
  t.same(bench.say(resource('local', 1)), []);
  t.same(bench.assignments(), ['self', 'peer']);
});

/** Failback from a to b, in a hurry: offered, and being stopped. */
function hurried(): Bench {
  const bench = new Bench().joined();
  bench.wishes.foreign = { node: 'peer', reason: 'a reaches fewer ping nodes' };
  bench.hurry = true;
  return bench;
}

t.test('in a hurry: offered, stopped and released at once', async (t) => {
  const bench = hurried();
  t.same(bench.advance(), ['ask_resources rsc_hold=foreign info=me', `${resource('local', 0)} info=standby`]);
  t.same(bench.assignments(), ['self', 'giving']);
  bench.sets.foreign = down;
  t.same(bench.wait(10), ['ask_resources rsc_hold=foreign info=done'], 'the other has not answered yet');
  t.same(bench.assignments(), ['self', 'peer']);
  t.same(bench.say('ask_resources info=other rsc_hold=foreign'), []);
  t.equal(bench.logged.at(-1), 'standby: b can take our foreign resources');
  t.same(bench.wait(20_000), [], 'starting there may take long');
  t.same(bench.say('ask_resources info=done rsc_hold=foreign'), [resource('local', 1)]);
  t.same(bench.assignments(), ['self', 'peer']);
});

t.test('in a hurry: what the other does not take comes back', async (t) => {
  const bench = hurried();
  bench.advance();
  bench.sets.foreign = down;
  bench.wait(10);
  t.equal(bench.exchange.nextDeadline(), 10_000);
  t.same(bench.wait(9989), []);
  t.same(bench.assignments(), ['self', 'peer']);
  t.same(bench.wait(1), [resource('all', 1)]);
  t.same(bench.assignments(), ['self', 'self']);
  t.ok(bench.logged.includes('No reply to standby request.  Standby request cancelled.'));

  const slow = hurried();
  slow.advance();
  t.same(slow.wait(15_000), [], 'still stopping');
  slow.sets.foreign = down;
  t.same(slow.wait(1), [resource('all', 1)], 'who did not answer meanwhile is not told to start it');
  t.same(slow.assignments(), ['self', 'self']);

  const answered = hurried();
  answered.advance();
  answered.say('ask_resources info=other rsc_hold=foreign');
  answered.wait(15_000);
  answered.sets.foreign = down;
  t.same(answered.wait(1), ['ask_resources rsc_hold=foreign info=done'], 'a stop may take long');
});

t.test('in a hurry: while the other is not heard nothing is taken back', async (t) => {
  const bench = hurried();
  bench.advance();
  bench.sets.foreign = down;
  bench.wait(10);
  bench.isHeard = false;
  t.same(bench.wait(20_000), [], 'it may have taken it');
  t.same(bench.assignments(), ['self', 'peer']);
  bench.isHeard = true;
  t.same(bench.say('ask_resources info=other rsc_hold=foreign'), []);
  t.same(bench.say('ask_resources info=done rsc_hold=foreign'), [resource('local', 1)]);
  t.same(bench.assignments(), ['self', 'peer']);
});

t.test('in a hurry: who answers after it was taken back has it', async (t) => {
  const bench = hurried();
  bench.advance();
  bench.sets.foreign = down;
  bench.wait(10);
  t.same(bench.wait(10_000), [resource('all', 1)]);
  t.same(bench.say('ask_resources info=other rsc_hold=foreign'), [resource('local', 1)]);
  t.same(bench.assignments(), ['self', 'peer']);

  const slow = hurried();
  slow.advance();
  slow.wait(15_000);
  slow.sets.foreign = down;
  slow.wait(1);
  const late = slow.say('ask_resources info=other rsc_hold=foreign');
  t.same(
    late,
    [`${resource('local', 0)} info=standby`, 'ask_resources rsc_hold=foreign info=done'],
    'who was not told waits for that',
  );
});

t.test('in a hurry: who did not answer is asked without one', async (t) => {
  const bench = hurried();
  bench.advance();
  bench.sets.foreign = down;
  bench.wait(10);
  bench.wait(10_000);
  bench.sets.foreign = up;
  t.same(bench.wait(5000), ['ask_resources rsc_hold=foreign info=me']);
  t.same(bench.assignments(), ['self', 'self'], 'it runs here until the other takes it');
  const answer = bench.say('ask_resources info=other rsc_hold=foreign');
  t.same(answer, [`${resource('local', 0)} info=standby`]);
});

t.test('an offer that nobody answers is taken back and made again later', async (t) => {
  const bench = new Bench().joined();
  bench.wishes.foreign = { node: 'peer', reason: 'failback' };
  t.equal(bench.advance().length, 1);
  t.same(bench.wait(9999), []);
  t.same(bench.wait(1), []);
  t.ok(bench.logged.includes('No reply to standby request.  Standby request cancelled.'));
  t.same(bench.assignments(), ['self', 'self']);
  t.same(bench.wait(4999), []);
  t.same(bench.wait(1), ['ask_resources rsc_hold=foreign info=me']);
});

t.test('the other goes standby: its groups are started when it has stopped them', async (t) => {
  const bench = new Bench().atHome();
  t.same(bench.say('ask_resources info=me rsc_hold=local'), ['ask_resources rsc_hold=local info=other']);
  t.same(bench.assignments(), ['self', 'taking']);
  bench.say(`${resource('none', 0)} info=standby`);
  t.same(bench.assignments(), ['self', 'taking'], 'only its "done" counts');
  t.same(bench.say('ask_resources info=done rsc_hold=local'), []);
  t.same(bench.assignments(), ['self', 'self']);
  t.same(bench.moves, ['foreign self'], 'that it is here is an order');
  bench.sets.foreign = up;
  t.same(bench.advance(), ['ask_resources rsc_hold=local info=done', resource('all', 1)]);
  t.same(bench.say(resource('none', 1)), [resource('all', 1)]);
  t.same(bench.assignments(), ['self', 'self']);
});

t.test('what the other said of itself before it heard a promise takes nothing back', async (t) => {
  const bench = new Bench().atHome();
  bench.say('ask_resources info=me rsc_hold=local');
  // A Heartbeat that takes over and offers at once says both in one breath.
  t.same(bench.say(resource('none', 1)), []);
  t.same(bench.assignments(), ['self', 'taking'], 'it still stops them');
  bench.say(`${resource('none', 0)} info=standby`);
  bench.say('ask_resources info=done rsc_hold=local');
  t.same(bench.assignments(), ['self', 'self']);

  const late = new Bench().atHome();
  late.say('ask_resources info=me rsc_hold=local');
  late.wait(3000);
  late.say(resource('local', 1));
  t.same(late.assignments(), ['self', 'peer'], 'after three seconds it means it');
});

for (const [word, set] of [
  ['local', 'foreign'],
  ['foreign', 'local'],
  ['failback', 'foreign'],
] as const) {
  t.test(`hb_takeover ${word} on the other asks for our ${set} groups`, async (t) => {
    const bench = new Bench().joined();
    t.same(bench.say(`hb_takeover rsc_hold=${word}`), []);
    t.same(bench.moves, [`${set} peer`]);
    bench.wishes[set] = { node: 'peer', reason: 'an operator moved it to b' };
    t.same(bench.advance(), [`ask_resources rsc_hold=${set} info=me`]);
  });
}

t.test('what an operator here wants from the other is asked for', async (t) => {
  const bench = new Bench().atHome();
  bench.wishes.foreign = { node: 'self', reason: 'an operator moved it to a' };
  t.same(bench.advance(), ['hb_takeover rsc_hold=foreign']);
  t.same(bench.wait(9999), [], 'once');
  t.same(bench.say('ask_resources info=me rsc_hold=local'), ['ask_resources rsc_hold=local info=other']);
});

t.test('nothing is handed over while the other is in flux', async (t) => {
  const bench = new Bench().joined();
  bench.say(resource('none', 0));
  bench.wishes.foreign = { node: 'peer', reason: 'failback' };
  t.same(bench.advance(), []);
  bench.say('ask_resources info=me rsc_hold=all');
  t.ok(bench.logged.at(-1)?.includes('Other side is in flux'));
  t.same(bench.say(resource('none', 1)), [resource('all', 1), 'ask_resources rsc_hold=foreign info=me']);
});

t.test('the death of the other ends a hand-over', async (t) => {
  const bench = new Bench().joined();
  bench.wishes.foreign = { node: 'peer', reason: 'failback' };
  bench.advance();
  bench.say('ask_resources info=other rsc_hold=foreign');
  bench.exchange.part();
  t.same(bench.assignments(), ['self', 'self']);
  bench.exchange.meet(100);
  bench.say('starting');
  t.same(bench.assignments(), ['self', 'self']);
});

t.test('what the other says it holds is given up here', async (t) => {
  const bench = new Bench().atHome();
  bench.say(resource('all', 1));
  t.same(bench.assignments(), ['peer', 'peer']);
  t.match(bench.logged.at(-1), /^Both machines own local resources!/);
});

t.test('what the other, stable, does not start is started here', async (t) => {
  const bench = new Bench().atHome();
  bench.say(resource('none', 1));
  t.same(bench.assignments(), ['self', 'nobody']);
  t.same(bench.wait(9999), []);
  t.same(bench.wait(1), [resource('all', 1)]);
  t.same(bench.assignments(), ['self', 'self']);
});

t.test('leaving: said once, and nothing is answered after it', async (t) => {
  const bench = new Bench().atHome();
  bench.leaving = true;
  t.same(bench.advance(), [`${resource('none', 0)} info=shutdown`]);
  t.same(bench.say('ask_resources info=me rsc_hold=all'), []);
  t.same(bench.say('starting'), []);
});

t.test('the other leaving: it holds what it holds until it is gone', async (t) => {
  const bench = new Bench().atHome();
  bench.say(`${resource('none', 0)} info=shutdown`);
  t.same(bench.assignments(), ['self', 'peer']);
  t.ok(bench.exchange.isPeerLeaving);
  bench.exchange.part();
  t.same(bench.assignments(), ['self', 'self']);
});

t.test('a new incarnation that was not missed may still hold what it held', async (t) => {
  const bench = new Bench().atHome();
  bench.exchange.meetAnew(50);
  t.same(bench.advance(), [resource('local', 1)]);
  t.same(bench.assignments(), ['self', 'peer']);
  bench.say(resource('local', 1));
  t.same(bench.assignments(), ['self', 'peer']);
});

t.test('what an earlier incarnation held is not added to what the new one says in part', async (t) => {
  const bench = new Bench().atHome();
  bench.say(resource('all', 1));
  t.same(bench.assignments(), ['peer', 'peer']);
  bench.exchange.meetAnew(50);
  bench.say('resource rsc_hold=foreign info=standby');
  t.same(bench.assignments(), ['peer', 'peer']);
  bench.say('resource rsc_hold=local');
  t.same(bench.assignments(), ['peer', 'peer'], 'its parts are');
  bench.exchange.meetAnew(60);
  bench.say('resource rsc_hold=local');
  t.same(bench.assignments(), ['self', 'peer'], 'what it does not name is not held there any more');
});

t.test('words that are none change nothing', async (t) => {
  const bench = new Bench().atHome();
  for (const text of [
    'resource rsc_hold=everything',
    'resource',
    'ask_resources',
    'ask_resources info=me',
    'hb_takeover rsc_hold=x',
  ]) {
    t.same(bench.say(text), [], text);
    t.same(bench.assignments(), ['self', 'peer'], text);
  }
  t.same(bench.moves, []);
});

t.test('what this node holds already it goes on with while the other gives the rest', async (t) => {
  const bench = new Bench().atHome();
  t.same(bench.say('ask_resources info=me rsc_hold=all'), ['ask_resources rsc_hold=all info=other']);
  t.same(bench.assignments(), ['self', 'taking'], 'its own groups are not stopped');
  bench.say('ask_resources info=done rsc_hold=all');
  t.same(bench.moves, ['foreign self']);
  bench.sets.foreign = up;
  t.same(bench.advance(), ['ask_resources rsc_hold=all info=done', resource('all', 1)]);
});

t.test('a promise that the other does not confirm is void', async (t) => {
  const bench = new Bench().atHome();
  bench.say('ask_resources info=me rsc_hold=local');
  bench.wait(10_000);
  t.same(bench.assignments(), ['self', 'peer'], 'it had stopped waiting');
  bench.say('ask_resources info=me rsc_hold=local');
  bench.wait(3000);
  bench.say(resource('local', 1));
  t.same(bench.assignments(), ['self', 'peer'], 'it says that all is quiet');
  bench.say('ask_resources info=me rsc_hold=local');
  bench.say(`${resource('none', 0)} info=standby`);
  bench.wait(60_000);
  t.same(bench.assignments(), ['self', 'taking'], 'its stops may take long');
});

t.test('an answer that comes after the offer was taken back is taken up', async (t) => {
  const bench = new Bench().joined();
  bench.wishes.foreign = { node: 'peer', reason: 'failback' };
  bench.advance();
  bench.wait(10_000);
  bench.say('ask_resources info=other rsc_hold=foreign');
  t.same(bench.assignments(), ['self', 'giving'], 'it waits for them now');
});

t.test('a stop that fails ends the hand-over, and the other groups of the set come back', async (t) => {
  const bench = new Bench().joined();
  bench.wishes.foreign = { node: 'peer', reason: 'failback' };
  bench.advance();
  bench.say('ask_resources info=other rsc_hold=foreign');
  bench.wishes.foreign = null;
  bench.sets.foreign = { holds: true, settled: false, stuck: true };
  bench.advance();
  t.same(bench.assignments(), ['self', 'self']);
  t.match(bench.logged.at(-1), /^A stop failed/);
});

t.test('a Heartbeat that is on its way out is not taken for one that starts', async (t) => {
  const bench = new Bench();
  bench.exchange.meet(0);
  bench.advance();
  t.same(bench.say(resource('none', 0)), [], 'it has not said that it starts');
  t.same(bench.assignments(), ['unknown', 'unknown']);
  bench.say(`${resource('none', 0)} info=shutdown`);
  t.same(bench.say(resource('none', 0)), []);
  t.same(bench.assignments(), ['unknown', 'unknown']);
});
