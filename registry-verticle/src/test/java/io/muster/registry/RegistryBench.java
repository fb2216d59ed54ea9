package io.muster.registry;

import static io.muster.registry.Rows.await;

import io.muster.bus.service.BusService;
import io.muster.bus.service.Pages;
import io.muster.bus.service.RegistryService;
import io.muster.registry.client.HealthRule;
import io.muster.registry.client.LargeFleet;
import io.muster.registry.client.PostgresClients;
import io.muster.registry.model.PostgresModels;
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
 * How long a list of 1,000 clients and a detail take over the event bus, in a fleet of 10,000: run
 * it by hand. Leaves its database in a temporary directory.
 */
final class RegistryBench {
  private static final Logger log = LoggerFactory.getLogger(RegistryBench.class);
  private static final String ADDRESS = "bench.registry";
  private static final int WARM_UP = 200;
  private static final int CALLS = 500;

  private RegistryBench() {}

  /** Needs no arguments. */
  public static void main(String[] arguments) throws IOException {
    var vertx = Vertx.vertx();
    var clock = InstantSource.system();
    var directory = Files.createTempDirectory("muster-bench-");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    var database = Database.open(vertx, DatabaseConfig.EMBEDDED, directory, clock);
    await(database.whenReady());
    var rows = new Rows(database);
    LargeFleet.fill(rows);
    var registry =
        new CheckedRegistry(
            new PostgresClients(database, HealthRule.FULL, clock),
            new PostgresModels(database, clock));
    await(BusService.register(vertx, ADDRESS, RegistryService.class, registry));
    var proxy = BusService.proxy(vertx, ADDRESS, RegistryService.class, Duration.ofSeconds(10));
    var id =
        ClientId.of(
            rows.run("SELECT client_id FROM client WHERE user_id = $1 LIMIT 1", LargeFleet.USER)
                .iterator()
                .next()
                .getUUID(0));
    var none = Optional.<String>empty();
    var all = new ClientQuery(LargeFleet.USER, none, none, none, none, LimitOffset.ALL);
    var context = vertx.getOrCreateContext();
    for (int round = 0; round < 3; round++) {
      measure(
          "list of 1,000",
          () -> on(context, () -> proxy.clients(all).compose(RegistryBench::read)));
      measure("detail", () -> on(context, () -> proxy.client(new ClientKey(LargeFleet.USER, id))));
    }
    await(database.close());
    await(vertx.close());
  }

  private static <T> Future<T> on(Context context, Supplier<Future<T>> call) {
    var done = Promise.<T>promise();
    context.runOnContext(begun -> call.get().onComplete(done));
    return done.future();
  }

  private static Future<Integer> read(Pages<?> pages) {
    return pages
        .next()
        .compose(
            page ->
                page.length() == 0
                    ? Future.succeededFuture(0)
                    : read(pages).map(rest -> rest + page.length()));
  }

  private static void measure(String what, Supplier<Future<?>> call) {
    for (int warm = 0; warm < WARM_UP; warm++) {
      await(call.get());
    }
    var nanos = new long[CALLS];
    for (int each = 0; each < CALLS; each++) {
      var begun = System.nanoTime();
      await(call.get());
      nanos[each] = System.nanoTime() - begun;
    }
    Arrays.sort(nanos);
    log.info(
        "{} p50={} us p99={} us", what, nanos[CALLS / 2] / 1000, nanos[CALLS * 99 / 100] / 1000);
  }
}
