package io.muster.collector.heartbeat.spool;

import io.muster.schema.client.ClientId;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.json.WireJson;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Encodes heartbeats as bytes. Each heartbeat has a number and a checksum, so that reading
 * continues after a damaged one. Used by the spool's thread only.
 *
 * <pre>
 * i32 "MHB1" | i32 CRC-32C of all that follows | i32 length of the payload | i64 number
 * 16 bytes client id | payload: the heartbeat as JSON, deflated
 * </pre>
 */
final class RecordFormat implements AutoCloseable {
  static final int HEADER_BYTES = 36;
  static final int MAX_PAYLOAD_BYTES = 1 << 20;
  private static final int MAX_JSON_BYTES = 16 << 20;
  private static final int MAGIC = 0x4D484231;
  private static final int LENGTH_OFFSET = 8;
  private static final int NUMBER_OFFSET = 12;
  private static final int CLIENT_OFFSET = 20;

  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
  private final Inflater inflater = new Inflater(true);
  private final byte[] buffer = new byte[8192];

  byte[] encode(long number, SpoolRecord record) {
    var payload = deflate(WireJson.bytes(record.heartbeat()));
    if (payload.length > MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          "heartbeat bytes=" + payload.length + ": expected at most " + MAX_PAYLOAD_BYTES);
    }
    var client =
        ClientId.normalize(record.clientId())
            .map(ClientId::toUuid)
            .orElseThrow(() -> new IllegalArgumentException("client id is malformed"));
    var bytes = ByteBuffer.allocate(HEADER_BYTES + payload.length);
    bytes.putInt(MAGIC).putInt(0).putInt(payload.length).putLong(number);
    bytes.putLong(client.getMostSignificantBits()).putLong(client.getLeastSignificantBits());
    bytes.put(payload);
    bytes.putInt(Integer.BYTES, checksum(bytes.array(), 0, bytes.capacity()));
    return bytes.array();
  }

  /**
   * The first undamaged heartbeat that starts at or after an offset and lies completely within the
   * bytes.
   */
  static Optional<RecordLocation> findNext(byte[] bytes, int offset) {
    var view = ByteBuffer.wrap(bytes);
    for (var position = offset; position <= bytes.length - HEADER_BYTES; position++) {
      if (view.getInt(position) != MAGIC) {
        continue;
      }
      var length = view.getInt(position + LENGTH_OFFSET);
      var end = position + HEADER_BYTES + (long) length;
      if (length >= 0
          && length <= MAX_PAYLOAD_BYTES
          && end <= bytes.length
          && view.getInt(position + Integer.BYTES) == checksum(bytes, position, (int) end)) {
        return Optional.of(
            new RecordLocation(view.getLong(position + NUMBER_OFFSET), position, (int) end));
      }
    }
    return Optional.empty();
  }

  /**
   * Decodes a heartbeat; throws {@link IllegalArgumentException} if the payload is not a heartbeat.
   */
  SpoolRecord decode(byte[] bytes, RecordLocation location) {
    var client = ByteBuffer.wrap(bytes, location.start() + CLIENT_OFFSET, 16);
    var clientId = ClientId.fromUuid(new UUID(client.getLong(), client.getLong()));
    var json = inflate(bytes, location.start() + HEADER_BYTES, location.end());
    return new SpoolRecord(clientId, WireJson.read(json, Heartbeat.class));
  }

  @Override
  public void close() {
    deflater.end();
    inflater.end();
  }

  private byte[] deflate(byte[] json) {
    deflater.reset();
    deflater.setInput(json);
    deflater.finish();
    var out = new ByteArrayOutputStream();
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    return out.toByteArray();
  }

  private byte[] inflate(byte[] bytes, int start, int end) {
    inflater.reset();
    inflater.setInput(bytes, start, end - start);
    var out = new ByteArrayOutputStream();
    try {
      while (!inflater.finished()) {
        var count = inflater.inflate(buffer);
        if ((count == 0 && !inflater.finished()) || out.size() > MAX_JSON_BYTES) {
          throw new IllegalArgumentException("heartbeat is not deflated JSON");
        }
        out.write(buffer, 0, count);
      }
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("heartbeat is not deflated JSON", e);
    }
    return out.toByteArray();
  }

  private static int checksum(byte[] bytes, int start, int end) {
    var crc = new CRC32C();
    crc.update(bytes, start + LENGTH_OFFSET, end - start - LENGTH_OFFSET);
    return (int) crc.getValue();
  }

  /**
   * Position of an encoded heartbeat.
   *
   * @param number counted from the creation of the spool
   * @param start offset of the first byte
   * @param end offset after the last byte
   */
  record RecordLocation(long number, int start, int end) {}
}
