/** What a library advises in terms of its options, and the flag that does it. */
const FLAGS: readonly (readonly [option: RegExp, flag: string])[] = [
  [/fetchWeights\("imagenet"\)/g, "--download"],
  [/weights: "(\w+)"/g, "--weights $1"],
  [/existing: "replace"/g, "--replace"],
  [/offline: true/g, "--offline"],
];

/** A library's message for who types commands: options by their flags. */
export function asFlags(message: string): string {
  return FLAGS.reduce((text, [option, flag]) => text.replaceAll(option, flag), message);
}
