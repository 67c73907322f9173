import t from 'tap';
import { Peer, type PeerState, type StatusReport } from '../../src/membership/peer.js';
import { announce, claims, report } from '../support/announcement.js';

const deadtimeMs = 1000;

/** A peer in a state, last heard at 100 with number 10 of generation 5 (but for init: never). */
function peerIn(state: PeerState): Peer {
  const peer = new Peer('b', ['eth0'], deadtimeMs);
  if (state === 'init') return peer;
  peer.onStatus(report({ state: state === 'up' ? 'up' : 'active', generation: 5, seq: 10 }), 100);
  if (state === 'dead') peer.onSilence();
  if (state === 'left') peer.onShutdone();
  return peer;
}

type Input = 'older' | 'same' | 'newer' | 'newer up' | 'reborn' | 'silence' | 'shutdone' | 'distrust';
const statuses: Partial<Record<Input, Partial<StatusReport>>> = {
  older: { seq: 9 },
  same: { seq: 10 },
  newer: { seq: 11 },
  'newer up': { seq: 11, state: 'up' },
  reborn: { generation: 6, seq: 1, state: 'init' },
};

function apply(peer: Peer, input: Input) {
  const status = statuses[input];
  if (status !== undefined) return peer.onStatus(report({ generation: 5, ...status }), 500);
  if (input === 'silence') peer.onSilence();
  else if (input === 'shutdone') peer.onShutdone();
  else peer.distrust();
  return undefined;
}

t.test('state x event', async (t) => {
  const table: Record<PeerState, Partial<Record<Input, PeerState>>> = {
    init: { newer: 'active', 'newer up': 'up', reborn: 'init', silence: 'dead', shutdone: 'left', distrust: 'init' },
    up: {
      older: 'up',
      same: 'up',
      newer: 'active',
      'newer up': 'up',
      reborn: 'init',
      silence: 'dead',
      shutdone: 'left',
      distrust: 'up',
    },
    active: {
      older: 'active',
      same: 'active',
      newer: 'active',
      'newer up': 'up',
      reborn: 'init',
      silence: 'dead',
      shutdone: 'left',
      distrust: 'active',
    },
    dead: {
      older: 'dead',
      same: 'dead',
      newer: 'active',
      'newer up': 'up',
      reborn: 'init',
      silence: 'dead',
      shutdone: 'left',
      distrust: 'dead',
    },
    left: {
      older: 'left',
      same: 'left',
      newer: 'left',
      'newer up': 'left',
      reborn: 'init',
      shutdone: 'left',
      distrust: 'left',
    },
  };
  for (const [from, row] of Object.entries(table) as [PeerState, Partial<Record<Input, PeerState>>][]) {
    for (const [input, to] of Object.entries(row) as [Input, PeerState][]) {
      const peer = peerIn(from);
      const change = apply(peer, input);
      t.equal(peer.state, to, `${from} --${input}--> ${to}`);
      if (statuses[input] !== undefined && from !== 'init') {
        const ignored = input === 'older' || input === 'same' || (from === 'left' && input !== 'reborn');
        t.equal(change === null, ignored, `${from} ${input} ${ignored ? 'changes nothing' : 'counts'}`);
      }
    }
  }
});

t.test('alive is who was heard and is neither dead nor gone', async (t) => {
  for (const [state, alive] of [
    ['init', false],
    ['up', true],
    ['active', true],
    ['dead', false],
    ['left', false],
  ] as const) {
    t.equal(peerIn(state).alive, alive, state);
  }
  const booting = new Peer('b', ['eth0'], deadtimeMs);
  booting.onStatus(report({ state: 'init' }), 1);
  t.equal(booting.alive, true, 'a status of state init is heard too');
});

t.test('when it is dead', async (t) => {
  const startedAt = 50;
  const graceMs = 7000;
  for (const [state, deadAt] of [
    ['init', 7050],
    ['up', 1100],
    ['active', 1100],
    ['dead', Number.POSITIVE_INFINITY],
    ['left', Number.POSITIVE_INFINITY],
  ] as const) {
    t.equal(peerIn(state).deadAt(startedAt, graceMs), deadAt, state);
  }
  const slow = peerIn('active');
  slow.onStatus(report({ generation: 5, seq: 11, deadtimeMs: 30_000 }), 200);
  t.equal(slow.deadAt(startedAt, graceMs), 30_200, 'its own dead time counts');
  const late = peerIn('active');
  late.forgive(500);
  t.equal(late.deadAt(startedAt, graceMs), 1600, 'this node was late itself');
});

t.test('what a status says of the time before', async (t) => {
  const peer = new Peer('b', ['eth0'], deadtimeMs);
  const first = peer.onStatus(report({ generation: 5, seq: 1 }), 100);
  t.match(first, { restarted: false, returned: false, intervalMs: null, relevant: true, from: 'init', to: 'active' });
  const second = peer.onStatus(report({ generation: 5, seq: 2 }), 300);
  t.match(second, { restarted: false, returned: false, intervalMs: 200, relevant: false });
  t.equal(peer.heardSince, 100);
  peer.onSilence();
  const back = peer.onStatus(report({ generation: 5, seq: 3 }), 5000);
  t.match(back, { restarted: false, returned: true, intervalMs: null, relevant: true, from: 'dead', to: 'active' });
  t.equal(peer.heardSince, 5000);
  const reborn = peer.onStatus(report({ generation: 6, seq: 1, state: 'init' }), 5100);
  t.match(reborn, { restarted: true, returned: false, intervalMs: null, relevant: true, to: 'init' });
  t.equal(peer.heardSince, 5100);
});

t.test('relevant is what policy decides on', async (t) => {
  const base = announce({ claims: claims('G started') });
  for (const [change, relevant] of [
    [{}, false],
    [{ deadtimeMs: 77 }, false],
    [{ uuid: 'another' }, false],
    [{ state: 'up' }, true],
    [{ announcement: announce({ claims: claims('G stopping') }) }, true],
    [{ announcement: null }, true],
  ] as const) {
    const peer = new Peer('b', ['eth0'], deadtimeMs);
    peer.onStatus(report({ announcement: base }), 1);
    const result = peer.onStatus(report({ announcement: base, seq: 2, ...change }), 2);
    t.equal(result?.relevant, relevant, JSON.stringify(change));
  }
});

t.test('what it said last is kept when it dies, but not when it leaves or is distrusted', async (t) => {
  for (const [input, kept] of [
    ['silence', true],
    ['shutdone', false],
    ['distrust', false],
  ] as const) {
    const peer = peerIn('active');
    apply(peer, input);
    t.equal(peer.announcement !== null, kept, input);
  }
  const peer = peerIn('active');
  peer.distrust();
  t.match(peer.onStatus(report({ generation: 5, seq: 11 }), 200), { relevant: true }, 'it has to say it again');
});

t.test('a peer without our fields is a Heartbeat', async (t) => {
  const peer = peerIn('active');
  t.equal(peer.legacy, false);
  peer.onStatus(report({ generation: 5, seq: 11, announcement: null }), 200);
  t.equal(peer.legacy, true);
});
