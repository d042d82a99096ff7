#!/bin/sh
# Generates types from docs/asyncapi.json in TypeScript (twice), Java and Python, and compiles them.
# Needs node 20, a JDK 17, uv, and the jackson-annotations jar, from a Maven repository or as JACKSON=path.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
target=${1:-$(mktemp -d)}
jackson=${JACKSON:-$(find "$HOME/.m2" -name 'jackson-annotations-2*.jar' 2>/dev/null | sort | tail -n 1)}
[ -n "$jackson" ] || { echo "no jackson-annotations jar: set JACKSON=path" >&2; exit 1; }

mkdir -p "$target"
cp "$here/package.json" "$here/generate.mjs" "$target"
cd "$target"
npm install --no-audit --no-fund --silent
node generate.mjs "$here/../asyncapi.json" generated

echo "TypeScript: modelina, json-schema-to-typescript, and a command of either's types"
cp "$here/command.ts" generated
npx tsc --noEmit --strict --target es2022 --module es2022 --moduleResolution bundler --skipLibCheck \
  generated/modelina/*.ts generated/json-schema-to-typescript/*.ts generated/command.ts

echo "Java: modelina"
javac -Xlint:none -cp "$jackson" -d generated/classes generated/java/cartwright/*.java

echo "Python: datamodel-code-generator"
uv tool run --from datamodel-code-generator==0.89.0 datamodel-codegen \
  --input generated/schema.json --input-file-type jsonschema \
  --output-model-type pydantic_v2.BaseModel --enum-field-as-literal one --disable-warnings \
  --output generated/cartwright_models.py
uv run --no-project --with pydantic python -W error -c "
import sys
sys.path.insert(0, 'generated')
import cartwright_models as models
models.AddItemsCommand.model_validate({'type': 'add-items', 'data': {'items': [{'offeringId': 'mug'}]}})
"
echo "All of them compile: $target/generated"
