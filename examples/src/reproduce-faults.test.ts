import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { STUDY_LAYOUT } from "@covidxr/dataset/study";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type OnOutput, type Outcome, runProgram } from "./testing/run-program.js";
import { SMALL_NETWORK, writeSmallStudy } from "./testing/small-study.js";

// What a user sees when something is wrong, on a small synthetic study and a small input.
let root: string;
let study: string;
const SMALL = [...SMALL_NETWORK, "--epochs", "2", "--probes", "none"];

const reproduce = (args: readonly string[], onOutput?: OnOutput) =>
  runProgram("reproduce", root, args, onOutput);
const flags = (output: string, ...more: string[]) => [
  ...["--study", "study", "--cache", "cache", "--output", output],
  ...SMALL,
  ...more,
];
const run = (output: string, ...more: string[]) => reproduce(flags(output, ...more));

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
  study = join(root, "study");
  writeSmallStudy(study);
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe("bad input gets one clear line and a non-zero exit", () => {
  const broken = async (name: string, change: (folder: string) => Promise<void>): Promise<string> => {
    await cp(study, join(root, name), { recursive: true });
    await change(join(root, name));
    return name;
  };
  const expectOneLine = ({ code, stderr }: Outcome, pattern: RegExp) => {
    expect(stderr.trim().split("\n")).toEqual([expect.stringMatching(pattern)]);
    expect(code).toBe(1);
  };
  const withStudy = (folder: string, ...more: string[]) =>
    reproduce(["--study", folder, "--cache", "cache", "--output", `${folder}-out`, ...SMALL, ...more]);

  test("no such study folder", async () => {
    expectOneLine(await withStudy("nowhere"), /^Error: .*nowhere: expected a study folder, found nothing/);
  });

  test("metadata without a view column", async () => {
    const folder = await broken("no-view", async (path) => {
      const file = join(path, STUDY_LAYOUT.metadata);
      await writeFile(file, (await readFile(file, "utf8")).replace(",view,", ",projection,"));
    });
    expectOneLine(await withStudy(folder), /^Error: .*metadata\.csv, line 1: .*view/);
  });

  test("weights that are not there, or not weights", async () => {
    const missing = await reproduce(["--study", "study", "--output", "no-weights"]);
    expectOneLine(missing, /^Error: imagenet: expected VGG19 weights at .*--weights FILE/);
    await writeFile(join(root, "weights.h5"), "text");
    expectOneLine(await withStudy("study", "--weights", "weights.h5"), /^Error: .*weights\.h5: expected/);
  });

  test("a text file named .jpg is named and left out", async () => {
    const folder = await broken("text-image", async (path) => {
      const images = join(path, "covid-chestxray-dataset/images");
      const [name] = (await readdir(images))
        .filter((file) => file.endsWith(".jpg") || file.endsWith(".jpeg"))
        .sort();
      await writeFile(join(images, name!), "not an image");
    });
    const { code, stdout } = await withStudy(folder);
    expect(stdout).toMatch(/Unreadable files: 2\n/);
    expect(stdout).toMatch(/: expected a JPEG or PNG/);
    expect(code).toBe(0);
  });

  test("no usable image in a split", async () => {
    const folder = await broken("no-images", async (path) => {
      await rm(join(path, "covid-chestxray-dataset/images"), { recursive: true });
    });
    expectOneLine(await withStudy(folder), /^Error: split \w+: expected .*got none/);
  });

  test("an output folder that cannot be written", async () => {
    await writeFile(join(root, "file"), "");
    const outcome = await reproduce(["--study", "study", "--output", "file/out", ...SMALL]);
    expectOneLine(outcome, /^Error: .*file\/out.* cannot be written/);
  });

  test("a run to go on with that is not there, finished, or was started with other flags", async () => {
    expectOneLine(
      await reproduce(["--resume", "nothing"]),
      /^Error: .*nothing.run\.json: expected the record of a run, found none/,
    );
    await run("finished");
    expectOneLine(await reproduce(["--resume", "finished"]), /^Error: resume: .*finished.* is finished/);
    await reproduce(flags("stopped", "--epochs", "1000"), (stdout, kill) => {
      if (stdout.includes("Epoch    1/1000")) kill("SIGINT");
    });
    expectOneLine(
      await reproduce(["--resume", "stopped", "--seed", "7"]),
      /^Error: seed: expected 0, with which the run in .*stopped was started, got 7/,
    );
    expectOneLine(
      await reproduce(["--resume", "stopped", "--output", "elsewhere"]),
      /^Error: output: expected one folder, got two/,
    );
  });

  test("masks that are not there, or not of every image, before anything is trained", async () => {
    const masks = async (folder: string) => {
      const outcome = await reproduce(flags("masked", "--probes", "pixels", "--masks", folder));
      expect(outcome.stdout).not.toContain("Epoch");
      return outcome;
    };
    expectOneLine(
      await masks("nowhere"),
      /^Error: .*nowhere: expected a folder of lung masks, found nothing/,
    );
    await mkdir(join(root, "masks"));
    expectOneLine(await masks("masks"), /^Error: .*expected masks named NAME\.png.*masks, found none/);
    await writeFile(join(root, "masks", "other.png"), "");
    expectOneLine(
      await masks("masks"),
      /^Error: masks: expected a mask for each of \d+ images, got none for/,
    );
  });

  test.each([
    { given: ["--optimizer", "adam", "--nesterov"], line: /^Error: nesterov: expected --optimizer sgd/ },
    { given: ["--nesterov", "--momentum", "0"], line: /^Error: nesterov: / },
    { given: ["--step-every", "3"], line: /^Error: stepEvery: expected --schedule step/ },
    { given: ["--warm-up", "2"], line: /^Error: warmUp: expected fewer epochs than the 2/ },
    {
      given: ["--augmentation", "none", "--variants", "2"],
      line: /^Error: variants: expected --augmentation study/,
    },
    { given: ["--early-stopping", "2", "--validation-share", "1"], line: /^Error: validationShare: / },
    { given: ["--masks", "masks"], line: /^Error: masks: expected probes that use them/ },
    { given: ["--probes", "backbone"], line: /^Error: probes: expected VGG19 weights with backbone/ },
  ])("flags that cannot go together: $given", async ({ given, line }) => {
    const outcome = await run("idle", ...given);
    expectOneLine(outcome, line);
    expect(outcome.stdout).toBe("");
  });

  test("a provider that this machine lacks", async () => {
    expectOneLine(
      await reproduce(flags("no-provider", "--providers", "coreml,dml")),
      /^Error: providers: expected a provider that works here, got coreml .*this build has cpu/,
    );
  });

  test("a flag out of range", async () => {
    const { code, stderr } = await reproduce(["--threshold", "2"]);
    expect(stderr).toContain("expected a number from 0 to 1");
    expect(code).toBe(1);
  });
});
