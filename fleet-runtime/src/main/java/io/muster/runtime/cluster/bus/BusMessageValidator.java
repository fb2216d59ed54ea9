package io.muster.runtime.cluster.bus;

import io.netty.buffer.ByteBuf;

/**
 * Checks every length in a message of the event bus against the bytes that are there. Vert.x
 * allocates memory for a length before it compares it: a message of 30 bytes could occupy 2 GB.
 *
 * <p>Layout, by {@code ClusteredMessage} of Vert.x 5.0: i32 length of the rest, version, codec
 * (name for one of the program), kind, address, reply address, sender, headers, body.
 */
final class BusMessageValidator {
  private static final int PROGRAM_CODEC = -1;
  private static final int STRING_CODEC = 9;
  private static final int CHAR_CODEC = 10;
  private static final int BUFFER_CODEC = 11;
  private static final int BYTE_ARRAY_CODEC = 12;
  private static final int JSON_OBJECT_CODEC = 13;
  private static final int JSON_ARRAY_CODEC = 14;
  private static final int REPLY_EXCEPTION_CODEC = 15;

  private BusMessageValidator() {}

  /** Returns true if all lengths are valid; reads a view, so that the message stays unread. */
  static boolean isValid(ByteBuf message) {
    try {
      return isValidRest(message.duplicate().skipBytes(Integer.BYTES));
    } catch (IndexOutOfBoundsException | IllegalArgumentException beyondTheEnd) {
      return false;
    }
  }

  private static boolean isValidRest(ByteBuf rest) {
    rest.skipBytes(1);
    var codec = rest.readByte();
    if (codec == PROGRAM_CODEC) {
      skipBlock(rest);
    }
    rest.skipBytes(1);
    skipBlock(rest);
    skipBlock(rest);
    skipBlock(rest);
    skipHeaders(rest);
    return isValidBody(codec, rest);
  }

  /** The length of the headers includes its own four bytes. */
  private static void skipHeaders(ByteBuf rest) {
    var headers = rest.readSlice(rest.readInt() - Integer.BYTES);
    var count = headers.isReadable() ? headers.readInt() : 0;
    for (var i = 0; i < count; i++) {
      skipBlock(headers);
      skipBlock(headers);
    }
  }

  /**
   * The codecs of the program check their lengths themselves. Serialized objects are refused: no
   * member sends them.
   */
  private static boolean isValidBody(int codec, ByteBuf body) {
    switch (codec) {
      case STRING_CODEC, BUFFER_CODEC, BYTE_ARRAY_CODEC, JSON_OBJECT_CODEC, JSON_ARRAY_CODEC ->
          skipBlock(body);
      case REPLY_EXCEPTION_CODEC -> skipReplyException(body);
      default -> {
        return codec >= PROGRAM_CODEC && codec <= CHAR_CODEC; // All others have a fixed size.
      }
    }
    return true;
  }

  private static void skipReplyException(ByteBuf body) {
    body.skipBytes(1 + Integer.BYTES);
    if (body.readByte() != 0) {
      skipBlock(body);
    }
  }

  private static void skipBlock(ByteBuf bytes) {
    bytes.skipBytes(bytes.readInt());
  }
}
