# A catalog, a cart, a dry run, a conflict and the events, with bunny.

require "bunny"
require "json"
require "securerandom"

URL = ENV.fetch("CART_AMQP_URL", "amqp://guest:guest@localhost")
PREFIX = ENV.fetch("CART_PREFIX", "cart")
TENANT = ENV.fetch("CART_TENANT", "default")

OFFERINGS = [{id: "mug", name: "Mug"}, {id: "kettle", name: "Kettle"}]
PRICES = [
  {id: "mug", offeringId: "mug", type: "one-time", currency: "EUR", amount: "9.90", taxIncluded: true},
  {id: "kettle", offeringId: "kettle", type: "one-time", currency: "EUR", amount: "89.00", taxIncluded: true}
]
TWO_MUGS = {items: [{offeringId: "mug", quantity: 2}]}
A_KETTLE = {items: [{offeringId: "kettle"}]}

# The worker said no; nothing was written.
class Refused < StandardError
  attr_reader :code, :details

  def initialize(error)
    super("#{error["code"]}: #{error["message"]} #{error["problems"]}")
    @code, @details = error.values_at("code", "details")
  end
end

# Sends commands, many at once if need be, and waits for their replies.
class Carts
  def initialize(connection)
    @channel = connection.create_channel
    @commands = @channel.exchange("#{PREFIX}.commands", passive: true)
    @waiting = {}
    @channel.basic_consume("amq.rabbitmq.reply-to", "", true) do |_delivery, properties, body|
      @waiting[properties.correlation_id]&.push(JSON.parse(body))
    end
    @commands.on_return do |returned, properties, _body|
      @waiting[properties.correlation_id]&.push(RuntimeError.new("no queue takes #{returned.routing_key}"))
    end
  end

  # Send a command until it is answered; raises Refused, or another StandardError.
  def call(kind, data, cart_id = nil, **envelope)
    command = {type: kind, cartId: cart_id, data:, **envelope}.compact
    message_id = SecureRandom.uuid # made once for a command, however often it is sent: it takes effect once
    answers = @waiting[message_id] = Queue.new
    3.times do
      @commands.publish(
        JSON.generate(command),
        routing_key: "#{TENANT}.#{kind}",
        message_id:,
        correlation_id: message_id,
        reply_to: "amq.rabbitmq.reply-to",
        content_type: "application/json",
        persistent: true,
        mandatory: true,
        headers: {"cart-id" => cart_id || message_id}
      )
      answer = within(10) { answers.pop }
      raise answer if answer.is_a?(StandardError)
      next if answer.nil?
      raise Refused.new(answer["error"]) if answer["type"] == "command-refused"
      return answer
    end
    raise "no answer to #{kind}"
  ensure
    @waiting.delete(message_id)
  end

  private

  # What the block returns, or nil after so many seconds.
  def within(seconds, &)
    Timeout.timeout(seconds, &)
  rescue Timeout::Error
    nil
  end
end

# Add items to the cart as it was seen; if somebody was faster, look again and repeat.
def add_at(carts, cart_id, items, version)
  carts.call("add-items", items, cart_id, version:)
rescue Refused => refused
  raise unless refused.code == "stale-version"
  puts "stale: expected version #{version}, the cart is at #{refused.details["currentVersion"]}"
  version = carts.call("get-cart", {}, cart_id)["version"]
  retry
end

connection = Bunny.new(URL).start
listening = connection.create_channel
queue = listening.queue("", exclusive: true)
queue.bind("#{PREFIX}.events", routing_key: "#{TENANT}.cart-updated")

carts = Carts.new(connection)
carts.call("upsert-offerings", {offerings: OFFERINGS})
puts "catalog at revision #{carts.call("upsert-prices", {prices: PRICES})["catalogRevision"]}"
created = carts.call("create-cart", {country: "FR", currency: "EUR"})
cart_id = created["cartId"]
puts "cart at version #{created["version"]}"

would_be = carts.call("add-items", TWO_MUGS, cart_id, dryRun: true)
puts "dry run: version #{would_be["version"]}, #{would_be["cart"]["dueNow"]["payable"]} EUR would be due"

carts.call("add-items", A_KETTLE, cart_id) # somebody else
added = add_at(carts, cart_id, TWO_MUGS, created["version"])
puts "applied: version #{added["version"]}, #{added["cart"]["dueNow"]["payable"]} EUR are due"

queue.subscribe(manual_ack: true, block: true) do |delivery, _properties, body|
  event = JSON.parse(body)
  if event["cartId"] == cart_id
    puts "event: version #{event["version"]} by #{event["commandType"]}"
    delivery.consumer.cancel if event["version"] == added["version"]
  end
  listening.ack(delivery.delivery_tag)
end
connection.close
