import { createServer, type IncomingMessage, request as requestOf, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { closeServer } from "./start-file-server.js";

/** A running proxy; its lists grow while it runs. */
export interface ForwardProxy {
  readonly url: string;
  /** Hosts with port that tunnels were opened to. */
  readonly tunnels: readonly string[];
  /** Addresses that were fetched for a client. */
  readonly forwarded: readonly string[];
  close(): Promise<void>;
}

/**
 * A forward proxy on loopback: CONNECT tunnels, and http requests in absolute form. With credentials
 * (`"user:password"`) it answers 407 to whoever does not send them.
 */
export async function startProxy(options: { readonly credentials?: string } = {}): Promise<ForwardProxy> {
  const tunnels: string[] = [];
  const forwarded: string[] = [];
  const sockets = new Set<Socket>();
  const wanted = options.credentials && `Basic ${Buffer.from(options.credentials).toString("base64")}`;
  const isAllowed = (request: IncomingMessage): boolean =>
    !wanted || request.headers["proxy-authorization"] === wanted;

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    response.on("error", () => {});
    if (!isAllowed(request)) {
      response.writeHead(407, { "proxy-authenticate": "Basic", "content-length": 0 }).end();
      return;
    }
    const url = request.url ?? "";
    if (!/^http:\/\//.test(url)) {
      response.writeHead(400, { "content-length": 0 }).end();
      return;
    }
    forwarded.push(url);
    const headers = { ...request.headers };
    delete headers["proxy-authorization"];
    delete headers["proxy-connection"];
    const upstream = requestOf(url, { method: request.method, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on("error", () => response.destroy());
      answer.pipe(response);
    });
    upstream.on("error", () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502, { "content-length": 0 }).end();
    });
    request.pipe(upstream);
  });
  server.on("connect", (request: IncomingMessage, client: Socket, head: Buffer) => {
    client.on("error", () => {});
    if (!isAllowed(request)) {
      client.end("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n");
      return;
    }
    const target = request.url ?? "";
    tunnels.push(target);
    const { hostname, port } = new URL(`http://${target}`);
    const upstream = connect(Number(port || 80), hostname.replace(/^\[|\]$/g, ""), () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(client);
      client.pipe(upstream);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    }
    upstream.on("error", () => client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
    client.on("close", () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    forwarded,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await closeServer(server);
    },
  };
}
