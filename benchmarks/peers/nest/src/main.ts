import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { MongooseModule } from '@nestjs/mongoose';
import { Cart, CartSchema } from './cart.schema';
import { CartsController } from './carts.controller';
import { CartsService } from './carts.service';

@Module({
  imports: [
    MongooseModule.forRoot(process.env.CART_MONGO_URL!, {
      dbName: process.env.CART_DATABASE,
      writeConcern: { w: 'majority', journal: true },
      autoIndex: false,
      autoCreate: false,
    }),
    MongooseModule.forFeature([{ name: Cart.name, schema: CartSchema }]),
  ],
  controllers: [CartsController],
  providers: [CartsService],
})
class AppModule {}

async function bootstrap() {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
    transport: Transport.RMQ,
    options: {
      urls: [process.env.CART_AMQP_URL!],
      queue: `${process.env.CART_PREFIX}.commands.0`,
      noAssert: true,
      noAck: false,
      prefetchCount: 100,
      persistent: true,
    },
  });
  app.enableShutdownHooks();
  await app.listen();
}

void bootstrap();
