import { InvalidArgumentError } from "@covidxr/core";
import { jimpVersion } from "../codecs/jimp-version.js";
import { loadSharp } from "../codecs/sharp-module.js";

/**
 * Which library decodes: `"jimp"` (pure JavaScript, always there), `"sharp"` (about six times faster, when
 * installed) or `"auto"` (sharp when it loads, else jimp).
 */
export type Decoder = "auto" | "jimp" | "sharp";

/** The library that decodes, to be written next to results that depend on its rounding. */
export interface ResolvedDecoder {
  readonly name: "jimp" | "sharp";
  readonly version: string;
}

/**
 * Tells which library a choice comes to here.
 *
 * @param decoder @defaultValue `"auto"`
 * @throws {InvalidArgumentError} with parameter `"decoder"` when sharp is asked for and cannot be loaded, or on an
 * unknown name.
 */
export async function resolveDecoder(decoder: Decoder = "auto"): Promise<ResolvedDecoder> {
  switch (decoder) {
    case "jimp":
      return { name: "jimp", version: jimpVersion() };
    case "sharp":
      return { name: "sharp", version: await sharpVersion() };
    case "auto":
      return sharpVersion().then(
        (version): ResolvedDecoder => ({ name: "sharp", version }),
        (): ResolvedDecoder => ({ name: "jimp", version: jimpVersion() }),
      );
    default:
      throw new InvalidArgumentError({
        parameter: "decoder",
        value: decoder,
        message: `expected "auto", "jimp" or "sharp", got ${JSON.stringify(decoder)}`,
      });
  }
}

async function sharpVersion(): Promise<string> {
  try {
    const sharp = await loadSharp();
    return sharp.versions.sharp;
  } catch (cause) {
    throw new InvalidArgumentError({
      parameter: "decoder",
      value: "sharp",
      message: 'expected the package sharp, got none that loads; install sharp or choose "jimp"',
      cause,
    });
  }
}
