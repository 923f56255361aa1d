import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { defaultCacheFolder } from "@covidxr/model";

/** Where things are, with the seal of who recorded it. */
type SealedPlace = Readonly<Record<string, unknown>>;

const KEY_BYTES = 32;

/**
 * Seals what a run records of places, so that its resumption can tell whether this user's program recorded them: the folder
 * of a run may come from anybody, and a resumed run writes where the record says. The key is a file that only the user may
 * read; where none can be kept, there is no seal.
 */
export async function sealPlace(place: SealedPlace): Promise<SealedPlace> {
  const key = (await readKey()) ?? (await makeKey());
  return key === undefined ? place : { ...place, seal: sealOf(key, place) };
}

/** Whether a place was sealed by this user's program, and not altered since. */
export async function isSealed({ seal, ...place }: SealedPlace): Promise<boolean> {
  const key = await readKey();
  if (key === undefined || typeof seal !== "string") return false;
  const [own, given] = [Buffer.from(sealOf(key, place)), Buffer.from(seal)];
  return own.length === given.length && timingSafeEqual(own, given);
}

function sealOf(key: Buffer, place: SealedPlace): string {
  const entries = Object.entries(place).filter(([, value]) => value !== undefined);
  const text = JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHmac("sha256", key).update(text).digest("hex");
}

const keyFile = (): string => join(defaultCacheFolder(), "place-key");

async function readKey(): Promise<Buffer | undefined> {
  const key = await readFile(keyFile()).catch(() => undefined);
  return key?.length === KEY_BYTES ? key : undefined;
}

async function makeKey(): Promise<Buffer | undefined> {
  try {
    await mkdir(defaultCacheFolder(), { recursive: true });
    await writeFile(keyFile(), randomBytes(KEY_BYTES), { flag: "wx", mode: 0o600 });
  } catch {
    // Another process has made one, or the folder cannot be written.
  }
  return readKey();
}
