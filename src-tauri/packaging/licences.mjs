// The notices that the licences of the libraries inside the programs ask to pass on.

import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

import { root, said } from "./commands.mjs";

/** What is inside a package: two programs, and the switch that they carry. */
const OURS = ["phoenix-tray", "phoenixctl", "phoenix-switch"];
/** What Vite puts into the pages. */
const PAGES = ["svelte", "@tauri-apps/api"];
const NOTICE = /^(licen[cs]e|copying|notice|copyright|unlicense)/i;

/** One text: every library with its licence, each distinct notice once. */
export function thirdParty(triple) {
  const libraries = [...crates(triple), ...PAGES.map(page)];
  const holders = new Map();
  for (const library of libraries) {
    for (const text of notices(library.folder)) {
      holders.set(text, [...(holders.get(text) ?? []), library.name]);
    }
  }
  const list = libraries.map(({ name, licence }) => `  ${name}: ${licence}`);
  const texts = [...holders].map(
    ([text, names]) => `${"-".repeat(79)}\nOf ${names.join(", ")}:\n\n${text}`,
  );
  return [
    "Phoenix Tray contains these libraries, and the Rust standard library (MIT OR Apache-2.0).",
    "", ...list, "", ...texts, "",
  ].join("\n");
}

/** The crates that end up in the programs: normal dependencies, no macros. */
function crates(triple) {
  const metadata = JSON.parse(said("cargo", [
    "metadata", "--locked", "--format-version", "1", "--filter-platform", triple,
  ]));
  const packages = new Map(metadata.packages.map((one) => [one.id, one]));
  const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));
  const isMacro = (id) => packages.get(id).targets.some(({ kind }) => kind.includes("proc-macro"));
  const open = metadata.packages.filter(({ name }) => OURS.includes(name)).map(({ id }) => id);
  const seen = new Set(open);
  while (open.length > 0) {
    for (const { pkg, dep_kinds: kinds } of nodes.get(open.pop()).deps) {
      const isInside = kinds.some(({ kind }) => kind === null) && !isMacro(pkg);
      if (!isInside || seen.has(pkg)) continue;
      seen.add(pkg);
      open.push(pkg);
    }
  }
  return [...seen]
    .map((id) => packages.get(id))
    .filter(({ source }) => source !== null)
    .map((one) => ({
      name: `${one.name} ${one.version}`,
      licence: one.license ?? "see its notice",
      folder: dirname(one.manifest_path),
    }))
    .sort((one, other) => one.name.localeCompare(other.name, "en"));
}

function page(name) {
  const folder = join(root, "ui/node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return { name: `${name} ${version}`, licence: license, folder };
}

function notices(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && NOTICE.test(entry.name) && !/\.(rs|spdx)$/.test(entry.name))
    .map((entry) => readFileSync(join(folder, entry.name), "utf8").replaceAll("\r\n", "\n").trim());
}
