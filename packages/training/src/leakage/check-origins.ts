import { InvalidArgumentError } from "@covidxr/core";
import type { ImageIdentity } from "@covidxr/dataset";

/** @throws {InvalidArgumentError} when origins are given, and not one for each of `images`. */
export function checkOrigins(
  parameter: string,
  images: number,
  origins: readonly ImageIdentity[] | undefined,
): void {
  if (origins === undefined || origins.length === images) return;
  throw new InvalidArgumentError({
    parameter,
    value: origins.length,
    message: `expected an origin for each of ${images} images, got ${origins.length}; name all, or leave them out`,
  });
}
