// Generates types from the AsyncAPI document: node generate.mjs ASYNCAPI_JSON TARGET_FOLDER
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { JAVA_JACKSON_PRESET, JavaFileGenerator, TypeScriptFileGenerator } from '@asyncapi/modelina'
import { compile } from 'json-schema-to-typescript'

const [source, target] = process.argv.slice(2)
const document = JSON.parse(await readFile(source, 'utf8'))

async function folder(...names) {
  const path = join(target, ...names)
  await mkdir(path, { recursive: true })
  return path
}

// modelina reads AsyncAPI. What it makes by default are classes that JSON.stringify writes under other names, and a Map
// for an object of free names, which it writes as {}; with these options the types say what JSON has.
const typescript = new TypeScriptFileGenerator({
  moduleSystem: 'ESM',
  modelType: 'interface',
  rawPropertyNames: true,
  mapType: 'record',
  enumType: 'union',
})
await typescript.generateToFiles(document, await folder('modelina'), { exportType: 'named' })
const java = new JavaFileGenerator({ collectionType: 'List', presets: [JAVA_JACKSON_PRESET] })
await java.generateToFiles(document, await folder('java', 'cartwright'), { packageName: 'cartwright' })

// The others read JSON Schema: one schema, whose definitions are the document's schemas.
const definitions = JSON.parse(
  JSON.stringify(document.components.schemas).replaceAll('#/components/schemas/', '#/definitions/'),
)
const references = Object.keys(definitions).map((name) => [name, { $ref: `#/definitions/${name}` }])
const schema = { title: 'Cartwright', type: 'object', definitions, properties: Object.fromEntries(references) }
await writeFile(join(target, 'schema.json'), JSON.stringify(schema))
const single = await folder('json-schema-to-typescript')
await writeFile(join(single, 'cartwright.ts'), await compile(structuredClone(schema), 'Cartwright'))
