import t from 'tap';
import type { Claim, ClaimState } from '../../src/membership/claims.js';
import { type Decision, decide, type ForeignClaim, type Situation } from '../../src/policy/decide.js';
import type { GroupPhase } from '../../src/resources/phase.js';

const here = { node: 'a', reason: 'a is preferred' };
const elsewhere = { node: 'b', reason: 'b comes next' };
const nowhere = { node: null, reason: 'no node can run it' };

function claim(state: ClaimState, term = 1): Claim {
  return { group: 'G', state, term };
}

function foreign(state: ClaimState, wishes: { term?: number; hearsUs?: boolean } = {}): ForeignClaim[] {
  return [{ node: 'b', claim: claim(state, wishes.term ?? 1), hearsUs: wishes.hearsUs ?? true }];
}

/** Node a, in a phase, with nothing in the way. */
function situation(phase: GroupPhase, wishes: Partial<Situation> = {}): Situation {
  const claims = !['unknown', 'probing', 'stopped'].includes(phase);
  return {
    self: 'a',
    nodeOrder: ['a', 'b'],
    phase,
    handsOff: null,
    claim: claims ? claim(phase as ClaimState) : null,
    mustGiveUp: null,
    viewObstacle: null,
    placement: here,
    foreignClaims: [],
    outsideObstacle: null,
    unheardBy: null,
    ...wishes,
  };
}

function told(decision: Decision): string {
  if (decision.kind === 'nothing') return 'nothing';
  const hurry = decision.kind === 'stop' && decision.hurry ? ' in a hurry' : '';
  return `${decision.kind}${hurry}: ${decision.reason}`;
}

const phases: GroupPhase[] = ['unknown', 'probing', 'stopped', 'wanted', 'starting', 'started', 'stopping', 'blocked'];

/** What changes in the situation, and what is decided in each phase; phases not named decide nothing. */
const table: readonly (readonly [string, Partial<Situation>, Partial<Record<GroupPhase, string>>])[] = [
  ['nothing in the way', {}, { stopped: 'want: a is preferred', wanted: 'start: a is preferred' }],
  [
    'it belongs elsewhere',
    { placement: elsewhere },
    { wanted: 'withdraw: b comes next', starting: 'stop: b comes next', started: 'stop: b comes next' },
  ],
  [
    'it belongs nowhere',
    { placement: nowhere },
    {
      wanted: 'withdraw: no node can run it',
      starting: 'stop: no node can run it',
      started: 'stop: no node can run it',
    },
  ],
  [
    'this node must give up',
    { mustGiveUp: { reason: 'it was away', hurry: true } },
    {
      stopped: 'wait: it was away',
      wanted: 'withdraw: it was away',
      starting: 'stop in a hurry: it was away',
      started: 'stop in a hurry: it was away',
      stopping: 'stop in a hurry: it was away',
    },
  ],
  [
    'this node leaves',
    { mustGiveUp: { reason: 'it is leaving', hurry: false } },
    {
      stopped: 'wait: it is leaving',
      wanted: 'withdraw: it is leaving',
      starting: 'stop: it is leaving',
      started: 'stop: it is leaving',
    },
  ],
  [
    'the view may not act',
    { viewObstacle: 'no quorum' },
    { stopped: 'wait: no quorum', wanted: 'withdraw: no quorum' },
  ],
  [
    'the view may not act, it belongs elsewhere',
    { viewObstacle: 'no quorum', placement: elsewhere },
    { wanted: 'withdraw: no quorum' },
  ],
  [
    'somebody outside may hold it',
    { outsideObstacle: 'c is silent' },
    { stopped: 'wait: c is silent', wanted: 'wait: c is silent' },
  ],
  [
    'somebody outside may hold it, it belongs elsewhere',
    { outsideObstacle: 'c is silent', placement: elsewhere },
    {
      wanted: 'withdraw: b comes next',
      starting: 'wait: b comes next, but not yet: c is silent',
      started: 'wait: b comes next, but not yet: c is silent',
    },
  ],
  [
    'somebody outside may hold it, it belongs nowhere',
    { outsideObstacle: 'c is silent', placement: nowhere },
    {
      wanted: 'withdraw: no node can run it',
      starting: 'stop: no node can run it',
      started: 'stop: no node can run it',
    },
  ],
  [
    'a member has not heard the claim',
    { unheardBy: 'b' },
    { stopped: 'want: a is preferred', wanted: 'wait: b has not heard the claim yet' },
  ],
  [
    'b runs it, by an earlier claim',
    { foreignClaims: foreign('started', { term: 0 }) },
    { stopped: 'wait: b still claims it (started)', wanted: 'withdraw: b claims it too: it runs on b already' },
  ],
  [
    'b runs it, by a later claim',
    { foreignClaims: foreign('started', { term: 2 }) },
    {
      stopped: 'wait: b still claims it (started)',
      wanted: 'withdraw: b claims it too: it runs on b already',
      starting: 'stop in a hurry: b claims it too: b started it later, after the other owner was given up',
      started: 'stop in a hurry: b claims it too: b started it later, after the other owner was given up',
      stopping: 'stop in a hurry: b claims it too: b started it later, after the other owner was given up',
    },
  ],
  [
    'b runs it, by a claim of the same time',
    { foreignClaims: foreign('started') },
    { stopped: 'wait: b still claims it (started)', wanted: 'withdraw: b claims it too: it runs on b already' },
  ],
  [
    'b runs it and does not hear this node',
    { foreignClaims: foreign('started', { term: 0, hearsUs: false }) },
    {
      stopped: 'wait: b still claims it (started)',
      wanted: 'withdraw: b claims it and does not hear a: only a can yield',
      starting: 'stop in a hurry: b claims it and does not hear a: only a can yield',
      started: 'stop in a hurry: b claims it and does not hear a: only a can yield',
      stopping: 'stop in a hurry: b claims it and does not hear a: only a can yield',
    },
  ],
  [
    'b wants it too, later',
    { foreignClaims: foreign('wanted', { term: 2 }) },
    {
      stopped: 'wait: b still claims it (wanted)',
      wanted: 'withdraw: b claims it too: b started it later, after the other owner was given up',
    },
  ],
  [
    'b wants it too, at the same time',
    { foreignClaims: foreign('wanted') },
    { stopped: 'wait: b still claims it (wanted)', wanted: 'wait: b still claims it (wanted)' },
  ],
  [
    'b wants it and does not hear this node',
    { foreignClaims: foreign('wanted', { hearsUs: false }) },
    { stopped: 'wait: b still claims it (wanted)', wanted: 'wait: b still claims it (wanted)' },
  ],
  [
    'b is stopping it',
    { foreignClaims: foreign('stopping', { term: 5 }) },
    { stopped: 'want: a is preferred', wanted: 'wait: b still claims it (stopping)' },
  ],
  [
    'b could not stop it',
    { foreignClaims: foreign('blocked', { term: 5 }) },
    {
      stopped: 'wait: b could not stop it; systole status on b says why',
      wanted: 'wait: b could not stop it; systole status on b says why',
    },
  ],
];

t.test('situation x phase', async (t) => {
  for (const [what, wishes, decisions] of table) {
    for (const phase of phases) {
      t.equal(told(decide(situation(phase, wishes))), decisions[phase] ?? 'nothing', `${what}, ${phase}`);
    }
  }
});

t.test('nothing is started unless all of it is right', async (t) => {
  const wishes: Partial<Situation>[] = [
    { mustGiveUp: { reason: 'x', hurry: true } },
    { mustGiveUp: { reason: 'x', hurry: false } },
    { viewObstacle: 'x' },
    { placement: elsewhere },
    { placement: nowhere },
    { outsideObstacle: 'x' },
    { unheardBy: 'x' },
    ...(['wanted', 'starting', 'started', 'stopping', 'blocked'] as const).flatMap((state) =>
      [true, false].map((hearsUs) => ({ foreignClaims: foreign(state, { hearsUs }) })),
    ),
  ];
  for (const one of wishes) {
    for (const two of wishes) {
      for (const phase of phases) {
        const { kind } = decide(situation(phase, { ...one, ...two }));
        t.not(kind, 'start', `${phase} ${JSON.stringify({ ...one, ...two })}`);
      }
    }
  }
});

t.test('of several rivals one that is stronger is enough', async (t) => {
  const rivals: ForeignClaim[] = [
    { node: 'b', claim: claim('started', 0), hearsUs: true },
    { node: 'c', claim: claim('started', 9), hearsUs: true },
  ];
  t.match(decide(situation('started', { foreignClaims: rivals })), { kind: 'stop', reason: /^c claims it too/ });
});

t.test('two that started at the same time: exactly one yields', async (t) => {
  const states = ['wanted', 'starting', 'started'] as const;
  for (const mine of states) {
    for (const theirs of states) {
      for (const term of [1, 2, 3]) {
        const a = situation(mine, {
          claim: claim(mine, 2),
          foreignClaims: [{ node: 'b', claim: claim(theirs, term), hearsUs: true }],
        });
        const b = situation(theirs, {
          self: 'b',
          claim: claim(theirs, term),
          placement: { node: 'b', reason: '' },
          foreignClaims: [{ node: 'a', claim: claim(mine, 2), hearsUs: true }],
        });
        const yields = [a, b].filter((one) => ['stop', 'withdraw'].includes(decide(one).kind));
        t.equal(yields.length, 1, `${mine} 2 against ${theirs} ${term}`);
      }
    }
  }
});
