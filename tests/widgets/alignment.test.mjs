// Run by test_widget_alignment.py: the alignment explorer's functions against torch and numpy.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

const folder = process.env.WIDGET_CASES;
const cases = JSON.parse(readFileSync(join(folder, "cases.json")));
const alignment = await import(join(folder, "alignment_explorer.mjs"));

test(`largest weights and crossings of ${cases.length} maps equal torch's`, () => {
  assert.ok(cases.length >= 50);
  for (const { weights, most_read, crossings, columns, ranked } of cases) {
    assert.deepEqual(alignment.mostRead(weights), most_read);
    assert.equal(alignment.crossings(weights), crossings);
    columns.forEach((column, at) => assert.deepEqual(alignment.sharesOf(weights, "read", at), column));
    weights.forEach((row, at) => {
      assert.deepEqual(alignment.sharesOf(weights, "written", at), row);
      assert.deepEqual(alignment.ranked(row), ranked[at]);
    });
  }
});

test("the sentence names the words that matter, or says that none does", () => {
  const sentence = { source: ["rotes", "Auto", "<end>"], words: ["red", "car"], weights: [[700, 260, 40], [20, 20, 960]] };
  const said = (side, word) => alignment.alignmentText(sentence, side, word).join("");
  assert.equal(said("written", 0), "red was written looking at rotes 70 %, Auto 26 %.");
  assert.equal(said("written", 1), "car was written looking at end 96 %.");
  assert.equal(said("read", 0), "rotes was looked at for red 70 %.");
  const flat = { ...sentence, weights: [[40, 40, 40], [40, 40, 40]] };
  assert.match(alignment.alignmentText(flat, "written", 0).join(""), /a little at every word/);
  assert.match(alignment.alignmentText(flat, "read", 0).join(""), /hardly looked at/);
});
