import { InvalidArgumentError } from "@covidxr/core";
import { chooseProxy, type Environment } from "./choose-proxy.js";
import type { ConnectionOptions } from "./connection-options.js";
import { mirrorUrl } from "./mirror-url.js";
import { waitFor } from "./wait-for.js";

/** Connection options with their defaults. */
export interface ConnectionSettings {
  readonly proxy: string | undefined;
  readonly environment: Environment;
  readonly stallMilliseconds: number;
  readonly attempts: number;
  readonly patienceSeconds: number;
  readonly seed: number;
  readonly wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** The address to ask in the place of a published one. */
  readonly addressOf: (url: string) => string;
}

const EXAMPLE = "https://host.invalid/";
/** Longest delay that a timer takes, in seconds. */
const LONGEST_TIMER = 2 ** 31 / 1000 - 1;

/**
 * Checks what was given as options, without a look at the environment.
 *
 * @throws {InvalidArgumentError} naming the option.
 */
export function checkConnectionOptions(options: ConnectionOptions): void {
  const { stallSeconds = 1, attempts = 1, patienceSeconds = 0, seed = 0 } = options;
  check("stallSeconds", stallSeconds, stallSeconds > 0 && stallSeconds < LONGEST_TIMER, "seconds above 0");
  check("attempts", attempts, Number.isSafeInteger(attempts) && attempts >= 1, "a whole number from 1");
  const isPatience = patienceSeconds >= 0 && patienceSeconds < LONGEST_TIMER;
  check("patienceSeconds", patienceSeconds, isPatience, "seconds from 0 to 24 days");
  check("seed", seed, Number.isSafeInteger(seed) && seed >= 0, "a whole number from 0");
  if (options.mirror !== undefined) mirrorUrl(EXAMPLE, options.mirror);
  if (options.proxy !== undefined) chooseProxy(new URL(EXAMPLE), options.proxy, {});
}

/**
 * Options, the environment and defaults together.
 *
 * @throws {InvalidArgumentError} (`COVIDXR_MIRROR`) on a mirror that is none.
 */
export function connectionSettings(options: ConnectionOptions): ConnectionSettings {
  const environment = options.env ?? process.env;
  const variable = environment.COVIDXR_MIRROR?.trim();
  const [parameter, mirror] =
    options.mirror === undefined && variable ? ["COVIDXR_MIRROR", variable] : ["mirror", options.mirror];
  if (mirror !== undefined) mirrorUrl(EXAMPLE, mirror, parameter);
  return {
    proxy: options.proxy,
    environment,
    stallMilliseconds: (options.stallSeconds ?? 30) * 1000,
    attempts: options.attempts ?? 5,
    patienceSeconds: options.patienceSeconds ?? 300,
    seed: options.seed ?? process.pid,
    wait: options.wait ?? waitFor,
    addressOf: (url) => (mirror === undefined ? url : mirrorUrl(url, mirror)),
  };
}

function check(parameter: string, value: number, isRight: boolean, expected: string): void {
  if (!isRight) {
    throw new InvalidArgumentError({ parameter, value, message: `expected ${expected}, got ${value}` });
  }
}
