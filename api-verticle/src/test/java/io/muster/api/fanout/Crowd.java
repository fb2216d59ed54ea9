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

/** Many clients of {@code /events} on the thread of the test, some of which read when told only. */
final class Crowd implements AutoCloseable {
  private final HostPort server;
  private final Selector selector;
  private final List<Member> members = new ArrayList<>();
  private final ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);

  Crowd(HostPort server) throws IOException {
    this.server = server;
    this.selector = Selector.open();
  }

  /** Adds a client that reads whatever comes. */
  Member join(String target) throws IOException {
    var member = add(target, 64 * 1024);
    member.channel.configureBlocking(false);
    member.channel.register(selector, SelectionKey.OP_READ, member);
    return member;
  }

  /** Adds a client that reads nothing by itself and lets little come. */
  Member joinIdle(String target) throws IOException {
    var member = add(target, 4 * 1024);
    member.channel.configureBlocking(false);
    return member;
  }

  /** Reads until the condition holds; false when it does not within the time. */
  boolean readUntil(BooleanSupplier condition, Duration patience) throws IOException {
    var until = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - until > 0) {
        return false;
      }
      selector.select(20);
      for (var key : selector.selectedKeys()) {
        read((Member) key.attachment(), bytes.capacity());
      }
      selector.selectedKeys().clear();
    }
    return true;
  }

  /** Reads at most so many bytes of what has come for this client. */
  void read(Member member, int limit) throws IOException {
    bytes.clear().limit(limit);
    if (member.channel.read(bytes) < 0) {
      throw new IOException("the server has ended a stream");
    }
    member.heard(ISO_8859_1.decode(bytes.flip()).toString());
  }

  /** Everybody leaves without a word. */
  @Override
  public void close() throws IOException {
    for (var member : members) {
      member.channel.close();
    }
    selector.close();
  }

  private Member add(String target, int receiveBytes) throws IOException {
    var channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBytes);
    channel.connect(new InetSocketAddress(server.host(), server.port()));
    var request = "GET " + target + " HTTP/1.1\r\nHost: test\r\n\r\n";
    channel.write(ByteBuffer.wrap(request.getBytes(ISO_8859_1)));
    var member = new Member(channel);
    members.add(member);
    return member;
  }

  /** One client, and what it heard. */
  static final class Member {
    private final SocketChannel channel;
    private final List<String> events = new ArrayList<>();
    private final StringBuilder line = new StringBuilder();

    private Member(SocketChannel channel) {
      this.channel = channel;
    }

    /** The ids of frames and the kinds of other events, in the order in which they came. */
    List<String> events() {
      return events;
    }

    private void heard(String text) {
      for (int i = 0; i < text.length(); i++) {
        if (text.charAt(i) == '\n') {
          note(line.toString());
          line.setLength(0);
        } else {
          line.append(text.charAt(i));
        }
      }
    }

    private void note(String heard) {
      if (heard.startsWith("id: ")) {
        events.add(heard.substring(4));
      } else if (heard.startsWith(": ") || isOther(heard)) {
        events.add(heard);
      }
    }

    private static boolean isOther(String heard) {
      return heard.startsWith("event: ") && !heard.equals("event: snapshot");
    }
  }
}
