import { createHash } from "node:crypto";
import type { Server } from "node:http";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

/** What a request got. */
export interface ServedRequest {
  readonly method: string;
  /** Decoded, with the leading "/" and the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly range: string | undefined;
  /** Undefined until the answer begins. */
  readonly status: number | undefined;
}

/** How a response misbehaves. */
export type Fault =
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** The right length, one byte altered. */
  | { readonly kind: "wrong-bytes" }
  /** A consistent body of that many bytes at most. */
  | { readonly kind: "short-body"; readonly bytes: number }
  /** A consistent body with more than the file. */
  | { readonly kind: "long-body" }
  /** The right body in chunks, without a length; `extra` bytes more than the file, or fewer where negative. */
  | { readonly kind: "no-length"; readonly extra?: number }
  /** The socket is destroyed after that many body bytes. */
  | { readonly kind: "cut"; readonly after: number }
  /** The socket is destroyed before any answer. */
  | { readonly kind: "hang-up" }
  /** That many body bytes, then nothing until `until` (default: for good), then the rest; on request without a length. */
  | {
      readonly kind: "stall";
      readonly after: number;
      readonly until?: Promise<unknown>;
      readonly withoutLength?: boolean;
    }
  /** No answer at all, on an open connection. */
  | { readonly kind: "silence" }
  /** An informational answer (103) ahead of the right one. */
  | { readonly kind: "early-hints" }
  /** These bytes instead of an answer, then the end. */
  | { readonly kind: "raw"; readonly text: string }
  /** 200 with everything to a request for a range. */
  | { readonly kind: "no-range" }
  /** 206 with another range than asked for. */
  | { readonly kind: "wrong-range" }
  /** The right body with headers that replace those of the same name. */
  | { readonly kind: "headers"; readonly headers: Record<string, string> }
  | { readonly kind: "redirect"; readonly to: string; readonly status?: number };

export interface FileServerOptions {
  /** Content by request path; undefined is 404. */
  readonly file: (path: string) => Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /**
   * How the answer misbehaves; undefined for a correct answer. The server waits for a promise.
   *
   * @param attempt 1-based number of requests for that path so far.
   */
  readonly fault?: (
    request: { readonly path: string; readonly range: string | undefined },
    attempt: number,
  ) => Fault | undefined | Promise<Fault | undefined>;
  /** Key and certificate in PEM; with them the server speaks https. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** A running server; its counts grow while it runs. */
export interface FileServer {
  /** `http://127.0.0.1:PORT`, or https. */
  readonly url: string;
  readonly requests: readonly ServedRequest[];
  /** Body bytes handed to sockets. */
  readonly sentBytes: number;
  /** Connections that were ever opened. */
  readonly connections: number;
  /** Ends all connections, then the server. */
  close(): Promise<void>;
}

const PIECE = 65536;
const EXTRA = 1000;

/** Serves files on loopback: HEAD and GET with length, ETag and single byte ranges, and with faults on request. */
export async function startFileServer(options: FileServerOptions): Promise<FileServer> {
  const requests: { -readonly [K in keyof ServedRequest]: ServedRequest[K] }[] = [];
  const attempts = new Map<string, number>();
  let sentBytes = 0;
  let connections = 0;

  /** Hands bytes to the socket piece by piece; false when it is gone. */
  async function send(response: ServerResponse, body: Uint8Array): Promise<boolean> {
    for (let start = 0; start < body.length; start += PIECE) {
      const part = body.subarray(start, start + PIECE);
      const sent = await new Promise<boolean>((resolve) => {
        response.once("close", () => resolve(false));
        if (response.destroyed) resolve(false);
        else response.write(part, (error) => resolve(!error));
      });
      response.removeAllListeners("close");
      if (!sent) return false;
      sentBytes += part.length;
    }
    return true;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decode(request.url ?? "/");
    const range = request.headers.range;
    const served = {
      method: request.method ?? "GET",
      path,
      headers: request.headers,
      range,
      status: undefined as number | undefined,
    };
    requests.push(served);
    const attempt = (attempts.get(path) ?? 0) + 1;
    attempts.set(path, attempt);
    const fault = await options.fault?.({ path, range }, attempt);
    const begin = (status: number, headers: Record<string, string | number>): void => {
      served.status = status;
      response.writeHead(status, headers);
      response.flushHeaders();
    };

    if (fault?.kind === "hang-up") {
      response.socket?.destroy();
      return;
    }
    if (fault?.kind === "silence") return;
    if (fault?.kind === "raw") {
      response.socket?.end(fault.text);
      return;
    }
    if (fault?.kind === "early-hints") response.writeEarlyHints({ link: "</a.css>; rel=preload" });
    if (fault?.kind === "redirect") {
      begin(fault.status ?? 302, { location: fault.to, "content-length": 0 });
      response.end();
      return;
    }
    if (fault?.kind === "status") {
      const body = Buffer.from(fault.body ?? "");
      begin(fault.status, { "content-length": body.length, ...fault.headers });
      response.end(body);
      return;
    }
    const content = await options.file(path);
    if (content === undefined || !["GET", "HEAD"].includes(served.method)) {
      begin(content === undefined ? 404 : 405, { "content-length": 0 });
      response.end();
      return;
    }

    const asked = fault?.kind === "no-range" ? undefined : byteRange(range, content.length);
    if (asked === "unsatisfiable") {
      begin(416, { "content-range": `bytes */${content.length}`, "content-length": 0 });
      response.end();
      return;
    }
    let start = asked?.start ?? 0;
    if (asked && fault?.kind === "wrong-range")
      start = start > 0 ? start - 1 : Math.min(1, content.length - 1);
    const extra = fault?.kind === "long-body" ? EXTRA : fault?.kind === "no-length" ? (fault.extra ?? 0) : 0;
    let body: Uint8Array = content.subarray(start, asked ? asked.end + 1 : content.length);
    if (extra > 0) body = Buffer.concat([body, Buffer.alloc(extra, 0x78)]);
    if (extra < 0) body = body.subarray(0, Math.max(0, body.length + extra));
    if (fault?.kind === "short-body") body = body.subarray(0, fault.bytes);
    if (fault?.kind === "wrong-bytes") {
      body = Uint8Array.from(body);
      const middle = body.length >> 1;
      body[middle] = (body[middle] ?? 0) ^ 1;
    }
    const etag = `"${createHash("sha1").update(content).digest("hex")}"`;
    const headers: Record<string, string | number> = { "accept-ranges": "bytes", etag };
    const isOpen = fault?.kind === "no-length" || (fault?.kind === "stall" && fault.withoutLength);
    if (!isOpen) headers["content-length"] = body.length;
    if (asked) {
      const total = content.length + Math.max(0, extra);
      headers["content-range"] = `bytes ${start}-${start + body.length - 1}/${total}`;
    }
    begin(asked ? 206 : 200, { ...headers, ...(fault?.kind === "headers" ? fault.headers : {}) });
    if (served.method === "HEAD") {
      response.end();
      return;
    }
    if (fault?.kind === "cut" || fault?.kind === "stall") {
      await send(response, body.subarray(0, fault.after));
      if (fault.kind === "cut") response.socket?.destroy();
      if (fault.kind === "cut" || !fault.until) return;
      await fault.until;
      body = body.subarray(fault.after);
    }
    if (await send(response, body)) response.end();
  }

  const listener: RequestListener = (request, response) => {
    response.on("error", () => {});
    answer(request, response).catch((error: Error) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(error.message);
    });
  };
  const server = options.tls ? createTlsServer({ ...options.tls }, listener) : createServer(listener);
  server.on("connection", () => {
    connections++;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls ? "https" : "http"}://127.0.0.1:${port}`,
    requests,
    get sentBytes() {
      return sentBytes;
    },
    get connections() {
      return connections;
    },
    close: () => closeServer(server),
  };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * The single range of a `Range` header (RFC 9110, 14.1.2): `bytes=a-b`, `bytes=a-` or `bytes=-n`. Undefined without
 * one, or with one that is not understood; `"unsatisfiable"` when it starts beyond the end.
 */
function byteRange(
  header: string | undefined,
  length: number,
): { readonly start: number; readonly end: number } | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return undefined;
  if (match[1] === "") {
    const last = Number(match[2]);
    return last === 0 || length === 0
      ? "unsatisfiable"
      : { start: Math.max(0, length - last), end: length - 1 };
  }
  const start = Number(match[1]);
  if (start >= length) return "unsatisfiable";
  const end = match[2] === "" ? length - 1 : Math.min(Number(match[2]), length - 1);
  return end < start ? undefined : { start, end };
}

/** Closes a server's connections, then the server. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
