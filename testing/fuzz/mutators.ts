import type { Rng } from "@covidxr/core";

/** An altered copy, and how it was altered. */
export interface Mutant<Content> {
  readonly content: Content;
  readonly what: string;
}

/** One of several values. */
export function pick<Value>(rng: Rng, values: readonly Value[]): Value {
  return values[rng.integer(values.length)]!;
}

/** A part of something of `length`: mostly short, sometimes long. */
function part(rng: Rng, length: number): { start: number; end: number } {
  const start = rng.integer(Math.max(1, length));
  const longest = rng.uniform() < 0.7 ? Math.min(16, length - start) : length - start;
  return { start, end: start + (longest > 0 ? 1 + rng.integer(longest) : 0) };
}

const randomBytes = (rng: Rng, count: number): Uint8Array =>
  Uint8Array.from({ length: count }, () => rng.integer(256));

/** Numbers that sizes are often set to. */
const SIZES = [0, 1, 0x7f, 0xff, 0xffff, 0x7fff_ffff, 0xffff_ffff];

type BytesMutator = (bytes: Buffer, rng: Rng) => Mutant<Uint8Array>;

const BYTES: readonly BytesMutator[] = [
  (bytes, rng) => {
    const count = rng.uniform() < 0.6 ? 1 : 1 + rng.integer(16);
    const content = Buffer.from(bytes);
    const places = Array.from({ length: count }, () => rng.integer(bytes.length));
    for (const at of places) content[at]! ^= 1 << rng.integer(8);
    return { content, what: `bit flipped at ${places.join(", ")}` };
  },
  (bytes, rng) => {
    const { start, end } = part(rng, bytes.length);
    const content = Buffer.from(bytes).fill(pick(rng, [0, 255, 32]), start, end);
    return { content, what: `one value from ${start} to ${end}` };
  },
  (bytes, rng) => {
    const { start, end } = part(rng, bytes.length);
    const content = Buffer.from(bytes);
    content.set(randomBytes(rng, end - start), start);
    return { content, what: `noise from ${start} to ${end}` };
  },
  (bytes, rng) => {
    const end = rng.integer(bytes.length);
    return { content: bytes.subarray(0, end), what: `cut at ${end} of ${bytes.length}` };
  },
  (bytes, rng) => {
    const { start, end } = part(rng, bytes.length);
    const content = Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
    return { content, what: `without ${start} to ${end}` };
  },
  (bytes, rng) => {
    const { start, end } = part(rng, bytes.length);
    const content = Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
    return { content, what: `${start} to ${end} doubled` };
  },
  (bytes, rng) => {
    const at = rng.integer(bytes.length + 1);
    const count = 1 + rng.integer(64);
    const content = Buffer.concat([bytes.subarray(0, at), randomBytes(rng, count), bytes.subarray(at)]);
    return { content, what: `${count} bytes of noise put in at ${at}` };
  },
  (bytes, rng) => {
    const at = rng.integer(Math.max(1, bytes.length - 4));
    const content = Buffer.from(bytes);
    const value = pick(rng, SIZES);
    const isLittle = rng.uniform() < 0.5;
    if (content.length >= 4) isLittle ? content.writeUInt32LE(value, at) : content.writeUInt32BE(value, at);
    return { content, what: `the number ${value} at ${at}` };
  },
  (bytes, rng) => {
    const [a, b] = [part(rng, bytes.length), part(rng, bytes.length)];
    const content = Buffer.from(bytes);
    content.set(bytes.subarray(a.start, Math.min(a.end, a.start + bytes.length - b.start)), b.start);
    return { content, what: `${a.start} to ${a.end} copied over ${b.start}` };
  },
];

/** Alters the bytes of any file. */
export function mutateBytes(bytes: Uint8Array, rng: Rng): Mutant<Uint8Array> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.length === 0
    ? { content: randomBytes(rng, 8), what: "noise" }
    : pick(rng, BYTES)(buffer, rng);
}

/** What programs write into JSON by mistake or with intent. */
const JUNK: readonly unknown[] = [
  ...[null, true, false, 0, -1, 0.5, 3, 1e9, 1e308, 2 ** 53, "", "nope", "0", "1e9", "\u0000", "Infinity"],
  ...["../../etc/passwd", "/etc/passwd", "__proto__", "constructor", "x".repeat(100_000)],
  ...[[], {}, [null], [1e9, 1e9, 1e9], ["text"], { length: 1e9 }, { constructor: null }],
];

type Container = Record<string, unknown>;
interface Place {
  readonly within: Container;
  readonly key: string;
  readonly path: string;
}

function placesOf(value: unknown, path = ""): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const within = value as Container;
  return Object.keys(within).flatMap((key) => {
    const own = path === "" ? key : `${path}.${key}`;
    return [{ within, key, path: own }, ...placesOf(within[key], own)];
  });
}

const show = (value: unknown): string => (JSON.stringify(value) ?? "undefined").slice(0, 40);

/** Alters one place of a JSON value. */
export function mutateJson(json: unknown, rng: Rng): Mutant<unknown> {
  const content = structuredClone(json);
  const places = placesOf(content);
  if (places.length === 0) return { content: pick(rng, JUNK), what: "junk" };
  const place = pick(rng, places);
  const { within, key, path } = place;
  const set = (value: unknown): Mutant<unknown> => {
    // `__proto__` as a key of its own, as JSON.parse makes it.
    Object.defineProperty(within, key, { value, enumerable: true, configurable: true, writable: true });
    return { content, what: `${path} = ${show(value)}` };
  };
  const old = within[key];
  switch (rng.integer(8)) {
    case 0:
      if (Array.isArray(within)) within.splice(Number(key), 1);
      else delete within[key];
      return { content, what: `without ${path}` };
    case 1: {
      const other = pick(rng, places);
      const value = other.within[other.key];
      if (placesOf(value).some((inner) => inner.within === within)) return set(null);
      other.within[other.key] = old;
      within[key] = value;
      // What now holds itself is no JSON.
      return isTree(content) ? { content, what: `${path} and ${other.path} swapped` } : mutateJson(json, rng);
    }
    case 2: {
      const alike = places.filter((each) => typeof each.within[each.key] === typeof old);
      return set(structuredClone(pick(rng, alike).within[pick(rng, [key])] ?? pick(rng, JUNK)));
    }
    case 3:
      if (Array.isArray(old) && old.length > 0) {
        const item = rng.integer(old.length);
        old.splice(item, 0, structuredClone(old[item]));
        return { content, what: `${path}.${item} doubled` };
      }
      if (typeof old === "number")
        return set(pick(rng, [-old, old + 1, old * 2, old * 1e6, old - 1, 1 / (old || 1)]));
      if (typeof old === "boolean") return set(!old);
      return set(typeof old === "string" ? `${old}x` : pick(rng, JUNK));
    case 4: {
      if (Array.isArray(old) && old.length > 1) {
        old.reverse();
        return { content, what: `${path} reversed` };
      }
      const name = pick(rng, ["notAKey", "__proto__", `${key}2`, key.toUpperCase()]);
      Object.defineProperty(within, name, { value: old, enumerable: true, configurable: true });
      if (!Array.isArray(within)) delete within[key];
      return { content, what: `${path} renamed to ${name}` };
    }
    case 5: {
      let nested: unknown = old;
      for (let i = pick(rng, [1, 3, 2000]); i > 0; i--) nested = [nested];
      return set(nested);
    }
    default:
      return set(structuredClone(pick(rng, JUNK)));
  }
}

function isTree(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}

/** Cells that tables hold by mistake. */
const CELLS = [
  "",
  "0",
  "1",
  "-1",
  "2",
  "NaN",
  "1e999",
  '"',
  "a,b",
  "x\ny",
  "\u0000",
  "=1+1",
  "../../x",
  "used",
  "__proto__",
];

/** Alters a CSV table by its lines and cells. */
export function mutateTable(text: string, rng: Rng): Mutant<string> {
  const lines = text.split("\n");
  const rows = lines.length - (lines.at(-1) === "" ? 1 : 0);
  const at = rng.integer(rows);
  const other = rng.integer(rows);
  const done = (what: string): Mutant<string> => ({ content: lines.join("\n"), what });
  switch (rng.integer(9)) {
    case 0: {
      const count = 1 + rng.integer(3);
      lines.splice(at, count);
      return done(`without ${count} lines from ${at + 1} on`);
    }
    case 1:
      lines.splice(other, 0, lines[at]!);
      return done(`line ${at + 1} doubled`);
    case 2:
      [lines[at], lines[other]] = [lines[other]!, lines[at]!];
      return done(`lines ${at + 1} and ${other + 1} swapped`);
    case 3:
      return { content: lines.slice(0, at).join("\n"), what: `cut after line ${at}` };
    case 4: {
      const swap = /[,;]/.test(lines[0]!) ? pick(rng, [";", "\t", "|"]) : ",";
      return { content: text.replaceAll(",", swap), what: `commas as ${JSON.stringify(swap)}` };
    }
    case 5:
      return {
        content: pick(rng, [
          `\ufeff${text}`,
          text.replaceAll("\n", "\r\n"),
          `${text}\n\n`,
          text.toUpperCase(),
        ]),
        what: "other line ends, case or mark",
      };
    default: {
      const cells = lines[at]!.split(",");
      const place = rng.integer(cells.length);
      const flipped = cells[place] === "0" ? "1" : cells[place] === "1" ? "0" : undefined;
      cells[place] = rng.uniform() < 0.4 && flipped !== undefined ? flipped : pick(rng, CELLS);
      lines[at] = cells.join(",");
      return done(`line ${at + 1}, cell ${place + 1} = ${JSON.stringify(cells[place])}`);
    }
  }
}
