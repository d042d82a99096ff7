package main

import (
	"context"
	"errors"
	"sync"

	amqp "github.com/rabbitmq/amqp091-go"
)

var errNotConfirmed = errors.New("the broker did not confirm a message")

// Publisher sends persistent messages that have to arrive in a queue, and tells when the broker has confirmed them.
//
// The library's own deferred confirmations are not used: in version 1.5 one that arrives before Publish has returned is
// lost. Here a message is sent and noted under the same lock.
type Publisher struct {
	channel *amqp.Channel
	lock    sync.Mutex
	last    uint64
	waiting map[uint64]chan<- bool
}

// NewPublisher puts a channel into confirm mode; `atOnce` is how many messages wait for their confirms at most.
func NewPublisher(channel *amqp.Channel, atOnce int) (*Publisher, error) {
	if err := channel.Confirm(false); err != nil {
		return nil, err
	}
	publisher := &Publisher{channel: channel, waiting: map[uint64]chan<- bool{}}
	go publisher.listen(channel.NotifyPublish(make(chan amqp.Confirmation, atOnce)))
	return publisher, nil
}

// Message is one message and where it goes.
type Message struct {
	Exchange, Key string
	CorrelationID string
	Body          []byte
}

// Publish sends the messages in order and waits until all are confirmed.
func (p *Publisher) Publish(ctx context.Context, messages ...Message) error {
	confirmed := make(chan bool, len(messages))
	for _, message := range messages {
		if err := p.send(ctx, message, confirmed); err != nil {
			return err
		}
	}
	for range messages {
		if !<-confirmed {
			return errNotConfirmed
		}
	}
	return nil
}

func (p *Publisher) send(ctx context.Context, message Message, confirmed chan<- bool) error {
	p.lock.Lock()
	defer p.lock.Unlock()
	err := p.channel.PublishWithContext(ctx, message.Exchange, message.Key, true, false, amqp.Publishing{
		ContentType:   "application/json",
		DeliveryMode:  amqp.Persistent,
		CorrelationId: message.CorrelationID,
		Body:          message.Body,
	})
	if err != nil {
		return err
	}
	p.last++
	p.waiting[p.last] = confirmed
	return nil
}

func (p *Publisher) listen(confirmations <-chan amqp.Confirmation) {
	for each := range confirmations {
		p.lock.Lock()
		p.waiting[each.DeliveryTag] <- each.Ack
		delete(p.waiting, each.DeliveryTag)
		p.lock.Unlock()
	}
	p.lock.Lock()
	defer p.lock.Unlock()
	for tag, confirmed := range p.waiting {
		confirmed <- false
		delete(p.waiting, tag)
	}
}
