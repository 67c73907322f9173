/** The message model of Heartbeat: an ordered list of typed fields. */

/** 0 string, 1 binary, 2 nested message, 3 list of strings, 4 compressed message. */
export type FieldType = 0 | 1 | 2 | 3 | 4;

/**
 * One field. `value` holds the raw bytes as a latin1 string (one character a byte) so that anything read can be
 * written again byte for byte; text of type 0 is ASCII in practice.
 */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly value: string;
}

/** An ordered list of fields; a look-up gives the first of a name, as in Heartbeat. */
export interface Message {
  readonly fields: readonly Field[];
  /** Value of the first field of that name, or undefined. */
  get(name: string): string | undefined;
}

declare const trusted: unique symbol;

/** A value whose signature was found right. Only `wire/authenticate.ts` makes one; `wire/compression.ts` unpacks one. */
export type Trusted<T> = T & { readonly [trusted]: true };

/** Makes a message of fields. */
export function message(fields: readonly Field[]): Message {
  return new FieldList(fields);
}

/** Shorthand for a message of text fields, as `textFields` makes them. */
export function textMessage(values: Readonly<Record<string, string | undefined>>): Message {
  return new FieldList(textFields(values));
}

/** Text fields in the order of the object's keys; undefined values are left out. */
export function textFields(values: Readonly<Record<string, string | undefined>>): Field[] {
  const fields: Field[] = [];
  for (const name in values) {
    const value = values[name];
    if (value !== undefined) fields.push({ name, type: 0, value });
  }
  return fields;
}

class FieldList implements Message {
  readonly fields: readonly Field[];

  constructor(fields: readonly Field[]) {
    this.fields = fields;
  }

  get(name: string): string | undefined {
    for (const field of this.fields) if (field.name === name) return field.value;
    return undefined;
  }
}
