import t from 'tap';
import { duplicateWindow, Receiver } from '../../src/order/receiver.js';

/** A receiver that acknowledges numbers ending in `ackDigit` and asks `50 + ackDigit * 20` ms after a gap. */
function receiver(ackDigit = 9) {
  const subject = new Receiver({ maxRexmitDelayMs: 250, random: () => ackDigit / 10 });
  const receive = (seq: number | null, { type = 'status', generation = 5, at = 0, from = 'b' } = {}) =>
    subject.receive({ from, type, seq, generation }, at);
  return { subject, receive };
}

const deliver = { kind: 'deliver', newIncarnation: false, lost: 0, ack: null };
const introduced = { ...deliver, newIncarnation: true };
const refused = (reason: string, text: string) => ({ kind: 'refused', reason, text });

t.test('packets in order are delivered', async (t) => {
  const { receive } = receiver();
  t.same(receive(1), introduced);
  t.same(receive(2), deliver);
  t.same(receive(3, { type: 'resource' }), deliver);
});

t.test('tracking may begin at any number, but only with a status', async (t) => {
  const { receive } = receiver();
  t.same(
    receive(40, { type: 'resource' }),
    refused('unknownGeneration', 'A resource packet from b is of generation 5, which no status has announced yet.'),
  );
  t.same(receive(41), introduced);
  t.same(receive(40, { type: 'resource' }), { kind: 'duplicate', behind: 1 }, 'what came before is not made up for');
});

t.test('numbers and generations must be such', async (t) => {
  const { receive } = receiver();
  t.same(receive(null), refused('badSequence', 'A status packet from b has no sequence number.'));
  for (const seq of [0, -1, Number.NaN, 1.5, Number.POSITIVE_INFINITY, 2 ** 60]) {
    t.same(receive(seq), refused('badSequence', 'The sequence number of a status packet from b is no number above 0.'));
  }
  for (const generation of [-1, Number.NaN, 1.5, Number.POSITIVE_INFINITY]) {
    t.same(
      receive(1, { generation }),
      refused('badGeneration', 'The generation of a status packet from b is no number.'),
    );
  }
});

t.test('a higher generation is a new life, a lower one a replay', async (t) => {
  const { subject, receive } = receiver();
  const replay = refused(
    'replay',
    'A packet from b is of generation 4, but 5 is known: attempted replay attack, or its generation file was lost.',
  );
  receive(100);
  receive(103);
  t.same(receive(1, { generation: 4 }), replay);
  t.match(receive(1, { generation: 6, type: 'starting' }), { kind: 'refused', reason: 'unknownGeneration' });
  t.same(subject.generations(), { b: 5 }, 'neither changed anything');
  t.same(receive(1, { generation: 6 }), introduced);
  t.equal(subject.nextDeadline(), Number.POSITIVE_INFINITY, 'what was missing of the former life is forgotten');
  t.match(receive(104), { kind: 'refused', reason: 'replay' });
  t.same(receive(2, { generation: 6, type: 'starting' }), deliver);
  t.same(subject.generations(), { b: 6 });
});

t.test('a generation from saved state counts', async (t) => {
  const { subject, receive } = receiver();
  subject.know('b', 5);
  t.same(subject.generations(), { b: 5 });
  t.match(receive(1, { generation: 4 }), { kind: 'refused', reason: 'replay' });
  t.match(receive(7, { type: 'resource' }), { kind: 'refused', reason: 'unknownGeneration' });
  t.same(receive(7), introduced, 'the node that went on while we restarted');
  subject.know('b', 4);
  t.same(receive(8), deliver, 'an older one changes nothing');
  subject.know('b', 6);
  t.match(receive(9), { kind: 'refused', reason: 'replay' }, 'a newer one does');
  t.same(receive(1, { generation: 6 }), introduced);
});

t.test('messages without number are delivered, but not those of a former life', async (t) => {
  const { receive } = receiver();
  t.same(receive(null, { type: 'NS_ackmsg' }), deliver, 'of a node unknown');
  receive(10);
  t.same(receive(null, { type: 'NS_ackmsg' }), deliver);
  t.same(receive(null, { type: 'NS_rexmit', generation: 6 }), deliver, 'ahead of the status that announces it');
  t.same(receive(null, { type: 'NS_st', generation: 0 }), deliver, 'without generation');
  t.match(receive(null, { type: 'NS_ackmsg', generation: 4 }), { kind: 'refused', reason: 'replay' });
  t.same(receive(11), deliver, 'and change nothing');
});

t.test('a second copy is a duplicate, an old one a replay', async (t) => {
  const { receive } = receiver();
  for (let seq = 1; seq <= 1000; seq++) receive(seq);
  t.same(receive(1000), { kind: 'duplicate', behind: 0 });
  t.same(receive(1000 - duplicateWindow + 1), { kind: 'duplicate', behind: duplicateWindow - 1 });
  t.same(
    receive(1000 - duplicateWindow),
    refused('replay', 'A packet from b has sequence number 500, but 1000 was there long ago.'),
  );
});

t.test('what is missing is asked for until it comes', async (t) => {
  const { subject, receive } = receiver(5);
  receive(1);
  t.equal(subject.nextDeadline(), Number.POSITIVE_INFINITY);
  t.same(receive(4, { at: 1000 }), { ...deliver, lost: 2 });
  t.equal(subject.nextDeadline(), 1150);
  t.same(subject.due(1149), []);
  t.same(subject.due(1150), [
    { to: 'b', seq: 2 },
    { to: 'b', seq: 3 },
  ]);
  t.equal(subject.nextDeadline(), 1400);
  t.same(receive(3), { kind: 'late', ack: null });
  t.same(receive(3), { kind: 'duplicate', behind: 1 });
  t.same(subject.due(1400), [{ to: 'b', seq: 2 }]);
  t.same(receive(2), { kind: 'late', ack: null });
  t.equal(subject.nextDeadline(), Number.POSITIVE_INFINITY);
});

t.test('senders are tracked apart', async (t) => {
  const { subject, receive } = receiver(0);
  receive(1, { from: 'b' });
  receive(1, { from: 'c', generation: 9 });
  receive(3, { from: 'c', generation: 9, at: 100 });
  receive(3, { from: 'b', at: 20 });
  t.equal(subject.nextDeadline(), 70);
  t.same(subject.due(70), [{ to: 'b', seq: 2 }]);
  t.equal(subject.nextDeadline(), 150);
});

t.test('a gap of more than 250 is given up', async (t) => {
  const { subject, receive } = receiver();
  receive(1);
  t.match(receive(252), { kind: 'deliver', lost: 250 });
  t.equal(subject.due(1e6).length, 250);
  t.match(receive(504), { kind: 'deliver', lost: 251 });
  t.equal(subject.nextDeadline(), Number.POSITIVE_INFINITY);
  t.match(receive(400), { kind: 'duplicate' });
});

t.test('what falls more than 250 behind is given up', async (t) => {
  const { subject, receive } = receiver();
  receive(1);
  for (let seq = 3; seq <= 252; seq++) receive(seq);
  t.same(subject.due(100_000), [{ to: 'b', seq: 2 }]);
  receive(253);
  t.equal(subject.nextDeadline(), Number.POSITIVE_INFINITY);
  t.match(receive(2), { kind: 'duplicate' });
});

t.test('what cannot come is not asked for any more', async (t) => {
  const { subject, receive } = receiver();
  receive(1);
  receive(4);
  t.ok(subject.irretrievable('b', 2));
  t.notOk(subject.irretrievable('b', 2));
  t.notOk(subject.irretrievable('b', 4));
  t.notOk(subject.irretrievable('nobody', 3));
  t.same(subject.due(1000), [{ to: 'b', seq: 3 }]);
  subject.abandon('b');
  t.equal(subject.nextDeadline(), Number.POSITIVE_INFINITY);
  t.match(receive(2), { kind: 'duplicate' }, 'tracking goes on');
  subject.abandon('nobody');
});

t.test('a node forgotten is met as if for the first time', async (t) => {
  const { subject, receive } = receiver();
  receive(10);
  subject.forget('b');
  t.same(subject.generations(), {});
  t.same(receive(3, { generation: 2 }), introduced);
});

t.test('one packet in ten is acknowledged when nothing is missing', async (t) => {
  const { receive } = receiver(3);
  const acks: number[] = [];
  for (let seq = 1; seq <= 35; seq++) {
    const verdict = receive(seq);
    if (verdict.kind === 'deliver' && verdict.ack !== null) acks.push(verdict.ack);
  }
  t.same(acks, [3, 13, 23, 33]);
});

t.test('a gap holds acknowledgements back until its lowest packet comes', async (t) => {
  const { receive } = receiver(3);
  const play = (...seqs: number[]) =>
    seqs.map((seq) => {
      const verdict = receive(seq);
      return verdict.kind === 'deliver' || verdict.kind === 'late' ? verdict.ack : verdict.kind;
    });
  t.same(play(1, 2, 4), [null, null, null]);
  t.same(play(5, 6, 7, 8, 9, 10, 11, 12, 13), [null, null, null, null, null, null, null, null, null]);
  t.same(play(3), [13], 'all is there up to 13');
  t.same(play(23), [null], 'the packet after a gap is not acknowledged');
  t.same(play(14), [null], 'nothing more than 13 is whole');
  t.same(play(16, 15), [null, null]);
  t.same(play(17, 18, 19, 20, 22, 21), [null, null, null, null, null, 23]);
  t.same(play(23, 24), ['duplicate', null]);
});
