import { type Fingerprint, findCopies } from "@covidxr/audit";
import { fingerprintImage } from "@covidxr/audit/internal";
import { createRng, type Rng } from "@covidxr/core";
import type { GreyImage, RgbImage } from "@covidxr/image";
import { drawRadiograph } from "@covidxr/phantom";

const COUNTS = [1_250, 2_500, 5_000, 10_000] as const;
const DRAWN = 250;
const WIDTHS = [160, 208, 256] as const;
/** Values of a smooth field along a side. */
const GRID = 20;
/** One image in this many is a copy of an earlier one. */
const COPY_EVERY = 25;

/**
 * Times the search for copies among n synthetic radiographs as n doubles, in seconds of the processor. Drawing is slow, so
 * that few are drawn: each image is a blend of two of them with a smooth random field of its own, and one in twenty-five
 * is a cropped, mirrored, rescaled or otherwise exposed copy of an earlier one.
 */
export async function benchCopies(): Promise<void> {
  const count = COUNTS.at(-1)!;
  const drawn = Array.from({ length: DRAWN }, (_, index) =>
    drawRadiograph({
      rng: createRng(0, { purpose: "bench copies", index }),
      width: WIDTHS[index % WIDTHS.length]!,
      height: WIDTHS[(index + 1) % WIDTHS.length]!,
      finding: index % 2 === 0 ? "none" : "COVID-19",
    }),
  );
  const origins = new Map<string, string>();
  const fingerprints: Fingerprint[] = [];
  let hashing = 0;
  for (let index = 0; index < count; index++) {
    const rng = createRng(0, { purpose: "bench copies vary", index });
    const isCopy = index % COPY_EVERY === COPY_EVERY - 1;
    // The original of a copy is made again, not kept: ten thousand images are more than memory is for.
    const of = isCopy ? originOf(index, rng) : index;
    const original = variant(drawn, createRng(0, { purpose: "bench copies vary", index: of }));
    const image = isCopy ? changed(original, rng) : original;
    if (isCopy) origins.set(String(index), String(of));
    const file = { path: String(index), bytes: image.data, format: "png", image } as const;
    const start = performance.now();
    fingerprints.push(fingerprintImage(file));
    hashing += performance.now() - start;
  }
  console.log(
    `fingerprints of ${count} images of about ${Math.round((208 * 208) / 1000)} thousand pixels: ` +
      `${(hashing / 1000).toFixed(1)} s, ${(hashing / count).toFixed(2)} ms each`,
  );

  let unit: number | undefined;
  for (const n of COUNTS) {
    const some = fingerprints.slice(0, n);
    const start = process.cpuUsage();
    const pairs = await findCopies(some);
    const { user, system } = process.cpuUsage(start);
    const seconds = (user + system) / 1e6;
    const each = seconds / (n * Math.log2(n));
    unit ??= each;
    const planted = some.filter(({ path }) => origins.has(path)).length;
    const found = pairs.filter(({ first, second }) => origins.get(second) === first).length;
    console.log(
      `copies among ${n} images: ${seconds.toFixed(1)} s, ${(each / unit).toFixed(2)} times the first per n log n; ` +
        `${found} of ${planted} planted copies and ${pairs.length - found} other pairs`,
    );
  }
}

/** An earlier image that is no copy itself; no two copies have the same. */
function originOf(index: number, rng: Rng): number {
  return index - COPY_EVERY + 1 + rng.integer(COPY_EVERY - 1);
}

function variant(drawn: readonly GreyImage[], rng: Rng): RgbImage {
  const base = drawn[rng.integer(drawn.length)]!;
  const other = drawn[rng.integer(drawn.length)]!;
  const share = 0.3 * rng.uniform();
  const field = Array.from({ length: GRID * GRID }, () => 30 * rng.normal());
  const { width, height } = base;
  return rgb(width, height, (x, y) => {
    const u = (x + 0.5) / width;
    const v = (y + 0.5) / height;
    return (1 - share) * at(base, u, v) + share * at(other, u, v) + smooth(field, u, v);
  });
}

function smooth(field: readonly number[], u: number, v: number): number {
  const x = u * (GRID - 1);
  const y = v * (GRID - 1);
  const column = Math.min(Math.floor(x), GRID - 2);
  const row = Math.min(Math.floor(y), GRID - 2);
  const [a, b, c, d] = [0, 1, GRID, GRID + 1].map((step) => field[row * GRID + column + step]!);
  const right = x - column;
  const below = y - row;
  return (a! + (b! - a!) * right) * (1 - below) + (c! + (d! - c!) * right) * below;
}

function changed(image: RgbImage, rng: Rng): RgbImage {
  const scale = 0.5 + rng.uniform();
  const [left, top, right, bottom] = Array.from({ length: 4 }, () => 0.1 * rng.uniform() * rng.integer(2));
  const mirrored = rng.integer(2) === 1;
  const gamma = 0.75 + 0.5 * rng.uniform();
  const grey: GreyImage = { ...image, data: image.data.filter((_, i) => i % 3 === 0) };
  return rgb(Math.round(image.width * scale), Math.round(image.height * scale), (x, y, width, height) => {
    const u = left! + (1 - left! - right!) * ((x + 0.5) / width);
    const v = top! + (1 - top! - bottom!) * ((y + 0.5) / height);
    return 255 * (at(grey, mirrored ? 1 - u : u, v) / 255) ** gamma;
  });
}

function rgb(
  width: number,
  height: number,
  grey: (x: number, y: number, width: number, height: number) => number,
): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const value = Math.round(
      Math.min(255, Math.max(0, grey(i % width, Math.floor(i / width), width, height))),
    );
    data.fill(value, 3 * i, 3 * i + 3);
  }
  return { width, height, data };
}

function at({ width, height, data }: GreyImage, u: number, v: number): number {
  return data[
    Math.min(height - 1, Math.floor(v * height)) * width + Math.min(width - 1, Math.floor(u * width))
  ]!;
}
