// Builds the container image of phoenixctl: compiles it as a static program, then `docker build`.
//
//   node src-tauri/packaging/container/build.mjs [--debug] [--tag NAME] [--check]
//
// Needs the Rust target TRIPLE-linux-musl and a C compiler for it (Debian: musl-tools). With --check the
// image is built on the first engine of PHOENIX_TEST_ENGINES and tried there: a round of `watch`, then
// scenarios whose phoenixctl runs out of the image, with the engine's socket mounted.

import { copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { root, run, said } from "../commands.mjs";

const { values: wish } = parseArgs({
  options: {
    debug: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    tag: { type: "string", default: "phoenix-tray/phoenixctl" },
  },
});

/** The socket of the engine that the image is tried on. */
const socket = (process.env.PHOENIX_TEST_ENGINES ?? "").split(" ")[0].replace("unix://", "");
if (wish.check) {
  if (socket === "") {
    console.error("PHOENIX_TEST_ENGINES names no engine to try the image on; use make check-image");
    process.exit(1);
  }
  process.env.DOCKER_HOST = `unix://${socket}`;
}

/** What the program does from within a container: adoption, updates under load, the ways back. */
const SCENARIOS = ["adoption::bindings", "overlap::", "hold::", "rollback::"];

/** Where systems keep the certificates that they trust. */
const certificates = [
  "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
].find((path) => existsSync(path));
if (certificates === undefined) {
  console.error("there is no bundle of trusted certificates here; install ca-certificates");
  process.exit(1);
}

const machine = /^host: ([^-]+)/m.exec(said("rustc", ["-vV"]))[1];
const triple = `${machine}-unknown-linux-musl`;
run("cargo", [
  "build", "--locked", "--package", "phoenixctl", "--target", triple,
  ...(wish.debug ? [] : ["--release"]),
]);
const target = JSON.parse(
  said("cargo", ["metadata", "--locked", "--no-deps", "--format-version", "1"]),
).target_directory;
const context = join(target, "packaging", "container");
rmSync(context, { recursive: true, force: true });
mkdirSync(context, { recursive: true });
copyFileSync(
  join(target, triple, wish.debug ? "debug" : "release", "phoenixctl"), join(context, "phoenixctl"),
);
copyFileSync(certificates, join(context, "ca-certificates.crt"));
copyFileSync(join(root, "src-tauri/packaging/container/Dockerfile"), join(context, "Dockerfile"));
run("docker", ["build", "--tag", wish.tag, context]);
if (wish.check) {
  run("docker", [
    "run", "--rm", "--network", "host", "--volume", `${socket}:/var/run/docker.sock`, wish.tag,
    "watch", "--once",
  ]);
  process.env.PHOENIX_TEST_ENGINES = process.env.DOCKER_HOST;
  process.env.PHOENIX_CTL = join(root, "src-tauri/packaging/container/phoenixctl.sh");
  run("cargo", [
    "test", "--locked", "--package", "phoenix-tests", "--test", "scenarios", "--", ...SCENARIOS,
  ]);
}
console.log(wish.tag);
