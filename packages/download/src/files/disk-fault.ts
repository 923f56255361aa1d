import { FileError, type FileFault } from "@covidxr/core";
import { formatBytes } from "./format-bytes.js";

const FAULTS: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the disk",
  EDQUOT: "the quota on this disk is used up",
  EFBIG: "the file system or a limit of this process takes no file of this length",
  EACCES: "permission denied; choose a folder that you may write to",
  EPERM: "not permitted; choose a folder that you may write to",
  EROFS: "the disk is read-only; choose a folder that you may write to",
};

/**
 * The error of a file that cannot be written or read.
 *
 * @param missing Bytes that are still to be written, for the advice on a full disk.
 */
export function diskFault(
  path: string,
  cause: unknown,
  details: { readonly reason?: FileFault; readonly missing?: number } = {},
): FileError {
  if (cause instanceof FileError) return cause;
  const { reason = "unwritable", missing } = details;
  const { code = "", message } = cause as NodeJS.ErrnoException;
  const isFull = code === "ENOSPC" || code === "EDQUOT";
  const advice =
    isFull && missing !== undefined
      ? `; free ${formatBytes(missing)} and start again, what came is kept`
      : "";
  const words =
    FAULTS[code] ??
    (reason === "unreadable" ? `cannot be read (${message})` : `cannot be written (${message})`);
  return new FileError({ path, reason, message: `${words}${advice}`, cause });
}

/** The code of a system error; empty for others. */
export function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? "";
}
