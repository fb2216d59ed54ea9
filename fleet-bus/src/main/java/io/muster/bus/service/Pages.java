package io.muster.bus.service;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * The rows of a long answer, each as JSON, made page by page as they are asked for: nobody ever
 * holds all of them. Whoever has it reads to the end, or closes it. Confined to one context; one
 * call at a time.
 *
 * @param <H> what is known before the first row
 */
public interface Pages<H> {
  H head();

  /**
   * The next rows, JSON objects with a comma between them; an empty buffer after the last, and from
   * then on. What fails once is closed.
   */
  Future<Buffer> next();

  /** Gives up what is left; may be called again, and at the end. */
  void close();
}
