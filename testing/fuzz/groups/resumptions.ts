import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createRun } from "@covidxr/report";
import { readRequest } from "../../../packages/covidxr/src/settings/read-settings.js";
import type { Group, Input } from "../group.js";
import { mutateBytes, mutateJson } from "../mutators.js";

const NOW = new Date(Date.UTC(2026, 0, 1));

/** Runs that were stopped, from somebody else: what a resumption takes over, and where it would write. */
export const resumptions: Group = {
  async prepare(folder) {
    for (const program of PROGRAMS) {
      const { settings, place } = await readRequest(program, { study: resolve("study") }, NOW);
      await createRun(join(folder, program), { program, settings, place: { ...place }, now: NOW });
    }
  },

  async mutate(input, rng) {
    const text = await readFile(pathOf(input));
    const { content, what } =
      rng.uniform() < 0.2 ? mutateBytes(text, rng) : mutateJson(JSON.parse(text.toString("utf8")), rng);
    await writeFile(pathOf(input), content instanceof Uint8Array ? content : JSON.stringify(content));
    // Another setting that is valid.
    return { what, unsealed: true };
  },

  async use({ name, folder }) {
    const program = PROGRAMS.find((each) => each === name)!;
    const { settings, place } = await readRequest(program, { resume: folder }, NOW);
    const usual = await readRequest(program, { study: resolve("study") }, NOW);
    const wrong = place.cache === usual.place.cache ? undefined : `would write to ${place.cache}`;
    return { value: [settings, place], wrong };
  },
};

const PROGRAMS = ["reproduce", "cross-validate"] as const;

const pathOf = ({ folder }: Input): string => join(folder, "run.json");
