package io.muster.bus.service;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * The rows of a long result, each as JSON, produced page by page on request, so that they are never
 * all in memory. The reader must read to the end or close the pages. Confined to one context; one
 * call at a time.
 *
 * @param <H> type of the head, which is known before the first row
 */
public interface Pages<H> {
  H head();

  /**
   * Reads the next rows, JSON objects separated by commas; an empty buffer after the last row and
   * at every later call. A failed call closes the pages.
   */
  Future<Buffer> next();

  /** Discards the remaining rows. May be called repeatedly, and after the end. */
  void close();
}
