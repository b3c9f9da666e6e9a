// Copyright (c) 2026, the azurefiles.backup maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
// How Sphinx's search of the site orders what it finds: who looks for a job to do finds its guide first, then a playbook.
// Of several guides, that one comes first whose title holds more of the words; a section's title comes after its page's.
var Scorer = {
  words: (new URLSearchParams(window.location.search).get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean),
  score: ([page, title, _anchor, _description, score]) =>
    score +
    (/(^|\/)guide_/.test(page) ? 200 : /(^|\/)playbook_/.test(page) ? 100 : 0) +
    10 * Scorer.words.filter((word) => title.split(" > ")[0].toLowerCase().split(/\W+/).includes(word)).length,
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
