import { describe, expect, test } from "@jest/globals";
import { InvalidArgumentError } from "./errors.js";
import { checkArguments, checkOptions, nearestName, type OptionKinds } from "./options.js";

interface Options {
  readonly seed: number;
  readonly batchSize?: number;
  readonly method?: "percentile" | "bca";
  readonly groups?: readonly (string | number)[];
  readonly names?: readonly string[];
  readonly stratify?: boolean;
  readonly onProgress?: (done: number) => void;
  readonly source?: string | { readonly url: string };
}

const KINDS: OptionKinds<Options> = {
  seed: "number",
  batchSize: "number?",
  method: ["percentile", "bca", undefined],
  groups: "array?",
  names: "strings?",
  stratify: "boolean?",
  onProgress: "function?",
  source: "any?",
};

function refusal(options: unknown): string {
  try {
    checkOptions(options as Options, KINDS);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidArgumentError);
    return (error as InvalidArgumentError).message;
  }
  throw new Error("accepted");
}

describe("checkOptions", () => {
  test("accepts what is declared", () => {
    checkOptions({ seed: 1 }, { seed: "number" });
    checkOptions<Options>({ seed: Number.NaN }, KINDS);
    checkOptions<Options>(
      { seed: 0, method: "bca", groups: ["a", 1], names: ["a"], stratify: false, source: { url: "" } },
      KINDS,
    );
    // Said to be absent, by JavaScript.
    checkOptions({ seed: 0, batchSize: undefined } as unknown as Options, KINDS);
  });

  test.each([
    ["batch_size", "batchSize"],
    ["Batchsize", "batchSize"],
    ["see", "seed"],
    ["size", "batchSize"],
    ["constructor", "stratify"],
  ])("refuses %s by name, with the nearest known one", (name, nearest) => {
    expect(refusal({ seed: 0, [name]: 1 })).toBe(
      `${name}: unknown option; did you mean "${nearest}"? ` +
        "There are seed, batchSize, method, groups, names, stratify, onProgress, source",
    );
  });

  test.each([
    [null, "options: expected an object, got null"],
    [[], "options: expected an object, got an array of 0"],
    ["adam", 'options: expected an object, got "adam"'],
    [{}, "seed: expected a number, got undefined"],
    [{ seed: "1" }, 'seed: expected a number, got "1"'],
    [{ seed: 1, batchSize: null }, "batchSize: expected a number, got null"],
    [{ seed: 1, method: "normal" }, 'method: expected "percentile" or "bca", got "normal"'],
    [{ seed: 1, groups: "ab" }, 'groups: expected an array, got "ab"'],
    [{ seed: 1, names: ["a", 1] }, "names: expected an array of strings, got an array of 2"],
    [{ seed: 1, stratify: 1 }, "stratify: expected true or false, got 1"],
    [{ seed: 1, onProgress: {} }, "onProgress: expected a function, got an object"],
  ])("refuses %j", (options, message) => {
    expect(refusal(options)).toBe(message);
  });

  test("says which argument or option holds an unknown name", () => {
    const wrong = { folder: "a", resumed: true } as unknown as { folder: string };
    expect(() => checkOptions(wrong, { folder: "string" }, "checkpoint")).toThrow(
      expect.objectContaining({
        parameter: "resumed",
        value: true,
        message: expect.stringContaining("in checkpoint"),
      }),
    );
  });

  test("its declaration is a type error where a name is missing, extra, or of another kind", () => {
    // @ts-expect-error seed is missing
    expect(() => checkOptions({ seed: 1, folds: 2 }, { folds: "number" })).toThrow(InvalidArgumentError);
    expect(() =>
      // @ts-expect-error there is no option repeat
      checkOptions({ seed: 1 }, { seed: "number", repeat: "number" }),
    ).toThrow(InvalidArgumentError);
    // @ts-expect-error seed may not be left out
    checkOptions({ seed: 1 }, { seed: "number?" });
    // @ts-expect-error the seed is a number
    expect(() => checkOptions({ seed: 1 }, { seed: "string" })).toThrow(InvalidArgumentError);
  });
});

test("checkArguments names the argument", () => {
  checkArguments(
    { paths: ["a"], rows: [{}], values: new Float32Array(1) },
    { paths: "strings", rows: "objects", values: "numbers" },
  );
  const model = null as unknown as { layers: []; inputs: [] };
  expect(() => checkArguments({ model }, { model: "model" })).toThrow(
    expect.objectContaining({
      parameter: "model",
      message: "model: expected a LayersModel of TensorFlow.js, got null",
    }),
  );
});

test("nearestName sees through case and punctuation", () => {
  expect(nearestName("learning_rate", ["momentum", "learningRate"])).toBe("learningRate");
  expect(nearestName("idx", ["purpose", "epoch", "index"])).toBe("index");
  expect(nearestName("x", [])).toBeUndefined();
});
