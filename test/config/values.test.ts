import t from 'tap';
import { formatTime, parseBoolean, parseChoice, parseInteger, parseTime } from '../../src/config/values.js';

t.test('times', (t) => {
  const rows: [string, number][] = [
    ['1', 1000],
    ['30', 30_000],
    ['0.5', 500],
    ['.25', 250],
    ['1.', 1000],
    ['1.1', 1100],
    ['2s', 2000],
    ['2 s', 2000],
    ['2sec', 2000],
    ['2 seconds', 2000],
    ['500ms', 500],
    ['500 ms', 500],
    ['500MS', 500],
    ['500msec', 500],
    ['30 milliseconds', 30],
    ['2000us', 2],
    ['2000 microseconds', 2],
    ['1.5m', 90_000],
    ['2min', 120_000],
    ['60m', 3_600_000],
    [' 10ms ', 10],
  ];
  for (const [text, value] of rows) t.same(parseTime(text), { ok: true, value }, text);
  t.end();
});

t.test('times that are not what they seem', (t) => {
  const rows: [string, number, RegExp][] = [
    ['1.5ms', 2, /rounded to 2ms/],
    ['1600us', 2, /rounded to 2ms/],
    ['3601', 3_601_000, /more than an hour; .* write 3601ms/],
    ['61m', 3_660_000, /more than an hour$/],
  ];
  for (const [text, value, remark] of rows) t.match(parseTime(text), { ok: true, value, remark }, text);
  t.end();
});

t.test('no times', (t) => {
  const rows: [string, RegExp][] = [
    ['', /is not a time/],
    ['s', /is not a time/],
    ['-1', /is not a time/],
    ['+1', /is not a time/],
    ['1e3', /is not a time/],
    ['1.2.3', /is not a time/],
    ['.', /is not a time/],
    ['0x10', /is not a time/],
    ['1h', /"h" is not a unit/],
    ['5 parsecs', /"parsecs" is not a unit/],
    ['0', /is zero/],
    ['0ms', /is zero/],
    ['100us', /less than half a millisecond/],
    ['9999999', /longer than 24 days/],
    ['9'.repeat(400), /longer than 24 days/],
  ];
  for (const [text, reason] of rows) t.match(parseTime(text), { ok: false, reason }, text.slice(0, 20));
  t.end();
});

t.test('times as problems write them', (t) => {
  t.equal(formatTime(2000), '2s');
  t.equal(formatTime(1500), '1500ms');
  t.end();
});

t.test('booleans', (t) => {
  for (const text of ['true', 'on', 'yes', 'y', '1', 'ON', 'Yes'])
    t.same(parseBoolean(text), { ok: true, value: true });
  for (const text of ['false', 'off', 'no', 'n', '0', 'OFF']) t.same(parseBoolean(text), { ok: true, value: false });
  for (const text of ['', '2', 'maybe', 'onn']) t.match(parseBoolean(text), { ok: false });
  t.end();
});

t.test('integers', (t) => {
  t.same(parseInteger('0', 0, 255), { ok: true, value: 0 });
  t.same(parseInteger('255', 0, 255), { ok: true, value: 255 });
  t.match(parseInteger('256', 0, 255), { ok: false, reason: /0 to 255/ });
  t.match(parseInteger('-1', 0, 255), { ok: false, reason: /0 to 255/ });
  t.match(parseInteger('0', 1, Number.MAX_SAFE_INTEGER), { ok: false, reason: /at least 1/ });
  t.match(parseInteger('694/udp', 1, 65535), { ok: true, value: 694, remark: /is read as 694/ });
  t.match(parseInteger('six', 1, 65535), { ok: false, reason: /not a number/ });
  t.end();
});

t.test('choices', (t) => {
  t.same(parseChoice('file', ['file', 'time']), { ok: true, value: 'file' });
  t.match(parseChoice('fiel', ['file', 'time']), { ok: false, reason: /did you mean "file"/ });
  t.match(parseChoice('disk', ['file', 'time']), { ok: false, reason: /possible are file, time/ });
  t.end();
});
