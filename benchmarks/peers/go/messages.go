package main

import "time"

const quantityChanged = "quantity-changed"

// Command is what comes in.
type Command struct {
	Type   string `json:"type"`
	CartID string `json:"cartId"`
	DryRun bool   `json:"dryRun"`
	Data   struct {
		Products []struct {
			ID       string `json:"id"`
			Quantity int    `json:"quantity"`
		} `json:"products"`
	} `json:"data"`
}

// Change says what happened to a line.
type Change struct {
	Type   string `json:"type"`
	ItemID string `json:"itemId"`
	From   int    `json:"from"`
	To     int    `json:"to"`
}

// PriceChange says that an amount moved.
type PriceChange struct {
	Scope     string   `json:"scope"`
	ItemID    string   `json:"itemId,omitempty"`
	PriceType string   `json:"priceType"`
	Period    *string  `json:"period"`
	Direction string   `json:"direction"`
	Currency  string   `json:"currency"`
	Before    Figures  `json:"before"`
	After     Figures  `json:"after"`
	Because   []string `json:"because"`
}

// Reply is the answer to a command.
type Reply struct {
	Type         string        `json:"type"`
	CommandID    string        `json:"commandId"`
	Status       string        `json:"status"`
	CartID       string        `json:"cartId"`
	Version      int           `json:"version"`
	Changes      []Change      `json:"changes"`
	PriceChanges []PriceChange `json:"priceChanges"`
	Warnings     []string      `json:"warnings"`
	Cart         CartView      `json:"cart"`
}

// Event is what both events have in common.
type Event struct {
	Type            string    `json:"type"`
	CommandID       string    `json:"commandId"`
	CommandType     string    `json:"commandType"`
	Tenant          string    `json:"tenant"`
	CartID          string    `json:"cartId"`
	Version         int       `json:"version"`
	At              time.Time `json:"at"`
	Reason          *string   `json:"reason"`
	Actor           *string   `json:"actor"`
	Currency        string    `json:"currency"`
	CatalogRevision int       `json:"catalogRevision"`
	Sums
	Changes []Change `json:"changes"`
}

// PriceChanged is the event of a version with other amounts.
type PriceChanged struct {
	Event
	PriceChanges []PriceChange `json:"priceChanges"`
}

func eventOf(kind string, command *Command, id string, cart *Cart, changes []Change) Event {
	return Event{
		Type: kind, CommandID: id, CommandType: command.Type, Tenant: cart.Tenant, CartID: cart.CartID,
		Version: cart.Version, At: cart.Updated.At, Currency: cart.Header.Currency,
		CatalogRevision: cart.Pricing.CatalogRevision, Sums: sumsOf(cart), Changes: changes,
	}
}
