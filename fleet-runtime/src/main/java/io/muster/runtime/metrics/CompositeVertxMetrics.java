package io.muster.runtime.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.muster.bus.metrics.MeterFactory;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.core.spi.metrics.ClientMetrics;
import io.vertx.core.spi.metrics.EventBusMetrics;
import io.vertx.core.spi.metrics.HttpServerMetrics;
import io.vertx.core.spi.metrics.PoolMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.EnumSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Vert.x metrics: Micrometer counts events that occur once per message or statement, and {@link
 * CountingHttpServerMetrics} counts HTTP, because the timers of vertx-micrometer-metrics would cost
 * a third of the requests that a CPU can answer. Plain sockets and worker pools are not counted.
 * Labels have few values: never an address or a name.
 */
final class CompositeVertxMetrics implements VertxMetrics {
  private static final EnumSet<Label> LABELS =
      EnumSet.of(Label.EB_SIDE, Label.EB_FAILURE, Label.POOL_TYPE);

  private static final String SQL_POOL_TYPE = "sql";

  private final VertxMetrics micrometer;
  private final CountingHttpServerMetrics http;

  private CompositeVertxMetrics(VertxMetrics micrometer, CountingHttpServerMetrics http) {
    this.micrometer = micrometer;
    this.http = http;
  }

  @Override
  public EventBusMetrics<?> createEventBusMetrics() {
    return micrometer.createEventBusMetrics();
  }

  @Override
  public @Nullable PoolMetrics<?, ?> createPoolMetrics(String type, String name, int maxSize) {
    return type.equals(SQL_POOL_TYPE) ? micrometer.createPoolMetrics(type, name, maxSize) : null;
  }

  @Override
  public ClientMetrics<?, ?, ?> createClientMetrics(
      SocketAddress remote, String type, String namespace) {
    return micrometer.createClientMetrics(remote, type, namespace);
  }

  @Override
  public HttpServerMetrics<?, ?, ?> createHttpServerMetrics(
      HttpServerOptions options, SocketAddress local) {
    return http;
  }

  @Override
  public void vertxCreated(Vertx vertx) {
    micrometer.vertxCreated(vertx);
  }

  @Override
  public boolean isMetricsEnabled() {
    return true;
  }

  @Override
  public void close() {
    micrometer.close();
  }

  /** Creates the metrics of each Vert.x instance; all instances count into one registry. */
  static final class Factory implements VertxMetricsFactory {
    private final MeterRegistry registry;

    Factory(MeterRegistry registry) {
      this.registry = registry;
    }

    @Override
    public VertxMetrics metrics(VertxOptions options) {
      var micrometerOptions =
          new MicrometerMetricsOptions()
              .setEnabled(true)
              // vertx-micrometer caches registries by name for the whole JVM; each node needs its
              // own.
              .setRegistryName(UUID.randomUUID().toString())
              .setLabels(LABELS);
      var micrometer =
          new MicrometerMetricsFactory(registry)
              .metrics(new VertxOptions().setMetricsOptions(micrometerOptions));
      var http = new CountingHttpServerMetrics(new MeterFactory(registry, "muster.http."));
      return new CompositeVertxMetrics(micrometer, http);
    }
  }
}
