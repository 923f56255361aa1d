import { closest } from "fastest-levenshtein";
import { InvalidArgumentError } from "./errors.js";
import { describeValue } from "./text.js";

/** What `typeof` cannot tell: each kind with its words and its test. */
const KINDS = {
  number: ["a number", (value: unknown) => typeof value === "number"],
  string: ["a string", (value: unknown) => typeof value === "string"],
  boolean: ["true or false", (value: unknown) => typeof value === "boolean"],
  function: ["a function", (value: unknown) => typeof value === "function"],
  array: ["an array", isArray],
  numbers: ["an array of numbers", (value: unknown) => isArray(value) && every(value, "number")],
  strings: ["an array of strings", (value: unknown) => isArray(value) && every(value, "string")],
  objects: ["an array of objects", (value: unknown) => isArray(value) && every(value, "object")],
  object: ["an object", isObject],
  model: [
    "a LayersModel of TensorFlow.js",
    (value: unknown) => isObject(value) && "layers" in value && "inputs" in value && isArray(value.layers),
  ],
  any: ["anything", () => true],
} as const satisfies Record<string, readonly [words: string, accepts: (value: unknown) => boolean]>;

type KindName = keyof typeof KINDS;

type ModelLike = { readonly layers: readonly unknown[]; readonly inputs: readonly unknown[] };

type NameOf<Value> = [Value] extends [boolean]
  ? "boolean"
  : [Value] extends [number]
    ? "number"
    : [Value] extends [string]
      ? "string"
      : [Value] extends [(...given: never) => unknown]
        ? "function"
        : [Extract<Value, string>] extends [never]
          ? ListOrObject<Value>
          : "any";

type ListOrObject<Value> = [Value] extends [ArrayLike<number>]
  ? "numbers" | "array"
  : [Value] extends [ArrayLike<string>]
    ? "strings" | "array"
    : [Value] extends [ArrayLike<unknown>]
      ? [Value] extends [ArrayLike<object>]
        ? "objects" | "array"
        : "array"
      : [Value] extends [ModelLike]
        ? "model"
        : [Value] extends [object]
          ? "object"
          : "any";

/** Whether a type is a list of named values, such as `"linear" | "quadratic"`. */
type IsChoice<Value> = [Value] extends [string] ? (string extends Value ? false : true) : false;

/**
 * How the type of a value is said at run time: its kind, with `?` where it may be `undefined`, or the list of the values
 * allowed, which then has `undefined` in it. `"any"` leaves the check to the reader, as of a union of kinds.
 */
type Kind<Value> = undefined extends Value
  ? IsChoice<Exclude<Value, undefined>> extends true
    ? readonly Value[] | "any?"
    : `${NameOf<Exclude<Value, undefined>> | "any"}?`
  : IsChoice<Value> extends true
    ? readonly Value[] | "any"
    : NameOf<Value> | "any";

/** The kind of every option; one that is missing here, or does not exist, is a type error. */
export type OptionKinds<Options> = { readonly [Name in keyof Options]-?: Kind<Options[Name]> };

/**
 * Asserts that an object has no options but those declared, each of its kind. Ranges are for {@link checkNumber} and its
 * like. Plain JavaScript has no compiler that would find `batch_size`, and an option that is ignored is a wrong result.
 *
 * @param holder Name of the argument or option that holds them.
 * @throws {InvalidArgumentError} with the option as `parameter`; the message names the nearest known one.
 */
export function checkOptions<Options extends object>(
  options: Options,
  kinds: OptionKinds<NoInfer<Options>>,
  holder = "options",
): void {
  if (!isObject(options)) refuse(holder, options, "an object");
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(kinds, name)) refuseUnknown(name, options, Object.keys(kinds), holder);
  }
  checkKinds(options, kinds);
}

/**
 * Asserts the kinds of a function's arguments, given by name: `checkArguments({ model }, { model: "model" })`.
 *
 * @throws {InvalidArgumentError}
 */
export function checkArguments<Arguments extends object>(
  values: Arguments,
  kinds: OptionKinds<NoInfer<Arguments>>,
): void {
  checkKinds(values, kinds);
}

/**
 * Asserts that an argument is an array or typed array: `checkArguments` for inner loops, without its objects.
 *
 * @throws {InvalidArgumentError}
 */
export function checkArray(parameter: string, value: unknown): void {
  if (!isArray(value)) refuse(parameter, value, KINDS.array[0]);
}

/** Whether a value is of a kind, by the kind's name with and without `?`. */
const TESTS: ReadonlyMap<string, (value: unknown) => boolean> = new Map(
  Object.entries(KINDS).flatMap(([kind, [, accepts]]) => [
    [kind, accepts],
    [`${kind}?`, (value: unknown) => value === undefined || accepts(value)],
  ]),
);

function checkKinds(values: object, kinds: object): void {
  for (const parameter in kinds) {
    const kind = (kinds as Record<string, string | readonly unknown[]>)[parameter]!;
    const value = (values as Record<string, unknown>)[parameter];
    if (typeof kind === "string") {
      if (!TESTS.get(kind)!(value)) refuse(parameter, value, KINDS[kind.replace("?", "") as KindName][0]);
    } else if (!kind.includes(value)) refuse(parameter, value, choices(kind));
  }
}

function refuse(parameter: string, value: unknown, expected: string): never {
  throw new InvalidArgumentError({
    parameter,
    value,
    message: `expected ${expected}, got ${describeValue(value)}`,
  });
}

function refuseUnknown(name: string, options: object, known: readonly string[], holder: string): never {
  throw new InvalidArgumentError({
    parameter: name,
    value: (options as Record<string, unknown>)[name],
    message: `unknown${holder === "options" ? " option" : ` in ${holder}`}; did you mean "${nearestName(name, known)}"? There are ${known.join(", ")}`,
  });
}

/**
 * The name that holds the one given, else that with the fewest edits (Levenshtein 1965), whatever case and punctuation:
 * `units` is near `denseUnits`, `batch_size` near `batchSize`.
 */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
  const all = names.map(plain);
  const wanted = plain(name);
  const holder = wanted.length > 3 ? all.findIndex((each) => each.includes(wanted)) : -1;
  return names[holder === -1 ? all.indexOf(closest(wanted, all)) : holder];
}

function choices(values: readonly unknown[]): string {
  const named = values.filter((value) => value !== undefined).map((value) => JSON.stringify(value));
  const last = named.pop();
  return named.length === 0 ? `${last}` : `${named.join(", ")} or ${last}`;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !isArray(value);
}

/** An array or a typed array, of this or another context. */
function isArray(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
}

function every(values: ArrayLike<unknown>, type: "number" | "string" | "object"): boolean {
  if (ArrayBuffer.isView(values)) return type === "number";
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== type || value === null) return false;
  }
  return true;
}
