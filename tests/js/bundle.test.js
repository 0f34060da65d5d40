// The script in the page says what the modules say: the same syntax trees, one after the other.
// The joined script, mapper.maps.page.bundle(), lies in the file that MAP_BUNDLE names.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { parse } from "../../tools/js/node_modules/acorn/dist/acorn.mjs";

const assets = new URL("../../mapper/maps/assets/", import.meta.url);
const bundle = readFileSync(process.env.MAP_BUNDLE, "utf8");

/** A tree without the places in the text where its parts stand. */
const bare = (tree) => JSON.parse(JSON.stringify(tree, (key, value) => (key === "start" || key === "end" ? undefined : value)));

test("the joined script has the syntax of its modules", () => {
  const names = [...bundle.matchAll(/^\/\/ (\w+\.js)$/gm)].map((match) => match[1]);
  assert.ok(names.length > 15 && names.at(-1) === "app.js");
  const wanted = names.flatMap((name) => {
    const { body } = parse(readFileSync(new URL(name, assets), "utf8"), { ecmaVersion: 2023, sourceType: "module" });
    return body.filter((node) => node.type !== "ImportDeclaration").map((node) => (node.type === "ExportNamedDeclaration" ? node.declaration : node));
  });
  const [wrapper] = parse(bundle, { ecmaVersion: 2023, sourceType: "script" }).body;
  const [directive, ...found] = wrapper.expression.callee.body.body;
  assert.equal(directive.directive, "use strict");
  assert.equal(found.length, wanted.length);
  found.forEach((node, i) => assert.deepEqual(bare(node), bare(wanted[i])));
});
