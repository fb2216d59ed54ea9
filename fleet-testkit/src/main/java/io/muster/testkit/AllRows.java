package io.muster.testkit;

import static io.muster.testkit.EmbeddedDatabase.await;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.bus.transport.Page;
import io.muster.bus.transport.Pages;
import io.muster.schema.json.WireJson;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * All rows of a paged result, read page by page.
 *
 * @param head value before the rows
 */
public record AllRows<H, R>(H head, List<R> rows) {
  /** Reads all pages; blocks until the last one was read. */
  public static <H, R> AllRows<H, R> of(Future<Pages<H, R>> openedPages, Class<R> type) {
    var pages = await(openedPages);
    var rows = new ArrayList<R>();
    Page<R> page;
    do {
      page = await(pages.next());
      rows.addAll(decode(page, type));
    } while (!page.isLast());
    return new AllRows<>(pages.head(), rows);
  }

  private static <R> List<R> decode(Page<R> page, Class<R> type) {
    var array = ("[" + page.json().toString(UTF_8) + "]").getBytes(UTF_8);
    return Stream.of((Object[]) WireJson.read(array, type.arrayType())).map(type::cast).toList();
  }
}
