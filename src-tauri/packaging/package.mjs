// Builds the application and phoenixctl, and bundles them for the system that this runs on.
//
//   node src-tauri/packaging/package.mjs [--debug] [--built] [--target TRIPLE] FORMAT...
//
// FORMAT: deb, rpm, appimage, dmg, nsis, msi. --debug bundles the debug build. --built compiles
// nothing: what the target folder holds is bundled. The packages end up below
// TARGET/packaging/[TRIPLE/]{debug,release}/bundle; the last lines say where.

import {
  copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";

import { root, run, said } from "./commands.mjs";
import { glibc } from "./glibc.mjs";
import { handbook } from "./handbook.mjs";
import { thirdParty } from "./licences.mjs";

/** Of the same release as the `tauri` crate in Cargo.lock. */
const CLI = "@tauri-apps/cli@2.12.5";
const UNIVERSAL = "universal-apple-darwin";

const { values: wish, positionals: formats } = parseArgs({
  allowPositionals: true,
  options: {
    debug: { type: "boolean", default: false },
    built: { type: "boolean", default: false },
    target: { type: "string" },
  },
});
if (formats.length === 0) {
  console.error("which package? deb, rpm, appimage, dmg, nsis or msi");
  process.exit(2);
}

const profile = wish.debug ? "debug" : "release";
const host = /^host: (.*)$/m.exec(said("rustc", ["-vV"]))[1];
const triple = wish.target ?? host;
/** The programs by their packages; on Linux the window is one of its own. */
const MADE_BY = {
  "phoenix-tray": "phoenix-tray",
  phoenixctl: "phoenixctl",
  ...(triple.includes("linux") ? { "phoenix-tray-window": "phoenix-window" } : {}),
};
const PROGRAMS = Object.keys(MADE_BY);
const BESIDE = PROGRAMS.filter((name) => name !== "phoenix-tray");
const suffix = triple.includes("windows") ? ".exe" : "";
const target = JSON.parse(
  said("cargo", ["metadata", "--locked", "--no-deps", "--format-version", "1"]),
).target_directory;
const out = join(target, wish.target ?? "", profile);
const shell = join(root, "src-tauri");

if (!wish.built) {
  buildPages();
  build();
}
bundle();

/** A release has the pages of these sources; a debug build takes those that are there. */
function buildPages() {
  const ui = join(root, "ui");
  if (wish.debug && existsSync(join(ui, "dist/index.html"))) return;
  if (!existsSync(join(ui, "node_modules"))) run("npm", ["ci"], ui);
  run("npm", ["run", "build"], ui);
}

function build() {
  forOlderSystems();
  const apple = ["aarch64-apple-darwin", "x86_64-apple-darwin"];
  const each = triple === UNIVERSAL ? apple : [wish.target];
  for (const one of each) {
    run("cargo", [
      "build", "--locked", ...Object.values(MADE_BY).flatMap((name) => ["--package", name]),
      ...(wish.debug ? [] : ["--release"]),
      ...(one === undefined ? [] : ["--target", one]),
    ]);
  }
  if (triple !== UNIVERSAL) return;
  mkdirSync(out, { recursive: true });
  for (const name of PROGRAMS) {
    const halves = each.map((one) => join(target, one, profile, name));
    run("lipo", ["-create", "-output", join(out, name), ...halves]);
  }
}

/** The programs start where the packages can be installed, with no runtime to be fetched first. */
function forOlderSystems() {
  const { bundle } = JSON.parse(readFileSync(join(shell, "tauri.conf.json"), "utf8"));
  process.env.MACOSX_DEPLOYMENT_TARGET ??= bundle.macOS.minimumSystemVersion;
  process.env.CARGO_TARGET_X86_64_PC_WINDOWS_MSVC_RUSTFLAGS ??= "-C target-feature=+crt-static";
}

/** What systemd starts, for the machine and for one user. */
function units() {
  const folder = join(shell, "packaging/systemd");
  const name = "phoenixctl-watch.service";
  return {
    [`/usr/lib/systemd/system/${name}`]: join(folder, name),
    [`/usr/lib/systemd/user/${name}`]: join(folder, "user", name),
  };
}

/** What only this run knows goes into a second configuration, merged over the first. */
function bundle() {
  const made = join(target, "packaging");
  const staged = join(made, wish.target ?? "", profile);
  mkdirSync(staged, { recursive: true });
  // Copies, because Tauri writes to the program that it bundles, which may be running.
  copyFileSync(join(out, `phoenix-tray${suffix}`), join(staged, `phoenix-tray${suffix}`));
  for (const name of BESIDE) {
    copyFileSync(join(out, `${name}${suffix}`), join(made, `${name}-${triple}${suffix}`));
  }
  const notices = join(made, "third-party.txt");
  const text = thirdParty(triple === UNIVERSAL ? "aarch64-apple-darwin" : triple);
  writeFileSync(notices, text);
  writeFileSync(`${notices}.gz`, gzipSync(text, { level: 9 }));

  const overlay = { bundle: { externalBin: BESIDE.map((name) => join(made, name)) } };
  if (triple.includes("linux")) {
    const libc = glibc(PROGRAMS.map((name) => join(out, name)));
    const forServers = { ...units(), ...handbook(join(out, "phoenixctl"), made) };
    overlay.bundle.linux = {
      deb: {
        depends: [`libc6 (>= ${libc})`, "libgcc-s1"],
        files: {
          "/usr/share/doc/phoenix-tray/third-party.txt.gz": `${notices}.gz`, ...forServers,
        },
      },
      rpm: {
        files: { "/usr/share/licenses/phoenix-tray/third-party.txt": notices, ...forServers },
      },
      appimage: { files: { "/usr/share/doc/phoenix-tray/third-party.txt": notices } },
    };
  } else {
    overlay.bundle.resources = {
      "../LICENSE-MIT": "LICENSE-MIT",
      "../LICENSE-APACHE": "LICENSE-APACHE",
      [relative(shell, notices).replaceAll("\\", "/")]: "third-party.txt",
    };
  }
  const configuration = join(made, "bundle.json");
  writeFileSync(configuration, JSON.stringify(overlay, null, 2));

  const folders = formats.map((format) => join(staged, "bundle", format));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  process.env.CARGO_TARGET_DIR = made;
  // Patching is for updaters that must know the format they came in; there is none.
  run("npm", [
    "exec", "--yes", `--package=${CLI}`, "--", "tauri", "bundle", "--ci", "--no-binary-patching",
    "--config", configuration, "--bundles", formats.join(","),
    ...(wish.debug ? ["--debug"] : []),
    ...(wish.target === undefined ? [] : ["--target", wish.target]),
  ], shell);
  for (const folder of folders) {
    const packages = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(deb|rpm|AppImage|dmg|exe|msi)$/.test(entry.name));
    for (const { name } of packages) console.log(join(folder, name));
  }
}
