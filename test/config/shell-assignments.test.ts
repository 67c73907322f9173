import t from 'tap';
import { readAssignments } from '../../src/config/shell-assignments.js';
import { listen } from './hosts.js';

function read(text: string) {
  const { report, lines } = listen();
  const found = readAssignments(text, report).map(({ name, value }) => [name.text, value]);
  return { found, lines: lines() };
}

t.test('what a shell would read, too', (t) => {
  const rows: [string, string[][]][] = [
    ['A=1', [['A', '1']]],
    ['  A=1 # note', [['A', '1']]],
    ['A=1#2', [['A', '1#2']]],
    ['A=', [['A', '']]],
    ['A=1; export A', [['A', '1']]],
    [
      'export A=1 B=2',
      [
        ['A', '1'],
        ['B', '2'],
      ],
    ],
    ["A='$HOME `x`'", [['A', '$HOME `x`']]],
    [String.raw`A="a\"b\\c\$d\e"`, [['A', String.raw`a"b\c$d\e`]]],
    [`A=a'b c'"d e"f`, [['A', 'ab cd ef']]],
    [String.raw`A=a\ b`, [['A', 'a b']]],
    ['\n# only a note\n\nA=/srv/db:ro,x@y+z%1\n', [['A', '/srv/db:ro,x@y+z%1']]],
  ];
  for (const [text, found] of rows) t.same(read(text), { found, lines: [] }, text);
  t.end();
});

t.test('what only a shell could read', (t) => {
  const rows: [string, RegExp][] = [
    ['A=$B', /^1:3 error: "\$" is for a shell/],
    ['A="x$(id)"', /^1:3 error: "\$" is for a shell/],
    ['A=`id`', /^1:3 error: "`" is for a shell/],
    ['A=a|b', /^1:4 error: "\|" is for a shell/],
    ["A='x", /^1:3 error: the quote is not closed/],
    ['A="x', /^1:3 error: the quote is not closed/],
    ['. /etc/default/x', /^1:1 error: ". \/etc\/default\/x" is not NAME=VALUE/],
    ['A=1 rm -rf', /^1:5 error: "rm -rf" is not NAME=VALUE/],
    ['if true; then', /^1:1 error: "if true; then" is not NAME=VALUE/],
  ];
  for (const [text, line] of rows) {
    const { lines } = read(text);
    t.match(lines[0], line, text);
    t.equal(lines.length, 1, text);
  }
  t.end();
});
