/** How the network is reached. */
export interface ConnectionOptions {
  /**
   * No socket is opened; what is not on disk is a `DownloadError` with reason `"offline"`, or named where absent files
   * are to be skipped.
   *
   * @defaultValue false
   */
  readonly offline?: boolean;
  /**
   * Proxy for every request, such as `http://user:password@proxy:3128`. `NO_PROXY` does not apply to it.
   *
   * @defaultValue `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` of `env`, in either case
   */
  readonly proxy?: string;
  /**
   * Base that takes the place of every address' origin, such as `https://mirror.hospital.example/covidxr`:
   * `https://host/a/b` becomes `<mirror>/a/b`.
   *
   * @defaultValue `COVIDXR_MIRROR` of `env`; none when that is not set
   */
  readonly mirror?: string;
  /** @defaultValue `process.env` */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Seconds without a byte after which a connection counts as stalled. @defaultValue 30 */
  readonly stallSeconds?: number;
  /** Attempts in a row that bring nothing new, after which a file is given up. @defaultValue 5 */
  readonly attempts?: number;
  /** Longest time in seconds that a server may ask to wait (`Retry-After`) before it counts as overloaded. @defaultValue 300 */
  readonly patienceSeconds?: number;
  /** Decides the jitter of waiting times. @defaultValue the process' number, so that two processes do not ask in step */
  readonly seed?: number;
  /** Waits between attempts. @defaultValue a timer that `signal` ends */
  readonly wait?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  readonly signal?: AbortSignal;
}
