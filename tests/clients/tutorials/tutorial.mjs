// What RabbitMQ's RPC tutorial does with amqplib, sent twice: tutorial.mjs ROUTING-KEY BODY.

import { randomUUID } from "node:crypto";
import amqp from "amqplib";

const { CART_AMQP_URL, CART_PREFIX, MESSAGE_ID, CONTENT_TYPE, TIMES, CART_ID_NUMBER } = process.env;
const [, , routingKey, body] = process.argv;
const connection = await amqp.connect(CART_AMQP_URL);
const channel = await connection.createChannel();
const { queue } = await channel.assertQueue("", { exclusive: true });
const correlationId = randomUUID();
const options = { correlationId, replyTo: queue };
if (MESSAGE_ID) options.messageId = MESSAGE_ID;
if (CONTENT_TYPE) options.contentType = CONTENT_TYPE;
if (TIMES) {
  const now = Math.floor(Date.now() / 1000);
  options.headers = { deadline: { "!": "timestamp", value: now + 30 } };
  options.timestamp = now;
  options.expiration = 500;
}
if (CART_ID_NUMBER) options.headers = { "cart-id": 42 };
let got;
await channel.consume(queue, (message) => got(message.content.toString()), { noAck: true });
for (let number = 0; number < 2; number++) {
  const answer = new Promise((resolve) => (got = resolve));
  channel.publish(`${CART_PREFIX}.commands`, routingKey, Buffer.from(body), options);
  console.log(await answer);
}
await connection.close();
