import { stat } from "node:fs/promises";
import { join } from "node:path";
import { NOTICE } from "./notice.js";

/**
 * Whether a folder holds a phantom study, whole or begun, and everything computed from it must be labelled
 * synthetic. False for a folder that does not exist.
 *
 * @param dir Folder of the study.
 */
export async function isSyntheticStudy(dir: string): Promise<boolean> {
  const found = await stat(join(dir, NOTICE)).catch(() => undefined);
  return found?.isFile() ?? false;
}
