/** Text tables: a heading and rows, columns as wide as their widest cell. */

/** Numbers and units to the right, the first column to the left. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heading, ...rows];
  const widths = heading.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const print = (line: readonly string[]) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [print(heading), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(print)].join('\n');
}

/** Milliseconds with one decimal below 100, none above; a dash for what was not measured. */
export function ms(value: number | null): string {
  if (value === null || Number.isNaN(value)) return '-';
  return value < 100 ? value.toFixed(1) : value.toFixed(0);
}
