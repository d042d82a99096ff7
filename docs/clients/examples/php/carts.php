<?php
// A catalog, a cart, a dry run, a conflict and the events, with php-amqplib.

declare(strict_types=1);

require getenv('AUTOLOAD') ?: __DIR__ . '/vendor/autoload.php';

use PhpAmqpLib\Channel\AMQPChannel;
use PhpAmqpLib\Connection\AMQPStreamConnection;
use PhpAmqpLib\Exception\AMQPTimeoutException;
use PhpAmqpLib\Message\AMQPMessage;
use PhpAmqpLib\Wire\AMQPTable;

define('PREFIX', getenv('CART_PREFIX') ?: 'cart');
define('TENANT', getenv('CART_TENANT') ?: 'default');

const OFFERINGS = [['id' => 'mug', 'name' => 'Mug'], ['id' => 'kettle', 'name' => 'Kettle']];
const PRICES = [
    ['id' => 'mug', 'offeringId' => 'mug', 'type' => 'one-time', 'currency' => 'EUR', 'amount' => '9.90',
     'taxIncluded' => true],
    ['id' => 'kettle', 'offeringId' => 'kettle', 'type' => 'one-time', 'currency' => 'EUR', 'amount' => '89.00',
     'taxIncluded' => true],
];
const TWO_MUGS = ['items' => [['offeringId' => 'mug', 'quantity' => 2]]];
const A_KETTLE = ['items' => [['offeringId' => 'kettle']]];

/** The worker said no; nothing was written. */
class Refused extends RuntimeException
{
    public function __construct(public readonly array $error)
    {
        parent::__construct("{$error['code']}: {$error['message']} " . json_encode($error['problems']));
    }
}

/** Sends commands, one after the other, and waits for their replies. */
class Carts
{
    private array $replies = [];

    public function __construct(private AMQPChannel $channel)
    {
        $channel->basic_consume('amq.rabbitmq.reply-to', no_ack: true, callback: function (AMQPMessage $message): void {
            $this->replies[$message->get('correlation_id')] = json_decode($message->getBody(), true, flags: JSON_THROW_ON_ERROR);
        });
        $channel->set_return_listener(function ($code, $text, $exchange, $routingKey): void {
            throw new RuntimeException("no queue takes $routingKey: $text");
        });
    }

    /** Send a command until it is answered; throws Refused, or another RuntimeException. */
    public function call(string $kind, array $data, ?string $cartId = null, array $envelope = []): array
    {
        // An empty array would be [] in JSON, and data is an object.
        $command = ['type' => $kind, 'data' => (object) $data] + ($cartId === null ? [] : ['cartId' => $cartId]) + $envelope;
        $messageId = bin2hex(random_bytes(16)); // made once for a command, however often it is sent: it takes effect once
        $message = new AMQPMessage(json_encode($command, JSON_THROW_ON_ERROR), [
            'message_id' => $messageId,
            'correlation_id' => $messageId,
            'reply_to' => 'amq.rabbitmq.reply-to',
            'content_type' => 'application/json',
            'delivery_mode' => AMQPMessage::DELIVERY_MODE_PERSISTENT,
            'application_headers' => new AMQPTable(['cart-id' => $cartId ?? $messageId]),
        ]);
        for ($tries = 0; $tries < 3; $tries++) {
            $this->channel->basic_publish($message, PREFIX . '.commands', TENANT . ".$kind", mandatory: true);
            $reply = $this->waitFor($messageId, 10.0);
            if ($reply !== null) {
                return $reply['type'] === 'command-refused' ? throw new Refused($reply['error']) : $reply;
            }
        }
        throw new RuntimeException("no answer to $kind");
    }

    private function waitFor(string $messageId, float $seconds): ?array
    {
        $until = microtime(true) + $seconds;
        while (!isset($this->replies[$messageId]) && microtime(true) < $until) {
            try {
                $this->channel->wait(timeout: 1.0);
            } catch (AMQPTimeoutException) {
            }
        }
        $reply = $this->replies[$messageId] ?? null;
        unset($this->replies[$messageId]);
        return $reply;
    }
}

/** Add items to the cart as it was seen; if somebody was faster, look again and repeat. */
function addAt(Carts $carts, string $cartId, array $items, int $version): array
{
    while (true) {
        try {
            return $carts->call('add-items', $items, $cartId, ['version' => $version]);
        } catch (Refused $refused) {
            if ($refused->error['code'] !== 'stale-version') {
                throw $refused;
            }
            echo "stale: expected version $version, the cart is at {$refused->error['details']['currentVersion']}\n";
            $version = $carts->call('get-cart', [], $cartId)['version'];
        }
    }
}

$url = parse_url(getenv('CART_AMQP_URL') ?: 'amqp://guest:guest@localhost');
$vhost = urldecode(substr($url['path'] ?? '/', 1)) ?: '/';
$connection = new AMQPStreamConnection($url['host'], $url['port'] ?? 5672, $url['user'], $url['pass'], $vhost);
$listening = $connection->channel();
[$queue] = $listening->queue_declare(exclusive: true);
$listening->queue_bind($queue, PREFIX . '.events', TENANT . '.cart-updated');

$carts = new Carts($connection->channel());
$carts->call('upsert-offerings', ['offerings' => OFFERINGS]);
echo 'catalog at revision ', $carts->call('upsert-prices', ['prices' => PRICES])['catalogRevision'], "\n";
$created = $carts->call('create-cart', ['country' => 'FR', 'currency' => 'EUR']);
$cartId = $created['cartId'];
echo "cart at version {$created['version']}\n";

$wouldBe = $carts->call('add-items', TWO_MUGS, $cartId, ['dryRun' => true]);
echo "dry run: version {$wouldBe['version']}, {$wouldBe['cart']['dueNow']['payable']} EUR would be due\n";

$carts->call('add-items', A_KETTLE, $cartId); // somebody else
$added = addAt($carts, $cartId, TWO_MUGS, $created['version']);
echo "applied: version {$added['version']}, {$added['cart']['dueNow']['payable']} EUR are due\n";

$heard = 0;
$listening->basic_consume($queue, callback: function (AMQPMessage $message) use ($cartId, &$heard): void {
    $event = json_decode($message->getBody(), true, flags: JSON_THROW_ON_ERROR);
    if ($event['cartId'] === $cartId) {
        echo "event: version {$event['version']} by {$event['commandType']}\n";
        $heard = $event['version'];
    }
    $message->ack();
});
while ($heard !== $added['version']) {
    $listening->wait();
}
$connection->close();
