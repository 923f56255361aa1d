export {
  type Fault,
  type FileServer,
  type FileServerOptions,
  type ServedRequest,
  startFileServer,
} from "./start-file-server.js";
export { type ForwardProxy, startProxy } from "./start-proxy.js";
