package io.muster.api.state;

import io.muster.bus.service.RegistryService;
import io.muster.schema.client.RegisteredHost;
import io.muster.schema.client.RegisteredHost.Registration;
import io.muster.schema.client.RegisteredHostQuery;
import io.muster.schema.client.RegisteredHostQuery.HostFilter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from the registry, every half minute, which hosts are declared to be under maintenance.
 * Without a registry the result of the last read stays. Confined to the owner context.
 */
public final class MaintenanceReader {
  private static final Logger log = LoggerFactory.getLogger(MaintenanceReader.class);
  private static final Duration INTERVAL = Duration.ofSeconds(30);
  private static final int PAGE_SIZE = 500;
  private static final long NO_TIMER = -1;

  private static final HostFilter UNDER_MAINTENANCE =
      new HostFilter(
          Optional.empty(),
          Optional.of("maintenance"),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private final RegistryService registry;
  private final Consumer<Set<String>> consumer;
  private long timer = NO_TIMER;

  /**
   * Creates a reader.
   *
   * @param consumer receives the client ids of these hosts
   */
  public MaintenanceReader(RegistryService registry, Consumer<Set<String>> consumer) {
    this.registry = registry;
    this.consumer = consumer;
  }

  /** Reads now, and then periodically, on the caller's context. */
  public void start(Vertx vertx) {
    timer = vertx.setPeriodic(INTERVAL.toMillis(), each -> read());
    read();
  }

  public void close(Vertx vertx) {
    vertx.cancelTimer(timer);
  }

  private void read() {
    readPage(Optional.empty(), new HashSet<>())
        .onSuccess(consumer::accept)
        .onFailure(cause -> log.debug("maintenance is not known problem={}", cause.toString()));
  }

  private Future<Set<String>> readPage(Optional<String> cursor, Set<String> clientIds) {
    return registry
        .hosts(new RegisteredHostQuery(UNDER_MAINTENANCE, "name", cursor, PAGE_SIZE))
        .compose(
            page -> {
              page.hosts().stream()
                  .map(RegisteredHost::registration)
                  .map(Registration::clientId)
                  .forEach(clientIds::add);
              return page.nextCursor().isPresent()
                  ? readPage(page.nextCursor(), clientIds)
                  : Future.succeededFuture(clientIds);
            });
  }
}
