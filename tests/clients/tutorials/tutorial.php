<?php
// What RabbitMQ's RPC tutorial does with php-amqplib, sent twice: tutorial.php ROUTING-KEY BODY.

declare(strict_types=1);

require getenv('AUTOLOAD') ?: __DIR__ . '/vendor/autoload.php';

use PhpAmqpLib\Connection\AMQPStreamConnection;
use PhpAmqpLib\Message\AMQPMessage;
use PhpAmqpLib\Wire\AMQPTable;

$url = parse_url(getenv('CART_AMQP_URL'));
$connection = new AMQPStreamConnection($url['host'], $url['port'], $url['user'], $url['pass']);
$channel = $connection->channel();
[$queue] = $channel->queue_declare('', false, false, true, false);
$answer = null;
$channel->basic_consume($queue, '', false, true, false, false, function (AMQPMessage $message) use (&$answer): void {
    $answer = $message->getBody();
});
$properties = ['correlation_id' => uniqid(), 'reply_to' => $queue];
foreach (['MESSAGE_ID' => 'message_id', 'CONTENT_TYPE' => 'content_type'] as $variable => $property) {
    if (getenv($variable)) {
        $properties[$property] = getenv($variable);
    }
}
if (getenv('TIMES')) {
    $properties['application_headers'] = new AMQPTable(['deadline' => new DateTime('+30 seconds')]);
    $properties['timestamp'] = time();
    $properties['expiration'] = '500';
}
if (getenv('CART_ID_NUMBER')) {
    $properties['application_headers'] = new AMQPTable(['cart-id' => 42]);
}
$message = new AMQPMessage($argv[2], $properties);
for ($number = 0; $number < 2; $number++) {
    $answer = null;
    $channel->basic_publish($message, getenv('CART_PREFIX') . '.commands', $argv[1]);
    while ($answer === null) {
        $channel->wait();
    }
    echo $answer, "\n";
}
$connection->close();
