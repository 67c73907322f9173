import t from 'tap';
import { readExchangeMessage } from '../../src/membership/exchange-message.js';
import { type Message, type Trusted, textMessage } from '../../src/wire/message.js';

const read = (fields: Record<string, string>) => readExchangeMessage(textMessage(fields) as Trusted<Message>);

t.test('a message of the exchange is read, others are not', async (t) => {
  t.match(read({ t: 'resource', hg: '6b', rsc_hold: 'local', isstable: '1' }), {
    type: 'resource',
    fields: { rsc_hold: 'local', isstable: '1', info: undefined },
  });
  t.equal(read({ t: 'status' }), null);
  t.equal(read({ t: 'toString' }), null);
});

t.test('what is longer than any word is not kept', async (t) => {
  t.equal(read({ t: 'ask_resources', info: 'x'.repeat(200_000) })?.fields.info?.length, 1000);
});
