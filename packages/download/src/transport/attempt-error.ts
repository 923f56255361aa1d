import type { DownloadFault } from "@covidxr/core/internal";

/** Why one attempt at one address failed; becomes a `DownloadError` once it is final. */
export class AttemptError extends Error {
  override readonly name = "AttemptError";
  readonly reason: DownloadFault;
  /** The server that answered, or failed to; may differ from the one asked first. */
  readonly origin: string;
  readonly status: number | undefined;
  /** Whether asking this address again is pointless. */
  readonly final: boolean;
  /** Whether it arose before a byte was written, so that bytes already on disk are not to blame. */
  readonly beforeBody: boolean;
  /** Seconds that the server asked to wait; undefined when it did not say. */
  readonly retryAfter: number | undefined;

  constructor(details: {
    reason: DownloadFault;
    origin: string;
    message: string;
    status?: number;
    final?: boolean;
    beforeBody?: boolean;
    retryAfter?: number | undefined;
    cause?: unknown;
  }) {
    super(details.message, { cause: details.cause });
    this.reason = details.reason;
    this.origin = details.origin;
    this.status = details.status;
    this.final = details.final ?? false;
    this.beforeBody = details.beforeBody ?? false;
    this.retryAfter = details.retryAfter;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: "no such host",
  EAI_AGAIN: "the name server does not answer",
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EPIPE: "connection reset",
  ETIMEDOUT: "no answer",
  UND_ERR_CONNECT_TIMEOUT: "no answer",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no route to the network",
  ENETDOWN: "the network is down",
  EADDRNOTAVAIL: "no route to the host",
  EACCES: "a firewall forbids the connection",
  EPERM: "a firewall forbids the connection",
  UND_ERR_SOCKET: "connection closed",
};
// Names of OpenSSL and Node (`node:tls`, "X509 certificate error codes").
const CERTIFICATE =
  /CERT|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF|DECODE_ISSUER|GET_CRL)|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH/;
const TLS = /^(ERR_SSL_|EPROTO)/;

/**
 * Puts a connection error into words, by its code.
 *
 * @returns `final`: whether another attempt is pointless; `isComplete`: whether the words need no addition, such as when
 * it happened.
 */
export function connectionWords(error: unknown): { words: string; final: boolean; isComplete?: boolean } {
  const code = codeOf(error);
  const words = WORDS[code];
  if (words !== undefined) return { words, final: false };
  if (CERTIFICATE.test(code)) {
    return {
      words: `its certificate is not trusted (${code}); behind a proxy that inspects traffic, name its authority in NODE_EXTRA_CA_CERTS`,
      final: true,
    };
  }
  // undici's error for an answer that is not HTTP/1.1; only some of its causes have a code.
  if (error instanceof Error && error.name === "HTTPParserError") {
    return { words: "the server does not speak HTTP", final: false, isComplete: true };
  }
  if (TLS.test(code)) return { words: `no secure connection (${code})`, final: true };
  const { message } = error instanceof Error ? error : { message: String(error) };
  return { words: `connection failed (${message})`, final: false };
}

/** The code of an error, of what it wraps, or of the first of several addresses that were tried. */
function codeOf(error: unknown): string {
  for (let inner = error, depth = 0; typeof inner === "object" && inner !== null && depth < 5; depth++) {
    const { code, errors, cause } = inner as { code?: unknown; errors?: unknown[]; cause?: unknown };
    if (typeof code === "string" && !/^UND_ERR_(ABORTED|PRX_TLS)$/.test(code)) return code;
    inner = errors?.[0] ?? cause;
  }
  return "";
}

/** A server's text without control characters, which could write to the reader's terminal. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ").trim();
}

/**
 * The hint, for the end of a message, that a proxy or a login page seems to answer instead of the server: the answer is
 * a web page, or is encoded although that was not requested. Empty when nothing suggests it.
 */
export function whoSeemsToAnswer(header: (name: string) => string | undefined): string {
  const type = printable(header("content-type") ?? "");
  const encoding = header("content-encoding")?.trim().toLowerCase() ?? "";
  const isPage = /^(text\/html|application\/xhtml\+xml)\b/i.test(type);
  if (!isPage && ["", "identity"].includes(encoding)) return "";
  const shown = type === "" ? "" : ` (content-type ${type.slice(0, 100)})`;
  return `; something in between, such as a proxy or a login page, seems to answer${shown}`;
}
