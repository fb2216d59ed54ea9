package io.muster.api.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.stream.Packet.Framing;
import io.netty.buffer.Unpooled;

/** What a packet says. */
public final class PacketText {
  private PacketText() {}

  /** Its body as text. */
  public static String of(Packet packet) {
    return of(packet, Framing.PLAIN);
  }

  static String of(Packet packet, Framing framing) {
    var length = packet.length(framing);
    var copy = Unpooled.buffer(length);
    packet.copyTo(copy, framing, 0, length);
    return copy.toString(UTF_8);
  }
}
