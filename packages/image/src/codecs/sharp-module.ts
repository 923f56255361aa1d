import type Sharp from "sharp";

/** The part of sharp's module that is used here. */
export type SharpModule = typeof Sharp;

/** Loads sharp, an optional peer. @throws whatever the import throws when it is absent or cannot run here. */
export async function loadSharp(): Promise<SharpModule> {
  const module = await import("sharp");
  return module.default;
}
