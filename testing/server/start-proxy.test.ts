import { type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { type FileServer, startFileServer } from "./start-file-server.js";
import { type ForwardProxy, startProxy } from "./start-proxy.js";

let server: FileServer;
let proxy: ForwardProxy;
async function start(credentials?: string): Promise<void> {
  server = await startFileServer({ file: () => Buffer.from("content") });
  proxy = await startProxy(credentials ? { credentials } : {});
}
afterEach(async () => {
  await proxy.close();
  await server.close();
});

/** Asks the proxy for an address in absolute form. */
function forward(headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request(proxy.url, { path: `${server.url}/a`, headers, agent: false }, (response: IncomingMessage) => {
      let body = "";
      response.on("data", (chunk: Buffer) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode!, body }));
    })
      .on("error", reject)
      .end();
  });
}

/** Opens a tunnel and sends a request through it. */
function tunnel(headers: Record<string, string> = {}): Promise<{ status: number; answer: string }> {
  return new Promise((resolve, reject) => {
    request(proxy.url, { method: "CONNECT", path: new URL(server.url).host, headers, agent: false })
      .on("connect", (response: IncomingMessage, socket: Socket) => {
        let answer = "";
        socket.on("data", (chunk: Buffer) => {
          answer += chunk;
        });
        socket.on("close", () => resolve({ status: response.statusCode!, answer }));
        if (response.statusCode === 200)
          socket.write("GET /a HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
      })
      .on("error", reject)
      .end();
  });
}

test("forwards and tunnels", async () => {
  await start();
  expect(await forward()).toEqual({ status: 200, body: "content" });
  expect(proxy.forwarded).toEqual([`${server.url}/a`]);
  const { status, answer } = await tunnel();
  expect([status, answer.slice(0, 15), answer.slice(-7)]).toEqual([200, "HTTP/1.1 200 OK", "content"]);
  expect(proxy.tunnels).toEqual([new URL(server.url).host]);
});

test("asks for its password, and does not pass it on", async () => {
  await start("user:secret");
  expect((await forward()).status).toBe(407);
  expect((await tunnel()).status).toBe(407);
  expect(server.connections).toBe(0);
  const headers = { "proxy-authorization": `Basic ${Buffer.from("user:secret").toString("base64")}` };
  expect((await forward(headers)).status).toBe(200);
  expect((await tunnel(headers)).status).toBe(200);
  expect(server.requests.map((served) => served.headers["proxy-authorization"])).toEqual([
    undefined,
    undefined,
  ]);
});
