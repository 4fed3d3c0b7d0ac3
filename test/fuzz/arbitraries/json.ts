import fc from 'fast-check';
import { changed as changedText, hostileText, record, type TextChange, textChanges } from './text.js';

/** A number that JSON can say and JavaScript can't keep; {@link jsonText} writes it so. */
const HUGE = '@1e400@';

const numbers = [
  0,
  -1,
  1,
  42,
  1.5,
  -0,
  1e21,
  2 ** 31,
  2 ** 53 - 1,
  2 ** 53,
  1_767_225_600,
  4_102_444_800,
  1_767_225_600_000,
  5e-324,
];

/** A single value, of any type. */
export const scalar: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<unknown>(null, true, false, '', 0, 1) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(...numbers, HUGE, `-${HUGE}`) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 3, arbitrary: hostileText(20) },
);

const names = fc.oneof(
  hostileText(8),
  fc.constantFrom('__proto__', 'constructor', 'id', 'error', 'keys', 'active', 'toJSON', '0'),
  // What a message needn't have, and must not be read past.
  fc.constantFrom('cnf', 'nbf', 'nonce', 'at_hash', 'azp', 'crit', 'b64', 'jku', 'x5u', 'iss', 'exp', 'scope', 'd'),
);

/** Any JSON value, nested or not, with names that mean something to JavaScript among its own. */
export const anyJSON: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 3, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.array(fc.tuple(names, tie('value')), { maxLength: 4 }).map(ownObject) },
  ),
})).value;

/** One change of a JSON value, as data. Places count all members of all objects and lists. */
export type JSONChange =
  | { readonly change: 'set' | 'add'; readonly at: number; readonly name: string; readonly value: unknown }
  | { readonly change: 'delete' | 'wrap' | 'quote' | 'unquote' | 'empty'; readonly at: number }
  | { readonly change: 'put'; readonly name: string; readonly value: unknown }
  | { readonly change: 'rename'; readonly at: number; readonly name: string };

/** Values that could be mistaken for right ones in a message: in any place, or in the field of that name. */
export type Likely = readonly unknown[] | Readonly<Record<string, readonly unknown[]>>;

/** Changes of a valid message, with `more` values that could be mistaken for right ones in this one. */
export function jsonChanges(more: Likely = [], { minLength = 0, maxLength = 3 } = {}): fc.Arbitrary<JSONChange[]> {
  const at = fc.nat(999);
  const values = isList(more) ? more : Object.values(more).flat(1);
  const likely = values.length > 0 ? [{ weight: 4, arbitrary: fc.constantFrom<unknown>(...values) }] : [];
  const value = fc.oneof({ weight: 2, arbitrary: scalar }, { weight: 1, arbitrary: anyJSON }, ...likely);
  const puts = isList(more)
    ? []
    : Object.entries(more).map(([name, own]) =>
        record<JSONChange>({
          change: fc.constant('put'),
          name: fc.constant(name),
          value: fc.constantFrom<unknown>(...own),
        }),
      );
  return fc.array(
    fc.oneof(
      { weight: 6, arbitrary: record<JSONChange>({ change: fc.constant('set'), at, name: names, value }) },
      { weight: 1, arbitrary: record<JSONChange>({ change: fc.constant('add'), at, name: names, value }) },
      {
        weight: 3,
        arbitrary: record<JSONChange>({
          change: fc.constantFrom('delete', 'wrap', 'quote', 'unquote', 'empty'),
          at,
        }),
      },
      { weight: 1, arbitrary: record<JSONChange>({ change: fc.constant('rename'), at, name: names }) },
      ...(puts.length > 0 ? [{ weight: 8, arbitrary: fc.oneof(...puts) }] : []),
    ),
    { minLength, maxLength },
  );
}

/** A copy of a JSON value with these changes made to it. */
export function changedJSON(example: unknown, changes: readonly JSONChange[]): unknown {
  const root = { value: copyOf(example) };
  for (const change of changes) apply(root, change);
  return root.value;
}

type Container = Record<string, unknown>;

function apply(root: Container, given: JSONChange): void {
  if (given.change === 'put') {
    if (isContainer(root.value)) define(root.value, given.name, copyOf(given.value));
    return;
  }
  const members = membersOf(root);
  const [holder, name] = members[given.at % members.length] ?? [root, 'value'];
  const found = holder[name];
  if (given.change === 'set') define(holder, name, copyOf(given.value));
  else if (given.change === 'delete' && holder !== root) delete holder[name];
  else if (given.change === 'wrap') define(holder, name, [found]);
  else if (given.change === 'quote')
    define(holder, name, typeof found === 'string' ? `"${found}"` : String(JSON.stringify(found)));
  else if (given.change === 'unquote') define(holder, name, typeof found === 'string' ? Number(found) || found : found);
  else if (given.change === 'empty') define(holder, name, Array.isArray(found) ? [] : {});
  else if (given.change === 'add') define(isContainer(found) ? found : holder, given.name, copyOf(given.value));
  else if (given.change === 'rename' && holder !== root) {
    delete holder[name];
    define(holder, given.name, found);
  }
}

/** Every member at any depth, in a stable order: what holds it, and its name there. */
function membersOf(holder: Container): [Container, string][] {
  return Object.keys(holder).flatMap((name): [Container, string][] => {
    const value = holder[name];
    return [[holder, name], ...(isContainer(value) ? membersOf(value) : [])];
  });
}

/** What a later change does to it must not be done to the case itself. */
function copyOf(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function isList(more: Likely): more is readonly unknown[] {
  return Array.isArray(more);
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

function ownObject(entries: readonly (readonly [string, unknown])[]): Container {
  const made: Container = {};
  for (const [name, value] of entries) define(made, name, value);
  return made;
}

/** Defines rather than assigns, so that `__proto__` is a name like others, as in JSON. */
function define(target: object, name: string, value: unknown): void {
  if (Array.isArray(target) && name === 'length') return;
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
}

/** JSON as text, with what {@link scalar} has no number for. */
export function jsonText(value: unknown): string {
  return (JSON.stringify(value) ?? '').replaceAll(/"(-?)@1e400@"/g, '$11e400');
}

/** How a message differs from a valid one: in its values mostly, at times in its text, at times it is another thing. */
export type BodyChange =
  | { readonly json: readonly JSONChange[]; readonly text: readonly TextChange[] }
  | { readonly instead: string };

/** Changes of a body that is JSON. */
export function bodyChanges(more: Likely = []): fc.Arbitrary<BodyChange> {
  const none = fc.constant<TextChange[]>([]);
  return fc.oneof(
    { weight: 8, arbitrary: fc.record({ json: jsonChanges(more), text: none }) },
    { weight: 2, arbitrary: fc.record({ json: jsonChanges(more), text: textChanges() }) },
    { weight: 1, arbitrary: fc.record({ instead: fc.oneof(anyJSON.map(jsonText), hostileText(60)) }) },
  );
}

/** A body with these changes, and what they left of its values before they were text. */
export function changedBody(example: unknown, change: BodyChange): string {
  if ('instead' in change) return change.instead;
  return changedText(jsonText(changedJSON(example, change.json)), change.text);
}
