import { Cart, Price } from './cart.schema';

export interface Amounts {
  net: number;
  tax: number;
  gross: number;
}

/** Prices a line again: list price from the unit price, tax out of the gross amount, rounded half up per line. */
export function priceLine(price: Price, quantity: number): void {
  const gross = Math.round(Number(price.unitAmount) * 100) * quantity;
  const tax = price.taxes[0];
  const net = Math.round((gross * 100) / (100 + Number(tax.rate)));
  price.list = gross;
  price.net = net;
  tax.amount = gross - net;
  price.gross = gross;
}

/** Sums all lines into one total per price type and period. */
export function sumTotals(cart: Cart): void {
  const rows = new Map<string, Cart['totals'][number]>();
  for (const item of cart.items) {
    for (const price of item.prices) {
      const key = `${price.type}/${price.period}`;
      const tax = price.taxes[0];
      const row = rows.get(key) ?? {
        type: price.type, period: price.period, list: 0, discount: 0, net: 0,
        taxes: [{ id: tax.id, rate: tax.rate, amount: 0 }], gross: 0,
      };
      row.list += price.list;
      row.net += price.net;
      row.taxes[0].amount += tax.amount;
      row.gross += price.gross;
      rows.set(key, row);
    }
  }
  cart.totals = [...rows.values()];
  cart.dueNow = { gross: cart.totals.reduce((sum, row) => sum + row.gross, 0), adjustments: 0 };
}

/** What every line and total costs, to compare two states of a cart. */
export function amounts(cart: Cart): Map<string, Amounts> {
  const found = new Map<string, Amounts>();
  for (const item of cart.items) {
    for (const price of item.prices) {
      found.set(`item|${item.id}|${price.type}|${price.period}`, amountsOf(price));
    }
  }
  for (const total of cart.totals) {
    found.set(`cart||${total.type}|${total.period}`, amountsOf(total));
  }
  return found;
}

function amountsOf(priced: { net: number; gross: number }): Amounts {
  return { net: priced.net, tax: priced.gross - priced.net, gross: priced.gross };
}
