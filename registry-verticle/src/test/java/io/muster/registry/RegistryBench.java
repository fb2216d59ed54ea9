package io.muster.registry;

import static io.muster.registry.RegistryTables.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.service.RegistryService;
import io.muster.bus.transport.BusService;
import io.muster.bus.transport.Pages;
import io.muster.registry.client.HealthFormula;
import io.muster.registry.client.LargeFleet;
import io.muster.registry.client.PostgresClientStore;
import io.muster.registry.client.PostgresDeviceStore;
import io.muster.registry.client.PostgresHostStore;
import io.muster.registry.model.PostgresModelStore;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.DatabaseConfig;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.ClientKey;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.LimitOffset;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the duration of a list of 1,000 clients and of a detail over the event bus, in a fleet
 * of 10,000. Run by hand; leaves its database in a temporary directory.
 */
final class RegistryBench {
  private static final Logger log = LoggerFactory.getLogger(RegistryBench.class);
  private static final String ADDRESS = "bench.registry";
  private static final int WARM_UP_CALLS = 200;
  private static final int CALLS = 500;

  private RegistryBench() {}

  /** Runs the benchmark; takes no arguments. */
  public static void main(String[] arguments) throws IOException {
    var vertx = Vertx.vertx();
    var clock = InstantSource.system();
    var directory = Files.createTempDirectory("muster-bench-");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    var database =
        Database.open(vertx, DatabaseConfig.EMBEDDED, directory, clock, new SimpleMeterRegistry());
    await(database.whenReady());
    var tables = new RegistryTables(database);
    LargeFleet.insertInto(tables);
    var registry =
        new ValidatingRegistryService(
            new PostgresClientStore(database, HealthFormula.FULL, clock),
            new PostgresHostStore(database, HealthFormula.FULL, clock),
            new PostgresDeviceStore(database),
            new PostgresModelStore(database, clock));
    var services = new BusService(vertx, new SimpleMeterRegistry(), System::nanoTime);
    await(services.register(ADDRESS, RegistryService.class, registry));
    var proxy = services.proxy(ADDRESS, RegistryService.class, Duration.ofSeconds(10));
    var id =
        ClientId.fromUuid(
            tables
                .execute("SELECT client_id FROM client WHERE user_id = $1 LIMIT 1", LargeFleet.USER)
                .iterator()
                .next()
                .getUUID(0));
    var none = Optional.<String>empty();
    var all = new ClientQuery(LargeFleet.USER, none, none, none, none, LimitOffset.ALL);
    var context = vertx.getOrCreateContext();
    for (int round = 0; round < 3; round++) {
      measure(
          "list of 1,000",
          () -> callOn(context, () -> proxy.clients(all).compose(RegistryBench::countBytes)));
      measure(
          "detail", () -> callOn(context, () -> proxy.client(new ClientKey(LargeFleet.USER, id))));
    }
    await(database.close());
    await(vertx.close());
  }

  private static <T> Future<T> callOn(Context context, Supplier<Future<T>> call) {
    var promise = Promise.<T>promise();
    context.runOnContext(ignored -> call.get().onComplete(promise));
    return promise.future();
  }

  private static Future<Integer> countBytes(Pages<?, ?> pages) {
    return pages
        .next()
        .compose(
            page ->
                page.isLast()
                    ? Future.succeededFuture(page.json().length())
                    : countBytes(pages)
                        .map(remainingBytes -> remainingBytes + page.json().length()));
  }

  private static void measure(String name, Supplier<Future<?>> call) {
    for (int warmUp = 0; warmUp < WARM_UP_CALLS; warmUp++) {
      await(call.get());
    }
    var durationNanos = new long[CALLS];
    for (int index = 0; index < CALLS; index++) {
      var startNanos = System.nanoTime();
      await(call.get());
      durationNanos[index] = System.nanoTime() - startNanos;
    }
    Arrays.sort(durationNanos);
    log.info(
        "call timed name={} p50={} us p99={} us",
        name,
        durationNanos[CALLS / 2] / 1000,
        durationNanos[CALLS * 99 / 100] / 1000);
  }
}
