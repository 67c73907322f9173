import t from 'tap';
import { progressOf } from '../../../src/agents/mysql/replica.js';

const status = (changes: Readonly<Record<string, string>> = {}): string => {
  const fields = {
    Master_Host: '10.0.0.2',
    Master_Port: '3306',
    Slave_IO_Running: 'Yes',
    Slave_SQL_Running: 'Yes',
    Master_Log_File: 'bin.000002',
    Read_Master_Log_Pos: '500',
    Relay_Master_Log_File: 'bin.000002',
    Exec_Master_Log_Pos: '500',
    Seconds_Behind_Master: '0',
    ...changes,
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name.padStart(30)}: ${value}`);
  return `${'*'.repeat(27)} 1. row ${'*'.repeat(27)}\n${lines.join('\n')}\n`;
};

t.test('how far a replica is', async (t) => {
  for (const [text, state] of [
    [status(), 'level'],
    [status().replaceAll('Master', 'Source').replaceAll('Slave', 'Replica'), 'level'],
    [status({ Exec_Master_Log_Pos: '400' }), 'behind'],
    [status({ Relay_Master_Log_File: 'bin.000001' }), 'behind'],
    [status({ Seconds_Behind_Master: '3' }), 'behind'],
    [status({ Slave_IO_Running: 'Connecting', Seconds_Behind_Master: 'NULL' }), 'alone'],
    [status({ Slave_IO_Running: 'Connecting', Exec_Master_Log_Pos: '400' }), 'behind'],
    [status({ Slave_SQL_Running: 'No', Last_SQL_Error: 'Duplicate entry' }), 'broken'],
    [status({ Slave_IO_Running: 'No' }), 'broken'],
    [status() + status({ Seconds_Behind_Master: '3' }), 'behind'],
    ['', 'broken'],
  ] as const) {
    t.equal(progressOf(text).state, state, text);
  }
});
