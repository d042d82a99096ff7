#!/usr/bin/env bash
# bunny 2.19.0 (Debian 12): `Exchange#publish(payload, options)` takes `routing_key` out of the caller's hash. Who keeps
# the options of a message and publishes it again with them, publishes with an empty routing key the second time: the
# broker drops it, or hands it to whoever takes everything.
# Seen, with one hash of options and two calls:
#   first=acme.create-cart second=nil left=[:message_id]
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get download -q "ruby-bunny=2.19.0-2" "ruby-amq-protocol=2.3.2-1" ruby3.1 libruby3.1 libyaml-0-2 > apt.log 2>&1
for package in *.deb; do dpkg-deb -x "$package" tree; done

cat > try.rb <<'RUBY'
# An exchange on a channel that only notes the routing keys.

require "amq/protocol"
require "set"
module Bunny; end
require "bunny/exchange"

class Noting
  def keys = @keys ||= []
  def basic_publish(_payload, _exchange, routing_key, _options) = keys.push(routing_key)
  def register_exchange(_exchange) = nil
end

channel = Noting.new
exchange = Bunny::Exchange.new(channel, :topic, "cart.commands", no_declare: true)
options = {routing_key: "acme.create-cart", message_id: "m-1"}
2.times { exchange.publish("{}", options) }
puts "first=#{channel.keys[0]} second=#{channel.keys[1].inspect} left=#{options.keys}"
RUBY

libraries=$(dirname "$(find tree/usr/lib -name 'libruby-3.1.so.3.1')")
gems=$(find tree/usr/share/rubygems-integration/all/gems -maxdepth 2 -name lib -printf '%p:')
standard="tree/usr/lib/ruby/3.1.0:$libraries/ruby/3.1.0"
seen=$(LD_LIBRARY_PATH="$libraries" tree/usr/bin/ruby3.1 --disable=gems -I "$gems$standard" try.rb)
echo "$seen"
[ "$seen" = "first=acme.create-cart second=nil left=[:message_id]" ]
