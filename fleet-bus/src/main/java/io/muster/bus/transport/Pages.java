package io.muster.bus.transport;

import io.vertx.core.Future;

/**
 * The rows of a long result, produced page by page on request, so that they are never all in
 * memory. The reader must read to the last page or close the pages. Confined to one context; one
 * call at a time.
 *
 * @param <H> type of the head, which is known before the first row; {@link NoHead} for none
 * @param <R> type of the rows
 */
public interface Pages<H, R> {
  H head();

  /**
   * Reads the next rows; after the last page, no rows. A failed call closes the pages, and so does
   * the last page.
   */
  Future<Page<R>> next();

  /** Discards the remaining rows. May be called repeatedly, and after the end. */
  void close();
}
