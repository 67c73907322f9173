import t from 'tap';
import { instanceOf } from '../../../src/io/agents/ocf.js';

t.test('the name of an instance is one of a file, and nobody else has it', (t) => {
  t.equal(instanceOf('db'), 'db');
  const word = 'OCF::mysql::datadir=/srv/db';
  t.match(instanceOf(word), /^OCF_mysql_datadir_srv_db_[\w-]{8}$/);
  t.not(instanceOf(word), instanceOf('OCF::mysql::datadir=_srv/db'));
  const long = `OCF::mysql::options=${'x'.repeat(500)}`;
  t.ok(instanceOf(long).length < 140);
  t.not(instanceOf(long), instanceOf(`${long}y`));
  t.end();
});
