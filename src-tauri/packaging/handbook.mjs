// The manual page of phoenixctl and its completions, as the program itself prints them.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { said } from "./commands.mjs";

/** Where each shell looks for completions. */
const SHELLS = {
  bash: "/usr/share/bash-completion/completions/phoenixctl",
  fish: "/usr/share/fish/vendor_completions.d/phoenixctl.fish",
  zsh: "/usr/share/zsh/vendor-completions/_phoenixctl",
};

/** Writes them below a folder; answers which file goes where. */
export function handbook(program, made) {
  const folder = join(made, "handbook");
  mkdirSync(folder, { recursive: true });
  const files = {};
  const put = (place, name, content) => {
    writeFileSync(join(folder, name), content);
    files[place] = join(folder, name);
  };
  const manual = gzipSync(said(program, ["man"]), { level: 9 });
  put("/usr/share/man/man1/phoenixctl.1.gz", "phoenixctl.1.gz", manual);
  for (const [shell, place] of Object.entries(SHELLS)) {
    put(place, `phoenixctl.${shell}`, said(program, ["completions", shell]));
  }
  return files;
}
