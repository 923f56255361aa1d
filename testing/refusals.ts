import { describe, expect, test } from "@jest/globals";

/** Names of a module's functions; classes are none. */
type FunctionName<Module> = {
  [Name in keyof Module]: Module[Name] extends abstract new (
    ...given: never
  ) => unknown
    ? never
    : Module[Name] extends (...given: never) => unknown
      ? Name
      : never;
}[keyof Module];

/** Arguments of a call that works, or what makes them; options stand in {@link options}. */
type Example = readonly unknown[] | (() => readonly unknown[] | Promise<readonly unknown[]>);

class Options {
  constructor(readonly values: object) {}
}

/** Marks an argument of an example that is an object of options. */
export function options(values: object = {}): unknown {
  return new Options(values);
}

class Nullable {
  constructor(readonly value: unknown) {}
}

/** Marks a value of an example that may be `null` as well. */
export function nullable(value: unknown): unknown {
  return new Nullable(value);
}

const bare = (value: unknown): unknown => (value instanceof Nullable ? value.value : value);

/** What plain JavaScript passes by mistake. The text is no path that could be written to. */
const JUNK: readonly unknown[] = [
  undefined,
  null,
  "/dev/null/text",
  3,
  Number.NaN,
  true,
  [],
  {},
  [null],
  ["text"],
];

const show = (value: unknown): string =>
  Number.isNaN(value) ? "NaN" : (JSON.stringify(value) ?? "undefined");

/**
 * Calls every function of a module with mistakes of ordinary kinds in place of each argument and option, and with an option
 * that does not exist. Whatever is thrown is an error of this SDK with one line; an unknown option always is.
 *
 * @param examples One for each function of the module: a new function without one is a type error.
 */
export function testRefusals<Module extends object>(
  module: Module,
  examples: Readonly<Record<FunctionName<Module> & string, Example>>,
): void {
  const isClass = (value: unknown): boolean => /^class\b/.test(String(value));
  const functions = Object.entries(module).filter(
    ([, value]) => typeof value === "function" && !isClass(value),
  ) as [string, (...given: unknown[]) => unknown][];

  test("each function has an example", () => {
    expect(Object.keys(examples).sort()).toEqual(functions.map(([name]) => name).sort());
  });

  describe.each(functions)("%s", (name, call) => {
    const known = (examples as Readonly<Record<string, Example>>)[name] ?? [];
    const make = async (): Promise<unknown[]> => [...(typeof known === "function" ? await known() : known)];
    const plain = (given: readonly unknown[]) =>
      given.map((value) =>
        value instanceof Options
          ? Object.fromEntries(Object.entries(value.values).map(([name, own]) => [name, bare(own)]))
          : bare(value),
      );
    const failure = async (given: readonly unknown[]): Promise<unknown> => {
      try {
        await call(...plain(given));
        return undefined;
      } catch (error) {
        return error ?? "nothing";
      }
    };

    test("works as in its example", async () => {
      const given = await make();
      if (/^(async )?(function )?\w*\(([^)]*\b)?options\b/.test(String(call))) {
        expect(given.some((value) => value instanceof Options)).toBe(true);
      }
      expect(await failure(given)).toBeUndefined();
    });

    test("refuses mistakes in one line", async () => {
      const whole = await make();
      const wrong: string[] = [];
      const attempt = async (
        what: string,
        right: unknown,
        junk: unknown,
        change: (given: unknown[]) => void,
      ) => {
        const given = await make();
        change(given);
        const error = await failure(given);
        if (error !== undefined && !isRefusal(error)) wrong.push(`${what}: ${String(error)}`);
        if (error === undefined && isOtherKind(right, junk)) wrong.push(`${what}: accepted`);
      };
      for (let place = 0; place < whole.length; place++) {
        const example = whole[place];
        const right = example instanceof Options ? example.values : example;
        for (const junk of JUNK) {
          await attempt(`argument ${place} = ${show(junk)}`, right, junk, (given) => {
            given[place] = junk;
          });
        }
        const values = example instanceof Options ? example.values : {};
        for (const [option, value] of Object.entries(values)) {
          for (const junk of JUNK) {
            await attempt(`${option}: ${show(junk)}`, value, junk, (given) => {
              given[place] = { ...(given[place] as Options).values, [option]: junk };
            });
          }
        }
      }
      expect(wrong).toEqual([]);
    });

    test("refuses an unknown option by name", async () => {
      const all = await make();
      for (const [place, value] of all.entries()) {
        if (!(value instanceof Options)) continue;
        const given = all.with(place, { ...value.values, notAnOption: 1 });
        expect(await failure(given)).toMatchObject({
          kind: "invalid-argument",
          parameter: "notAnOption",
          message: expect.stringContaining("did you mean"),
        });
      }
    });
  });
}

/** Whether a mistake is of another basic kind than what works; `undefined` may leave something out. */
function isOtherKind(right: unknown, junk: unknown): boolean {
  const kindOf = (value: unknown) =>
    value === null ? "null" : Array.isArray(value) || ArrayBuffer.isView(value) ? "array" : typeof value;
  if (junk === null && right instanceof Nullable) return false;
  return junk !== undefined && kindOf(bare(right)) !== kindOf(junk);
}

function isRefusal(error: unknown): boolean {
  if (typeof error !== "object" || error === null || !(Symbol.for("covidxr.error") in error)) return false;
  return !/\n|undefined \(|Cannot read|is not (a function|iterable)/.test((error as Error).message);
}
