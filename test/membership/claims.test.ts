import t from 'tap';
import { type ClaimState, formatClaims, parseClaims } from '../../src/membership/claims.js';
import { claims } from '../support/announcement.js';

t.test('every state has its letter', async (t) => {
  const letters: Record<ClaimState, string> = {
    wanted: 'w',
    starting: 's',
    started: 'r',
    stopping: 't',
    blocked: 'b',
  };
  for (const [state, letter] of Object.entries(letters) as [ClaimState, string][]) {
    const claim = { group: 'AAAAAAAA', term: 26, state };
    t.equal(formatClaims([claim]), `AAAAAAAA:1a:${letter}`);
    t.same(parseClaims(`AAAAAAAA:1a:${letter}`), new Map([['AAAAAAAA', claim]]));
  }
});

t.test('several claims keep their order', async (t) => {
  const several = claims('G started 1', 'H wanted 2', 'F stopping 300');
  const text = formatClaims(several.values());
  t.equal(text, 'G:1:r H:2:w F:12c:t');
  t.same([...parseClaims(text)], [...several]);
  t.equal(formatClaims([]), '');
});

t.test('words that are no claims are left out', async (t) => {
  for (const text of ['', ' ', 'G', 'G:1', 'G:1:x', 'G:1:', ':1:r', 'G::r', 'G:-1:r', 'G:x:r', 'G:1:R']) {
    t.equal(parseClaims(text).size, 0, JSON.stringify(text));
  }
  t.same([...parseClaims('nonsense G:1:r x:y:z').keys()], ['G']);
});

t.test('a term beyond all reason is still a claim, and so is the one that follows it', async (t) => {
  for (const term of ['ffffffffffffffff', 'f'.repeat(1000)]) {
    const claim = parseClaims(`G:${term}:r`).get('G');
    t.match(claim, { term: 2 ** 48, state: 'started' });
    const next = formatClaims([{ group: 'G', term: (claim?.term ?? 0) + 1, state: 'started' }]);
    t.match(parseClaims(next).get('G'), { term: 2 ** 48 }, next);
  }
});
