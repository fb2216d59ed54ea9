package io.muster.api.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.fleet.ManualTimers;
import io.muster.bus.service.RegistryService;
import io.muster.schema.client.RegisteredHost;
import io.muster.schema.client.RegisteredHost.HostCondition;
import io.muster.schema.client.RegisteredHost.InstalledGpus;
import io.muster.schema.client.RegisteredHost.Registration;
import io.muster.schema.client.RegisteredHostPage;
import io.muster.schema.client.RegisteredHostQuery;
import io.vertx.core.Future;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MaintenanceReaderTest {
  private final List<RegisteredHostQuery> queries = new ArrayList<>();
  private final List<Set<String>> results = new ArrayList<>();
  private final ManualTimers timers = new ManualTimers();
  private boolean isRegistryThere = true;

  private final MaintenanceReader reader = new MaintenanceReader(registry(), results::add);

  @Test
  void start_readsAllPages() {
    reader.start(timers.vertx());

    assertThat(results).containsExactly(Set.of("c0", "c1", "c2"));
    assertThat(queries)
        .allSatisfy(query -> assertThat(query.filter().status()).contains("maintenance"));
  }

  @Test
  void start_noRegistry_readsAgainAfterHalfAMinute() {
    isRegistryThere = false;
    reader.start(timers.vertx());
    assertThat(results).isEmpty();

    isRegistryThere = true;
    timers.advance(Duration.ofSeconds(30));

    assertThat(results).hasSize(1);
  }

  @Test
  void close_stopsReading() {
    reader.start(timers.vertx());

    reader.close(timers.vertx());
    timers.advance(Duration.ofMinutes(5));

    assertThat(results).hasSize(1);
  }

  private RegistryService registry() {
    return (RegistryService)
        Proxy.newProxyInstance(
            RegistryService.class.getClassLoader(),
            new Class<?>[] {RegistryService.class},
            (proxy, method, arguments) -> page((RegisteredHostQuery) arguments[0]));
  }

  /** Returns one host on each of three pages. */
  private Future<RegisteredHostPage> page(RegisteredHostQuery query) {
    if (!isRegistryThere) {
      return Future.failedFuture("no registry");
    }
    queries.add(query);
    var number = query.cursor().map(Integer::parseInt).orElse(0);
    var next = number < 2 ? Optional.of(Integer.toString(number + 1)) : Optional.<String>empty();
    return Future.succeededFuture(new RegisteredHostPage(3, List.of(host("c" + number)), next));
  }

  private static RegisteredHost host(String clientId) {
    return new RegisteredHost(
        new Registration(clientId, "gpu-01", "12", "valid", "2025-07-01T10:00:00.000000Z"),
        "maintenance",
        Optional.empty(),
        0,
        Optional.empty(),
        new InstalledGpus(0, List.of(), 0),
        new HostCondition(0, Optional.empty(), Optional.empty(), Optional.empty()),
        List.of());
  }
}
