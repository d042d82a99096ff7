import { Cart, Price, TaxLine } from './cart.schema';
import { Amounts } from './pricing';

const decimal = (minor: number) => (minor / 100).toFixed(2);
const taxes = (lines: TaxLine[]) => lines.map(({ id, rate, amount }) => ({ id, rate, amount: decimal(amount) }));
const written = ({ net, tax, gross }: Amounts) => ({ net: decimal(net), tax: decimal(tax), gross: decimal(gross) });

function renderPrice(price: Price) {
  return {
    id: price.id, type: price.type, period: price.period, unitAmount: price.unitAmount, list: decimal(price.list),
    alterations: [], net: decimal(price.net), taxes: taxes(price.taxes), gross: decimal(price.gross),
  };
}

/** The amounts of the cart as a whole, as decimal strings. */
export function renderSums(cart: Cart) {
  return {
    totals: cart.totals.map((row) => ({
      type: row.type, period: row.period, list: decimal(row.list), discount: decimal(row.discount),
      net: decimal(row.net), taxes: taxes(row.taxes), gross: decimal(row.gross),
    })),
    dueNow: {
      gross: decimal(cart.dueNow.gross),
      adjustments: decimal(cart.dueNow.adjustments),
      payable: decimal(cart.dueNow.gross - cart.dueNow.adjustments),
    },
  };
}

/** The whole cart as the reply shows it. */
export function renderCart(cart: Cart) {
  return {
    id: cart.cartId, tenant: cart.tenant, version: cart.version, status: cart.status, ...cart.header,
    containers: cart.containers,
    items: cart.items.map((item) => ({
      id: item.id, offeringId: item.offeringId, quantity: item.quantity, containerId: item.containerId,
      action: item.action, status: item.status, characteristics: item.characteristics,
      prices: item.prices.map(renderPrice),
    })),
    promotions: [], vouchers: [], adjustments: [], ...renderSums(cart), warnings: cart.warnings,
    lastUpdateReason: cart.lastUpdateReason, pricing: cart.pricing,
    createdAt: cart.created.at, createdBy: cart.created.by, updatedAt: cart.updated.at, updatedBy: cart.updated.by,
  };
}

/** Every amount that moved. */
export function renderPriceChanges(before: Map<string, Amounts>, after: Map<string, Amounts>) {
  const moved = [];
  for (const [key, now] of after) {
    const then = before.get(key) ?? { net: 0, tax: 0, gross: 0 };
    if (then.net === now.net && then.gross === now.gross) continue;
    const [scope, itemId, priceType, period] = key.split('|');
    moved.push({
      scope, ...(itemId ? { itemId } : {}), priceType, period, currency: 'EUR',
      direction: now.gross > then.gross ? 'increase' : 'decrease',
      before: written(then), after: written(now), because: ['quantity-changed'],
    });
  }
  return moved;
}
