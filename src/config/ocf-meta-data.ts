/** What an OCF agent's meta-data says of its parameters. */

export interface OcfParameter {
  readonly required: boolean;
  /** Whether it does without being given. */
  readonly hasDefault: boolean;
}

/** Parameters by name. */
export type MetaData = ReadonlyMap<string, OcfParameter>;

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

const plain = (text: string): string =>
  text.replace(/&(\w+);/g, (whole, name: string) =>
    Object.hasOwn(entities, name) ? (entities[name] ?? whole) : whole,
  );

/** An attribute of a tag. */
function attribute(tag: string, name: string): string | null {
  const [, double, single] = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(tag) ?? [];
  const text = double ?? single;
  return text === undefined ? null : plain(text);
}

/**
 * The parameters of a document of the OCF resource agent API; null when it is none. Only the few tags that matter are
 * looked at: agents write XML by hand, and not all of it is well-formed.
 */
export function parseMetaData(text: string): MetaData | null {
  if (!/<resource-agent[\s>]/.test(text)) return null;
  const parameters = new Map<string, OcfParameter>();
  const tags = text.replace(/<!--.*?-->/gs, '').matchAll(/<parameter\s[^>]*>(.*?)(?=<\/parameter>|<parameter\s|$)/gs);
  for (const [whole, inside = ''] of tags) {
    const tag = whole.slice(0, whole.length - inside.length);
    const name = attribute(tag, 'name');
    const content = /<content\s[^>]*>/s.exec(inside)?.[0] ?? '';
    const required = attribute(tag, 'required');
    if (name === null) continue;
    parameters.set(name, {
      required: required === '1' || required === 'true' || required === 'yes',
      hasDefault: (attribute(content, 'default') ?? '') !== '',
    });
  }
  return parameters;
}
