import t from 'tap';
import { readLogicalLines } from '../../src/config/logical-lines.js';
import { partOf, placeIn, type Word } from '../../src/config/words.js';
import { listen } from './hosts.js';

const shown = ({ text, line, column }: Word) => `${line}:${column} ${text}`;

function read(text: string) {
  const { report, lines } = listen();
  return { words: readLogicalLines(text, report).map((line) => line.map(shown)), problems: lines() };
}

t.test('words keep their place in the physical file', (t) => {
  const rows: [string, string[][]][] = [
    ['', []],
    ['\n \t\n# only a comment\n', []],
    ['a b', [['1:1 a', '1:3 b']]],
    [
      '\ta  \t b # c d\r\ne f\r\n',
      [
        ['1:2 a', '1:7 b'],
        ['2:1 e', '2:3 f'],
      ],
    ],
    ['a b \\\n  c \\\n\td\ne', [['1:1 a', '1:3 b', '2:3 c', '3:2 d'], ['4:1 e']]],
    ['a \\\n# a comment ends it\nb', [['1:1 a'], ['3:1 b']]],
    ['a \\ # a comment after it\n b', [['1:1 a', '2:2 b']]],
    ['a # not continued \\\nb', [['1:1 a'], ['2:1 b']]],
    ['\uFEFFa b', [['1:1 a', '1:3 b']]],
  ];
  for (const [text, words] of rows) t.same(read(text).words, words, JSON.stringify(text));
  t.end();
});

t.test('a word that goes over the end of a line', (t) => {
  const { report } = listen();
  const [words] = readLogicalLines('a 192.0\\\n.2.5\\\n\\\n/24 b', report);
  t.same(
    words?.map(({ text }) => text),
    ['a', '192.0.2.5/24', 'b'],
  );
  const word = words?.[1] as Word;
  t.same(placeIn(word, 0), { line: 1, column: 3 });
  t.same(placeIn(word, 5), { line: 2, column: 1 });
  t.same(placeIn(word, 10), { line: 4, column: 2 });
  t.match(partOf(word, 4, 11), { text: '0.2.5/2', line: 1, column: 7 });
  t.same(placeIn(partOf(word, 4, 11), 6), { line: 4, column: 2 });
  t.end();
});

t.test('what looks like something else gets a warning', (t) => {
  t.match(read('a b \\ \n c').problems, [/^1:5 warning: blanks after the backslash/]);
  t.match(read('a b#c').problems, [/^1:4 warning: "#" begins a comment/]);
  t.match(read('a b \\').problems, [/^1:5 warning: the last line ends in a backslash/]);
  t.same(read('a b \\#c\nd').problems, []);
  t.end();
});
