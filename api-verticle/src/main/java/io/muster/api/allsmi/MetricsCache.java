package io.muster.api.allsmi;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.exposition.Exposition;
import io.muster.api.exposition.ExpositionFormat;
import io.muster.api.fleet.FleetContext;
import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FleetView;
import io.muster.api.http.SharedBody;
import io.muster.runtime.node.Node;
import io.vertx.core.Future;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code /metrics}: rendered by a worker on request, and shared until there is a new
 * frame or this node's own metrics are too old. A body that is slightly too old is still returned
 * while the next one is rendered. Safe for use by any event loop.
 */
public final class MetricsCache {
  private final FleetContext context;
  private final FleetView view;
  private final Node node;
  private final long maxAgeNanos;
  private final HostExpositionCache hostExpositions;
  private final AtomicReferenceArray<CachedMetrics> entries =
      new AtomicReferenceArray<>(ExpositionFormat.values().length);

  /**
   * Creates an empty cache.
   *
   * @param maxAge maximum age of this node's own metrics; zero to render them for every response
   */
  public MetricsCache(FleetContext context, FleetView view, Node node, Duration maxAge) {
    this.context = context;
    this.view = view;
    this.node = node;
    this.maxAgeNanos = maxAge.toNanos();
    this.hostExpositions = new HostExpositionCache(view, node);
  }

  /**
   * The samples of every host, then this node's own metrics.
   *
   * @param compressed true if the client accepts gzip: the worker compresses as well
   */
  Future<SharedBody> fleetBody(ExpositionFormat format, boolean compressed) {
    var entry = entries.get(index(format));
    if (entry == null
        || ageNanos(entry) >= 2 * maxAgeNanos
        || (compressed && !entry.body().isCompressed())) {
      return refresh(format, compressed);
    }
    if (!isCurrent(entry)) {
      // The new body serves the next request; a failure is reported once this body is too old.
      refresh(format, compressed);
    }
    return Future.succeededFuture(entry.body());
  }

  /** The samples of one host; empty if the host is unknown. */
  Future<Optional<SharedBody>> hostBody(String host, ExpositionFormat format, boolean compressed) {
    return view.currentFrame(Optional.of(host))
        .map(
            frame ->
                callInOrder(
                    () -> {
                      var lines = Exposition.of(hostExpositions.expositions(frame), format);
                      var body = new SharedBody(concatenate(lines, format.endMarker()));
                      return Optional.of(compressed ? body.compress() : body);
                    }))
        .orElseGet(() -> Future.succeededFuture(Optional.empty()));
  }

  private Future<SharedBody> refresh(ExpositionFormat format, boolean compressed) {
    return callInOrder(
        () -> {
          var entry = entries.get(index(format));
          if (entry == null || !isCurrent(entry)) {
            entry = render(format);
          }
          var body = compressed ? entry.body().compress() : entry.body();
          entries.set(index(format), entry);
          return body;
        });
  }

  private CachedMetrics render(ExpositionFormat format) {
    var renderedNanos = node.clocks().nanoTime().getAsLong();
    var frame = view.currentFrame(Optional.empty());
    var lines =
        Exposition.of(
            frame
                .map(hostExpositions::expositions)
                .orElseGet(() -> List.of(hostExpositions.silentHost(node.hostname()))),
            format);
    // The scrape ends with the end marker of the format.
    var nodeMetrics = node.meterRegistry().scrape(format.contentType());
    return new CachedMetrics(
        frame.orElse(null), renderedNanos, new SharedBody(concatenate(lines, nodeMetrics)));
  }

  private boolean isCurrent(CachedMetrics entry) {
    return ageNanos(entry) < maxAgeNanos
        && view.currentFrame(Optional.empty()).orElse(null) == entry.frame();
  }

  private long ageNanos(CachedMetrics entry) {
    return node.clocks().nanoTime().getAsLong() - entry.renderedNanos();
  }

  /** Runs one task at a time, so that a task finds the result of the task before it. */
  private <T> Future<T> callInOrder(Supplier<T> task) {
    return context.call(() -> context.vertx().executeBlocking(task::get, true));
  }

  private static int index(ExpositionFormat format) {
    return switch (format) {
      case TEXT -> 0;
      case OPEN_METRICS -> 1;
    };
  }

  private static byte[] concatenate(byte[] lines, String end) {
    var endBytes = end.getBytes(UTF_8);
    var body = new ByteArrayOutputStream(lines.length + endBytes.length);
    body.writeBytes(lines);
    body.writeBytes(endBytes);
    return body.toByteArray();
  }

  private record CachedMetrics(@Nullable FleetFrame frame, long renderedNanos, SharedBody body) {}
}
