/** Reads one-letter options as C's getopt does, because scripts write them so: `-np`, `-pNAME`, options behind words, `--` ends them. Pure. */

export interface Options {
  /** Options without value that were given. */
  readonly flags: ReadonlySet<string>;
  /** Values of options that take one. */
  readonly values: Readonly<Record<string, string>>;
  readonly words: readonly string[];
}

/** `spec` is the letters there are, one that takes a value with a colon behind it. Gives getopt's own words when something is wrong. */
export function getopt(args: readonly string[], spec: string): Options | { readonly wrong: string } {
  const flags = new Set<string>();
  const values: Record<string, string> = {};
  const words: string[] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') return { flags, values, words: [...words, ...rest] };
    if (arg === '-' || !arg.startsWith('-')) {
      words.push(arg);
      continue;
    }
    for (let letters = arg.slice(1); letters !== ''; letters = letters.slice(1)) {
      const letter = letters.charAt(0);
      const at = letter === ':' ? -1 : spec.indexOf(letter);
      if (at < 0) return { wrong: `invalid option -- '${letter}'` };
      if (spec.charAt(at + 1) !== ':') {
        flags.add(letter);
        continue;
      }
      const value = letters.length > 1 ? letters.slice(1) : rest.shift();
      if (value === undefined) return { wrong: `option requires an argument -- '${letter}'` };
      values[letter] = value;
      break;
    }
  }
  return { flags, values, words };
}
