// What RabbitMQ's RPC tutorial does with the Java client, sent twice: Tutorial ROUTING-KEY BODY.

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

public class Tutorial {
  public static void main(String[] arguments) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(System.getenv("CART_AMQP_URL"));
    try (Connection connection = factory.newConnection()) {
      Channel channel = connection.createChannel();
      String queue = channel.queueDeclare().getQueue();
      AMQP.BasicProperties.Builder properties =
          new AMQP.BasicProperties.Builder().correlationId(UUID.randomUUID().toString()).replyTo(queue);
      if (System.getenv("MESSAGE_ID") != null) properties.messageId(System.getenv("MESSAGE_ID"));
      if (System.getenv("CONTENT_TYPE") != null) properties.contentType(System.getenv("CONTENT_TYPE"));
      if (System.getenv("TIMES") != null) {
        Date now = new Date();
        properties.headers(Map.of("deadline", new Date(now.getTime() + 30_000))).timestamp(now).expiration("500");
      }
      if (System.getenv("CART_ID_NUMBER") != null) properties.headers(Map.of("cart-id", 42));
      BlockingQueue<String> answers = new ArrayBlockingQueue<>(2);
      channel.basicConsume(
          queue,
          true,
          new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties got, byte[] body) {
              answers.add(new String(body, StandardCharsets.UTF_8));
            }
          });
      for (int number = 0; number < 2; number++) {
        channel.basicPublish(
            System.getenv("CART_PREFIX") + ".commands",
            arguments[0],
            properties.build(),
            arguments[1].getBytes(StandardCharsets.UTF_8));
        System.out.println(answers.take());
      }
    }
  }
}
