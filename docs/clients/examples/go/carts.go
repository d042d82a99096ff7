// A catalog, a cart, a dry run, a conflict and the events, with amqp091-go.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

type fields map[string]any

var (
	address = setting("CART_AMQP_URL", "amqp://guest:guest@localhost")
	prefix  = setting("CART_PREFIX", "cart")
	tenant  = setting("CART_TENANT", "default")

	offerings = []fields{{"id": "mug", "name": "Mug"}, {"id": "kettle", "name": "Kettle"}}
	prices    = []fields{
		{"id": "mug", "offeringId": "mug", "type": "one-time", "currency": "EUR", "amount": "9.90", "taxIncluded": true},
		{"id": "kettle", "offeringId": "kettle", "type": "one-time", "currency": "EUR", "amount": "89.00", "taxIncluded": true},
	}
	twoMugs = fields{"items": []fields{{"offeringId": "mug", "quantity": 2}}}
	aKettle = fields{"items": []fields{{"offeringId": "kettle"}}}
)

// reply is what the example needs of a reply; docs/commands.md has the rest.
type reply struct {
	Type            string
	CartID          string
	Version         int
	CatalogRevision int
	Cart            struct{ DueNow struct{ Payable string } }
	Error           refused
}

type event struct {
	CartID      string
	Version     int
	CommandType string
}

// refused is the worker's no; nothing was written.
type refused struct {
	Code, Message string
	Details       struct{ CurrentVersion int }
	Problems      []struct{ Path, Code, Message string }
}

func (r refused) Error() string { return fmt.Sprintf("%s: %s %v", r.Code, r.Message, r.Problems) }

// carts sends commands, many at once if need be, and waits for their replies.
type carts struct {
	channel *amqp.Channel
	mutex   sync.Mutex
	waiting map[string]chan answer
}

type answer struct {
	reply reply
	err   error
}

func newCarts(connection *amqp.Connection) (*carts, error) {
	channel, err := connection.Channel()
	if err != nil {
		return nil, err
	}
	replies, err := channel.Consume("amq.rabbitmq.reply-to", "", true, false, false, false, nil)
	if err != nil {
		return nil, err
	}
	c := &carts{channel: channel, waiting: map[string]chan answer{}}
	returns := channel.NotifyReturn(make(chan amqp.Return, 1))
	go func() {
		for message := range replies {
			var got answer
			got.err = json.Unmarshal(message.Body, &got.reply)
			c.settle(message.CorrelationId, got)
		}
	}()
	go func() {
		for message := range returns {
			c.settle(message.CorrelationId, answer{err: errors.New("no queue takes " + message.RoutingKey)})
		}
	}()
	return c, nil
}

func (c *carts) settle(id string, got answer) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if waiting, ok := c.waiting[id]; ok {
		waiting <- got
		delete(c.waiting, id)
	}
}

// call sends a command until it is answered; a refusal is an error of type refused.
func (c *carts) call(kind, cartID string, data, envelope fields) (reply, error) {
	id := newID() // made once for a command, however often it is sent: it takes effect once
	command := fields{"type": kind, "data": data}
	key := id
	if cartID != "" {
		command["cartId"], key = cartID, cartID
	}
	for name, value := range envelope {
		command[name] = value
	}
	body, err := json.Marshal(command)
	if err != nil {
		return reply{}, err
	}
	message := amqp.Publishing{
		MessageId:     id,
		CorrelationId: id,
		ReplyTo:       "amq.rabbitmq.reply-to",
		ContentType:   "application/json",
		DeliveryMode:  amqp.Persistent,
		Headers:       amqp.Table{"cart-id": key},
		Body:          body,
	}
	waiting := make(chan answer, 1)
	c.mutex.Lock()
	c.waiting[id] = waiting
	c.mutex.Unlock()
	for tries := 0; tries < 3; tries++ {
		const mandatory, immediate = true, false
		err := c.channel.PublishWithContext(
			context.Background(), prefix+".commands", tenant+"."+kind, mandatory, immediate, message)
		if err != nil {
			return reply{}, err
		}
		select {
		case got := <-waiting:
			if got.err == nil && got.reply.Type == "command-refused" {
				got.err = got.reply.Error
			}
			return got.reply, got.err
		case <-time.After(10 * time.Second):
		}
	}
	return reply{}, errors.New("no answer to " + kind)
}

// addAt adds items to the cart as it was seen; if somebody was faster, it looks again and repeats.
func (c *carts) addAt(cartID string, items fields, version int) (reply, error) {
	for {
		added, err := c.call("add-items", cartID, items, fields{"version": version})
		var no refused
		if !errors.As(err, &no) || no.Code != "stale-version" {
			return added, err
		}
		fmt.Printf("stale: expected version %d, the cart is at %d\n", version, no.Details.CurrentVersion)
		now, err := c.call("get-cart", cartID, fields{}, nil)
		if err != nil {
			return reply{}, err
		}
		version = now.Version
	}
}

func main() {
	connection := must(amqp.Dial(address))
	defer connection.Close()
	listening := must(connection.Channel())
	queue := must(listening.QueueDeclare("", false, true, true, false, nil))
	check(listening.QueueBind(queue.Name, tenant+".cart-updated", prefix+".events", false, nil))
	events := must(listening.Consume(queue.Name, "", false, true, false, false, nil))

	c := must(newCarts(connection))
	must(c.call("upsert-offerings", "", fields{"offerings": offerings}, nil))
	fmt.Println("catalog at revision", must(c.call("upsert-prices", "", fields{"prices": prices}, nil)).CatalogRevision)
	created := must(c.call("create-cart", "", fields{"country": "FR", "currency": "EUR"}, nil))
	cartID := created.CartID
	fmt.Println("cart at version", created.Version)

	wouldBe := must(c.call("add-items", cartID, twoMugs, fields{"dryRun": true}))
	fmt.Printf("dry run: version %d, %s EUR would be due\n", wouldBe.Version, wouldBe.Cart.DueNow.Payable)

	must(c.call("add-items", cartID, aKettle, nil)) // somebody else
	added := must(c.addAt(cartID, twoMugs, created.Version))
	fmt.Printf("applied: version %d, %s EUR are due\n", added.Version, added.Cart.DueNow.Payable)

	for message := range events {
		var happened event
		check(json.Unmarshal(message.Body, &happened))
		check(message.Ack(false))
		if happened.CartID != cartID {
			continue
		}
		fmt.Printf("event: version %d by %s\n", happened.Version, happened.CommandType)
		if happened.Version == added.Version {
			break
		}
	}
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func newID() string {
	id := make([]byte, 16)
	must(rand.Read(id))
	return fmt.Sprintf("%x", id)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func must[T any](value T, err error) T {
	check(err)
	return value
}
