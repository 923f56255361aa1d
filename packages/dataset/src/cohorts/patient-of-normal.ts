/** Leading part of chest-xray-pneumonia's file names that names the examination or person. */
const GROUP = /^((?:NORMAL2-)?IM-\d+|person\d+)(?=[-_.])/;

/**
 * Patient of a file of chest-xray-pneumonia, as far as its name tells: `IM-0115-0001.jpeg` gives
 * `chest-xray-pneumonia:IM-0115`, `NORMAL2-IM-0851-0001-0002.jpeg` gives `chest-xray-pneumonia:NORMAL2-IM-0851`,
 * `person12_bacteria_3.jpeg` gives `chest-xray-pneumonia:person12`. The prefix keeps it apart from the patients of
 * other sources. The dataset publishes no patient list: files of one group belong together, files of two groups
 * may still be of one child.
 *
 * @returns `null` when the name has another form.
 */
export function patientOfNormal(filename: string): string | null {
  const group = GROUP.exec(filename)?.[1];
  return group === undefined ? null : `chest-xray-pneumonia:${group}`;
}
