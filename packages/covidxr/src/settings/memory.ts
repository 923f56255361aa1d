import { totalmem } from "node:os";
import { formatBytes } from "@covidxr/core/internal";

/**
 * Bytes that the network's first convolution takes for each pixel of its input: 64 channels of float32 in and out, for the
 * eight images that go through it together.
 */
const BYTES_PER_PIXEL = 2 * 64 * Float32Array.BYTES_PER_ELEMENT * 8;

/** Memory that this process may have: the machine's, or what its container allows. */
export function memoryHere(): number {
  // 0, or more than there is, where nothing limits it.
  const allowed = process.constrainedMemory?.() ?? 0;
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}

/** Why a network with an input of this size cannot be trained here; undefined when it may fit. */
export function inputProblem(height: number, width: number, memory = memoryHere()): string | undefined {
  const bytes = height * width * BYTES_PER_PIXEL;
  if (bytes <= memory) return undefined;
  return (
    `expected an input that fits into the memory here (${formatBytes(memory)}), got ${height} × ${width} pixels, ` +
    `which take ${formatBytes(bytes)} or more; choose a smaller one`
  );
}
