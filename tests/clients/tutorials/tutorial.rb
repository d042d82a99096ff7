# What RabbitMQ's RPC tutorial does with bunny, sent twice: tutorial.rb ROUTING-KEY BODY.

require "bunny"
require "securerandom"

connection = Bunny.new(ENV.fetch("CART_AMQP_URL")).start
channel = connection.create_channel
exchange = channel.exchange("#{ENV.fetch("CART_PREFIX")}.commands", passive: true)
queue = channel.queue("", exclusive: true)
answers = Queue.new
queue.subscribe { |_delivery, _properties, body| answers.push(body) }
set_now = {message_id: ENV["MESSAGE_ID"], content_type: ENV["CONTENT_TYPE"]}.compact
if ENV["TIMES"]
  set_now.merge!(headers: {"deadline" => Time.now + 30}, timestamp: Time.now.to_i, expiration: "500")
end
set_now[:headers] = {"cart-id" => 42} if ENV["CART_ID_NUMBER"]
correlation_id = SecureRandom.uuid
2.times do
  exchange.publish(ARGV[1], routing_key: ARGV[0], correlation_id:, reply_to: queue.name, **set_now)
  puts answers.pop
end
connection.close
