package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"strings"
	"sync"

	amqp "github.com/rabbitmq/amqp091-go"
)

// Worker carries out what is delivered, each delivery in a goroutine of its own.
type Worker struct {
	carts     *Carts
	publisher *Publisher
	events    string
}

// Run works until there are no more deliveries, and all that were begun are done.
func (w *Worker) Run(ctx context.Context, deliveries <-chan amqp.Delivery) {
	var begun sync.WaitGroup
	for delivery := range deliveries {
		begun.Add(1)
		go func(delivery amqp.Delivery) {
			defer begun.Done()
			if err := w.handle(ctx, delivery); err != nil {
				log.Printf("message %s: %v", delivery.MessageId, err)
				if err := delivery.Nack(false, false); err != nil {
					log.Print(err)
				}
			}
		}(delivery)
	}
	begun.Wait()
}

// handle executes one command, sends its events and its reply, and acknowledges it once they are confirmed.
func (w *Worker) handle(ctx context.Context, delivery amqp.Delivery) error {
	var command Command
	if err := json.Unmarshal(delivery.Body, &command); err != nil {
		return err
	}
	result, err := w.execute(ctx, &command, delivery)
	if err != nil {
		return err
	}
	messages := make([]Message, 0, len(result.Events)+1)
	for _, name := range []string{"cart-updated", "price-changed"} {
		event, sent := result.Events[name]
		if !sent {
			continue
		}
		body, err := json.Marshal(event)
		if err != nil {
			return err
		}
		messages = append(messages, Message{Exchange: w.events, Key: tenant + "." + name, Body: body})
	}
	reply, err := json.Marshal(result.Reply)
	if err != nil {
		return err
	}
	messages = append(messages, Message{Key: delivery.ReplyTo, CorrelationID: delivery.CorrelationId, Body: reply})
	if err := w.publisher.Publish(ctx, messages...); err != nil {
		return err
	}
	return delivery.Ack(false)
}

func (w *Worker) execute(ctx context.Context, command *Command, delivery amqp.Delivery) (*Outcome, error) {
	_, kind, _ := strings.Cut(delivery.RoutingKey, ".")
	switch kind {
	case "update-products":
		return w.carts.Update(ctx, command, delivery.MessageId)
	case "get-cart":
		return w.carts.Read(ctx, command, delivery.MessageId)
	}
	return nil, fmt.Errorf("unknown command %q", kind)
}
