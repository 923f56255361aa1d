import { InvalidArgumentError } from "@covidxr/core";
import { hidePasswords } from "@covidxr/core/internal";
import { z } from "zod";

/** Headings of `--help`. */
export const GROUPS = {
  data: "Data:",
  images: "Images:",
  training: "Training:",
  augmentation: "Augmentation:",
  evaluation: "Evaluation:",
  computation: "Computation:",
  download: "Download:",
  output: "Output:",
} as const;

/** What a default depends on. */
export interface DefaultContext {
  /** Whether the run is the demonstration on synthetic radiographs. */
  readonly synthetic: boolean;
  /** Names of the settings that were given. */
  readonly given: ReadonlySet<string>;
  /** Settings that are declared earlier, defaults included. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** One setting: everything that flags, `run.json`, help texts and checks say of it. */
export interface Setting<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  /** As commander writes it: `--epochs <n>`; the setting's name is its camel case. */
  readonly flag: string;
  /** Heading in `--help`. */
  readonly group: string;
  readonly help: string;
  /** The default, or how it follows from what was given. */
  readonly default: z.output<Schema> | ((context: DefaultContext) => z.output<Schema>);
  /** The default as `--help` states it; where there is no text, the value itself. */
  readonly defaultText?: string;
  /** The flag without which this one has no effect: giving this one alone is a mistake that would go unnoticed. */
  readonly needs?: {
    readonly flag: string;
    /** Whether that flag is given. */
    readonly met: (values: Values) => boolean;
  };
  /** What is wrong with a valid value in view of the others. */
  readonly check?: (values: Values) => string | undefined;
}

/** Settings by name. */
export type Declarations = Readonly<Record<string, Setting>>;

/** Values of settings, by name. */
type Values = Readonly<Record<string, unknown>>;

/** Values of declared settings. */
export type ValuesOf<Declared extends Declarations> = {
  readonly [Name in keyof Declared]: z.output<Declared[Name]["schema"]>;
};

/** Keeps the schema's type. */
export function setting<Schema extends z.ZodType>(declared: Setting<Schema>): Setting<Schema> {
  return declared;
}

/** A default that the study and the demonstration on synthetic radiographs do not share. */
export function byData<T>(study: T, synthetic: T) {
  return {
    default: (context: DefaultContext): T => (context.synthetic ? synthetic : study),
    defaultText: `${study}; ${synthetic} on synthetic radiographs`,
  };
}

/** A whole number of `minimum` or more. @param maximum Where more is a slip of the pen. */
export const whole = (minimum: number, maximum?: number) =>
  maximum === undefined
    ? z.int().min(minimum).describe(`a whole number of ${minimum} or more`)
    : z.int().min(minimum).max(maximum).describe(`a whole number from ${minimum} to ${maximum}`);

/** A finite number above 0. */
export const positive = z.number().positive().describe("a number above 0");

/** A finite number of 0 or more. */
export const notNegative = z.number().nonnegative().describe("a number of 0 or more");

/** A number from 0 to 1. */
export const proportion = z.number().min(0).max(1).describe("a number from 0 to 1");

/** A number between 0 and 1. */
export const properProportion = z.number().gt(0).lt(1).describe("a number between 0 and 1");

/** Any text but none, which an unset variable of a shell leaves. */
export const filled = z
  .string()
  .refine((text) => text.trim() !== "")
  .describe("a value");

/** One of some words. */
export const oneOf = <const Words extends readonly string[]>(words: Words) =>
  z.enum(words).describe(`${words.slice(0, -1).join(", ")} or ${words.at(-1)}`);

/** A list without repetition of what `item` is. */
export const listOf = <Item extends z.ZodType<string | number>>(item: Item) =>
  z
    .array(item)
    .min(1)
    .refine((items) => new Set(items).size === items.length)
    .describe(`a list of different values, each ${item.description}`);

/** A flag that is given or not. */
export const yes = z.boolean().describe("true or false");

/**
 * Reads a value from the text of a flag.
 *
 * @throws {InvalidArgumentError} when it is not what the setting takes.
 */
export function parseText(name: string, { schema }: Setting, text: string): unknown {
  const items = text.split(",").map((item) => item.trim());
  const numbers = items.every((item) => item !== "") ? items.map(Number) : [];
  for (const candidate of [text, text.trim() === "" ? undefined : Number(text), items, numbers]) {
    const parsed = candidate === undefined ? undefined : schema.safeParse(candidate);
    if (parsed?.success) return parsed.data;
  }
  throw wrongValue(name, schema, text);
}

/** Names what was expected of a value. */
function wrongValue(name: string, schema: z.ZodType, value: unknown): InvalidArgumentError {
  const inner = schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema;
  const expected = schema.description ?? inner.description;
  return new InvalidArgumentError({
    parameter: name,
    value: typeof value === "string" ? hidePasswords(value) : value,
    message: `expected ${expected}, got ${value === "" ? "an empty value" : hidePasswords(JSON.stringify(value) ?? "nothing")}`,
  });
}

/**
 * Values of all declared settings: those given, else their defaults.
 *
 * @param given By name; what is undefined counts as not given.
 * @throws {InvalidArgumentError} on a value that is not what its setting takes.
 */
export function fillDefaults<Declared extends Declarations>(
  declared: Declared,
  given: Values,
  { synthetic, values: earlier = {} }: { readonly synthetic: boolean; readonly values?: Values },
): ValuesOf<Declared> {
  const names = new Set(Object.keys(given).filter((name) => given[name] !== undefined));
  const values: Record<string, unknown> = {};
  for (const [name, own] of Object.entries(declared)) {
    if (names.has(name)) {
      const parsed = own.schema.safeParse(given[name]);
      if (!parsed.success) throw wrongValue(name, own.schema, given[name]);
      values[name] = parsed.data;
    } else if (typeof own.default === "function") {
      values[name] = own.default({ synthetic, given: names, values: { ...earlier, ...values } });
    } else values[name] = own.default;
  }
  return values as ValuesOf<Declared>;
}

/**
 * Refuses settings that cannot go together, before any work is done.
 *
 * @param given Names of the settings that were given.
 * @param values All values.
 * @throws {InvalidArgumentError} naming the first one that has no effect, or contradicts others.
 */
export function checkTogether(declared: Declarations, given: ReadonlySet<string>, values: Values): void {
  const refuse = (parameter: string, message: string): never => {
    // An address can hold a password.
    const value = parameter === "proxy" ? "an address" : values[parameter];
    throw new InvalidArgumentError({ parameter, value, message });
  };
  for (const [name, { needs, check }] of Object.entries(declared)) {
    if (given.has(name) && values[name] !== false && needs?.met(values) === false)
      refuse(name, `expected ${needs.flag} with this setting; add it, or leave this one out`);
    const wrong = check?.(values);
    if (wrong !== undefined) refuse(name, wrong);
  }
}
