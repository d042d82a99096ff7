// A catalog, a cart, a dry run, a conflict and the events, with RabbitMQ's Java client and Jackson.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends commands, many at once if need be, and waits for their replies. */
public class Carts {
  static final String PREFIX = System.getenv().getOrDefault("CART_PREFIX", "cart");
  static final String TENANT = System.getenv().getOrDefault("CART_TENANT", "default");
  static final ObjectMapper JSON = new ObjectMapper();

  static final List<?> OFFERINGS =
      List.of(Map.of("id", "mug", "name", "Mug"), Map.of("id", "kettle", "name", "Kettle"));
  static final List<?> PRICES = List.of(price("mug", "9.90"), price("kettle", "89.00"));
  static final Map<String, ?> TWO_MUGS = Map.of("items", List.of(Map.of("offeringId", "mug", "quantity", 2)));
  static final Map<String, ?> A_KETTLE = Map.of("items", List.of(Map.of("offeringId", "kettle")));

  /** The worker said no; nothing was written. */
  static class Refused extends Exception {
    final String code;
    final JsonNode details;

    Refused(JsonNode error) {
      super(error.get("code").asText() + ": " + error.get("message").asText() + " " + error.get("problems"));
      code = error.get("code").asText();
      details = error.get("details");
    }
  }

  private final Channel channel;
  private final Map<String, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();

  Carts(Connection connection) throws IOException {
    channel = connection.createChannel();
    channel.addReturnListener(
        (code, text, exchange, routingKey, properties, body) -> {
          CompletableFuture<JsonNode> answer = waiting.get(properties.getMessageId());
          if (answer != null) answer.completeExceptionally(new IOException("no queue takes " + routingKey));
        });
    boolean autoAck = true;
    channel.basicConsume(
        "amq.rabbitmq.reply-to",
        autoAck,
        new DefaultConsumer(channel) {
          @Override
          public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
              throws IOException {
            CompletableFuture<JsonNode> answer = waiting.get(properties.getCorrelationId());
            if (answer != null) answer.complete(JSON.readTree(body));
          }
        });
  }

  /** Send a command until it is answered; throws Refused for a refusal, and IOException if nobody answers. */
  JsonNode call(String kind, String cartId, Map<String, ?> data, Map<String, ?> envelope)
      throws IOException, InterruptedException, Refused {
    Map<String, Object> command = new HashMap<>(envelope);
    command.put("type", kind);
    command.put("data", data);
    if (cartId != null) command.put("cartId", cartId);
    byte[] body = JSON.writeValueAsBytes(command);
    String messageId = UUID.randomUUID().toString(); // made once for a command, however often it is sent
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder()
            .messageId(messageId)
            .correlationId(messageId)
            .replyTo("amq.rabbitmq.reply-to")
            .contentType("application/json")
            .deliveryMode(2) // persistent
            .headers(Map.of("cart-id", cartId != null ? cartId : messageId))
            .build();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(messageId, answer);
    try {
      for (int tries = 0; tries < 3; tries++) {
        synchronized (channel) { // a channel is for one publisher at a time
          boolean mandatory = true;
          channel.basicPublish(PREFIX + ".commands", TENANT + "." + kind, mandatory, properties, body);
        }
        try {
          JsonNode reply = answer.get(10, TimeUnit.SECONDS);
          if (reply.get("type").asText().equals("command-refused")) throw new Refused(reply.get("error"));
          return reply;
        } catch (TimeoutException sendAgain) {
          continue;
        } catch (ExecutionException returned) {
          throw new IOException(returned.getCause());
        }
      }
      throw new IOException("no answer to " + kind);
    } finally {
      waiting.remove(messageId);
    }
  }

  /** Add items to the cart as it was seen; if somebody was faster, look again and repeat. */
  JsonNode addAt(String cartId, Map<String, ?> items, int version) throws Exception {
    while (true) {
      try {
        return call("add-items", cartId, items, Map.of("version", version));
      } catch (Refused refused) {
        if (!refused.code.equals("stale-version")) throw refused;
        System.out.printf(
            "stale: expected version %d, the cart is at %d%n", version, refused.details.get("currentVersion").asInt());
        version = call("get-cart", cartId, Map.of(), Map.of()).get("version").asInt();
      }
    }
  }

  static Map<String, ?> price(String offering, String amount) {
    return Map.of(
        "id", offering, "offeringId", offering, "type", "one-time", "currency", "EUR", "amount", amount,
        "taxIncluded", true);
  }

  static String payable(JsonNode reply) {
    return reply.at("/cart/dueNow/payable").asText();
  }

  public static void main(String[] arguments) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(System.getenv().getOrDefault("CART_AMQP_URL", "amqp://guest:guest@localhost"));
    try (Connection connection = factory.newConnection()) {
      Channel listening = connection.createChannel();
      String queue = listening.queueDeclare().getQueue();
      listening.queueBind(queue, PREFIX + ".events", TENANT + ".cart-updated");
      BlockingQueue<JsonNode> events = new ArrayBlockingQueue<>(100);
      listening.basicConsume(
          queue,
          new DefaultConsumer(listening) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
                throws IOException {
              events.add(JSON.readTree(body));
              listening.basicAck(envelope.getDeliveryTag(), false);
            }
          });

      Carts carts = new Carts(connection);
      carts.call("upsert-offerings", null, Map.of("offerings", OFFERINGS), Map.of());
      JsonNode loaded = carts.call("upsert-prices", null, Map.of("prices", PRICES), Map.of());
      System.out.println("catalog at revision " + loaded.get("catalogRevision"));
      JsonNode created = carts.call("create-cart", null, Map.of("country", "FR", "currency", "EUR"), Map.of());
      String cartId = created.get("cartId").asText();
      System.out.println("cart at version " + created.get("version"));

      JsonNode wouldBe = carts.call("add-items", cartId, TWO_MUGS, Map.of("dryRun", true));
      System.out.printf("dry run: version %s, %s EUR would be due%n", wouldBe.get("version"), payable(wouldBe));

      carts.call("add-items", cartId, A_KETTLE, Map.of()); // somebody else
      JsonNode added = carts.addAt(cartId, TWO_MUGS, created.get("version").asInt());
      System.out.printf("applied: version %s, %s EUR are due%n", added.get("version"), payable(added));

      JsonNode event;
      do {
        event = events.take();
        if (event.get("cartId").asText().equals(cartId)) {
          System.out.printf("event: version %s by %s%n", event.get("version"), event.get("commandType").asText());
        }
      } while (!event.get("cartId").asText().equals(cartId) || !event.get("version").equals(added.get("version")));
    }
  }
}
