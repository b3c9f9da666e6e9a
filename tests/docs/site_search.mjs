// Copyright (c) 2026, the azurefiles.backup maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
// Searches the built site by its own code: "node site_search.mjs FOLDER" fails unless each of these finds its guide first.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { argv, exit } from "node:process";
import { createContext, runInContext } from "node:vm";

const GUIDES = {
  "daily policy": "first_account",
  "many accounts": "many_accounts",
  "unprotected shares": "many_accounts",
  "restore file": "restore",
  "deleted file": "restore",
  drill: "drill",
  "other region": "disaster",
  "resource guard": "guarded",
  event: "events",
  webhook: "events",
  login: "authentication",
  "managed identity": "authentication",
  survey: "awx",
  provisioning: "provisioning",
  terraform: "migration",
  budget: "budgets",
  limits: "budgets",
};
const SCRIPTS = ["documentation_options.js", "doctools.js", "sphinx_highlight.js", "language_data.js", "searchtools.js"];

const [, , site] = argv;
const code = [...SCRIPTS.map((name) => join("_static", name)), "searchindex.js"].map((name) =>
  readFileSync(join(site, name), "utf-8"),
);

// As much of a browser as the search looks at before it shows anything.
const found = (words) => {
  const page = createContext({
    URLSearchParams,
    document: { readyState: "loading", addEventListener() {}, getElementById: () => null },
    localStorage: { setItem() {} },
    location: { search: `?${new URLSearchParams({ q: words })}` },
    words,
  });
  runInContext("var window = globalThis;", page);
  for (const script of code) runInContext(script, page);
  return runInContext("Search._performSearch(...Search._parseQuery(words)).map(([name]) => name).reverse()", page);
};

const wrong = Object.entries(GUIDES).flatMap(([words, guide]) => {
  const pages = found(words);
  return pages[0] === `docsite/guide_${guide}` ? [] : [`"${words}" finds ${pages.slice(0, 3)}, and guide_${guide} is not first`];
});
console.log(wrong.join("\n"));
exit(wrong.length ? 1 : 0);
