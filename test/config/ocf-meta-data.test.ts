import t from 'tap';
import { checkOcfUses } from '../../src/config/ocf-check.js';
import { parseMetaData } from '../../src/config/ocf-meta-data.js';
import { describeProblem } from '../../src/config/problems.js';
import type { OcfUse } from '../../src/config/types.js';

const text = `<?xml version="1.0"?>
<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">
<resource-agent name="db" version="1.0">
<!-- <parameter name="ghost" required="1"></parameter> -->
<longdesc lang="en">A < b & "c"</longdesc>
<parameters>
<parameter name="datadir" unique="0" required="1">
<longdesc lang="en">Where it is.</longdesc>
<content type="string" default="" />
</parameter>
<parameter required='1' name='user'><content type='string' default='db'/></parameter>
<parameter name="options" >
<content type="string"/>
</parameter>
</parameters>
<actions><action name="start" timeout="120s" /></actions>
</resource-agent>
`;

t.test('parameters', (t) => {
  t.same(
    [...(parseMetaData(text) ?? [])],
    [
      ['datadir', { required: true, hasDefault: false }],
      ['user', { required: true, hasDefault: true }],
      ['options', { required: false, hasDefault: false }],
    ],
  );
  t.same(parseMetaData('usage: db start|stop'), null);
  t.same([...(parseMetaData('<resource-agent name="x">') ?? [0])], []);
  t.end();
});

const place = { file: 'haresources', line: 3, column: 7 };
const use = (names: readonly string[], classic = false): OcfUse => ({
  ...{ agent: 'db', path: '/ocf/db', place, classic },
  parameters: new Map(names.map((name, index) => [name, { file: 'resources.ini', line: 1 + index, column: 7 }])),
});

const problems = (one: OcfUse, answer: { text: string } | { missing: string } = { text }) =>
  checkOcfUses([one], new Map([['/ocf/db', answer]])).map(describeProblem);

t.test('parameters that are unknown or missing', (t) => {
  t.same(problems(use(['datadir', 'options', 'CRM_meta_notify'])), []);
  t.same(problems(use(['datadir', 'optoins'])), [
    'resources.ini:2:7: warning: "db" has no parameter "optoins"; did you mean "options"?',
  ]);
  t.same(problems(use(['user'])), ['haresources:3:7: error: "db" needs the parameter "datadir"']);
  t.same(problems(use([], true)), ['haresources:3:7: warning: "db" needs the parameter "datadir"']);
  t.end();
});

t.test('an agent that does not tell', (t) => {
  t.same(problems(use([]), { missing: 'meta-data took longer than 5 s' }), [
    'haresources:3:7: warning: parameters of "db" are not checked: meta-data took longer than 5 s',
  ]);
  t.match(problems(use([]), { text: 'hello' }), [/not checked: what it says is not meta-data/]);
  t.same(checkOcfUses([use([])], new Map()), [], 'who was not asked is not judged');
  t.end();
});
