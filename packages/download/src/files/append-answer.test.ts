import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import type { Answer } from "../transport/network.js";
import { type Append, appendAnswer } from "./append-answer.js";

const folder = mkdtempSync(join(tmpdir(), "covidxr-append-"));

/** Appends an answer with these pieces, and records what happens. */
function appendPieces(pieces: string[], held: number, bytes: number, other: Partial<Append> = {}) {
  const part = join(folder, `${pieces.join("-")}.covidxr-part`);
  const lengths: number[] = [];
  let received = 0;
  const stated: number[] = [];
  let isEnded = false;
  const answer: Answer = {
    status: 200,
    statusText: "200 OK",
    proxy: undefined,
    header: () => undefined,
    take: async () => {
      const piece = pieces.shift();
      return piece === undefined ? undefined : [Buffer.from(piece)];
    },
    end: () => {
      isEnded = true;
    },
  };
  const target: Append = {
    part,
    held,
    bytes,
    most: 100,
    origin: "http://host",
    onLength: async (length) => void stated.push(length),
    onHeld: (length) => lengths.push(length),
    onReceived: (count) => {
      received += count;
    },
    assertHeld: () => {},
    diskError: (error) => error as Error,
    ...other,
  };
  const notes = () => ({ lengths, stated, received, isEnded, content: readFileSync(part, "latin1") });
  return { outcome: appendAnswer(answer, target), notes };
}

test("pieces are written one after the other", async () => {
  const { outcome, notes } = appendPieces(["ab", "c"], 0, 3);
  expect(await outcome).toBe("whole");
  expect(notes()).toEqual({ lengths: [2, 3], stated: [], received: 3, isEnded: true, content: "abc" });
});

test("nothing is ever written beyond the length of the file", async () => {
  const { outcome, notes } = appendPieces(["xy", "z!!", "more"], 0, 3);
  await expect(outcome).rejects.toMatchObject({ reason: "wrong-content", beforeBody: false });
  expect(notes()).toEqual({ lengths: [2, 3], stated: [], received: 5, isEnded: true, content: "xyz" });
});

test("what is already there is skipped, also within a piece", async () => {
  await appendPieces(["12", "3", "4567"], 0, 7).outcome;
  const { outcome, notes } = appendPieces(["12", "3", "4567"], 5, 7);
  expect(await outcome).toBe("whole");
  expect(notes()).toEqual({ lengths: [7], stated: [], received: 7, isEnded: true, content: "1234567" });
});

test("a process that has lost the folder writes nothing", async () => {
  const lost = () => {
    throw new Error("lost");
  };
  const { outcome, notes } = appendPieces(["q"], 0, 1, { assertHeld: lost });
  await expect(outcome).rejects.toThrow("lost");
  expect(notes()).toMatchObject({ lengths: [], isEnded: true, content: "" });
});
