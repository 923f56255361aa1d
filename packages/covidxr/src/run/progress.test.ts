import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { type Display, showProgress } from "./progress.js";

let now: number;
let lines: string[];
const log: Display = { clock: () => now, print: (line) => lines.push(line), terminal: undefined };

/** A terminal of 80 columns that keeps what is written to it. */
function terminal() {
  const written: string[] = [];
  const stream = {
    ...{ isTTY: true, columns: 80 },
    write: (text: string) => written.push(text) > 0,
    on: () => stream,
    removeListener: () => stream,
  };
  // Each drawing begins with the cursor at the line's start.
  const text = () => stripVTControlCharacters(written.join("").replaceAll("\u001b[1G", "\n"));
  return { display: { ...log, terminal: stream as unknown as Display["terminal"] }, text };
}

/** The bar draws itself ten times a second at most, by the machine's own clock. */
const redraw = () => sleep(150);

beforeEach(() => {
  now = 1000;
  lines = [];
});

describe("without a terminal", () => {
  test("a line every ten seconds, and one at the end", () => {
    const progress = showProgress("Reading images", "images", log);
    for (let done = 1; done <= 30; done++) {
      now += 1000;
      progress.update(done, 30, done > 20 ? "5 from cache" : "");
    }
    progress.finish();
    expect(lines).toEqual([
      "Reading images: 10/30, 1.0 images/s",
      "Reading images: 20/30, 1.0 images/s",
      "Reading images: 30/30, 1.0 images/s, 5 from cache, 30.0 s",
    ]);
  });

  test("bytes that were there at first are not in the rate, nor in the time that is left", () => {
    const progress = showProgress("Fetching", "bytes", log);
    now += 60_000; // Verifying, and waiting for another process.
    progress.update(50e6, 150e6, "3/9 files");
    now += 10_000;
    progress.update(70e6, 150e6, "4/9 files");
    now += 40_000;
    progress.update(150e6, 150e6, "9/9 files");
    progress.finish();
    expect(lines).toEqual([
      "Fetching: 70.0 MB/150.0 MB, 2.0 MB/s, 4/9 files, 40 s left",
      "Fetching: 150.0 MB/150.0 MB, 2.0 MB/s, 9/9 files, 110.0 s",
    ]);
  });

  test("where no byte had to come, nothing is said", () => {
    const progress = showProgress("Fetching", "bytes", log);
    progress.update(150e6, 150e6);
    progress.finish();
    expect(lines).toEqual([]);
  });

  test("a pause is a line at once, also before anything was done", () => {
    const progress = showProgress("Fetching", "bytes", log);
    progress.pause({ cause: "another process downloads to this folder", seconds: Number.NaN });
    progress.update(0, 10e6);
    progress.pause({ cause: "429 Too Many Requests", seconds: 75 });
    expect(lines).toEqual([
      "Fetching: another process downloads to this folder, waiting",
      "Fetching: 429 Too Many Requests, waiting 1 min 15 s",
    ]);
  });
});

test("eight transfers that wait for the same are one line, until ten seconds have passed", () => {
  const progress = showProgress("Fetching", "bytes", log);
  for (let i = 0; i < 8; i++) progress.pause({ cause: "no such host", seconds: 1 });
  progress.pause({ cause: "503 Service Unavailable", seconds: 4 });
  now += 10_000;
  progress.pause({ cause: "503 Service Unavailable", seconds: 8 });
  expect(lines).toEqual([
    "Fetching: no such host, waiting 1 s",
    "Fetching: 503 Service Unavailable, waiting 4 s",
    "Fetching: 503 Service Unavailable, waiting 8 s",
  ]);
});

describe("in a terminal of 80 columns", () => {
  test("the bar, its note and the time left fit", async () => {
    const { display, text } = terminal();
    const progress = showProgress("Fetching study", "bytes", display);
    progress.update(0, 138.2e6, "0/303 files");
    now += 10_000;
    await redraw();
    progress.update(60e6, 138.2e6, "120/303 files");
    progress.finish();
    expect(text()).toContain("60.0 MB/138.2 MB 6.0 MB/s 120/303 files, 13 s left");
    for (const line of text().split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("a pause stands until it is over, whatever moves meanwhile", async () => {
    const { display, text } = terminal();
    const progress = showProgress("Fetching", "bytes", display);
    progress.update(0, 10e6, "0/2 files");
    await redraw();
    progress.pause({ cause: "503", seconds: 20 });
    now += 10_000;
    await redraw();
    progress.update(1e6, 10e6, "1/2 files");
    expect(text()).not.toContain("1/2 files");
    now += 11_000;
    await redraw();
    progress.update(2e6, 10e6, "1/2 files");
    progress.finish();
    expect(text()).toContain("503, waiting 20 s");
    expect(text()).toContain("1/2 files");
  });

  test("before the first progress a pause is a line of its own, so that nothing prints into a bar", () => {
    const { display, text } = terminal();
    const progress = showProgress("Fetching", "bytes", display);
    progress.pause({ cause: "another process", seconds: Number.NaN });
    expect([lines, text()]).toEqual([["Fetching: another process, waiting"], ""]);
    progress.update(5e6, 10e6, "1/2 files");
    progress.finish();
    expect(text()).toContain("5.0 MB/10.0 MB");
  });
});
