import t from 'tap';
import { playScenario } from '../../src/sim/scenario.js';
import { parseScenario } from '../../src/sim/scenario-text.js';
import { naiveCores } from './fake-core.js';

t.test('statements, comments and the recorded part are told apart', async (t) => {
  const { statements, problems, head, recorded } = parseScenario(
    'x.txt',
    '# a pair\nnodes a b\ncut a>b eth0  # one way\nrun 1.5s\n----\n0.000 a up\n',
  );
  t.same(problems, []);
  t.same(statements, [
    { do: 'nodes', names: ['a', 'b'], line: 2 },
    { do: 'cut', from: 'a', to: 'b', link: 'eth0', line: 3 },
    { do: 'run', ms: 1500, line: 4 },
  ]);
  t.equal(head, '# a pair\nnodes a b\ncut a>b eth0  # one way\nrun 1.5s\n');
  t.equal(recorded, '0.000 a up\n');
});

t.test('every mistake is told with its line and the right way', async (t) => {
  const { problems } = parseScenario('x.txt', 'jump\nrun five\nexpect g on\nagent a r start sings\ncommand a dance\n');
  t.same(
    problems.map(({ line, text }) => `${line}: ${text.replace(/there are.*/, '')}`),
    [
      '1: "jump" is no statement of a scenario: ',
      '2: this is written: run TIME',
      '3: this is written: expect GROUP on NODE...|nobody',
      '4: this is written: agent NODE RESOURCE start|stop|status works|fails|hangs|takes TIME',
      '5: this is written: command NODE VERB...',
    ],
  );
});

t.test('names the cluster does not have are problems too', async (t) => {
  const { problems, transcript } = playScenario({
    createCore: naiveCores(),
    file: 'x.txt',
    text: 'nodes a b\ngroup a 10.0.0.1\nstart z\ncut a eth7\nexpect 10.0.0.2 on a\n',
  });
  t.same(transcript, []);
  t.same(
    problems.map(({ line, text }) => `${line}: ${text}`),
    [
      '3: there is no node "z" in this cluster',
      '4: there is no link "eth7" in this cluster',
      '5: there is no group "10.0.0.2" in this cluster',
    ],
  );
});

t.test('an expectation that does not hold is told with its line', async (t) => {
  const { failures } = playScenario({
    createCore: naiveCores(),
    file: 'x.txt',
    text: 'group a 10.0.0.1\nstart a b\nrun 9s\nexpect 10.0.0.1 on a\nexpect 10.0.0.1 on b\n',
  });
  t.same(failures, ['x.txt:5: 10.0.0.1 should be up on b, and is on a']);
});
