// Peer (f): a cart worker in Go, with amqp091-go and the official MongoDB driver, as a team would write it.
package main

import (
	"context"
	"log"
	"os"
	"os/signal"
	"syscall"

	amqp "github.com/rabbitmq/amqp091-go"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"
)

const (
	prefetch = 100
	consumer = "carts"
	// A command has a reply and at most two events.
	messagesPerCommand = 3
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

// run consumes until it is told to end or loses the broker.
func run() error {
	ctx := context.Background()
	durable := writeconcern.New(writeconcern.WMajority(), writeconcern.J(true))
	client, err := mongo.Connect(ctx, options.Client().ApplyURI(os.Getenv("CART_MONGO_URL")).SetWriteConcern(durable))
	if err != nil {
		return err
	}
	defer client.Disconnect(ctx)

	// Two connections, as the library advises: a broker that holds up publishers must not hold up acknowledgements.
	publishing, out, err := connect()
	if err != nil {
		return err
	}
	defer publishing.Close()
	publisher, err := NewPublisher(out, prefetch*messagesPerCommand)
	if err != nil {
		return err
	}
	go logReturns(out.NotifyReturn(make(chan amqp.Return, prefetch)))

	consuming, in, err := connect()
	if err != nil {
		return err
	}
	defer consuming.Close()
	if err := in.Qos(prefetch, 0, false); err != nil {
		return err
	}
	prefix := os.Getenv("CART_PREFIX")
	deliveries, err := in.Consume(prefix+".commands.0", consumer, false, false, false, false, nil)
	if err != nil {
		return err
	}
	go cancelWhenTold(in)

	carts := &Carts{client.Database(os.Getenv("CART_DATABASE")).Collection("carts")}
	worker := &Worker{carts, publisher, prefix + ".events"}
	worker.Run(ctx, deliveries)
	return nil
}

func connect() (*amqp.Connection, *amqp.Channel, error) {
	connection, err := amqp.Dial(os.Getenv("CART_AMQP_URL"))
	if err != nil {
		return nil, nil, err
	}
	channel, err := connection.Channel()
	if err != nil {
		connection.Close()
		return nil, nil, err
	}
	return connection, channel, nil
}

// cancelWhenTold ends the stream of deliveries at a signal.
func cancelWhenTold(channel *amqp.Channel) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, os.Interrupt)
	<-signals
	if err := channel.Cancel(consumer, false); err != nil {
		log.Print(err)
	}
}

func logReturns(returns <-chan amqp.Return) {
	for each := range returns {
		log.Printf("no queue takes messages for %q at %q", each.RoutingKey, each.Exchange)
	}
}
