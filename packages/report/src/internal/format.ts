/** Bytes as `1.4 GiB`, `12 MiB` or `0.3 MiB`. */
export function bytesText(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  if (mebibytes >= 1024) return `${(mebibytes / 1024).toFixed(1)} GiB`;
  return `${mebibytes.toFixed(mebibytes < 10 ? 1 : 0)} MiB`;
}

/** A count with its noun, such as `1 image` and `3 images`. */
export function countText(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** A setting as text: a list with commas, a record as its fields one behind the other. */
export function settingText(value: unknown): string {
  if (value === undefined || value === null) return "none";
  if (Array.isArray(value)) return value.map(settingText).join(", ");
  if (typeof value === "object") {
    return Object.entries(value)
      .map(([name, own]) => `${name} ${settingText(own)}`)
      .join(", ");
  }
  return String(value);
}
