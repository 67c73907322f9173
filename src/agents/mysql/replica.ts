/** How far a replica is, by what the server says of it. Pure. */

export type Progress =
  | { readonly state: 'level' }
  /** It has not executed all that it has read, or not read all that there is. */
  | { readonly state: 'behind'; readonly text: string }
  /** All that it has read is executed, but its source cannot be reached. */
  | { readonly state: 'alone'; readonly text: string }
  /** Time alone does not help. */
  | { readonly state: 'broken'; readonly text: string };

/** Questions in the order to try them: MariaDB, older MySQL, MySQL from 8.4 on. */
export const statusQueries = ['SHOW ALL SLAVES STATUS\\G', 'SHOW SLAVE STATUS\\G', 'SHOW REPLICA STATUS\\G'] as const;

type Row = ReadonlyMap<string, string>;

/** `NAME: VALUE` lines, rows between lines of stars; names in the newer words (Source, Replica). */
function readRows(text: string): Row[] {
  const rows: Map<string, string>[] = [];
  for (const line of text.split('\n')) {
    if (/^\*+ \d+\. row \*+$/.test(line)) rows.push(new Map());
    const field = /^\s*([A-Za-z_]+): ?(.*)$/.exec(line);
    const name = (field?.[1] ?? '').replaceAll('Master', 'Source').replaceAll('Slave', 'Replica');
    if (field !== null) rows.at(-1)?.set(name, field[2] ?? '');
  }
  return rows;
}

/** Of all its sources the one that is worst. */
export function progressOf(statusText: string): Progress {
  const rows = readRows(statusText);
  if (rows.length === 0) return { state: 'broken', text: 'this server is no replica of any other (CHANGE MASTER TO)' };
  const all = rows.map(progressOfRow);
  const worst = (['broken', 'behind', 'alone'] as const).map((state) => all.find((one) => one.state === state));
  return worst.find((one) => one !== undefined) ?? { state: 'level' };
}

function progressOfRow(row: Row): Progress {
  const field = (name: string): string => row.get(name) ?? '';
  const source = `${field('Source_Host')}:${field('Source_Port')}`;
  if (field('Replica_SQL_Running') !== 'Yes') {
    return {
      state: 'broken',
      text: `the replica of ${source} executes nothing: ${field('Last_SQL_Error') || 'it is stopped'}`,
    };
  }
  if (field('Replica_IO_Running') === 'No') {
    return {
      state: 'broken',
      text: `the replica of ${source} reads nothing: ${field('Last_IO_Error') || 'it is stopped'}`,
    };
  }
  const read = `${field('Source_Log_File')}:${field('Read_Source_Log_Pos')}`;
  const executed = `${field('Relay_Source_Log_File')}:${field('Exec_Source_Log_Pos')}`;
  const seconds = field('Seconds_Behind_Source');
  if (read !== executed) {
    return { state: 'behind', text: `${read} is read from ${source}, ${executed} executed (${seconds} s behind)` };
  }
  if (field('Replica_IO_Running') !== 'Yes') {
    return {
      state: 'alone',
      text: `the source ${source} cannot be reached: ${field('Last_IO_Error') || 'connecting'}`,
    };
  }
  return seconds === '0' ? { state: 'level' } : { state: 'behind', text: `${seconds} s behind ${source}` };
}
