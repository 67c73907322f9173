import t from 'tap';
import { History, historyLength, resendLimit } from '../../src/order/history.js';
import { textMessage } from '../../src/wire/message.js';

const sent = (seq: number) => textMessage({ t: 'status', seq: seq.toString(16) });

function historyOf(count: number) {
  const history = new History({ maxRexmitDelayMs: 250 });
  for (let seq = 1; seq <= count; seq++) history.remember(seq, sent(seq));
  const ask = (firstSeq: number, lastSeq: number, at = 0, from = 'b') => {
    const { resend, nak } = history.rexmit({ from, firstSeq, lastSeq }, at);
    return { resend: resend.map((message) => Number.parseInt(message.get('seq') ?? '', 16)), nak };
  };
  return { history, ask };
}

const nothing = { resend: [], nak: [] };

t.test('what was sent is sent again', async (t) => {
  const { history, ask } = historyOf(20);
  t.equal(history.highest, 20);
  t.same(ask(7, 7), { resend: [7], nak: [] });
  t.same(ask(9, 11), { resend: [9, 10, 11], nak: [] });
});

t.test('nonsense and the future are not answered', async (t) => {
  const { ask } = historyOf(20);
  for (const [first, last] of [
    [0, 5],
    [-3, 5],
    [5, 4],
    [1.5, 3],
    [Number.NaN, 3],
    [3, Number.NaN],
    [21, 21],
    [1e15, 2e15],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ] as const) {
    t.same(ask(first, last), nothing, `${first} to ${last}`);
  }
  t.same(ask(20, Number.POSITIVE_INFINITY), { resend: [20], nak: [] });
  t.same(historyOf(0).ask(1, 1), nothing);
});

t.test('not again within the delay, whoever asks', async (t) => {
  const { ask } = historyOf(20);
  t.same(ask(7, 7, 1000), { resend: [7], nak: [] });
  t.same(ask(7, 7, 1239, 'c'), nothing);
  t.same(ask(6, 8, 1239), { resend: [6, 8], nak: [] });
  t.same(ask(7, 7, 1240), { resend: [7], nak: [] });
});

t.test('only the last 500 are kept', async (t) => {
  const { ask } = historyOf(historyLength + 10);
  t.same(ask(10, 11), { resend: [11], nak: [{ seq: 10, reason: 'seqno too low' }] });
  t.same(ask(historyLength + 10, historyLength + 10), { resend: [historyLength + 10], nak: [] });
});

t.test('a number that was never remembered is not found', async (t) => {
  const { history, ask } = historyOf(3);
  history.remember(5, sent(5));
  t.same(ask(4, 5), { resend: [5], nak: [{ seq: 4, reason: 'seqno not found' }] });
});

t.test('what a node has acknowledged is not for it', async (t) => {
  const { history, ask } = historyOf(20);
  t.ok(history.acked('b', 10));
  t.ok(history.acked('b', 4), 'an older one is right, and changes nothing');
  t.same(ask(9, 12), { resend: [11, 12], nak: [] });
  t.same(ask(9, 10, 0, 'c'), { resend: [9, 10], nak: [] });
  for (const seq of [0, -1, 21, Number.NaN]) t.notOk(history.acked('c', seq), `${seq} was not sent`);
  history.forget('b');
  t.same(ask(8, 8), { resend: [8], nak: [] });
});

t.test('answers are limited in a request and in a second', async (t) => {
  const { ask } = historyOf(2000);
  t.equal(ask(1, 1000).nak.length, resendLimit, 'refusals count as well');
  t.same(ask(1900, 1900, 999), nothing);
  t.equal(ask(1501, 2000, 1000).resend.length, resendLimit);
  t.same(ask(1900, 1900, 1500), nothing);
  t.same(ask(1900, 1900, 2000), { resend: [1900], nak: [] });
});
