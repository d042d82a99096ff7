// A catalog, a cart, a dry run, a conflict and the events, with amqplib.

import { randomUUID } from "node:crypto";
import amqp from "amqplib";

const URL = process.env.CART_AMQP_URL ?? "amqp://guest:guest@localhost";
const PREFIX = process.env.CART_PREFIX ?? "cart";
const TENANT = process.env.CART_TENANT ?? "default";

const OFFERINGS = [{ id: "mug", name: "Mug" }, { id: "kettle", name: "Kettle" }];
const PRICES = [
  { id: "mug", offeringId: "mug", type: "one-time", currency: "EUR", amount: "9.90", taxIncluded: true },
  { id: "kettle", offeringId: "kettle", type: "one-time", currency: "EUR", amount: "89.00", taxIncluded: true },
];
const TWO_MUGS = { items: [{ offeringId: "mug", quantity: 2 }] };
const A_KETTLE = { items: [{ offeringId: "kettle" }] };

/** The worker said no; nothing was written. */
class Refused extends Error {
  constructor({ code, message, details, problems }) {
    super(`${code}: ${message} ${JSON.stringify(problems)}`);
    this.code = code;
    this.details = details;
  }
}

/** Sends commands, many at once if need be, and waits for their replies. */
class Carts {
  #waiting = new Map();

  async open(connection) {
    this.channel = await connection.createChannel();
    this.channel.on("return", ({ fields, properties }) => {
      this.#waiting.get(properties.messageId)?.reject(new Error(`no queue takes ${fields.routingKey}`));
    });
    await this.channel.consume("amq.rabbitmq.reply-to", (message) => this.#onReply(message), { noAck: true });
    return this;
  }

  /** Send a command until it is answered; throws Refused, or an Error. */
  async call(kind, data, cartId, envelope = {}) {
    const command = { type: kind, cartId, data, ...envelope };
    const messageId = randomUUID(); // made once for a command, however often it is sent: it takes effect once
    const options = {
      messageId,
      correlationId: messageId,
      replyTo: "amq.rabbitmq.reply-to",
      contentType: "application/json",
      persistent: true,
      mandatory: true,
      headers: { "cart-id": cartId ?? messageId },
    };
    const answer = new Promise((resolve, reject) => this.#waiting.set(messageId, { resolve, reject }));
    let reply;
    try {
      for (let tries = 0; tries < 3 && !reply; tries++) {
        this.channel.publish(`${PREFIX}.commands`, `${TENANT}.${kind}`, Buffer.from(JSON.stringify(command)), options);
        reply = await Promise.race([answer, later(10_000)]);
      }
    } finally {
      this.#waiting.delete(messageId);
    }
    if (!reply) throw new Error(`no answer to ${kind}`);
    if (reply.type === "command-refused") throw new Refused(reply.error);
    return reply;
  }

  #onReply(message) {
    if (message === null) return; // the broker has ended the consumer
    this.#waiting.get(message.properties.correlationId)?.resolve(JSON.parse(message.content.toString()));
  }
}

/** Nothing, after so many milliseconds; does not keep the program running. */
function later(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}

/** Add items to the cart as it was seen; if somebody was faster, look again and repeat. */
async function addAt(carts, cartId, items, version) {
  for (;;) {
    try {
      return await carts.call("add-items", items, cartId, { version });
    } catch (error) {
      if (error.code !== "stale-version") throw error;
      console.log(`stale: expected version ${version}, the cart is at ${error.details.currentVersion}`);
      version = (await carts.call("get-cart", {}, cartId)).version;
    }
  }
}

const connection = await amqp.connect(URL);
const listening = await connection.createChannel();
const { queue } = await listening.assertQueue("", { exclusive: true });
await listening.bindQueue(queue, `${PREFIX}.events`, `${TENANT}.cart-updated`);

const carts = await new Carts().open(connection);
await carts.call("upsert-offerings", { offerings: OFFERINGS });
console.log("catalog at revision", (await carts.call("upsert-prices", { prices: PRICES })).catalogRevision);
const created = await carts.call("create-cart", { country: "FR", currency: "EUR" });
const cartId = created.cartId;
console.log("cart at version", created.version);

const wouldBe = await carts.call("add-items", TWO_MUGS, cartId, { dryRun: true });
console.log(`dry run: version ${wouldBe.version}, ${wouldBe.cart.dueNow.payable} EUR would be due`);

await carts.call("add-items", A_KETTLE, cartId); // somebody else
const added = await addAt(carts, cartId, TWO_MUGS, created.version);
console.log(`applied: version ${added.version}, ${added.cart.dueNow.payable} EUR are due`);

await new Promise((heardAll) => {
  listening.consume(queue, (message) => {
    const event = JSON.parse(message.content.toString());
    if (event.cartId === cartId) console.log(`event: version ${event.version} by ${event.commandType}`);
    listening.ack(message);
    if (event.cartId === cartId && event.version === added.version) heardAll();
  });
});
await connection.close();
