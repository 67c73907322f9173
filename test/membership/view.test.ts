import t from 'tap';
import { type Candidate, computeView, isAgreed, noView } from '../../src/membership/view.js';

/** Candidates from pairs that hear each other; `owns` = groups held by name. */
function candidates(names: string, pairs: string, owns: Record<string, number> = {}): Candidate[] {
  const hears = new Map([...names].map((name) => [name, new Map<string, { generation: number }>()]));
  for (const pair of pairs.split(' ')) {
    const [a = '', b = ''] = [...pair];
    hears.get(a)?.set(b, { generation: 1 });
    hears.get(b)?.set(a, { generation: 1 });
  }
  return [...names].map((name) => ({
    name,
    generation: 1,
    heard: hears.get(name) ?? new Map(),
    owns: owns[name] ?? 0,
    view: '',
  }));
}

t.test('the largest set around a node that all hear one another', async (t) => {
  for (const [names, pairs, self, members, what] of [
    ['a', '', 'a', 'a', 'alone'],
    ['ab', 'ab', 'a', 'ab', 'a pair'],
    ['ab', '', 'a', 'a', 'a pair that is deaf'],
    ['abc', 'ab bc ac', 'b', 'abc', 'a triangle'],
    ['abc', 'ab bc', 'a', 'ab', 'the end of a chain'],
    ['abc', 'ab bc', 'c', 'bc', 'its other end'],
    ['abc', 'ab bc', 'b', 'ab', 'its middle: the lowest names'],
    ['abcd', 'ab cd', 'd', 'cd', 'two halves'],
    ['abcd', 'ab bc cd da', 'c', 'bc', 'a ring'],
    ['abcde', 'ab cd de ce bc', 'c', 'cde', 'the larger of two'],
    ['abcd', 'ab ac bc bd cd', 'b', 'abc', 'two triangles: the lowest names'],
    ['ab', 'ab', 'x', '', 'who is no candidate is in no view'],
  ] as const) {
    t.same(computeView(self, candidates(names, pairs)).members, [...members], `${what}: ${names} ${pairs} for ${self}`);
  }
});

t.test('of two equal sets the one that holds more', async (t) => {
  t.same(computeView('b', candidates('abc', 'ab bc', { c: 1 })).members, ['b', 'c']);
  t.same(computeView('b', candidates('abc', 'ab bc', { a: 1, c: 1 })).members, ['a', 'b']);
  t.same(computeView('b', candidates('abc', 'ab bc', { b: 5, c: 1 })).members, ['b', 'c']);
});

t.test('one direction is not enough, nor is another incarnation', async (t) => {
  const [a, b] = candidates('ab', 'ab');
  if (a === undefined || b === undefined) return t.fail();
  t.same(computeView('a', [a, { ...b, heard: new Map() }]).members, ['a']);
  t.same(computeView('a', [a, { ...b, heard: new Map([['a', { generation: 2 }]]) }]).members, ['a']);
  t.same(computeView('a', [a, { ...b, generation: 2 }]).members, ['a'], 'a heard the former b');
});

t.test('the text names incarnations and does not depend on the order', async (t) => {
  const some = candidates('bca', 'ab bc ac').map((one) => ({ ...one, generation: 1 }));
  t.equal(computeView('a', some).text, 'a:1 b:1 c:1');
  t.equal(computeView('c', [...some].reverse()).text, 'a:1 b:1 c:1');
  t.same(computeView('x', some), noView);
});

t.test('every member of a full view computes the same one', async (t) => {
  const names = 'abcdefghijklmnop';
  const pairs = [...names].flatMap((one) => [...names].filter((two) => one < two).map((two) => one + two)).join(' ');
  const texts = new Set([...names].map((self) => computeView(self, candidates(names, pairs)).text));
  t.equal(texts.size, 1);
});

t.test('sixteen nodes of which many pairs are deaf are no work', async (t) => {
  const names = 'abcdefghijklmnop';
  // The worst for a search: everybody hears all but one partner, so that there are 2^8 largest sets.
  const partner = (one: string) => names[names.indexOf(one) ^ 1];
  const pairs = [...names].flatMap((one) =>
    [...names].filter((two) => one < two && two !== partner(one)).map((two) => one + two),
  );
  const before = process.hrtime.bigint();
  t.equal(computeView('a', candidates(names, pairs.join(' '))).members.length, 8);
  t.ok(process.hrtime.bigint() - before < 2_000_000_000n);
});

t.test('a view is agreed once all members announce it', async (t) => {
  const view = computeView('a', candidates('ab', 'ab'));
  for (const [announced, agreed] of [
    [{ a: 'a:1 b:1', b: 'a:1 b:1' }, true],
    [{ a: 'a:1 b:1', b: 'a:1' }, false],
    [{ a: 'a:1 b:1', b: undefined }, false],
    [{ a: '', b: 'a:1 b:1' }, false],
  ] as const) {
    t.equal(
      isAgreed(view, (name) => announced[name as 'a' | 'b']),
      agreed,
      JSON.stringify(announced),
    );
  }
  t.equal(
    isAgreed(noView, () => ''),
    false,
    'no view is never agreed',
  );
});
