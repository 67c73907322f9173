import t from 'tap';
import { summarise } from '../../bench/stats.js';
import { ms, table } from '../../bench/table.js';

t.same(summarise([3, 1, 2]), { count: 3, median: 2, min: 1, max: 3 });
t.same(summarise([4, 1, 2, 3]), { count: 4, median: 2.5, min: 1, max: 4 });
t.same(summarise([7]), { count: 1, median: 7, min: 7, max: 7 });
t.same(summarise([]), { count: 0, median: NaN, min: NaN, max: NaN });

t.equal(ms(12.34), '12.3');
t.equal(ms(123.4), '123');
t.equal(ms(null), '-');
t.equal(
  table(
    ['name', 'ms'],
    [
      ['a', '5'],
      ['long name', '10'],
    ],
  ),
  'name       ms\n---------  --\na           5\nlong name  10',
);
