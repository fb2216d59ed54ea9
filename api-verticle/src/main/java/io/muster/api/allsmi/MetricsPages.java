package io.muster.api.allsmi;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.Home;
import io.muster.api.http.SharedBody;
import io.muster.runtime.node.Node;
import io.muster.schema.metric.Exposition;
import io.muster.schema.metric.ExpositionFormat;
import io.vertx.core.Future;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /metrics} answers: made by a worker when somebody asks, shared until there is a new
 * frame or this node's own counters are too old. A page that is a little too old is still given,
 * while the next one is made. Any event loop may ask.
 */
public final class MetricsPages {
  private final Home home;
  private final FleetView view;
  private final Node node;
  private final long maxAgeNanos;
  private final HostPages hosts;
  private final AtomicReferenceArray<Page> pages =
      new AtomicReferenceArray<>(ExpositionFormat.values().length);

  /**
   * No page yet.
   *
   * @param maxAge of this node's own counters; zero for new ones in every answer
   */
  public MetricsPages(Home home, FleetView view, Node node, Duration maxAge) {
    this.home = home;
    this.view = view;
    this.node = node;
    this.maxAgeNanos = maxAge.toNanos();
    this.hosts = new HostPages(node);
  }

  /**
   * Every host, then what this node counts of itself.
   *
   * @param compressed whether the client takes gzip: that is made by the worker, too
   */
  Future<SharedBody> all(ExpositionFormat format, boolean compressed) {
    var page = pages.get(slot(format));
    if (page == null
        || age(page) >= 2 * maxAgeNanos
        || (compressed && !page.body().isCompressed())) {
      return made(format, compressed);
    }
    if (!isCurrent(page)) {
      // Who comes next is served by it; a failure shows when this page is too old.
      made(format, compressed);
    }
    return Future.succeededFuture(page.body());
  }

  /** One host; empty when it is not known. */
  Future<Optional<SharedBody>> host(String host, ExpositionFormat format, boolean compressed) {
    return view.show(Optional.of(host))
        .map(
            shown ->
                inTurn(
                    () -> {
                      var lines = Exposition.of(hosts.of(shown), format);
                      var body = new SharedBody(joined(lines, format.endMarker()));
                      return Optional.of(compressed ? body.compress() : body);
                    }))
        .orElseGet(() -> Future.succeededFuture(Optional.empty()));
  }

  private Future<SharedBody> made(ExpositionFormat format, boolean compressed) {
    return inTurn(
        () -> {
          var page = pages.get(slot(format));
          if (page == null || !isCurrent(page)) {
            page = make(format);
          }
          var body = compressed ? page.body().compress() : page.body();
          pages.set(slot(format), page);
          return body;
        });
  }

  private Page make(ExpositionFormat format) {
    var madeNanos = node.clocks().nanoTime().getAsLong();
    var shown = view.show(Optional.empty());
    var lines =
        Exposition.of(
            shown.map(hosts::of).orElseGet(() -> List.of(hosts.silent(node.hostname()))), format);
    // Ends with the format's end.
    var own = node.meterRegistry().scrape(format.contentType());
    return new Page(shown.orElse(null), madeNanos, new SharedBody(joined(lines, own)));
  }

  private boolean isCurrent(Page page) {
    return age(page) < maxAgeNanos && view.show(Optional.empty()).orElse(null) == page.shown();
  }

  private long age(Page page) {
    return node.clocks().nanoTime().getAsLong() - page.madeNanos();
  }

  /** One worker at a time: what one has made serves the next. */
  private <T> Future<T> inTurn(Supplier<T> task) {
    return home.call(() -> home.vertx().executeBlocking(task::get, true));
  }

  private static int slot(ExpositionFormat format) {
    return switch (format) {
      case TEXT -> 0;
      case OPEN_METRICS -> 1;
    };
  }

  private static byte[] joined(byte[] lines, String end) {
    var more = end.getBytes(UTF_8);
    var joined = new ByteArrayOutputStream(lines.length + more.length);
    joined.writeBytes(lines);
    joined.writeBytes(more);
    return joined.toByteArray();
  }

  private record Page(@Nullable FleetFrame shown, long madeNanos, SharedBody body) {}
}
