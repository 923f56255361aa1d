/** What a failed connection means to a person, and whether another attempt is of use. */
export interface ConnectionWords {
  readonly words: string;
  readonly final: boolean;
  /** Whether there is nothing to add, such as when it happened. */
  readonly isComplete?: boolean;
}

const CODES: Readonly<Record<string, string>> = {
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
// As OpenSSL and Node name them (`node:tls`, "X509 certificate error codes").
const CERTIFICATE =
  /CERT|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF|DECODE_ISSUER|GET_CRL)|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH/;
const TLS = /^(ERR_SSL_|EPROTO)/;

/** Says a connection error in words, by its code. */
export function connectionWords(error: unknown): ConnectionWords {
  const code = codeOf(error);
  const words = CODES[code];
  if (words !== undefined) return { words, final: false };
  if (CERTIFICATE.test(code)) {
    return {
      words: `its certificate is not trusted (${code}); behind a proxy that inspects traffic, name its authority in NODE_EXTRA_CA_CERTS`,
      final: true,
    };
  }
  // undici's, when what came is no HTTP/1.1; it has a code for some of the reasons alone.
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
