#!/usr/bin/env bash
# @asyncapi/modelina 5.10.1: where a schema has an object of free names (`additionalProperties`), the TypeScript class has
# a `Map`, and the class's own `marshal()` hands it to `JSON.stringify`, which writes every Map as `{}`: what was in it is
# not sent. `unmarshal()` puts a plain object where the type says Map. All of it passes `tsc --strict`. Without the option
# `marshalling`, `JSON.stringify` of the class writes the names of its private fields, which are none of the schema's.
# Interfaces with the options `rawPropertyNames: true` and `mapType: "record"` say what JSON has.
# Seen, of a line with a colour:
#   marshal: {"type":"add-item","characteristics":{}}
#   unmarshal: Object
#   JSON.stringify: {"_reservedType":"add-item","_characteristics":{}}
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --no-audit --no-fund --silent "@asyncapi/modelina@5.10.1" "typescript@5.9.3"

cat > try.mjs <<'JS'
import { TS_COMMON_PRESET, TypeScriptGenerator } from "@asyncapi/modelina";
import typescript from "typescript";

const schema = {
  $id: "AddItem",
  type: "object",
  additionalProperties: false,
  required: ["type", "characteristics"],
  properties: {
    type: { type: "string" },
    characteristics: { type: "object", additionalProperties: { type: "string" } },
  },
};

async function generated(options) {
  const [model] = await new TypeScriptGenerator(options).generate(schema);
  return new Function(`${typescript.transpile(model.result, { target: "es2022" })}; return AddItem`)();
}

const fields = { reservedType: "add-item", characteristics: new Map([["color", "red"]]) };
const AddItem = await generated({ presets: [{ preset: TS_COMMON_PRESET, options: { marshalling: true } }] });
console.log("marshal:", JSON.stringify(JSON.parse(new AddItem(fields).marshal())));
const read = AddItem.unmarshal('{"type": "add-item", "characteristics": {"color": "red"}}');
console.log("unmarshal:", read.characteristics.constructor.name);
const Plain = await generated({});
console.log("JSON.stringify:", JSON.stringify(new Plain(fields)));
JS

seen=$(node try.mjs)
echo "$seen"
[ "$seen" = 'marshal: {"type":"add-item","characteristics":{}}
unmarshal: Object
JSON.stringify: {"_reservedType":"add-item","_characteristics":{}}' ]
