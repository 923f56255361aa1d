// Builds the native part of @tensorflow/tfjs-node where its own install script cannot fetch it: compiles the package's binding
// against the C interface inside TensorFlow's Python wheel of the version that it wants. Linux on x64, with pip, unzip, binutils
// and a C++ compiler; about five minutes.
// Usage: node scripts/build-tfjs-node.mjs [folder of an installed @tensorflow/tfjs-node or @tensorflow/tfjs-node-gpu]
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** The version of TensorFlow that tfjs-node 4.22 is made for. */
const TENSORFLOW = "2.9.1";
/** CPython of the wheel: any will do, as none of it runs. */
const PYTHON = "3.10";
const INTERNAL = "_pywrap_tensorflow_internal.so";
const FRAMEWORK = "libtensorflow_framework.so";

const folder = realpathSync(process.argv[2] ?? join("node_modules", "@tensorflow", "tfjs-node"));
const { name, version, binary } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const wheelName = name.endsWith("-gpu") ? "tensorflow" : "tensorflow-cpu";
const deps = join(folder, "deps");
const lib = join(deps, "lib");
// Beside the package, so that files can be moved without copying.
const work = mkdtempSync(join(folder, "build-"));

const run = (command, args, options = {}) =>
  execFileSync(command, args, { stdio: ["ignore", "pipe", "inherit"], maxBuffer: 2 ** 28, ...options });

try {
  console.log(`Fetching ${wheelName} ${TENSORFLOW} …`);
  const wanted = ["--python-version", PYTHON, "--only-binary=:all:", "--no-deps", "--quiet"];
  run("pip", ["download", `${wheelName}==${TENSORFLOW}`, ...wanted, "--dest", work]);
  const wheel = join(
    work,
    readdirSync(work).find((file) => file.endsWith(".whl")),
  );
  const parts = ["include/tensorflow/*", `python/${INTERNAL}`, `${FRAMEWORK}.2`];
  run("unzip", ["-q", wheel, ...parts.map((part) => `tensorflow/${part}`), "-d", work]);
  rmSync(deps, { recursive: true, force: true });
  mkdirSync(lib, { recursive: true });
  renameSync(join(work, "tensorflow", "include"), join(deps, "include"));
  renameSync(join(work, "tensorflow", `${FRAMEWORK}.2`), join(lib, `${FRAMEWORK}.2`));
  renameSync(join(work, "tensorflow", "python", INTERNAL), join(lib, INTERNAL));
  symlinkSync(`${FRAMEWORK}.2`, join(lib, FRAMEWORK));
  writePythonStub();
  // What -ltensorflow finds: the interface's functions are in the library for Python.
  writeFileSync(join(lib, "libtensorflow.so"), `INPUT(-lpythonstub -l:${INTERNAL})\n`);
  // What the package's install script looks for before it downloads.
  writeFileSync(join(lib, `libtensorflow.so.${TENSORFLOW}`), "");
  compile();
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** CPython's symbols: the library asks for them when it is loaded, and its C interface never uses them. */
function writePythonStub() {
  const symbols = run("nm", ["-D", "--undefined-only", join(lib, INTERNAL)])
    .toString()
    .matchAll(/ U (_?Py\w+)/g);
  const source = join(work, "stub.c");
  writeFileSync(source, Array.from(symbols, ([, symbol]) => `char ${symbol}[4096];\n`).join(""));
  run("gcc", ["-shared", "-fPIC", "-o", join(lib, "libpythonstub.so"), source]);
}

/** Compiles the binding as the package's own install would. */
function compile() {
  const napi = Math.max(...binary.napi_versions.filter((each) => each <= Number(process.versions.napi)));
  const target = join(folder, binary.module_path.replace("{napi_build_version}", `${napi}`));
  console.log(`Compiling ${name} ${version} …`);
  const flags = [
    `--module_name=${binary.module_name}`,
    `--module_path=${target}`,
    `--napi_build_version=${napi}`,
    `--napi_version=${process.versions.napi}`,
  ];
  run(process.execPath, [nodeGyp(), "rebuild", "--silent", ...flags, ...headers()], {
    cwd: folder,
    env: { ...process.env, LDFLAGS: "-Wl,--no-as-needed", JOBS: "max" },
  });
  console.log(`Built ${join(target, `${binary.module_name}.node`)}`);
}

/** npm's own copy of node-gyp. */
function nodeGyp() {
  const root = run("npm", ["root", "--global"]).toString().trim();
  return createRequire(join(root, "npm", "package.json")).resolve("node-gyp/bin/node-gyp.js");
}

/** Headers beside Node's program, which spare a download. */
function headers() {
  const prefix = join(realpathSync(process.execPath), "..", "..");
  return existsSync(join(prefix, "include", "node", "node_api.h")) ? [`--nodedir=${prefix}`] : [];
}
