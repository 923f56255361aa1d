import { createRequire } from "node:module";

/** Version of the jimp that this package uses. */
export function jimpVersion(): string {
  const require = createRequire(import.meta.url);
  return (require("jimp/package.json") as { version: string }).version;
}
