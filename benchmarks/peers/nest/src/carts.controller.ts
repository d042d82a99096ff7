import { Controller } from '@nestjs/common';
import { Ctx, MessagePattern, Payload, RmqContext } from '@nestjs/microservices';
import type { ConfirmChannel, Message } from 'amqplib';
import { CartsService, type Command } from './carts.service';

const EVENTS = `${process.env.CART_PREFIX}.events`;

@Controller()
export class CartsController {
  constructor(private readonly carts: CartsService) {}

  @MessagePattern('update-products')
  async updateProducts(@Payload() command: Command, @Ctx() context: RmqContext) {
    const message = context.getMessage() as Message;
    const channel = context.getChannelRef() as ConfirmChannel;
    const { events, reply } = await this.carts.update(command, message.properties.messageId);
    await Promise.all(events.map((event) => publish(channel, event)));
    channel.ack(message);
    return reply;
  }

  @MessagePattern('get-cart')
  async getCart(@Payload() command: Command, @Ctx() context: RmqContext) {
    const message = context.getMessage() as Message;
    const reply = await this.carts.read(command, message.properties.messageId);
    context.getChannelRef().ack(message);
    return reply;
  }
}

/** Publishes a persistent event and waits for the broker's confirm. */
function publish(channel: ConfirmChannel, event: { type: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const body = Buffer.from(JSON.stringify(event));
    const options = { persistent: true, contentType: 'application/json' };
    channel.publish(EVENTS, `default.${event.type}`, body, options, (error) => (error ? reject(error) : resolve()));
  });
}
