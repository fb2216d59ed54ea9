package io.muster.bus.transport;

import io.muster.schema.json.WireJson;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * A part of a long result: rows that are encoded once, by their producer, and stay JSON until they
 * reach the client.
 *
 * @param <R> type of the rows, which only the compiler sees
 */
@SuppressWarnings("UnusedTypeParameter")
public final class Page<R> {
  private final Buffer json;
  private final boolean isLast;

  private Page(Buffer json, boolean isLast) {
    this.json = json;
    this.isLast = isLast;
  }

  /**
   * Encodes rows.
   *
   * @param isLast true if no further page has rows
   */
  public static <R> Page<R> of(List<? extends R> rows, boolean isLast) {
    var array = WireJson.bytes(rows);
    return new Page<>(Buffer.buffer().appendBytes(array, 1, array.length - 2), isLast);
  }

  /** Returns received rows. */
  static <R> Page<R> ofJson(Buffer json, boolean isLast) {
    return new Page<>(json, isLast);
  }

  /** Returns the rows, separated by commas; must not be changed. */
  public Buffer json() {
    return json;
  }

  /** Returns true if the page has no rows, which is possible only for the last one. */
  public boolean isEmpty() {
    return json.length() == 0;
  }

  /** Returns true if no further page has rows. */
  public boolean isLast() {
    return isLast;
  }
}
