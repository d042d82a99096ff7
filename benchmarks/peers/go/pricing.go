package main

import "fmt"

const rateDigits = 4

// priceItem prices every price of an item again: list price from the unit price, tax out of the gross amount, rounded
// half up per line.
func priceItem(item *Item) error {
	for index := range item.Prices {
		price := &item.Prices[index]
		unit, err := scaled(price.UnitAmount, 2)
		if err != nil {
			return err
		}
		if len(price.Taxes) != 1 {
			return fmt.Errorf("price %s has %d taxes instead of one", price.ID, len(price.Taxes))
		}
		tax := &price.Taxes[0]
		rate, err := scaled(tax.Rate, rateDigits)
		if err != nil {
			return err
		}
		const hundredPercent = 100_0000
		gross := unit * item.Quantity
		net := divided(gross*hundredPercent, hundredPercent+rate)
		price.List, price.Gross = Amount(gross), Amount(gross)
		price.Net, tax.Amount = Amount(net), Amount(gross-net)
	}
	return nil
}

// sumTotals adds all lines up: one total for each type and period of prices, in the order of their first line.
func sumTotals(cart *Cart) {
	rows := map[charge]int{}
	totals := make([]Total, 0, len(cart.Totals))
	for _, item := range cart.Items {
		for _, price := range item.Prices {
			key := chargeOf(price.Type, price.Period)
			index, found := rows[key]
			if !found {
				index = len(totals)
				rows[key] = index
				tax := Tax{ID: price.Taxes[0].ID, Rate: price.Taxes[0].Rate}
				totals = append(totals, Total{Type: price.Type, Period: price.Period, Taxes: []Tax{tax}})
			}
			row := &totals[index]
			row.List += price.List
			row.Net += price.Net
			row.Taxes[0].Amount += price.Taxes[0].Amount
			row.Gross += price.Gross
		}
	}
	cart.Totals = totals
	cart.DueNow = DueNow{}
	for _, row := range totals {
		cart.DueNow.Gross += row.Gross
		cart.DueNow.Net += row.Net
	}
}

// charge is a type of prices with a period.
type charge struct{ kind, period string }

func chargeOf(kind string, period *string) charge {
	if period == nil {
		return charge{kind: kind}
	}
	return charge{kind, *period}
}

// place is where an amount is: in an item, or, without one, in the cart's totals.
type place struct {
	item string
	charge
}

// amounts holds what every line and total costs, to compare two states of a cart.
type amounts map[place]Figures

type Figures struct {
	Net   Amount `json:"net"`
	Tax   Amount `json:"tax"`
	Gross Amount `json:"gross"`
}

func amountsOf(cart *Cart) amounts {
	found := make(amounts, len(cart.Items)+len(cart.Totals))
	for _, item := range cart.Items {
		for _, price := range item.Prices {
			found[place{item.ID, chargeOf(price.Type, price.Period)}] = figures(price.Net, price.Gross)
		}
	}
	for _, row := range cart.Totals {
		found[place{"", chargeOf(row.Type, row.Period)}] = figures(row.Net, row.Gross)
	}
	return found
}

func figures(net, gross Amount) Figures {
	return Figures{Net: net, Tax: gross - net, Gross: gross}
}

// priceChanges lists every amount that moved, lines first.
func priceChanges(before amounts, cart *Cart) []PriceChange {
	changes := []PriceChange{}
	moved := func(scope, item, kind string, period *string, after Figures) {
		then := before[place{item, chargeOf(kind, period)}]
		if then == after {
			return
		}
		direction := "decrease"
		if after.Gross > then.Gross {
			direction = "increase"
		}
		changes = append(changes, PriceChange{
			Scope: scope, ItemID: item, PriceType: kind, Period: period, Direction: direction,
			Currency: cart.Header.Currency, Before: then, After: after, Because: []string{quantityChanged},
		})
	}
	for _, item := range cart.Items {
		for _, price := range item.Prices {
			moved("item", item.ID, price.Type, price.Period, figures(price.Net, price.Gross))
		}
	}
	for _, row := range cart.Totals {
		moved("cart", "", row.Type, row.Period, figures(row.Net, row.Gross))
	}
	return changes
}
