const UNITS = ["kB", "MB", "GB", "TB"];

/** Bytes as text in decimal units: `512 bytes`, `1.2 MB`; rounded up, so that it is enough where it is a need. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  let value = bytes;
  let unit = -1;
  do {
    value /= 1000;
    unit++;
  } while (value >= 1000 && unit < UNITS.length - 1);
  return `${(Math.ceil(value * 10) / 10).toFixed(1)} ${UNITS[unit]}`;
}
