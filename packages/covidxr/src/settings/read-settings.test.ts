import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createRun } from "@covidxr/report";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Command } from "commander";
import { sealPlace } from "./place-seal.js";
import { addProgramFlags, type ProgramName, readRequest } from "./read-settings.js";
import { listOf, notNegative, oneOf, parseText, positive, proportion, setting, whole } from "./setting.js";

const now = new Date("2026-01-02T03:04:05Z");
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const read = async <Name extends ProgramName>(program: Name, ...argv: string[]) => {
  const command = addProgramFlags(new Command(program), program).exitOverride();
  return readRequest(program, command.parse(argv, { from: "user" }).opts(), now);
};
const reproduce = (...argv: string[]) => read("reproduce", ...argv);

describe("defaults", () => {
  test("with a study are its own, with ImageNet weights", async () => {
    const { settings, place } = await reproduce("--study", "/data");
    expect(settings).toMatchObject({
      height: 320,
      width: 382,
      epochs: 80,
      batchSize: 64,
      learningRate: 0.001,
    });
    expect(settings).toMatchObject({ seed: 0, threshold: 0.7, preprocessing: "rescale", redraw: false });
    expect(settings).toMatchObject({ split: "study", augmentation: "study", variants: 4 });
    expect(place).toMatchObject({ study: resolve("/data"), weights: "imagenet", probes: "backbone" });
  });

  test("without a study are the demonstration's, with a random backbone", async () => {
    const { settings, place, output } = await reproduce();
    expect(settings).toMatchObject({
      height: 160,
      width: 191,
      epochs: 40,
      batchSize: 16,
      learningRate: 0.003,
    });
    expect(settings).toMatchObject({ augmentation: "none", split: "study" });
    expect(place).toMatchObject({ study: undefined, weights: "random", probes: "pixels" });
    expect(output).toBe(resolve("runs", "2026-01-02T03-04-05"));
    expect(place.cache).toBe(resolve("runs", "cache"));
  });

  test("give way to flags; paths are resolved", async () => {
    const { settings, place, output } = await reproduce(
      ...["--study", "data", "--weights", "w.h5", "--epochs", "3", "--batch-size", "9", "--output", "out"],
    );
    expect(settings).toMatchObject({ epochs: 3, batchSize: 9 });
    expect(place).toMatchObject({ study: resolve("data"), weights: resolve("w.h5") });
    expect(output).toBe(resolve("out"));
  });

  test("copies of training images imply augmentation", async () => {
    expect((await reproduce("--variants", "fresh")).settings).toMatchObject({
      augmentation: "study",
      variants: "fresh",
    });
  });

  test("an audit needs no weights; a cross-validation has neither split nor probes", async () => {
    expect((await read("audit", "--study", "/data")).place).toMatchObject({
      weights: "random",
      probes: "pixels",
    });
    const { settings, place } = await read("cross-validate", "--seeds", "2,0,1", "--by", "row");
    expect(settings).toMatchObject({ seeds: [2, 0, 1], by: "row", folds: 5 });
    expect(settings).not.toHaveProperty("split");
    expect(place).not.toHaveProperty("probes");
  });
});

test("a download is a run of the study; how the network is used stays apart from what is recorded", async () => {
  const { network, ...recorded } = await reproduce("--download", "--proxy", "http://user:secret@proxy:3128");
  expect(recorded.settings).toMatchObject({ height: 320, epochs: 80, augmentation: "study" });
  expect(recorded.place).toMatchObject({ download: true, weights: "imagenet" });
  expect(network).toEqual({ offline: false, proxy: "http://user:secret@proxy:3128", replace: false });
  expect(JSON.stringify(recorded)).not.toContain("secret");
});

test.each([
  [["--optimizer", "adam", "--nesterov"], "nesterov"],
  [["--nesterov", "--momentum", "0"], "nesterov"],
  [["--optimizer", "adam", "--momentum", "0.5"], "momentum"],
  [["--step-every", "3"], "stepEvery"],
  [["--step-factor", "0.5"], "stepFactor"],
  [["--warm-up", "2", "--epochs", "2"], "warmUp"],
  [["--width", "1000000000"], "width"],
  [["--height", "999999999"], "height"],
  [["--validation-share", "0.5"], "validationShare"],
  [["--augmentation", "none", "--variants", "2"], "variants"],
  [["--masks", "masks", "--probes", "none"], "masks"],
  [["--probes", "backbone"], "probes"],
  [["--study", "/data", "--proxy", "http://proxy:3128"], "proxy"],
  [["--study", "/data", "--replace"], "replace"],
  [["--study", "/data", "--manifest", "files.csv"], "manifest"],
  [["--download", "--manifest", "files.csv"], "manifest"],
])("%j is refused, as a flag would have no effect or contradicts another", async (argv, parameter) => {
  await expect(reproduce(...argv)).rejects.toMatchObject({ name: "InvalidArgumentError", parameter });
});

test.each([
  [["--study", "http://user:secret@host/a"], "study"],
  [["--cache", "http://user:secret@host/a"], "cache"],
  [["--output", "http://user:secret@host/a"], "output"],
  [["--weights", "https://user:secret@host/a.h5"], "weights"],
  [["--epochs", "http://user:secret@host/a"], "epochs"],
])("%j is no path that a run would record, and its password is not shown", async (argv, parameter) => {
  const error = await reproduce(...argv).catch((thrown: unknown) => thrown);
  const { cause = error } = error as Error;
  expect(cause).toMatchObject({ name: "InvalidArgumentError", parameter });
  expect(JSON.stringify([(cause as Error).message, cause])).not.toContain("secret");
});

describe("--resume", () => {
  const start = async (name: string, argv: readonly string[], program: ProgramName = "reproduce") => {
    const { settings, place } = await read(program, ...argv);
    return createRun(join(root, name), { program, settings, place, now });
  };

  test("takes the settings of the run; where things are may change, and the network is not recorded", async () => {
    await start("run", ["--study", "/data", "--epochs", "5", "--weights", "a.h5"]);
    const argv = ["--resume", join(root, "run"), "--study", "/moved", "--probes", "none", "--offline"];
    const { settings, place, network, output, resume } = await reproduce(...argv);
    expect(settings).toMatchObject({ epochs: 5, height: 320, clipNorm: undefined });
    expect(place).toMatchObject({ study: resolve("/moved"), weights: resolve("a.h5"), probes: "none" });
    expect({ network, output, resume }).toMatchObject({
      network: { offline: true },
      output: join(root, "run"),
      resume: true,
    });
    expect((await reproduce("--resume", join(root, "run"), "--epochs", "5")).settings.epochs).toBe(5);
    expect((await reproduce("--resume", join(root, "run"), "--probes", "backbone")).place.probes).toBe(
      "backbone",
    );
  });

  test.each([
    [["--seed", "7"], "seed"],
    [["--split", "patient"], "split"],
    [["--output", "elsewhere"], "output"],
    [["--download"], "download"],
    [["--study", "/data"], "study"],
  ])("refuses %j, which the run was not started with", async (argv, parameter) => {
    await start("demonstration", []);
    const failure = reproduce("--resume", join(root, "demonstration"), ...argv);
    await expect(failure).rejects.toMatchObject({ name: "InvalidArgumentError", parameter });
  });

  /** Starts a run with these flags, and writes over a part of its record. */
  const alter = async (
    name: string,
    argv: readonly string[],
    changes: Readonly<Record<string, unknown>>,
  ): Promise<string> => {
    await start(name, argv);
    const path = join(root, name, "run.json");
    const record = JSON.parse(await readFile(path, "utf8"));
    for (const [field, value] of Object.entries(changes)) {
      const isPart = typeof value === "object" && value !== null && !Array.isArray(value);
      record[field] = isPart ? { ...record[field], ...value } : value;
    }
    await writeFile(path, JSON.stringify(record));
    return join(root, name);
  };

  test.each([
    [{ settings: { optimizer: "nope" } }, '"settings.optimizer": expected sgd or adam, got "nope"'],
    [{ settings: { schedule: "linear" } }, '"settings.schedule": expected constant, step or cosine'],
    [{ settings: { learningRate: -1 } }, '"settings.learningRate": expected a number above 0, got -1'],
    [{ settings: { height: 1e9 } }, '"settings.height": expected'],
    [{ settings: { epochs: null } }, '"settings.epochs": expected'],
    [{ settings: { window: { center: 1, width: 0 } } }, '"settings.window": expected full, or a centre'],
    [{ settings: { optimiser: "sgd" } }, '"settings.optimiser": expected a name that the program knows'],
    [{ settings: { constructor: 1 } }, '"settings.constructor": expected a name'],
    [{ settings: null }, "settings"],
    [{ settings: [] }, "settings"],
    [{ place: { cache: 5 } }, '"place.cache": expected a path, not an address, got 5'],
    [{ place: { proxy: "http://a" } }, '"place.proxy": expected a name'],
    [{ place: null }, "place"],
    [{ resumed: 5 }, "resumed"],
    [{ status: "stopped" }, "status"],
    [{ kind: 7 }, "kind"],
  ])("refuses a record with %j by its field", async (change, message) => {
    const failure = reproduce("--resume", await alter("altered", ["--study", "/data"], change));
    await expect(failure).rejects.toMatchObject({
      ...{ name: "FileError", reason: "corrupt", path: join(root, "altered", "run.json") },
      message: expect.stringContaining(message),
    });
  });

  test("a record that this user's program did not make leads nowhere that is written to", async () => {
    const online = ["--study", "/data", "--download"];
    for (const [argv, change, name] of [
      [[], { cache: "/stranger/cache" }, "cache"],
      [online, {}, "study"],
      [[...online, "--manifest", "files.csv"], { study: undefined }, "manifest"],
    ] as const) {
      const folder = await alter("stranger", argv, { place: change });
      const named = name === "manifest" ? ["--study", "/data"] : [];
      await expect(reproduce("--resume", folder, ...named)).rejects.toMatchObject({
        ...{ name: "InvalidArgumentError", parameter: name },
        message: expect.stringContaining(`pass --${name} `),
      });
      const own = await reproduce("--resume", folder, ...named, `--${name}`, "/own");
      expect(own.place).toMatchObject({ [name]: resolve("/own") });
    }
    const folder = await alter("sealed", [], {
      place: await sealPlace({ ...(await reproduce("--cache", "/own/cache")).place }),
    });
    expect((await reproduce("--resume", folder)).place.cache).toBe(resolve("/own/cache"));
  });

  test("refuses a finished run and one of another program", async () => {
    await (await start("finished", [])).finish();
    const resume = (name: string) => reproduce("--resume", join(root, name));
    await expect(resume("finished")).rejects.toMatchObject({
      parameter: "resume",
      message: expect.stringMatching(/finished/),
    });
    await start("folds", [], "cross-validate");
    await expect(resume("folds")).rejects.toMatchObject({
      parameter: "resume",
      message: expect.stringMatching(/cross-validate/),
    });
    await expect(resume("nothing")).rejects.toMatchObject({ name: "FileError", reason: "missing" });
  });

  test("without a folder means the latest run that was stopped, among COVIDXR_RUNS", async () => {
    process.env.COVIDXR_RUNS = join(root, "latest");
    try {
      const { output } = await reproduce();
      await mkdir(output, { recursive: true });
      // Begun in the same second.
      expect((await reproduce()).output).toBe(`${output}-2`);
      await expect(reproduce("--resume")).rejects.toMatchObject({ name: "FileError", reason: "missing" });
      await start("latest/stopped", []);
      await (await start("latest/whole", [])).finish();
      expect((await reproduce("--resume")).output).toBe(join(root, "latest/stopped"));
    } finally {
      delete process.env.COVIDXR_RUNS;
    }
  });
});

describe.each([
  { name: "whole(1)", schema: whole(1), good: [["3", 3]], bad: ["0", "1.5", "", "-1", "x", "1e99"] },
  { name: "list", schema: listOf(whole(0)), good: [["2,0,1", [2, 0, 1]]], bad: ["1,1", "1,", "a", ""] },
  {
    name: "proportion",
    schema: proportion,
    good: [
      ["0", 0],
      ["0.5", 0.5],
      ["1", 1],
    ],
    bad: ["1.1", "-0.1", "", "NaN"],
  },
  { name: "positive", schema: positive, good: [["1e-3", 0.001]], bad: ["0", "-1", "Infinity", "", "x"] },
  { name: "notNegative", schema: notNegative, good: [["0", 0]], bad: ["-1", "Infinity", "", "x"] },
  {
    name: "list of words",
    schema: listOf(oneOf(["cpu", "cuda"])),
    good: [["cuda,cpu", ["cuda", "cpu"]]],
    bad: ["", "gpu", "cpu,"],
  },
])("$name", ({ schema, good, bad }) => {
  const declared = setting({ schema, flag: "--x <x>", group: "", help: "", default: undefined as never });

  test("reads what it should", () => {
    for (const [text, value] of good)
      expect(parseText("x", declared as never, text as string)).toEqual(value);
  });

  test("refuses the rest", () => {
    for (const text of bad)
      expect(() => parseText("x", declared as never, text)).toThrow(
        expect.objectContaining({ parameter: "x" }),
      );
  });
});
