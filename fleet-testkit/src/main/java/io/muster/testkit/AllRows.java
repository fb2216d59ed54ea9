package io.muster.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.bus.service.Pages;
import io.muster.schema.json.WireJson;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * All rows of a paged result, read page by page.
 *
 * @param head value before the rows
 */
public record AllRows<H, R>(H head, List<R> rows) {
  private static final int TIMEOUT_SECONDS = 60;

  /** Reads all pages; blocks until the last one was read. */
  public static <H, R> AllRows<H, R> of(Future<Pages<H>> openedPages, Class<R> type) {
    var pages = await(openedPages);
    var rows = new ArrayList<R>();
    for (var page = await(pages.next()); page.length() > 0; page = await(pages.next())) {
      for (var row : WireJson.read(toJsonArray(page), Object[].class)) {
        rows.add(WireJson.read(WireJson.bytes(row), type));
      }
    }
    pages.close();
    return new AllRows<>(pages.head(), rows);
  }

  private static byte[] toJsonArray(Buffer page) {
    return ("[" + page.toString(UTF_8) + "]").getBytes(UTF_8);
  }

  private static <T> T await(Future<T> future) {
    return future.timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).await();
  }
}
