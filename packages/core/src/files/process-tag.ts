import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** A process as names of files say it: machine, process id, and start, so that another one with the same id is not taken for it. */
const TAG = /^([0-9a-f]{8})-(\d+)-(\d+)$/;

/** This machine since its start; of Linux, as its processes count each other: a container has numbers of its own. */
const HOST = createHash("sha256")
  .update([hostname(), bootId(), processNamespace()].join("\n"))
  .digest("hex")
  .slice(0, 8);

/** The tag of this process. */
export const OWN_TAG = `${HOST}-${process.pid}-${stateOf(process.pid)?.start ?? 0}`;

/** Whether the process with this tag has ended; undefined where only its own machine can tell. */
export function hasEnded(tag: string): boolean | undefined {
  const [, host, id, start] = TAG.exec(tag) ?? [];
  if (host !== HOST) return undefined;
  const pid = Number(id);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return true;
  }
  const state = stateOf(pid);
  // One that was killed keeps its number until its parent asks for it, which some never do.
  return state !== undefined && (state.isDead || state.start !== start);
}

/** What Linux says of a process; undefined elsewhere. */
function stateOf(pid: number): { readonly start: string; readonly isDead: boolean } | undefined {
  const text = textOf(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // The name in parentheses may hold anything; proc(5) counts the state as field 3 and the start as field 22.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, start] = [fields[0], fields[19]];
  return start === undefined ? undefined : { start, isDead: state === "Z" || state === "X" };
}

function bootId(): string {
  return textOf(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"));
}

function processNamespace(): string {
  return textOf(() => readlinkSync("/proc/self/ns/pid"));
}

function textOf(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
