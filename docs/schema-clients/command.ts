// One command, written by the generated types: they compile it only if their names and types are those of the wire.
import type { AddItemsCommand as OfOneSchema } from './json-schema-to-typescript/cartwright'
import type { AddItemsCommand as OfModelina } from './modelina/AddItemsCommand'

const command = {
  type: 'add-items',
  cartId: 'c-42',
  version: 3,
  data: { items: [{ offeringId: 'mug', quantity: 2, characteristics: { color: 'red' } }] },
} satisfies OfModelina & OfOneSchema

console.log(JSON.stringify(command))
