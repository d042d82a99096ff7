import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Error, Model } from 'mongoose';
import { Cart, Item } from './cart.schema';
import { amounts, priceLine, sumTotals } from './pricing';
import { renderCart, renderPriceChanges, renderSums } from './rendering';

export interface Command {
  type: string;
  cartId: string;
  dryRun?: boolean;
  data: { products: { id: string; quantity: number }[] };
}

@Injectable()
export class CartsService {
  constructor(@InjectModel(Cart.name) private readonly carts: Model<Cart>) {}

  /** Finds, changes, prices and saves; starts again if the version was stale. */
  async update(command: Command, commandId: string) {
    for (;;) {
      try {
        return await this.attempt(command, commandId);
      } catch (error) {
        if (!(error instanceof Error.VersionError)) throw error;
      }
    }
  }

  async read(command: Command, commandId: string) {
    const cart = (await this.carts.findById(`default/${command.cartId}`).lean().exec())!;
    const reply = { type: 'cart-updated', commandId, status: 'read', cartId: cart.cartId, version: cart.version };
    return { ...reply, changes: [], priceChanges: [], warnings: [], cart: renderCart(cart) };
  }

  private async attempt(command: Command, commandId: string) {
    const cart = (await this.carts.findById(`default/${command.cartId}`).exec())!;
    const before = amounts(cart);
    const changes = command.data.products.map((product) => changeQuantity(cart.items, product));
    sumTotals(cart);
    cart.updated = { at: new Date(), by: null };
    if (!command.dryRun) await cart.save();
    const priceChanges = renderPriceChanges(before, amounts(cart));
    const shared = {
      commandId, commandType: command.type, tenant: cart.tenant, cartId: cart.cartId, version: cart.version,
      at: cart.updated.at, reason: null, actor: null, currency: 'EUR', catalogRevision: 1, ...renderSums(cart), changes,
    };
    return {
      events: command.dryRun ? [] : [
        { type: 'cart-updated', ...shared },
        { type: 'price-changed', ...shared, priceChanges },
      ],
      reply: {
        type: 'cart-updated', commandId, status: command.dryRun ? 'dry-run' : 'applied', cartId: cart.cartId,
        version: cart.version, changes, priceChanges, warnings: [], cart: renderCart(cart.toObject()),
      },
    };
  }
}

function changeQuantity(items: Item[], product: { id: string; quantity: number }) {
  const item = items.find((each) => each.id === product.id)!;
  const from = item.quantity;
  item.quantity = product.quantity;
  item.prices.forEach((price) => priceLine(price, item.quantity));
  return { type: 'quantity-changed', itemId: item.id, from, to: item.quantity };
}
