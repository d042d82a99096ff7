// What RabbitMQ's RPC tutorial does with amqp091-go, sent twice: tutorial ROUTING-KEY BODY.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

func main() {
	connection, err := amqp.Dial(os.Getenv("CART_AMQP_URL"))
	check(err)
	defer connection.Close()
	channel, err := connection.Channel()
	check(err)
	queue, err := channel.QueueDeclare("", false, false, true, false, nil)
	check(err)
	answers, err := channel.Consume(queue.Name, "", true, false, false, false, nil)
	check(err)
	message := amqp.Publishing{
		ContentType:   "text/plain",
		CorrelationId: "1",
		ReplyTo:       queue.Name,
		Body:          []byte(os.Args[2]),
		MessageId:     os.Getenv("MESSAGE_ID"),
	}
	if contentType := os.Getenv("CONTENT_TYPE"); contentType != "" {
		message.ContentType = contentType
	}
	if os.Getenv("TIMES") != "" {
		message.Headers = amqp.Table{"deadline": time.Now().Add(30 * time.Second)}
		message.Timestamp = time.Now()
		message.Expiration = "500"
	}
	if os.Getenv("CART_ID_NUMBER") != "" {
		message.Headers = amqp.Table{"cart-id": 42}
	}
	for number := 0; number < 2; number++ {
		check(channel.PublishWithContext(
			context.Background(), os.Getenv("CART_PREFIX")+".commands", os.Args[1], false, false, message))
		fmt.Println(string((<-answers).Body))
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
