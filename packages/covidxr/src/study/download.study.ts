import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { studyFiles } from "@covidxr/dataset/internal";
import { startFileServer } from "@covidxr/testing/server";
import { expect, test } from "@jest/globals";
import { runProgram } from "../testing/run-program.js";

// The published study served on loopback under its own addresses, fetched as a user fetches it from the internet.
const SHARED = join(process.cwd(), process.env.COVIDXR_SHARED ?? "../shared");
const WEIGHTS = join(SHARED, "weights/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5");
const MINUTES = 60_000;

/** Listed by the study, and not among the files served here: 404. */
const MISSING = 5;

test(
  "a cold download is followed by the run; a second one transfers nothing",
  async () => {
    const root = await mkdtemp(join(tmpdir(), "covidxr-"));
    const files = studyFiles();
    const fileOf = new Map(files.map(({ urls, path }) => [new URL(urls[0]!).pathname, path]));
    const server = await startFileServer({
      async file(path) {
        const name = fileOf.get(path);
        return name === undefined ? undefined : readFile(join(SHARED, "study", name)).catch(() => undefined);
      },
    });
    const run = (output: string) =>
      runProgram(
        root,
        [
          ...["reproduce", "--download", "--weights", WEIGHTS, "--cache", "cache", "--output", output],
          ...["--augmentation", "none", "--epochs", "1", "--probes", "none"],
        ],
        { env: { COVIDXR_MIRROR: server.url }, fullWidth: true },
      );
    try {
      const cold = await run("cold");
      expect(cold).toMatchObject({ code: 0, stderr: "" });
      expect(cold.stdout).toContain(`${files.length - MISSING} fetched (138.2 MB), ${MISSING} unavailable`);
      expect(cold.stdout).toContain("Used: 297 of 304 rows");
      const sent = server.sentBytes;
      const warm = await run("warm");
      expect(warm).toMatchObject({ code: 0, stderr: "" });
      expect(server.sentBytes).toBe(sent);
      const figures = (name: string) => readFile(join(root, name, "predictions.csv"), "utf8");
      expect(await figures("warm")).toBe(await figures("cold"));
    } finally {
      await server.close();
      await rm(root, { recursive: true, force: true });
    }
  },
  30 * MINUTES,
);
