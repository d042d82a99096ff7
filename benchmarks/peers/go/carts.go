package main

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
)

const tenant = "default"

// Carts changes and reads carts of one tenant.
type Carts struct {
	collection *mongo.Collection
}

// Outcome is what came of a command: the reply, and the events by their names.
type Outcome struct {
	Reply  Reply
	Events map[string]any
}

// Update finds, changes, prices and replaces; it starts again if the version was stale.
func (c *Carts) Update(ctx context.Context, command *Command, id string) (*Outcome, error) {
	for {
		cart, err := c.find(ctx, command.CartID)
		if err != nil {
			return nil, err
		}
		found, before := cart.Version, amountsOf(cart)
		changes, err := change(cart, command)
		if err != nil {
			return nil, err
		}
		if command.DryRun {
			return outcome("dry-run", command, id, cart, changes, priceChanges(before, cart)), nil
		}
		version := bson.D{{Key: "_id", Value: cart.ID}, {Key: "version", Value: found}}
		result, err := c.collection.ReplaceOne(ctx, version, cart)
		if err != nil {
			return nil, err
		}
		if result.ModifiedCount == 1 {
			return outcome("applied", command, id, cart, changes, priceChanges(before, cart)), nil
		}
	}
}

// Read answers with the cart as it is.
func (c *Carts) Read(ctx context.Context, command *Command, id string) (*Outcome, error) {
	cart, err := c.find(ctx, command.CartID)
	if err != nil {
		return nil, err
	}
	return outcome("read", command, id, cart, []Change{}, []PriceChange{}), nil
}

func (c *Carts) find(ctx context.Context, id string) (*Cart, error) {
	var cart Cart
	err := c.collection.FindOne(ctx, bson.D{{Key: "_id", Value: tenant + "/" + id}}).Decode(&cart)
	if err != nil {
		return nil, fmt.Errorf("cart %s: %w", id, err)
	}
	return &cart, nil
}

// change makes the cart's next version.
func change(cart *Cart, command *Command) ([]Change, error) {
	changes := make([]Change, 0, len(command.Data.Products))
	for _, product := range command.Data.Products {
		item := itemOf(cart, product.ID)
		if item == nil {
			return nil, fmt.Errorf("cart %s has no item %s", cart.ID, product.ID)
		}
		changes = append(changes, Change{quantityChanged, item.ID, item.Quantity, product.Quantity})
		item.Quantity = product.Quantity
		if err := priceItem(item); err != nil {
			return nil, err
		}
	}
	sumTotals(cart)
	now := time.Now().UTC().Truncate(time.Millisecond)
	cart.Updated, cart.Pricing.PricedAt = Written{At: now}, now
	cart.Version++
	return changes, nil
}

func itemOf(cart *Cart, id string) *Item {
	for index := range cart.Items {
		if cart.Items[index].ID == id {
			return &cart.Items[index]
		}
	}
	return nil
}

func outcome(
	status string, command *Command, id string, cart *Cart, changes []Change, moved []PriceChange,
) *Outcome {
	result := &Outcome{Reply: Reply{
		Type: "cart-updated", CommandID: id, Status: status, CartID: cart.CartID, Version: cart.Version,
		Changes: changes, PriceChanges: moved, Warnings: []string{}, Cart: viewOf(cart),
	}}
	if status == "applied" {
		result.Events = map[string]any{
			"cart-updated":  eventOf("cart-updated", command, id, cart, changes),
			"price-changed": PriceChanged{eventOf("price-changed", command, id, cart, changes), moved},
		}
	}
	return result
}
