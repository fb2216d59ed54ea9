package io.muster.runtime.cluster.member;

import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.nio.Packet;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.server.tcp.PacketDecoder;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Hazelcast's decoder of packets, which allocates what a header announces, behind a check of the
 * announced length. Confined to the thread that reads the connection.
 */
final class BoundedPacketDecoder extends PacketDecoder {
  /**
   * The largest accepted payload. Three members sent 5 KB at most in all tests; the packets that
   * grow with the cluster hold some hundreds of bytes for each member.
   */
  static final int MAX_PAYLOAD_BYTES = 1 << 20;

  // Version, flags and partition precede the length of the payload.
  private static final int LENGTH_OFFSET = 7;
  private static final int HEADER_BYTES = LENGTH_OFFSET + Integer.BYTES;

  private final Runnable rejection;
  private int missingPayloadBytes;
  private boolean isRejected;

  /**
   * Creates a decoder.
   *
   * @param rejection closes the connection
   */
  BoundedPacketDecoder(
      ServerConnection connection, Consumer<Packet> dispatcher, Runnable rejection) {
    super(connection, dispatcher);
    this.rejection = rejection;
  }

  @Override
  public HandlerStatus onRead() throws Exception {
    if (isRejected || !areLengthsAccepted(src)) {
      isRejected = true;
      src.clear();
      rejection.run();
      return HandlerStatus.CLEAN;
    }
    return super.onRead();
  }

  /**
   * Follows the packets through the bytes that were received since the last call, as the superclass
   * is about to: it leaves nothing in the buffer but an incomplete header.
   */
  private boolean areLengthsAccepted(ByteBuffer received) {
    var position = Math.min(missingPayloadBytes, received.position());
    missingPayloadBytes -= position;
    while (missingPayloadBytes == 0 && received.position() - position >= HEADER_BYTES) {
      var payloadBytes = received.getInt(position + LENGTH_OFFSET);
      if (payloadBytes < 0 || payloadBytes > MAX_PAYLOAD_BYTES) {
        return false;
      }
      position += HEADER_BYTES;
      var presentBytes = Math.min(payloadBytes, received.position() - position);
      position += presentBytes;
      missingPayloadBytes = payloadBytes - presentBytes;
    }
    return true;
  }
}
