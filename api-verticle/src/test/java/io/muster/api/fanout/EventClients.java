package io.muster.api.fanout;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.muster.runtime.config.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Many clients of {@code /events} on the thread of the test, some of which read on request only.
 */
final class EventClients implements AutoCloseable {
  private final HostPort server;
  private final Selector selector;
  private final List<EventClient> clients = new ArrayList<>();
  private final ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);

  EventClients(HostPort server) throws IOException {
    this.server = server;
    this.selector = Selector.open();
  }

  /** Adds a client that reads all input. */
  EventClient connect(String target) throws IOException {
    var client = add(target, 64 * 1024);
    client.channel.configureBlocking(false);
    client.channel.register(selector, SelectionKey.OP_READ, client);
    return client;
  }

  /** Adds a client that reads on request only, with a small receive buffer. */
  EventClient connectIdle(String target) throws IOException {
    var client = add(target, 4 * 1024);
    client.channel.configureBlocking(false);
    return client;
  }

  /** Reads until the condition holds; returns false after the timeout. */
  boolean readUntil(BooleanSupplier condition, Duration timeout) throws IOException {
    var deadlineNanos = System.nanoTime() + timeout.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadlineNanos > 0) {
        return false;
      }
      selector.select(20);
      for (var key : selector.selectedKeys()) {
        read((EventClient) key.attachment(), bytes.capacity());
      }
      selector.selectedKeys().clear();
    }
    return true;
  }

  /** Reads at most this number of bytes that have arrived for the client. */
  void read(EventClient client, int limit) throws IOException {
    bytes.clear().limit(limit);
    if (client.channel.read(bytes) < 0) {
      throw new IOException("the server has ended a stream");
    }
    client.receive(ISO_8859_1.decode(bytes.flip()).toString());
  }

  /** Disconnects all clients. */
  @Override
  public void close() throws IOException {
    for (var client : clients) {
      client.channel.close();
    }
    selector.close();
  }

  private EventClient add(String target, int receiveBytes) throws IOException {
    var channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBytes);
    channel.connect(new InetSocketAddress(server.host(), server.port()));
    var request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    channel.write(ByteBuffer.wrap(request.getBytes(ISO_8859_1)));
    var client = new EventClient(channel);
    clients.add(client);
    return client;
  }

  /** One client, and the events that it received. */
  static final class EventClient {
    private final SocketChannel channel;
    private final List<String> events = new ArrayList<>();
    private final StringBuilder line = new StringBuilder();

    private EventClient(SocketChannel channel) {
      this.channel = channel;
    }

    /** The ids of frames and the kinds of other events, in the order of their arrival. */
    List<String> events() {
      return events;
    }

    private void receive(String text) {
      for (int i = 0; i < text.length(); i++) {
        if (text.charAt(i) == '\n') {
          recordLine(line.toString());
          line.setLength(0);
        } else {
          line.append(text.charAt(i));
        }
      }
    }

    private void recordLine(String received) {
      if (received.startsWith("id: ")) {
        events.add(received.substring(4));
      } else if (received.startsWith(": ") || isOtherEvent(received)) {
        events.add(received);
      }
    }

    private static boolean isOtherEvent(String received) {
      return received.startsWith("event: ") && !received.equals("event: snapshot");
    }
  }
}
