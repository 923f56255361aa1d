import { FileError } from "@covidxr/core";

/** Error for a path that could not be read, by the cause that the file system gave. */
export function readFault(path: string, expected: string, cause: unknown): FileError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT") {
    return new FileError({
      path,
      reason: "missing",
      message: `expected ${expected}, found nothing; check the path`,
      cause,
    });
  }
  if (code === "ENOTDIR") {
    return new FileError({
      path,
      reason: "not-a-directory",
      message: `expected ${expected}, found a file; check the path`,
      cause,
    });
  }
  return new FileError({
    path,
    reason: "unreadable",
    message: `cannot be read (${message}); check that you may read it`,
    cause,
  });
}
