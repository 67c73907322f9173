import t from 'tap';
import { createLineCutter } from '../../../src/io/control/lines.js';

t.test('lines are cut wherever the chunks end', async (t) => {
  const cutter = createLineCutter(100);
  t.same(cutter.take(Buffer.from('one\ntw')), ['one']);
  t.same(cutter.take(Buffer.from('')), []);
  t.same(cutter.take(Buffer.from('o\n\nthree\nfo')), ['two', '', 'three']);
  t.same(cutter.take(Buffer.from('ur\n')), ['four']);
});

t.test('a character that is split over two chunks stays whole', async (t) => {
  const cutter = createLineCutter(100);
  const bytes = Buffer.from('é\n');
  t.same(cutter.take(bytes.subarray(0, 1)), []);
  t.same(cutter.take(bytes.subarray(1)), ['é']);
});

t.test('a line that is too long is refused, ended or not', async (t) => {
  t.same(createLineCutter(4).take(Buffer.from('1234\n')), ['1234']);
  t.equal(createLineCutter(4).take(Buffer.from('12345\n')), null);
  t.equal(createLineCutter(4).take(Buffer.from('12345')), null);
});
